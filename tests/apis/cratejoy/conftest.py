"""Stores for the tests of checkout and of integrations."""

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from support.checkout import STORE, Shop
from support.emulator import RunningEmulator, Start
from support.store_client import NOW, StoreClient

from mockorders import MockServer

STORE_NUMBERS = count()


@pytest.fixture
def shop(start: Start, tmp_path: Path) -> Shop:
    """Return a function that starts an emulator with the checkout store."""

    async def starts(**options: Any) -> RunningEmulator:
        file = tmp_path / "store.json"
        file.write_text(json.dumps(STORE), encoding="utf-8")
        return await start(fixtures=str(file), **options)

    return starts


@pytest.fixture(scope="module")
def store_server() -> Iterator[MockServer]:
    """Run an emulator whose clock stands at `NOW`."""
    with MockServer(fixtures="default", clock=NOW) as server:
        yield server


@pytest.fixture
def store(store_server: MockServer) -> Iterator[StoreClient]:
    """Return a client of a store of its own."""
    with StoreClient(store_server.url, f"store-{next(STORE_NUMBERS)}") as client:
        yield client

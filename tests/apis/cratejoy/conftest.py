"""A store for the tests of checkout."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.checkout import STORE, Shop
from support.emulator import RunningEmulator, Start


@pytest.fixture
def shop(start: Start, tmp_path: Path) -> Shop:
    """Return a function that starts an emulator with the checkout store."""

    async def starts(**options: Any) -> RunningEmulator:
        file = tmp_path / "store.json"
        file.write_text(json.dumps(STORE), encoding="utf-8")
        return await start(fixtures=str(file), **options)

    return starts

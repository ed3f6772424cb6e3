"""Fixtures for every test: an emulator on a real socket."""

from typing import Any

import pytest
from pytest_aiohttp.plugin import AiohttpClient
from support.contracts import shared_contract
from support.emulator import RunningEmulator, Start
from support.examples import load_profile

from mockorders import create_app
from mockorders.validation.validator import Validator

load_profile()


@pytest.fixture
def start(aiohttp_client: AiohttpClient) -> Start:
    """Give a function that starts an emulator with the options of `create_app`."""

    async def starts(**options: Any) -> RunningEmulator:
        options.setdefault("fixtures", "docs")
        return RunningEmulator(await aiohttp_client(create_app(**options)))

    return starts


@pytest.fixture
async def emulator(start: Start) -> RunningEmulator:
    """Give an emulator of the documented examples."""
    return await start()


@pytest.fixture(scope="session")
def contract() -> Validator:
    """Give the compiled schemas, once for each process."""
    return shared_contract()

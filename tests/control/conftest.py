"""Fixtures of the control API."""

import pytest
from support.emulator import RunningEmulator


@pytest.fixture
async def docs(emulator: RunningEmulator) -> RunningEmulator:
    """Give an emulator whose sandbox `docs` was asked once."""
    await emulator.universe("/orders", key="docs")
    return emulator

"""Fixtures of the control API."""

import pytest
from support.emulator import Emulator


@pytest.fixture
async def docs(emulator: Emulator) -> Emulator:
    """Give an emulator whose sandbox `docs` was asked once."""
    await emulator.universe("/orders", key="docs")
    return emulator

"""Fixtures of the dashboard."""

import pytest
from support.emulator import RunningEmulator


@pytest.fixture
async def docs(emulator: RunningEmulator) -> RunningEmulator:
    """Start an emulator whose sandbox `docs` has handled one request."""
    await emulator.universe("/orders", key="docs")
    return emulator

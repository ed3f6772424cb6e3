"""A server with a set of its own."""

import json
from pathlib import Path

import pytest
from support.emulator import RunningEmulator, Start
from support.universe import OWN_SET


@pytest.fixture
async def own(start: Start, tmp_path: Path) -> RunningEmulator:
    """Give an emulator of the orders above."""
    file = tmp_path / "own.json"
    file.write_text(json.dumps(OWN_SET), encoding="utf-8")
    return await start(fixtures=str(file))

"""An emulator with a fixture set for the tests of Universe."""

import json
from pathlib import Path

import pytest
from support.emulator import RunningEmulator, Start
from support.universe import OWN_SET


@pytest.fixture
async def own(start: Start, tmp_path: Path) -> RunningEmulator:
    """Start an emulator with `OWN_SET`."""
    file = tmp_path / "own.json"
    file.write_text(json.dumps(OWN_SET), encoding="utf-8")
    return await start(fixtures=str(file))

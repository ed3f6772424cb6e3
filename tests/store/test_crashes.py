"""Servers that are killed under load, as `tools/store_crashes.py` does it."""

import os
import sys

import pytest
from support.processes import run


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_killed_servers_lose_nothing_that_they_acknowledged() -> None:
    ended = run("--rounds", "5", command=[sys.executable, "tools/store_crashes.py"])
    assert (0, True) == (ended.code, "0 missing, 0 half changes" in ended.out), ended

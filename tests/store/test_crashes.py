"""Servers that are killed under load, as the tools `store_crashes` and `replica_crashes` do it."""

import os
import sys

import pytest
from support.processes import run

from bench.postgres import MISSING, find_programs


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_killed_servers_lose_nothing_that_they_acknowledged() -> None:
    ended = run("--rounds", "5", command=[sys.executable, "tools/store_crashes.py"])
    assert (0, True) == (ended.code, "0 missing, 0 half changes" in ended.out), ended


@pytest.mark.slow
@pytest.mark.skipif(find_programs() is None, reason=MISSING)
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_killed_replicas_and_a_killed_database_lose_nothing_that_they_acknowledged() -> None:
    ended = run("--rounds", "3", command=[sys.executable, "-m", "tools.replica_crashes"])
    assert (0, 3) == (ended.code, ended.out.count("0 missing, 0 half changes")), ended

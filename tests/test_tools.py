"""The tools that CONTRIBUTING.md names run as it says."""

import sys

import pytest
from support.processes import run

pytestmark = pytest.mark.slow


def test_fuzz_prints_its_figures() -> None:
    ended = run("--requests", "200", "--seed", "3", command=[sys.executable, "-m", "tools.fuzz"])
    assert (0, True) == (ended.code, "0 tracebacks, 0 findings" in ended.out), ended


@pytest.mark.skipif(sys.platform != "linux", reason="reads memory from /proc")
def test_soak_prints_a_line_for_each_sample() -> None:
    ended = run("--minutes", "0.05", command=[sys.executable, "-m", "tools.soak"])
    assert (0, 15) == (ended.code, ended.out.count(" MiB\n")), ended


def test_pings_prints_a_line_for_each_selected_case() -> None:
    ended = run("of {},", command=[sys.executable, "-m", "tools.pings"])
    assert (0, ["milliseconds", "{},"]) == (ended.code, [line.split()[-1] for line in ended.out.splitlines()]), ended

"""The test suites of examples/."""

from pathlib import Path

import pytest
from support.processes import run_pytest

EXAMPLES = Path(__file__).parent.parent / "examples"
SUITES = sorted(path.parent.name for path in EXAMPLES.glob("*/pytest.ini"))


def test_examples_have_suites() -> None:
    assert {"python-client"} <= set(SUITES)


@pytest.mark.parametrize("suite", SUITES)
def test_suite_passes(suite: str) -> None:
    done = run_pytest("-q", plugins=["mockorders"], cwd=EXAMPLES / suite)
    assert 0 == done.returncode, done.stdout

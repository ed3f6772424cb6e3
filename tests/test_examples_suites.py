"""The suites of examples/, run as their readers run them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"
SUITES = sorted(path.parent.name for path in EXAMPLES.glob("*/pytest.ini"))


def test_there_are_suites() -> None:
    assert "python-client" in SUITES


@pytest.mark.parametrize("suite", SUITES)
def test_the_suite_passes(suite: str) -> None:
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "mockorders", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=EXAMPLES / suite, env=environment, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stdout

"""The example web page and its test suite, run as a separate project."""

import shutil
from pathlib import Path

import pytest
from support.processes import run_pytest

PAGE = Path(__file__).parent.parent / "examples" / "web-page"
TESTS = 8

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def suite(folder: Path, *options: str) -> str:
    """Run the suite of a copy of the page; return the last line of pytest."""
    done = run_pytest("-q", "--tb=short", *options, plugins=["mockorders"], cwd=folder)
    return str(done.stdout.splitlines()[-1] if done.returncode < 2 else done.stdout)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PAGE, tmp_path / "page"))


def test_suite_of_the_page_passes(page: Path) -> None:
    assert suite(page).startswith(f"{TESTS} passed")


def test_suite_of_the_page_fails_for_a_broken_page(page: Path) -> None:
    script = page / "orders.js"
    script.write_text(script.read_text(encoding="utf-8").replace('"include"', '"omit"'), encoding="utf-8")
    assert "1 failed" in suite(page, "-x")

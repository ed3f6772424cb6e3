"""A test with the pytest fixture and one request, compared with pytest-httpserver."""

import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.peers import install_python, peer_python
from bench.report import Goal, Table, goal_cells
from bench.servers import environment

TESTS = 300
HEADER = "import urllib.request, pytest\n\n"
EMPTY = "def test_it({}): pass\n"
OWN = """
def test_it(mockorders{}):
    url = f"{{mockorders.universe.base_url}}/orders/489?key={{mockorders.universe.key}}@164"
    with urllib.request.urlopen(url) as response:
        assert response.read()
"""
PEER = """
def test_it(httpserver{}):
    httpserver.expect_request("/orders/489").respond_with_json({{"id": 489}})
    with urllib.request.urlopen(httpserver.url_for("/orders/489")) as response:
        assert response.read()
"""
COLUMNS = ("fixture", "per test", "goal", "result")


def measure(rounds: int) -> Table:
    """Measure 300 tests with each fixture, less 300 empty tests, in alternating sessions."""
    install_python()
    suites = (("mockorders", sys.executable, OWN), ("pytest_httpserver", peer_python(), PEER))
    times: dict[str, list[float]] = {plugin: [] for plugin, _, _ in suites}
    with TemporaryDirectory() as folder:
        for _ in range(rounds):
            for plugin, python, code in suites:
                empty = _seconds(python, plugin, Path(folder) / "test_empty.py", EMPTY)
                times[plugin].append(_seconds(python, plugin, Path(folder) / "test_full.py", code) - empty)
    own, other = (statistics.median(times[plugin]) / TESTS * 1000 for plugin, _, _ in suites)
    rows = [
        ("mockorders", f"{own:.1f} ms", *goal_cells(Goal(round(other, 1), " ms"), round(own, 1))),
        ("pytest-httpserver", f"{other:.1f} ms", "", ""),
    ]
    for row in rows:
        print(*row, sep="  ", flush=True)
    return Table("fixture", COLUMNS, rows)


def _seconds(python: str, plugin: str, file: Path, code: str) -> float:
    """Return the duration of a pytest session, without other plugins, that runs a test 300 times."""
    repeated = f"@pytest.mark.parametrize('number', range({TESTS}))\n"
    parameter = "number" if code is EMPTY else ", number"
    file.write_text(HEADER + repeated + code.format(parameter).lstrip(), encoding="utf-8")
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", plugin, str(file)]
    started = time.perf_counter()
    subprocess.run(
        command,
        check=True,
        cwd=file.parent,
        stdout=subprocess.DEVNULL,
        env=environment() | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    return time.perf_counter() - started

"""A test with the pytest fixture and one request, compared with pytest-httpserver."""

import statistics
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

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
COLUMNS = ("fixture", "first test", "each further test", f"each of {TESTS} tests", "goal", "result")


class Cost(NamedTuple):
    """What tests with a fixture take, in seconds: a single one, and all of them."""

    one: float
    all: float

    def cells(self) -> tuple[str, str, str]:
        """Return the cost of the first test, of each further one, and of each on average."""
        further = (self.all - self.one) / (TESTS - 1) * 1000
        return f"{self.one * 1000:.0f} ms", f"{further:.1f} ms", f"{self.mean():.1f} ms"

    def mean(self) -> float:
        """Return the cost of each test on average, in milliseconds."""
        return self.all / TESTS * 1000


def measure(rounds: int) -> Table:
    """Measure 1 and 300 tests with each fixture, less as many empty tests, in alternating sessions."""
    install_python()
    suites = {"mockorders": (sys.executable, OWN), "pytest_httpserver": (peer_python(), PEER)}
    costs: dict[str, list[Cost]] = {plugin: [] for plugin in suites}
    with TemporaryDirectory() as folder:
        for _ in range(rounds):
            for plugin, (python, code) in suites.items():
                run = partial(_seconds, python, plugin, Path(folder))
                costs[plugin].append(Cost(*(run(code, tests) - run(EMPTY, tests) for tests in (1, TESTS))))
    own, other = (Cost(*map(statistics.median, zip(*costs[plugin], strict=True))) for plugin in suites)
    rows = [
        ("mockorders", *own.cells(), *goal_cells(Goal(round(other.mean(), 1), " ms"), round(own.mean(), 1))),
        ("pytest-httpserver", *other.cells(), "", ""),
    ]
    for row in rows:
        print(*row, sep="  ", flush=True)
    return Table("fixture", COLUMNS, rows)


def _seconds(python: str, plugin: str, folder: Path, code: str, tests: int) -> float:
    """Return the duration of a pytest session, without other plugins, that runs a test a number of times."""
    file = folder / f"test_{'empty' if code is EMPTY else 'full'}_{tests}.py"
    repeated = f"@pytest.mark.parametrize('number', range({tests}))\n"
    parameter = "number" if code is EMPTY else ", number"
    file.write_text(HEADER + repeated + code.format(parameter).lstrip(), encoding="utf-8")
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", plugin, str(file)]
    started = time.perf_counter()
    subprocess.run(
        command,
        check=True,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        env=environment() | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    return time.perf_counter() - started

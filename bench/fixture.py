"""A test with the pytest fixture and one request, compared with pytest-httpserver."""

import statistics
import subprocess
import sys
import time
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


class Suite(NamedTuple):
    """Tests with one fixture: its plugin, the environment that has it, and the code of a test."""

    plugin: str
    python: str
    code: str

    def seconds(self, tests: int, folder: Path) -> float:
        """Return how much longer a session takes with so many tests than with empty ones."""
        return self._session(self.code, tests, folder) - self._session(EMPTY, tests, folder)

    def _session(self, code: str, tests: int, folder: Path) -> float:
        """Return the duration of a pytest session, without other plugins, that runs a test a number of times."""
        file = folder / f"test_{'empty' if code is EMPTY else 'full'}_{tests}.py"
        repeated = f"@pytest.mark.parametrize('number', range({tests}))\n"
        parameter = "number" if code is EMPTY else ", number"
        file.write_text(HEADER + repeated + code.format(parameter).lstrip(), encoding="utf-8")
        command = [self.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", self.plugin, str(file)]
        started = time.perf_counter()
        subprocess.run(
            command,
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            env=environment() | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        )
        return time.perf_counter() - started


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
    suites = (
        Suite("mockorders", sys.executable, OWN),
        Suite("pytest_httpserver", peer_python(), PEER),
    )
    costs: dict[str, list[Cost]] = {suite.plugin: [] for suite in suites}
    with TemporaryDirectory() as folder:
        for _ in range(rounds):
            for suite in suites:
                costs[suite.plugin].append(Cost(*(suite.seconds(tests, Path(folder)) for tests in (1, TESTS))))
    own, other = (Cost(*map(statistics.median, zip(*costs[suite.plugin], strict=True))) for suite in suites)
    rows = [
        ("mockorders", *own.cells(), *goal_cells(Goal(round(other.mean(), 1), " ms"), round(own.mean(), 1))),
        ("pytest-httpserver", *other.cells(), "", ""),
    ]
    for row in rows:
        print(*row, sep="  ", flush=True)
    return Table("fixture", COLUMNS, rows)

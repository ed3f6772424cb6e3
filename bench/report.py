"""Tables of figures, and the page into which they are written between marks of their own."""

import os
import platform
import re
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"


class Table(NamedTuple):
    """One part of the measurements: the name of its marks in the page, its columns and rows, what else it took."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    versions: str = ""

    def markdown(self) -> str:
        """Write the table."""
        lines = [self.columns, ["---"] * len(self.columns), *self.rows]
        return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


class Goal(NamedTuple):
    """What a figure is to be: at least, or at most."""

    bound: float
    unit: str = ""
    least: bool = False

    def cells(self, figure: float) -> tuple[str, str]:
        """Write the goal, and whether a figure meets it."""
        met = figure >= self.bound if self.least else figure <= self.bound
        return f"{'≥' if self.least else '≤'} {self.bound:g}{self.unit}", "hits" if met else "**missed**"


def at_least(bound: float) -> Goal:
    """Give the goal of a share."""
    return Goal(bound, least=True)


def judged(goal: Goal | None, figure: float) -> tuple[str, str]:
    """Write a goal and whether it is met, or that there is none."""
    return ("", "") if goal is None else goal.cells(figure)


def machine() -> str:
    """Say what was measured on, with what, and how busy it was."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    system = f"{platform.system()} {platform.release()}"
    processor = f"{os.cpu_count()} cores of {model[1] if model else platform.machine()}"
    load = f"load average {os.getloadavg()[0]:.1f} at the end of it"
    maker = "wrk" if shutil.which("wrk") else "the bench itself"
    packages = f"Python {platform.python_version()}, aiohttp {version('aiohttp')}, mockorders {version('mockorders')}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {processor}, {system}, {packages}, load made by {maker}, {load}"


def written(page: str, table: Table, footnote: str) -> str:
    """Give a page with a table between its marks, in the place of what was there; ValueError where it has no marks."""
    begin, end = f"<!-- bench: {table.name} -->\n", f"<!-- end of {table.name} -->\n"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        message = f"expected the marks {begin.strip()} and {end.strip()}"
        raise ValueError(message)
    return f"{before}{begin}\n{table.markdown()}\n{footnote}\n\n{end}{after}"


def write(table: Table) -> None:
    """Write a table into docs/performance.md."""
    versions = f", {table.versions}" if table.versions else ""
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(written(page, table, f"Measured {machine()}{versions}."), encoding="utf-8")

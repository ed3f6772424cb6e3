"""Tables of figures, and the page that contains them between marks."""

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
    """One part of the measurements: the name of its marks in the page, its columns, rows and notes."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    versions: str = ""

    def markdown(self) -> str:
        """Return the table as Markdown."""
        lines = [self.columns, ["---"] * len(self.columns), *self.rows]
        return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


class Goal(NamedTuple):
    """The goal of a figure: a minimum or a maximum."""

    bound: float
    unit: str = ""
    least: bool = False

    def cells(self, figure: float) -> tuple[str, str]:
        """Return the goal as text, and whether a figure meets it."""
        met = figure >= self.bound if self.least else figure <= self.bound
        return f"{'≥' if self.least else '≤'} {self.bound:g}{self.unit}", "met" if met else "**missed**"


def at_least(bound: float) -> Goal:
    """Return the goal of a share."""
    return Goal(bound, least=True)


def goal_cells(goal: Goal | None, figure: float) -> tuple[str, str]:
    """Return a goal as text and whether it is met, or empty texts if there is none."""
    return ("", "") if goal is None else goal.cells(figure)


def machine() -> str:
    """Return the machine, versions and load of a measurement as text."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    system = f"{platform.system()} {platform.release()}"
    processor = f"{os.cpu_count()} cores of {model[1] if model else platform.machine()}"
    load = f"load average {os.getloadavg()[0]:.1f} at the end of it"
    maker = "wrk" if shutil.which("wrk") else "the bench itself"
    packages = f"Python {platform.python_version()}, aiohttp {version('aiohttp')}, mockorders {version('mockorders')}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {processor}, {system}, {packages}, load made by {maker}, {load}"


def replace_table(page: str, table: Table, footnote: str) -> str:
    """Return a page with the table between its marks replaced. Raises ValueError if the marks are missing."""
    begin = f"<!-- bench: {table.name} -->\n"
    end = f"<!-- end of {table.name} -->\n"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        message = f"expected the marks {begin.strip()} and {end.strip()}"
        raise ValueError(message)
    return f"{before}{begin}\n{table.markdown()}\n{footnote}\n\n{end}{after}"


def write(table: Table) -> None:
    """Update a table in docs/performance.md."""
    versions = f", {table.versions}" if table.versions else ""
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(replace_table(page, table, f"Measured {machine()}{versions}."), encoding="utf-8")

"""Reload fixture files that change while the server runs.

Files are polled: checking a handful of them takes microseconds, and works on every file system. File system
notifications often do not arrive for folders that are mounted into a container.
"""

import asyncio
from collections.abc import Callable

from mockorders.fixture_sets.errors import FixtureError
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.sandbox.registry import ReloadResult, SandboxRegistry

POLL_SECONDS = 0.25

ReportLine = Callable[[str], None]


async def watch(sets: FixtureSets, sandboxes: SandboxRegistry, report: ReportLine) -> None:
    """Reload the user's fixture files whenever they change, until canceled; `report` gets a line about each result.

    A changed file is read once it has been stable for one period, because it may still be written.
    """
    settled = sets.files.versions
    pending = settled
    while True:
        await asyncio.sleep(POLL_SECONDS)
        seen = await asyncio.to_thread(sets.files.scan)
        if seen != settled and seen == pending:
            settled = seen
            await _reload(sets, sandboxes, report)
        pending = seen


async def _reload(sets: FixtureSets, sandboxes: SandboxRegistry, report: ReportLine) -> None:
    before = set(sets.user_sets)
    invalid: list[FixtureError] = []
    try:
        fresh = await asyncio.to_thread(sets.reload, invalid.append)
    except FixtureError as error:
        _report_error(error, "all sets are unchanged", report)
        return
    for each in invalid:
        _report_error(each, "the set is unchanged", report)
    result = await sandboxes.reload(fresh)
    added = sorted(set(fresh.user_sets) - before)
    removed = sorted(before - set(fresh.user_sets))
    for line in (*_summary("fixtures added", added), *_summary("fixtures removed", removed), *_reload_summary(result)):
        report(line)


def _report_error(error: FixtureError, consequence: str, report: ReportLine) -> None:
    *others, last = error.lines
    for line in (*others, f"{last}; {consequence}"):
        report(line)


def _summary(what: str, names: list[str]) -> list[str]:
    return [f"{what}: {', '.join(names)}"] if names else []


def _reload_summary(result: ReloadResult) -> list[str]:
    if not result.sets:
        return []
    line = f"fixtures reloaded: {', '.join(result.sets)}; sandboxes updated: {result.updated}"
    stale = f", stale until they are reset: {result.stale}" if result.stale else ""
    return [line + stale]

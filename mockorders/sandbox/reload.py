"""Fixture files that change while the server runs: noticed by looking, read anew, taken by the sandboxes.

Looking at a handful of files costs microseconds and works on every file system, the mounted folders of containers
included, where notifications often do not arrive.
"""

import asyncio
from collections.abc import Callable

from mockorders.errors import FixtureError
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
        report(f"{error.detail}; all sets stay as they were")
        return
    for reason in invalid:
        report(f"{reason.detail}; the set stays as it was")
    result = await sandboxes.reload(fresh)
    added = sorted(set(fresh.user_sets) - before)
    removed = sorted(before - set(fresh.user_sets))
    for line in (*_summary("new fixtures", added), *_summary("fixtures gone", removed), *_reload_summary(result)):
        report(line)


def _summary(what: str, names: list[str]) -> list[str]:
    return [f"{what}: {', '.join(names)}"] if names else []


def _reload_summary(result: ReloadResult) -> list[str]:
    if not result.sets:
        return []
    line = f"fixtures changed: {', '.join(result.sets)}; sandboxes that follow: {result.updated}"
    keeping = f", that keep their records until they are reset: {result.stale}" if result.stale else ""
    return [line + keeping]

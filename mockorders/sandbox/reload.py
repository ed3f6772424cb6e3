"""Fixture files that change while the server runs: noticed by looking, read anew, taken by the sandboxes.

Looking at a handful of files costs microseconds and works on every file system, the mounted folders of containers
included, where notifications often do not arrive.
"""

import asyncio
from collections.abc import Callable

from mockorders.errors import FixtureError
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.sandbox.registry import Followed, Sandboxes

PERIOD = 0.25

Say = Callable[[str], None]


async def watch(sets: FixtureSets, sandboxes: Sandboxes, say: Say) -> None:
    """Reload the user's fixture files whenever they change, until canceled; `say` gets a line about each result.

    A changed file is read once it has been stable for one period, because it may still be written.
    """
    settled = sets.sources.stamps
    pending = settled
    while True:
        await asyncio.sleep(PERIOD)
        seen = await asyncio.to_thread(sets.sources.look)
        if seen != settled and seen == pending:
            settled = seen
            await _reload(sets, sandboxes, say)
        pending = seen


async def _reload(sets: FixtureSets, sandboxes: Sandboxes, say: Say) -> None:
    before = set(sets.own)
    invalid: list[FixtureError] = []
    try:
        fresh = await asyncio.to_thread(sets.renewed, invalid.append)
    except FixtureError as error:
        say(f"{error.detail}; all sets stay as they were")
        return
    for reason in invalid:
        say(f"{reason.detail}; the set stays as it was")
    followed = await sandboxes.follow(fresh)
    added = sorted(set(fresh.own) - before)
    removed = sorted(before - set(fresh.own))
    for line in (*_told("new fixtures", added), *_told("fixtures gone", removed), *_changed(followed)):
        say(line)


def _told(what: str, names: list[str]) -> list[str]:
    return [f"{what}: {', '.join(names)}"] if names else []


def _changed(followed: Followed) -> list[str]:
    if not followed.sets:
        return []
    line = f"fixtures changed: {', '.join(followed.sets)}; sandboxes that follow: {followed.following}"
    keeping = f", that keep their records until they are reset: {followed.outdated}" if followed.outdated else ""
    return [line + keeping]

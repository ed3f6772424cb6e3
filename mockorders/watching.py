"""Fixture files that change while the server runs: noticed by looking, read anew, taken by the sandboxes.

Looking at a handful of files costs microseconds and works on every file system, the mounted folders of containers
included, where notifications often do not arrive.
"""

import asyncio
from collections.abc import Callable

from mockorders.core import Core
from mockorders.errors import FixtureError
from mockorders.sandbox import Followed

PERIOD = 0.25

Say = Callable[[str], None]


async def watch(core: Core, say: Say) -> None:
    """Look at the user's files again and again, until cancelled; `say` is given a line for all that comes of it.

    What changes is read once it stood still for a period: until then somebody may still be writing it.
    """
    settled = pending = core.sets.sources.stamps
    while True:
        await asyncio.sleep(PERIOD)
        seen = await asyncio.to_thread(core.sets.sources.look)
        if seen != settled and seen == pending:
            settled = seen
            await _renew(core, say)
        pending = seen


async def _renew(core: Core, say: Say) -> None:
    before = set(core.sets.own)
    refused: list[FixtureError] = []
    try:
        fresh = await asyncio.to_thread(core.sets.renewed, refused.append)
    except FixtureError as error:
        say(f"{error.detail}; all sets stay as they were")
        return
    for refusal in refused:
        say(f"{refusal.detail}; the set stays as it was")
    followed = await core.sandboxes.follow(fresh)
    added, gone = sorted(set(fresh.own) - before), sorted(before - set(fresh.own))
    for line in (*_told("new fixtures", added), *_told("fixtures gone", gone), *_changed(followed)):
        say(line)


def _told(what: str, names: list[str]) -> list[str]:
    return [f"{what}: {', '.join(names)}"] if names else []


def _changed(followed: Followed) -> list[str]:
    if not followed.sets:
        return []
    line = f"fixtures changed: {', '.join(followed.sets)}; sandboxes that follow: {followed.following}"
    keeping = f", that keep their records until they are reset: {followed.outdated}" if followed.outdated else ""
    return [line + keeping]

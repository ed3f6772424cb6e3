"""Set up Python's garbage collector for a server: collections take a few milliseconds, however much the server holds.

Sandboxes and journals live long, and are freed when the last reference is gone, as nearly everything is. By default the
collector would traverse all of them again and again, and no request is handled meanwhile. So what survives one
collection is exempted from all others. Garbage in cycles is still freed if it is young; requests and connections leave
none, as `tests/cli/test_garbage_collection.py` checks.

The collector starts when many more objects were created than freed. A server with a full journal frees as many as it
creates, so young objects would be so many at some time that a collection takes long. So they are also collected
regularly.

This concerns the whole process, so only the command line does it, not `MockServer` in a process of tests.
"""

import asyncio
import gc
from collections.abc import Mapping
from typing import Any

YOUNG_OBJECTS = 500
INTERVAL_SECONDS = 0.05


def configure() -> None:
    """Collect young objects only, and exempt those that survive, and those that exist, from further collections."""
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])
    if _exempt_survivors not in gc.callbacks:
        gc.callbacks.append(_exempt_survivors)


async def collect_regularly() -> None:
    """Collect young objects every 50 ms, until canceled."""
    while True:
        await asyncio.sleep(INTERVAL_SECONDS)
        gc.collect(0)


def _exempt_survivors(phase: str, _: Mapping[str, Any]) -> None:
    if phase == "stop":
        gc.freeze()

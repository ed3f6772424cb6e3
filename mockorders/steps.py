"""Long work in steps: others run between them, so that no answer holds the loop."""

import asyncio
import time
from collections.abc import Generator
from typing import Any

STEP_SECONDS = 0.01


async def finish(result: Any) -> Any:
    """Give a handler's value; one that comes in steps lets others run between them."""
    if not isinstance(result, Generator):
        return result
    until = time.monotonic() + STEP_SECONDS
    while True:
        try:
            next(result)
        except StopIteration as stop:
            return stop.value
        if time.monotonic() > until:
            await asyncio.sleep(0)
            until = time.monotonic() + STEP_SECONDS

"""Run long work in steps, yielding to the event loop in between."""

import asyncio
from collections.abc import Callable, Generator
from typing import TypeVar

from mockorders.real_time import monotonic

T = TypeVar("T")

STEP_SECONDS = 0.01


async def run_in_steps(steps: Generator[None, None, T], before_wait: Callable[[], object] | None = None) -> T:
    """Run a generator to its end and return its value, yielding to the event loop every 10 ms.

    Other requests run in between, so a generator must not yield while its changes are incomplete. `before_wait` is
    called before each time.
    """
    deadline = monotonic() + STEP_SECONDS
    try:
        while True:
            next(steps)
            if monotonic() > deadline:
                if before_wait is not None:
                    before_wait()
                await asyncio.sleep(0)
                deadline = monotonic() + STEP_SECONDS
    except StopIteration as stop:
        value: T = stop.value
        return value
    finally:
        steps.close()


def run_to_end(steps: Generator[None, None, T]) -> T:
    """Run a generator to its end without yielding, and return its value."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            value: T = stop.value
            return value

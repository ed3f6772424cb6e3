"""Run long work in steps, yielding to the event loop in between."""

import asyncio
from collections.abc import Generator
from typing import TypeVar

from mockorders.real_time import monotonic

T = TypeVar("T")

STEP_SECONDS = 0.01


async def run_in_steps(steps: Generator[None, None, T]) -> T:
    """Run a generator to its end and return its value, yielding to the event loop every 10 ms.

    Other requests run in between, so a generator must not yield while its changes are incomplete.
    """
    deadline = monotonic() + STEP_SECONDS
    try:
        while True:
            next(steps)
            if monotonic() > deadline:
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

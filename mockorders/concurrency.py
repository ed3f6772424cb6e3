"""Long work in steps, which yields to the event loop in between."""

import asyncio
import time
from collections.abc import Generator
from contextlib import closing
from typing import TypeVar

T = TypeVar("T")

STEP_SECONDS = 0.01


async def run_in_steps(steps: Generator[None, None, T]) -> T:
    """Run a generator to its end and return its value. Yields to the event loop every 10 ms."""
    deadline = time.monotonic() + STEP_SECONDS
    with closing(steps):
        while True:
            try:
                next(steps)
            except StopIteration as stop:
                value: T = stop.value
                return value
            if time.monotonic() > deadline:
                await asyncio.sleep(0)
                deadline = time.monotonic() + STEP_SECONDS


def run_to_end(steps: Generator[None, None, T]) -> T:
    """Run a generator to its end at once and return its value."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            value: T = stop.value
            return value

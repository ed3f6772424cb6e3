"""Wait until a journal has enough entries."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Generic

from mockorders.concurrency import run_in_steps, wait_for_turn
from mockorders.sandbox.journal import E, Journal

COUNT_BATCH = 50


async def wait_for_entries(journal: Journal[E], matches: Callable[[E], bool], minimum: int, seconds: float) -> None:
    """Wait until at least `minimum` entries match, at most `seconds`."""
    counter = EntryCounter(matches, minimum)
    with journal.subscribed(counter), suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await run_in_steps(counter.count(journal))
            await counter.wait()
    await wait_for_turn()  # a request can end all waits at once


class EntryCounter(Generic[E]):
    """Counts the entries of a journal that match: all of them once, then those that change; a `JournalListener`."""

    def __init__(self, matches: Callable[[E], bool], minimum: int) -> None:
        self._matches = matches
        self._minimum = minimum
        self._found: set[E] = set()
        self._changed = asyncio.Event()

    def count(self, journal: Journal[E]) -> Generator[None, None, None]:
        """Count the entries of a journal, which may change meanwhile. Yields between batches."""
        for number, entry in enumerate(journal):
            if entry in journal and self._matches(entry):
                self._found.add(entry)
            if number % COUNT_BATCH == COUNT_BATCH - 1:
                yield

    async def wait(self) -> None:
        """Wait until there are enough entries."""
        while len(self._found) < self._minimum:
            self._changed.clear()
            await self._changed.wait()

    def changed(self, entry: E) -> None:
        """Count an entry, or not anymore."""
        if self._matches(entry):
            self._found.add(entry)
        else:
            self._found.discard(entry)
        if len(self._found) >= self._minimum:
            self._changed.set()

    def evicted(self, entry: E) -> None:
        """Do not count an entry anymore."""
        self._found.discard(entry)

    def cleared(self) -> None:
        """Begin again."""
        self._found.clear()

"""Journals that replicas share: what a replica has in memory is read from the store before each query."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile

from mockorders.sandbox.journal import E, Journal, JournalListener
from mockorders.sandbox.journal_budget import JournalBudget
from mockorders.sandbox.sandbox import NO_PINS, Pin
from mockorders.store.journal_records import NO_PLACE, Place
from mockorders.store.postgres_journals import SharedJournal


class ReplicaJournal(Journal[E]):
    """The part of a shared journal that this replica has read, up to `place`.

    `pinned` are the pinned entries by id, and `pins` is their version. Whoever reads has the `lock`. `watch` is called
    with true when a listener subscribes, and with false when there are none anymore.
    """

    __slots__ = ("lock", "pinned", "pins", "place", "watch")

    def __init__(self, budget: JournalBudget) -> None:
        super().__init__(budget)
        self.place = NO_PLACE
        self.pins = 0
        self.pinned: dict[str, Pin] = NO_PINS
        self.lock = asyncio.Lock()
        self.watch: Callable[[bool], None] | None = None

    def clear(self) -> None:
        """Remove all entries from memory; they are read again."""
        super().clear()
        self.place = NO_PLACE
        self.pins = 0
        self.pinned = NO_PINS

    def take(self, read: SharedJournal, entries: Sequence[E]) -> None:
        """Add what was read after `place`."""
        if read.epoch != self.place.epoch:
            self.reset()
            self.generation = read.epoch
        for entry in entries:
            self.add(entry)
        self.continue_after(read.issued)
        self.place = Place(read.epoch, read.issued)
        self.evicted = max(0, read.issued - read.cleared - len(self))

    def evict_before(self, number: int) -> None:
        """Remove older entries, because the store only has those of them that are pinned."""
        older = list(takewhile(lambda entry: int(entry.id) < number, self._entries))
        for entry in older:
            if entry.id not in self.pinned:
                self._budget.release(entry)
                self._entries.remove(entry)
                self._evicted(entry)

    @contextmanager
    def subscribed(self, listener: JournalListener[E]) -> Iterator[None]:
        """Call the listener after every change while the block runs, also for requests to other replicas."""
        try:
            with super().subscribed(listener):
                self._tell(True)
                yield
        finally:
            if not self.is_watched:
                self._tell(False)

    def _tell(self, is_watched: bool) -> None:
        if self.watch is not None:
            self.watch(is_watched)

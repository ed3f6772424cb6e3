"""The memory limits of journals."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from mockorders.sandbox.journal import E, Journal, JournalItem

MAX_BYTES = 64 * 2**20
ANONYMOUS_SHARE = 8  # an eighth of the memory is for requests without a sandbox


class JournalBudget:
    """The memory limit of several journals together; beyond it, their oldest entries are evicted.

    Bytes that several entries share, such as the body of a cached response, are counted once. `evicted` counts the
    entries that were evicted from any of the journals.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._size = 0
        self._entries: OrderedDict[JournalItem, Journal[Any]] = OrderedDict()
        self._sharers: dict[int, int] = {}
        self.evicted = 0

    @property
    def size(self) -> int:
        """The approximate number of bytes that all entries hold."""
        return self._size

    def __contains__(self, entry: JournalItem) -> bool:
        return entry in self._entries

    def add(self, journal: Journal[Any], entry: JournalItem) -> None:
        """Add an entry of a journal to the total."""
        self._entries[entry] = journal  # keeps its position if it is there already
        key = id(entry.shared)
        sharers = self._sharers.get(key, 0)
        self._sharers[key] = sharers + 1
        self._size += entry.size if sharers else entry.size + len(entry.shared)

    def add_first(self, journal: Journal[E], entries: Sequence[E]) -> None:
        """Add entries of a journal, as the oldest of all."""
        for entry in reversed(entries):
            self.add(journal, entry)
            self._entries.move_to_end(entry, last=False)

    def change(self, entry: JournalItem, apply: Callable[[], None]) -> bool:
        """Change an entry in place; return whether it is part of the total."""
        journal = self._entries.get(entry)
        if journal is None:
            apply()
            return False
        self._subtract(entry)
        apply()
        self.add(journal, entry)
        return True

    def release(self, entry: JournalItem) -> None:
        """Subtract an entry from the total."""
        del self._entries[entry]
        self._subtract(entry)

    def enforce_limit(self) -> None:
        """Evict the oldest entries until the total fits the limit."""
        while self._size > self._max_bytes and self._entries:
            entry, journal = self._entries.popitem(last=False)
            self._subtract(entry)
            journal.evict_oldest()

    def _subtract(self, entry: JournalItem) -> None:
        key = id(entry.shared)
        sharers = self._sharers.pop(key)
        if sharers > 1:
            self._sharers[key] = sharers - 1
        self._size -= entry.size if sharers > 1 else entry.size + len(entry.shared)


class JournalBudgets(NamedTuple):
    """The memory limits of the journals of all sandboxes, and of the journal of requests without a sandbox.

    They are separate, so that web pages and others who send requests that are rejected cannot evict those of tests.
    """

    sandboxes: JournalBudget
    anonymous: JournalBudget

    @classmethod
    def of(cls, max_bytes: int) -> "JournalBudgets":
        """Return budgets that have a limit together."""
        share = max_bytes // ANONYMOUS_SHARE
        return cls(JournalBudget(max_bytes - share), JournalBudget(share))

    @property
    def size(self) -> int:
        """The approximate number of bytes that all entries hold."""
        return self.sandboxes.size + self.anonymous.size

    @property
    def evicted(self) -> int:
        """The number of entries that were evicted from any journal."""
        return self.sandboxes.evicted + self.anonymous.evicted

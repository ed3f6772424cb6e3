"""Request journals: the last entries of each sandbox, limited in number and memory, and awaitable."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence, Sized
from contextlib import contextmanager
from itertools import takewhile
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

MAX_ENTRIES = 1_000
MAX_BYTES = 64 * 2**20
ANONYMOUS_SHARE = 8  # an eighth of the memory is for requests without a sandbox
NO_ENTRIES: list[Any] = []  # of all journals without entries


class JournalItem(Protocol):
    """What a journal requires of an entry."""

    @property
    def id(self) -> str:
        """The number of the request in its sandbox, as decimal digits."""

    @property
    def size(self) -> int:
        """The approximate number of bytes that only this entry holds."""

    @property
    def shared(self) -> Sized:
        """The bytes that other entries may hold too; counted once for all of them."""


E = TypeVar("E", bound=JournalItem)
E_contra = TypeVar("E_contra", contravariant=True)


class JournalListener(Protocol[E_contra]):
    """What is called after the changes of a journal, in the event loop. Its methods must not block."""

    def changed(self, entry: E_contra) -> None:
        """Handle an entry that was added, or changed in place."""

    def evicted(self, entry: E_contra) -> None:
        """Handle an entry that was removed to make room."""

    def cleared(self) -> None:
        """Handle the removal of all entries."""


class Journal(Generic[E]):
    """The last 1,000 requests of one sandbox, oldest first.

    Ids ascend and are not reused until `reset`. `evicted` counts the entries that were removed to make room since the
    last `clear`; `generation` is increased by every `clear`.
    """

    __slots__ = ("_budget", "_entries", "_issued", "_listeners", "evicted", "generation")

    def __init__(self, budget: "JournalBudget") -> None:
        self._budget = budget
        self._entries: list[E] = NO_ENTRIES
        self._listeners: dict[JournalListener[E], None] = {}  # in order
        self._issued = 0
        self.generation = 1
        self.evicted = 0

    def issue(self) -> str:
        """Return the id of the next request: numbers from 1, which continue after `clear`."""
        self._issued += 1
        return str(self._issued)

    @property
    def issued(self) -> int:
        """The number that was issued last, or 0."""
        return self._issued

    def continue_after(self, number: int) -> None:
        """Issue only ids above a number."""
        self._issued = max(self._issued, number)

    def __iter__(self) -> Iterator[E]:
        return iter(list(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, entry: E) -> bool:
        return entry in self._budget

    @property
    def is_watched(self) -> bool:
        """Whether somebody waits for requests."""
        return bool(self._listeners)

    def get(self, identifier: str) -> E | None:
        """Return the entry of a request, or None."""
        return next((entry for entry in self._entries if entry.id == identifier), None)

    def since(self, number: int) -> list[E]:
        """Return the entries whose ids are above a number, newest first."""
        return list(takewhile(lambda entry: int(entry.id) > number, reversed(self._entries)))

    def add(self, entry: E) -> None:
        """Add an entry, and evict the oldest ones if a limit is exceeded."""
        if self._entries is NO_ENTRIES:
            self._entries = []
        self._entries.append(entry)
        self._budget.add(self, entry)
        if len(self._entries) > MAX_ENTRIES:
            self._budget.release(self._entries[0])
            self.evict_oldest()
        self._budget.enforce_limit()
        self._notify(entry)

    def change(self, entry: E, apply: Callable[[], None]) -> bool:
        """Change an entry in place; return whether the journal still has it. If not, it is not added again."""
        exists = self._budget.change(entry, apply)
        self._budget.enforce_limit()
        self._notify(entry)
        return exists

    def evict_oldest(self) -> None:
        """Remove the oldest entry and count it as evicted."""
        self._evicted(self._entries.pop(0))

    def _evicted(self, entry: E) -> None:
        self.evicted += 1
        self._budget.evicted += 1
        for listener in self._listeners:
            listener.evicted(entry)

    def clear(self) -> None:
        """Remove all entries, and start a new generation with no evicted entries."""
        for entry in self._entries:
            self._budget.release(entry)
        self._entries = NO_ENTRIES
        self.evicted = 0
        self.generation += 1
        for listener in self._listeners:
            listener.cleared()

    def reset(self) -> None:
        """Remove all entries, and number requests from 1 again."""
        self.clear()
        self._issued = 0

    def restore(self, entries: Sequence[E], issued: int, evicted: int) -> None:
        """Set the entries of an empty journal, oldest first; they are the first to be evicted for others."""
        self._entries = list(entries) if entries else NO_ENTRIES
        self.continue_after(issued)
        self.evicted = evicted
        self._budget.add_first(self, entries)
        self._budget.enforce_limit()

    @contextmanager
    def subscribed(self, listener: JournalListener[E]) -> Iterator[None]:
        """Call the listener after every change while the block runs."""
        self._listeners[listener] = None
        try:
            yield
        finally:
            del self._listeners[listener]

    def _notify(self, entry: E) -> None:
        if self._listeners and entry in self:
            for listener in self._listeners:
                listener.changed(entry)


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

"""The journal of a sandbox: the last entries, limited in number and memory, with a way to wait for new ones."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import takewhile
from typing import Any, Generic, Protocol, TypeVar

MAX_ENTRIES = 1_000
MAX_BYTES = 64 * 2**20


class JournalItem(Protocol):
    """What a journal needs of an entry.

    `size` is the number of bytes that only this entry holds, `shared` are bytes that other entries may hold too.
    """

    @property
    def id(self) -> str:
        """The number of the request in its sandbox, in digits."""

    @property
    def size(self) -> int:
        """The approximate number of bytes that only this entry holds."""

    @property
    def shared(self) -> bytes:
        """The bytes that other entries may hold too; counted once."""


E = TypeVar("E", bound=JournalItem)


class Journal(Generic[E]):
    """The last requests of one sandbox, oldest first; `generation` counts how often all were let go."""

    __slots__ = ("_budget", "_entries", "_issued", "_listeners", "evicted", "generation")

    def __init__(self, budget: "JournalBudget") -> None:
        self._budget = budget
        self._entries: deque[E] = deque()
        self._listeners: list[Callable[[], None]] = []
        self._issued = 0
        self.generation = 0
        self.evicted = 0

    def issue(self) -> str:
        """Issue the id of a request: a sandbox's requests are counted from 1, and on after a clear."""
        self._issued += 1
        return str(self._issued)

    @property
    def issued(self) -> int:
        """The id that was issued last; 0 before the first."""
        return self._issued

    def __iter__(self) -> Iterator[E]:
        return iter(list(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, identifier: str) -> E | None:
        """Give the entry of a request, or None."""
        return next((entry for entry in self._entries if entry.id == identifier), None)

    def since(self, number: int) -> list[E]:
        """List the entries whose ids are above a number, newest first."""
        return list(takewhile(lambda entry: int(entry.id) > number, reversed(self._entries)))

    def add(self, entry: E) -> None:
        """Remember a request; the oldest go where there are too many, and who listens is told."""
        self._entries.append(entry)
        self._budget.add(self, entry)
        if len(self._entries) > MAX_ENTRIES:
            self._budget.release(self._entries[0])
            self.evict_oldest()
        self._budget.enforce_limit()
        self._notify()

    def evict_oldest(self) -> None:
        """Let go of the oldest entry."""
        self._entries.popleft()
        self.evicted += 1
        self._budget.evicted += 1

    def clear(self) -> None:
        """Let go of all entries, and count anew; who listens is told."""
        for entry in self._entries:
            self._budget.release(entry)
        self._entries.clear()
        self.evicted = 0
        self.generation += 1
        self._notify()

    def reset(self) -> None:
        """Let go of all entries, and number requests from 1 again."""
        self.clear()
        self._issued = 0

    async def wait(self, enough: Callable[[], bool], seconds: float) -> None:
        """Wait until enough came, at most so many seconds."""
        changed = asyncio.Event()
        with self.subscribed(changed.set), suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not enough():
                    changed.clear()
                    await changed.wait()

    @contextmanager
    def subscribed(self, listener: Callable[[], None]) -> Iterator[None]:
        """Call the listener after every change, for as long as the block lasts; it must be quick."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def _notify(self) -> None:
        for listener in self._listeners:
            listener()


class JournalBudget:
    """The memory that all journals share: past it the oldest entries go, whose ever they are.

    `evicted` counts the entries that went to make room, in all journals.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._size = 0
        self._entries: OrderedDict[JournalItem, Journal[Any]] = OrderedDict()
        self._sharers: dict[int, int] = {}
        self.evicted = 0

    @property
    def size(self) -> int:
        """About how many bytes all entries hold."""
        return self._size

    def add(self, journal: Journal[Any], entry: JournalItem) -> None:
        """Count an entry."""
        self._entries[entry] = journal
        key = id(entry.shared)
        sharers = self._sharers.get(key, 0)
        self._sharers[key] = sharers + 1
        self._size += entry.size if sharers else entry.size + len(entry.shared)

    def release(self, entry: JournalItem) -> None:
        """Stop counting an entry."""
        del self._entries[entry]
        self._subtract(entry)

    def enforce_limit(self) -> None:
        """Let go of the oldest until the rest fits."""
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

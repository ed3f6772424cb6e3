"""The journal of a sandbox: the last entries, limited in number and memory, with a way to wait for new ones."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import takewhile
from typing import Any, Generic, Protocol, TypeVar

MAX_ENTRIES = 1_000
MEMORY = 64 * 2**20


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
    """The last requests of one sandbox, oldest first; `era` counts how often all were let go."""

    __slots__ = ("_entries", "_issued", "_journals", "_listeners", "era", "forgotten")

    def __init__(self, journals: "Journals") -> None:
        self._journals = journals
        self._entries: deque[E] = deque()
        self._listeners: list[Callable[[], None]] = []
        self._issued = 0
        self.era = 0
        self.forgotten = 0

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
        self._journals.note(self, entry)
        if len(self._entries) > MAX_ENTRIES:
            self._journals.release(self._entries[0])
            self.forget_oldest()
        self._journals.shrink()
        self._tell()

    def forget_oldest(self) -> None:
        """Let go of the oldest entry."""
        self._entries.popleft()
        self.forgotten += 1
        self._journals.evicted += 1

    def clear(self) -> None:
        """Let go of all entries, and count anew; who listens is told."""
        for entry in self._entries:
            self._journals.release(entry)
        self._entries.clear()
        self.forgotten = 0
        self.era += 1
        self._tell()

    def restart(self) -> None:
        """Let go of all entries, and number requests from 1 again."""
        self.clear()
        self._issued = 0

    async def wait(self, enough: Callable[[], bool], seconds: float) -> None:
        """Wait until enough came, at most so many seconds."""
        came = asyncio.Event()
        with self.listening(came.set), suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not enough():
                    came.clear()
                    await came.wait()

    @contextmanager
    def listening(self, listener: Callable[[], None]) -> Iterator[None]:
        """Call the listener after every change, for as long as the block lasts; it must be quick."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


class Journals:
    """The memory that all journals share: past it the oldest entries go, whose ever they are.

    `evicted` counts the entries that went to make room, in all journals.
    """

    def __init__(self, memory: int = MEMORY) -> None:
        self._memory = memory
        self._size = 0
        self._held: OrderedDict[JournalItem, Journal[Any]] = OrderedDict()
        self._sharers: dict[int, int] = {}
        self.evicted = 0

    @property
    def size(self) -> int:
        """About how many bytes all entries hold."""
        return self._size

    def note(self, journal: Journal[Any], entry: JournalItem) -> None:
        """Count an entry."""
        self._held[entry] = journal
        key = id(entry.shared)
        sharers = self._sharers.get(key, 0)
        self._sharers[key] = sharers + 1
        self._size += entry.size if sharers else entry.size + len(entry.shared)

    def release(self, entry: JournalItem) -> None:
        """Stop counting an entry."""
        del self._held[entry]
        self._subtract(entry)

    def shrink(self) -> None:
        """Let go of the oldest until the rest fits."""
        while self._size > self._memory and self._held:
            entry, journal = self._held.popitem(last=False)
            self._subtract(entry)
            journal.forget_oldest()

    def _subtract(self, entry: JournalItem) -> None:
        key = id(entry.shared)
        sharers = self._sharers.pop(key)
        if sharers > 1:
            self._sharers[key] = sharers - 1
        self._size -= entry.size if sharers > 1 else entry.size + len(entry.shared)

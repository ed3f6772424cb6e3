"""Request journals: the last entries of each sandbox, limited in number, and awaitable."""

from collections.abc import Callable, Iterator, Sequence, Sized
from contextlib import contextmanager
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from mockorders.sandbox.journal_budget import JournalBudget

MAX_ENTRIES = 1_000
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

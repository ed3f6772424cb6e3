"""Journals that a store keeps: cleared and pinned there first; entries are stored before their responses are sent."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mockorders.errors import ProblemError
from mockorders.sandbox.journal import E, Journal
from mockorders.sandbox.journal_budget import JournalBudget
from mockorders.sandbox.sandbox import Pin, Sandbox
from mockorders.sandbox.stored_sandbox import Pending, StoredSandbox
from mockorders.store.journal_records import EntryRecord, JournalStore
from mockorders.store.records import ChangeRecord, Document, Engine


class JournalKeeper(NamedTuple):
    """The store of changes, that of journals, and how entries are written as records and read for a sandbox."""

    engine: Engine
    store: JournalStore
    write: Callable[[Any], EntryRecord]
    read: Callable[[Iterable[EntryRecord], Sandbox], Iterator[Any]]


class StoredJournal(Journal[E]):
    """The journal of one sandbox, in memory and, while it is attached, under a name in a store.

    `was_reset` is whether the store has to delete it with the next change of the sandbox. The methods raise
    StoreUnavailableError, and have changed nothing then.
    """

    __slots__ = ("_name", "_store", "was_reset")

    def __init__(self, budget: JournalBudget) -> None:
        super().__init__(budget)
        self._store: JournalStore | None = None
        self._name = ""
        self.was_reset = False

    def attach(self, store: JournalStore, name: str) -> None:
        """Keep the journal in a store from now on."""
        self._store = store
        self._name = name

    def detach(self) -> None:
        """Leave the journal in the store as it is."""
        self._store = None

    @property
    def is_attached(self) -> bool:
        """Whether the journal is kept in a store."""
        return self._store is not None

    def clear(self) -> None:
        """Remove all entries, and start a new generation with no evicted entries."""
        if self._store is not None:
            self._store.clear(self._name, self.issued)
        super().clear()

    def reset(self) -> None:
        """Remove all entries, and number requests from 1 again; in the store, with the next change."""
        self.was_reset = self._store is not None
        super().clear()
        self._issued = 0

    def pin(self, identifier: str) -> None:
        """Keep an entry in the store, even if it is evicted; one in progress once it is complete."""
        if self._store is not None:
            self._store.pin(self._name, int(identifier))

    def unpin(self, identifier: str) -> None:
        """Keep an entry only as long as the journal does."""
        if self._store is not None:
            self._store.unpin(self._name, int(identifier))


class JournaledSandbox(StoredSandbox):
    """A sandbox whose changes, journal and pins are kept in a store."""

    __slots__ = ()

    @property
    def stored_journal(self) -> StoredJournal[Any]:
        """The journal."""
        assert isinstance(self.journal, StoredJournal)
        return self.journal

    def _record(
        self, pending: Pending, request: str, changes: Document, snapshots: Mapping[str, Document | None]
    ) -> ChangeRecord:
        record = super()._record(pending, request, changes, snapshots)
        return record._replace(clears_journal=self.stored_journal.was_reset)

    def pin(self, entry: Any, size: int) -> None:
        """Keep an entry, also in the store. Raises MemoryLimitError or StoreUnavailableError."""
        super().pin(entry, size)
        try:
            self.stored_journal.pin(entry.id)
        except ProblemError:
            super().unpin(entry.id)
            raise

    def unpin(self, identifier: str) -> None:
        """Keep an entry only as long as the journal does. Raises StoreUnavailableError."""
        self.stored_journal.unpin(identifier)
        super().unpin(identifier)

    def restore_journal(self, entries: Sequence[Any], pinned: Sequence[Any], issued: int, evicted: int) -> None:
        """Set the journal and the pins of a new sandbox."""
        self.journal.restore(entries, issued, evicted)
        recorded = {entry.id: entry for entry in entries}
        for each in pinned:
            entry = recorded.get(each.id, each)
            size = entry.size + len(entry.shared)
            self.pins = {**self.pins, entry.id: Pin(entry, self.memory.count(size))}

"""The records of a sandbox: tables by API, with commit, rollback and snapshots."""

from collections.abc import Iterator, Mapping
from typing import Self

from mockorders.budget import Charge, MemoryAccount
from mockorders.storage.access import ReadLog, RecordAccess
from mockorders.storage.base_collection import BaseCollection
from mockorders.storage.change_log import ChangeLog, Version
from mockorders.storage.collection import Record
from mockorders.storage.record_changes import summarize
from mockorders.storage.shared_change import Overlay, SharedChange
from mockorders.storage.tables import Tables

MAX_SHARED_DEPTH = 16
MAX_SHARED_RECORDS = 256
NOTHING_ADOPTED: dict[tuple[str, str], tuple[Overlay, Charge | None]] = {}  # of all states without adopted changes


class State:
    """All records of a sandbox: tables by API, and one change log for all of them.

    Each request is atomic without locks: it calls `begin`, then `commit` if it succeeds or `rollback` if it fails. A
    handler yields to the event loop only before its first write, so the writes of two requests cannot mix; in between
    it is suspended, so that the reads of others are not recorded for it. Changes are charged to
    the account of the sandbox. `version` identifies the bases; states that have the same one share cached responses.
    So do those that adopted the same changes.
    """

    __slots__ = ("_adopted", "_bases", "_depth", "_first_version", "_log", "_shared_version", "_tables")

    def __init__(
        self,
        bases: Mapping[str, Mapping[str, BaseCollection]],
        account: MemoryAccount | None = None,
        version: Version | None = None,
    ) -> None:
        self._bases = bases
        self._log = ChangeLog(version, account)
        self._first_version = self._log.version
        self._shared_version = self._log.version
        self._depth = 0
        self._tables: dict[str, Tables] = {}
        self._adopted: dict[tuple[str, str], tuple[Overlay, Charge | None]] = NOTHING_ADOPTED
        self._begin()

    def _begin(self) -> None:
        """Do nothing; subclasses set what they add to a new state."""

    @property
    def tables(self) -> Mapping[str, Tables]:
        """The collections by API and name."""
        if not self._tables:
            self._tables = {api: Tables(api, collections, self._log) for api, collections in self._bases.items()}
        if self._adopted:
            for (api, name), (overlay, _) in self._adopted.items():
                self._tables[api][name].adopt(overlay)
            self._adopted = NOTHING_ADOPTED
        return self._tables

    @property
    def bases(self) -> Mapping[str, Mapping[str, BaseCollection]]:
        """The records without the changes, by API and collection."""
        return self._bases

    def is_unchanged_from(self, bases: Mapping[str, Mapping[str, BaseCollection]]) -> bool:
        """Check whether all collections are over these bases and have no changes."""
        if self._bases is bases and self.is_untouched:
            return True
        return all(tables.is_unchanged_from(bases[api]) for api, tables in self.tables.items())

    @property
    def version(self) -> Version:
        """A new object after every change; until the first one, that of the bases."""
        return self._log.version

    @property
    def is_untouched(self) -> bool:
        """Whether no record was ever changed, so that all states over the same bases have the same records."""
        return self._log.version is self._first_version

    @property
    def is_shared(self) -> bool:
        """Whether every state with this version has the same records."""
        return self._log.version is self._shared_version

    def share(self, access: RecordAccess) -> SharedChange | None:
        """Return what the last request changed in records that were shared, for other states; None if it is too much.

        `access` lists the records that it changed, which are shared from now on.
        """
        if self._depth == MAX_SHARED_DEPTH:
            return None
        names = dict.fromkeys(name for name, _ in access.writes)
        overlays = {}
        for name in names:
            api, _, collection = name.partition(".")
            overlays[api, collection] = self.tables[api][collection].overlay()
        change = SharedChange(overlays, self._log.version, self._depth + 1, access.writes)
        if change.records > MAX_SHARED_RECORDS:
            return None
        self._shared_version = change.version
        self._depth = change.depth
        return change

    def adopt(self, change: SharedChange) -> None:
        """Change records as a request did in another state with the version of this one. Raises MemoryLimitError.

        The tables get the changes when they are next used.
        """
        added = {name: (overlay, self._charge(name, overlay)) for name, overlay in change.overlays.items()}
        self._adopted = {**self._adopted, **added}
        self._log.version = change.version
        self._shared_version = change.version
        self._depth = change.depth

    def _charge(self, name: tuple[str, str], overlay: Overlay) -> Charge | None:
        account = self._log.account
        if account is None:
            return None
        return account.charge(overlay.size, self._adopted[name][1] if name in self._adopted else None)

    def changed_records(self) -> Iterator[Record]:
        """Return the records that are not those of the bases."""
        for tables in self._tables.values():
            for collection in tables.used():
                yield from (record for record in collection.changes.values() if record is not None)

    def begin(self) -> None:
        """Start recording reads."""
        self._log.reads = ReadLog()

    def suspend(self) -> ReadLog | None:
        """Stop recording reads; return those so far, for `resume`."""
        reads = self._log.reads
        self._log.reads = None
        return reads

    def resume(self, reads: ReadLog | None) -> None:
        """Continue to record reads."""
        self._log.reads = reads

    def commit(self) -> RecordAccess:
        """Make the changes since the last commit or rollback final, and return the access since `begin`."""
        log = self._log
        runs = () if log.reads is None else log.reads.runs
        log.reads = None
        if not log.writes:
            return RecordAccess(runs)
        writes = dict.fromkeys((collection.name, identifier) for collection, identifier, _, _ in log.writes)
        access = RecordAccess(runs, tuple(writes), tuple(summarize(log.writes)))
        log.writes.clear()
        return access

    def rollback(self) -> RecordAccess:
        """Undo the changes since the last commit or rollback, and return the reads since `begin`."""
        while self._log.writes:
            collection, identifier, before, charge = self._log.writes.pop()
            collection.undo(identifier, before, charge)
        return self.commit()

    def snapshot(self, account: MemoryAccount | None = None) -> Self:
        """Return an independent copy of the state; each collection is copied when it is next changed.

        Its changes are charged to `account`, by default to that of this state.
        """
        copy = type(self)(self._bases, account or self._log.account, self._first_version)
        if not self.is_untouched:
            copy._tables = {api: tables.copy(copy._log) for api, tables in self.tables.items()}
            copy._log.version = self._log.version if self.is_shared else Version()
            copy._shared_version = self._shared_version
            copy._depth = self._depth
        return copy

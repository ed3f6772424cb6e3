"""The records of a sandbox: tables by API, with commit, rollback and snapshots."""

from collections.abc import Mapping
from typing import NamedTuple

from mockorders.storage.base_collection import BaseCollection
from mockorders.storage.collection import ChangeLog, Collection


class Tables(dict[str, Collection]):
    """The collections of one API in one sandbox, by name, and the change log that they share."""

    def __init__(self, collections: Mapping[str, Collection], log: ChangeLog) -> None:
        super().__init__(collections)
        self.log = log

    def is_unchanged_from(self, bases: Mapping[str, BaseCollection]) -> bool:
        """Check whether all collections are over these bases and have no changes."""
        return all(collection.is_unchanged_from(bases[name]) for name, collection in self.items())

    def copy(self, log: ChangeLog | None = None) -> "Tables":
        """Return independent copies of all collections; each is copied when it is next changed."""
        shared = log or ChangeLog()
        return Tables({name: collection.copy(shared) for name, collection in self.items()}, shared)


class RecordAccess(NamedTuple):
    """The records that a request read (the first 64) and wrote, as pairs of `api.collection` and id."""

    reads: tuple[tuple[str, int], ...] = ()
    writes: tuple[tuple[str, int], ...] = ()


class State:
    """All records of a sandbox: tables by API, and one change log for all of them.

    Each request is atomic without locks: it calls `begin`, then `commit` if it succeeds or `rollback` if it fails. A
    handler that writes never yields to the event loop, so the writes of two requests cannot mix.
    """

    __slots__ = ("_log", "tables")

    def __init__(self, bases: Mapping[str, Mapping[str, BaseCollection]]) -> None:
        self._log = ChangeLog()
        self.tables = {
            api: Tables(
                {name: Collection(f"{api}.{name}", base, self._log) for name, base in collections.items()}, self._log
            )
            for api, collections in bases.items()
        }

    def is_unchanged_from(self, bases: Mapping[str, Mapping[str, BaseCollection]]) -> bool:
        """Check whether all collections are over these bases and have no changes."""
        return all(tables.is_unchanged_from(bases[api]) for api, tables in self.tables.items())

    @property
    def version(self) -> object:
        """A new object after every change; never the same for two states."""
        return self._log.version

    def invalidate(self) -> None:
        """Change the version although no record changed, so that responses created from it are not used again."""
        self._log.version = object()

    def begin(self) -> None:
        """Start recording reads."""
        self._log.reads = []

    def commit(self) -> RecordAccess:
        """Make the changes since the last commit or rollback final, and return the access since `begin`."""
        writes = ((collection.name, identifier) for collection, identifier, _ in self._log.writes)
        access = RecordAccess(tuple(dict.fromkeys(self._log.reads or ())), tuple(dict.fromkeys(writes)))
        self._log.reads = None
        self._log.writes.clear()
        return access

    def rollback(self) -> RecordAccess:
        """Undo the changes since the last commit or rollback, and return the reads since `begin`."""
        while self._log.writes:
            collection, identifier, before = self._log.writes.pop()
            collection.undo(identifier, before)
        return self.commit()

    def snapshot(self) -> "State":
        """Return an independent copy of the state; each collection is copied when it is next changed."""
        copy = State({})
        for api, tables in self.tables.items():
            copy.tables[api] = tables.copy(copy._log)
        return copy

"""The state of a sandbox: the tables of each API, and what one request did to them."""

from collections.abc import Mapping
from typing import NamedTuple

from mockorders.storage.collection import BaseCollection, ChangeLog, Collection


class Tables(dict[str, Collection]):
    """The collections of one API in one sandbox, by name, and the log that they share."""

    def __init__(self, collections: Mapping[str, Collection], log: ChangeLog) -> None:
        super().__init__(collections)
        self.log = log

    def copy(self, log: ChangeLog | None = None) -> "Tables":
        """Give all collections as they are now, untouched by what comes; the next changes pay for the copy."""
        shared = log or ChangeLog()
        return Tables({name: collection.copy(shared) for name, collection in self.items()}, shared)


class RecordAccess(NamedTuple):
    """What a request did: the records it read, at most 64, and those it wrote, as `api.collection` and id."""

    reads: tuple[tuple[str, int], ...] = ()
    writes: tuple[tuple[str, int], ...] = ()


class State:
    """All records of a sandbox: tables by API, and the log by which a refused request is taken back."""

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
        """Say whether the records are those of these bases, and none was changed."""
        return all(
            collection.is_unchanged_from(bases[api][name])
            for api, tables in self.tables.items()
            for name, collection in tables.items()
        )

    @property
    def version(self) -> object:
        """Another object after every change; no two states have the same."""
        return self._log.version

    def begin(self) -> None:
        """Begin to write down what is read."""
        self._log.reads = []

    def commit(self) -> RecordAccess:
        """Make what changed since the last keep or rollback final; tells what was done since begin."""
        writes = ((collection.name, identifier) for collection, identifier, _ in self._log.writes)
        done = RecordAccess(tuple(dict.fromkeys(self._log.reads or ())), tuple(dict.fromkeys(writes)))
        self._log.reads = None
        self._log.writes.clear()
        return done

    def rollback(self) -> RecordAccess:
        """Take back what changed since the last keep or rollback; tells what was read since begin."""
        while self._log.writes:
            collection, identifier, before = self._log.writes.pop()
            collection.undo(identifier, before)
        return self.commit()

    def snapshot(self) -> "State":
        """Give the state as it is now, untouched by what comes; the next changes pay for the copy."""
        copy = State({})
        for api, tables in self.tables.items():
            copy.tables[api] = tables.copy(copy._log)
        return copy

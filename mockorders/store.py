"""Records in memory: a shared base that never changes, and what one sandbox changed on top of it. Knows no HTTP."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum, auto
from heapq import merge
from typing import Any

Record = Mapping[str, Any]

MAX_ID = 2**63 - 1


class _Untouched(Enum):
    """What stood in a collection's changes before there was one."""

    YES = auto()


Before = Record | _Untouched | None
Undo = tuple["Collection", int, Before]


class Base:
    """Records by id that every sandbox of one fixture set shares; nothing in it ever changes.

    Indexes are made when first asked for and then shared as well.
    """

    __slots__ = ("_indexes", "ids", "records", "stamp")

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self.records: dict[int, Record] = {record["id"]: record for record in records}
        self.ids = sorted(self.records)
        self.stamp = object()
        self._indexes: dict[str, dict[Any, list[int]]] = {}

    def index(self, field: str) -> dict[Any, list[int]]:
        """Give the ids, sorted, by the value of one field."""
        if field not in self._indexes:
            made: dict[Any, list[int]] = {}
            for identifier in self.ids:
                made.setdefault(self.records[identifier][field], []).append(identifier)
            self._indexes[field] = made
        return self._indexes[field]


class Collection:
    """The records of one kind in one sandbox, as copy-on-write over a base.

    A record is immutable once it is stored: a changed record is a new mapping. `stamp` is another object after every
    change, so whoever kept something can tell cheaply that nothing changed since.
    """

    __slots__ = ("_base", "_changes", "_ids", "_indexes", "_last_issued", "_shared", "_undo", "stamp")

    def __init__(self, base: Base, undo: list[Undo]) -> None:
        self._base = base
        self._changes: dict[int, Record | None] = {}
        self._ids = base.ids
        self._indexes: dict[str, dict[Any, list[int]]] = {}
        self._undo = undo
        self._shared = False
        self._last_issued = -1
        self.stamp = base.stamp

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Record]:
        """Go through the records by id."""
        return (self[identifier] for identifier in self._ids)

    def __getitem__(self, identifier: int) -> Record:
        record = self.get(identifier)
        if record is None:
            raise KeyError(identifier)
        return record

    @property
    def ids(self) -> Sequence[int]:
        """The ids, ascending; not to be changed."""
        return self._ids

    def get(self, identifier: int | None) -> Record | None:
        """Give a record, or None."""
        if identifier is None:
            return None
        if identifier in self._changes:
            return self._changes[identifier]
        return self._base.records.get(identifier)

    def where(self, field: str, value: Any) -> list[Record]:
        """Give the records in which a field has a value, by id; the work grows with their number."""
        base = self._base.index(field).get(value, [])
        if not self._changes:
            return [self._base.records[identifier] for identifier in base]
        kept = [identifier for identifier in base if identifier not in self._changes]
        return [self[identifier] for identifier in merge(kept, self._changed(field).get(value, []))]

    def put(self, record: Record) -> None:
        """Store a record in the place of the one with its id, if there is one."""
        self._change(record["id"], record)

    def delete(self, identifier: int) -> None:
        """Let go of a record; KeyError where there is none."""
        self[identifier]
        self._change(identifier, None)

    def next_id(self) -> int:
        """Issue an id above all others, never the same twice; the highest free one where there is none above."""
        highest = self._ids[-1] if self._ids else 0
        identifier = max(highest, self._last_issued) + 1
        while identifier > MAX_ID or identifier in self._base.records or identifier in self._changes:
            identifier = min(identifier, MAX_ID + 1) - 1
        self._last_issued = identifier
        return identifier

    def frozen(self) -> "Collection":
        """Give the collection as it is now, untouched by what comes; the next change here pays for the copy."""
        copy = Collection(self._base, [])
        copy._changes, copy._ids, copy._indexes = self._changes, self._ids, self._indexes
        copy.stamp = self.stamp
        copy._shared = self._shared = True
        return copy

    def undo(self, identifier: int, before: Before) -> None:
        """Take one change back: `before` is what stood in the log."""
        self._reindex(identifier, None if isinstance(before, _Untouched) else before)
        if isinstance(before, _Untouched):
            del self._changes[identifier]
        else:
            self._changes[identifier] = before
        self._list(identifier, present=self.get(identifier) is not None)
        self.stamp = object()

    def _change(self, identifier: int, record: Record | None) -> None:
        self._own()
        self._undo.append((self, identifier, self._changes.get(identifier, _Untouched.YES)))
        self._reindex(identifier, record)
        self._changes[identifier] = record
        self._list(identifier, present=record is not None)
        self.stamp = object()

    def _own(self) -> None:
        if not self._shared:
            return
        self._changes, self._indexes, self._shared = dict(self._changes), {}, False
        if self._ids is not self._base.ids:
            self._ids = list(self._ids)

    def _list(self, identifier: int, *, present: bool) -> None:
        at = bisect_left(self._ids, identifier)
        listed = at < len(self._ids) and self._ids[at] == identifier
        if listed == present:
            return
        if self._ids is self._base.ids:
            self._ids = list(self._ids)
        if present:
            self._ids.insert(at, identifier)
        else:
            del self._ids[at]

    def _changed(self, field: str) -> dict[Any, list[int]]:
        if field not in self._indexes:
            made: dict[Any, list[int]] = {}
            for identifier in sorted(self._changes):
                record = self._changes[identifier]
                if record is not None:
                    made.setdefault(record[field], []).append(identifier)
            self._indexes[field] = made
        return self._indexes[field]

    def _reindex(self, identifier: int, record: Record | None) -> None:
        before = self._changes.get(identifier)
        for field, index in self._indexes.items():
            if before is not None:
                index[before[field]].remove(identifier)
            if record is not None:
                insort(index.setdefault(record[field], []), identifier)


class Tables(dict[str, Collection]):
    """The collections of one API in one sandbox, by name."""

    def frozen(self) -> "Tables":
        """Give all collections as they are now."""
        return Tables({name: collection.frozen() for name, collection in self.items()})


class State:
    """All records of a sandbox: tables by API, and the log by which a refused request is taken back."""

    __slots__ = ("_undo", "tables")

    def __init__(self, bases: Mapping[str, Mapping[str, Base]]) -> None:
        self._undo: list[Undo] = []
        self.tables = {
            api: Tables({name: Collection(base, self._undo) for name, base in collections.items()})
            for api, collections in bases.items()
        }

    def keep(self) -> None:
        """Make what changed since the last keep or rollback final."""
        self._undo.clear()

    def rollback(self) -> None:
        """Take back what changed since the last keep or rollback."""
        while self._undo:
            collection, identifier, before = self._undo.pop()
            collection.undo(identifier, before)

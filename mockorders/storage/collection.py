"""Records in memory: a shared base that never changes, and what one sandbox changed on top of it. Knows no HTTP."""

from array import array
from bisect import bisect_left, insort
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from enum import Enum, auto
from heapq import merge
from typing import Any, NamedTuple

from mockorders.storage.index import Bitmap, ResultSet, SortedIndex, bitmap_of, build_index

Record = Mapping[str, Any]

MAX_ID = 2**63 - 1


class _Unchanged(Enum):
    """What stood in a collection's changes before there was one."""

    YES = auto()


PreviousRecord = Record | _Unchanged | None
Test = Callable[[Record], bool]


class IndexedCondition(NamedTuple):
    """One condition on a field whose values are compared by `rank`; `select` gives those that meet it by its index.

    Without `select` no index can tell.
    """

    field: str
    rank: Callable[[Any], Any]
    select: Callable[[SortedIndex], Bitmap] | None


SCAN_BATCH = 64
NO_IDS = array("q")
MAX_RECORDED_READS = 64


class ChangeLog:
    """What happens to the records of one sandbox while it answers a request: reads, and writes to be taken back.

    `version` is another object after every change, whatever collection it was in.
    """

    __slots__ = ("reads", "version", "writes")

    def __init__(self) -> None:
        self.version = object()
        self.reads: list[tuple[str, int]] | None = None
        self.writes: list[tuple[Collection, int, PreviousRecord]] = []

    @property
    def is_recording(self) -> bool:
        """Whether reads are written down, and not too many yet."""
        return self.reads is not None and len(self.reads) < MAX_RECORDED_READS

    def read(self, collection: str, identifier: int) -> None:
        """Write down a read."""
        if self.reads is not None and len(self.reads) < MAX_RECORDED_READS:
            self.reads.append((collection, identifier))

    def read_all(self, collection: str, identifiers: Sequence[int]) -> None:
        """Write down several reads."""
        if self.reads is not None and len(self.reads) < MAX_RECORDED_READS:
            self.reads += [(collection, each) for each in identifiers[: MAX_RECORDED_READS - len(self.reads)]]


class BaseCollection:
    """Records by id that every sandbox of one fixture set shares; nothing in it ever changes.

    Indexes are made when first asked for and then shared as well.
    """

    __slots__ = ("_indexes", "_sorted_indexes", "ids", "records", "version")

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self.records: dict[int, Record] = {record["id"]: record for record in records}
        self.ids = sorted(self.records)
        self.version = object()
        self._indexes: dict[str, dict[Any, array[int]]] = {}
        self._sorted_indexes: dict[str, SortedIndex] = {}

    def sorted_index(self, field: str, rank: Callable[[Any], Any]) -> Generator[None, None, SortedIndex]:
        """Return the sorted index of a field by the ranks of its values; built in steps at the first use."""
        if field not in self._sorted_indexes:
            values = (self.records[identifier][field] for identifier in self.ids)
            self._sorted_indexes[field] = yield from build_index(values, rank)
        return self._sorted_indexes[field]

    def bitmap(self, identifiers: Iterable[int]) -> Bitmap:
        """Return the bitmap of the positions of ids."""
        return bitmap_of(bisect_left(self.ids, each) for each in identifiers)

    def index(self, field: str) -> "Mapping[Any, array[int]]":
        """Give the ids, sorted, by the value of one field; arrays, as the collector would look through lists."""
        if field not in self._indexes:
            made: dict[Any, array[int]] = {}
            for identifier in self.ids:
                made.setdefault(self.records[identifier][field], array("q")).append(identifier)
            self._indexes[field] = made
        return self._indexes[field]


class Collection:
    """The records of one kind in one sandbox, as copy-on-write over a base.

    A record is immutable once it is stored: a changed record is a new mapping. `version` is another object after every
    change, so whoever kept something can tell cheaply that nothing changed since.
    """

    __slots__ = ("_base", "_changes", "_ids", "_indexes", "_last_issued", "_log", "_shared", "name", "version")

    def __init__(self, name: str, base: BaseCollection, log: ChangeLog) -> None:
        self.name = name
        self._base = base
        self._changes: dict[int, Record | None] = {}
        self._ids = base.ids
        self._indexes: dict[str, dict[Any, list[int]]] = {}
        self._log = log
        self._shared = False
        self._last_issued = -1
        self.version = base.version

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
        if self._log.reads is not None:
            self._log.read(self.name, identifier)
        if identifier in self._changes:
            return self._changes[identifier]
        return self._base.records.get(identifier)

    def where(self, field: str, value: Any) -> list[Record]:
        """Give the records in which a field has a value, by id; the work grows with their number."""
        identifiers: Sequence[int] = self._base.index(field).get(value, NO_IDS)
        if self._changes:
            kept = [identifier for identifier in identifiers if identifier not in self._changes]
            identifiers = [*merge(kept, self._changed_ids_by_value(field).get(value, []))]
        return self.get_many(identifiers)

    def get_many(self, identifiers: Sequence[int]) -> list[Record]:
        """Give the records of ids that there are, in their order."""
        self._log.read_all(self.name, identifiers)
        records, changes = self._base.records, self._changes
        return [changes.get(each) or records[each] for each in identifiers]

    def select(self, conditions: Sequence[IndexedCondition], matches: Test) -> Generator[None, None, ResultSet]:
        """Return the records that match, in steps.

        Conditions with an index are decided by it. The other conditions, and the records that this sandbox changed,
        are decided record by record.
        """
        ids, known = self._base.ids, self._base.records
        bitmap, rest, step = bitmap_of(range(len(ids))), False, max(1, SCAN_BATCH // len(conditions))
        for field, rank, chosen in conditions:
            if chosen is None:
                rest = True
            else:
                bitmap &= chosen((yield from self._base.sorted_index(field, rank)))
        if self._changes:
            bitmap -= self._base.bitmap(each for each in self._changes if each in known)
        if rest:
            bitmap = self._base.bitmap((yield from self._walk((ids[each] for each in bitmap), matches, step)))
        if not self._changes:
            return ResultSet(ids, bitmap)
        found = yield from self._walk(sorted(self._changes), matches, step)
        bitmap |= self._base.bitmap(each for each in found if each in known)
        return ResultSet(ids, bitmap, [each for each in found if each not in known])

    def _walk(self, identifiers: Iterable[int], matches: Test, step: int) -> Generator[None, None, list[int]]:
        found = []
        for number, identifier in enumerate(identifiers):
            record = self.get(identifier)
            if record is not None and matches(record):
                found.append(identifier)
            if number % step == step - 1:
                yield
        return found

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

    def copy(self, log: ChangeLog | None = None) -> "Collection":
        """Give the collection as it is now, untouched by what comes; the next change of either pays for the copy."""
        other = Collection(self.name, self._base, log or ChangeLog())
        other._changes, other._ids, other._indexes = self._changes, self._ids, self._indexes
        other._last_issued, other.version = self._last_issued, self.version
        other._shared = self._shared = True
        return other

    def is_unchanged_from(self, base: BaseCollection) -> bool:
        """Say whether the records are those of a base, and none was changed."""
        return self._base is base and not self._changes

    def undo(self, identifier: int, before: PreviousRecord) -> None:
        """Take one change back: `before` is what stood in the log."""
        self._unshare()
        self._reindex(identifier, None if isinstance(before, _Unchanged) else before)
        if isinstance(before, _Unchanged):
            del self._changes[identifier]
        else:
            self._changes[identifier] = before
        self._update_ids(identifier, present=self.get(identifier) is not None)
        self.version = self._log.version = object()

    def changed_ids(self, other: "Collection") -> list[int]:
        """List the ids under which the other holds another record, or only one of the two any, ascending."""
        if self._base is other._base:
            candidates: Iterable[int] = self._changes.keys() | other._changes.keys()
        else:
            candidates = {*self._ids, *other._ids}
        return sorted(each for each in candidates if self.get(each) != other.get(each))

    def _change(self, identifier: int, record: Record | None) -> None:
        self._unshare()
        self._log.writes.append((self, identifier, self._changes.get(identifier, _Unchanged.YES)))
        self._reindex(identifier, record)
        self._changes[identifier] = record
        self._update_ids(identifier, present=record is not None)
        self.version = self._log.version = object()

    def _unshare(self) -> None:
        if not self._shared:
            return
        self._changes, self._indexes, self._shared = dict(self._changes), {}, False
        if self._ids is not self._base.ids:
            self._ids = list(self._ids)

    def _update_ids(self, identifier: int, *, present: bool) -> None:
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

    def _changed_ids_by_value(self, field: str) -> dict[Any, list[int]]:
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

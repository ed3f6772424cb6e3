"""Indexes of values that are computed from a record and the records that it refers to."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, TypeAlias

from mockorders.budget import Charge, MemoryLimitError
from mockorders.storage.base_collection import BaseCollection
from mockorders.storage.collection import Collection, Record
from mockorders.storage.index import Bitmap, SortedIndex, batches, bitmap_of, build_index
from mockorders.storage.tables import Tables
from mockorders.storage.views import Reads, ReadTracker

Values = Callable[[Any, Record], Sequence[Any]]
"""Returns the values of a record, and reads other records only from its first argument, a source."""

IndexQuery = Callable[[SortedIndex], Generator[None, None, Bitmap]]
BUILD_BATCH = 50
OWN_ID = "own id"
OVERHEAD_BYTES = 1_000
POSITION_BYTES = 4
READER_BYTES = 200  # of a key, with the positions of the records that read by it


class Related(NamedTuple):
    """A stored property of the records of a collection that others refer to."""

    collection: str
    name: str


class Condition(NamedTuple):
    """A condition that at least one of a record's values meets, compared by their ranks.

    `key` names the index, for all conditions with the same `values`, `field` and `rank`. `query` selects from it.
    Without `values`, the only value is that of `field`, by default the field named `key`. If `values` depends only on
    one field of the record, and on other records, `field` is its name. If the only value is a stored property of the
    record whose id is in that field, `related` names it, for a smaller index.
    """

    key: Any
    rank: Callable[[Any], Any]
    query: IndexQuery
    values: Values | None = None
    field: str | None = None
    related: Related | None = None


class ValueIndex:
    """A sorted index of the values of all records of an immutable collection, and what each of them depends on.

    A record can have several values, or none: the sorted index has an entry for each of them. The collection holds its
    indexes, so they have no reference to it: a cycle would not be freed with its last reference.
    """

    def __init__(self, entries: SortedIndex, owners: "array[int] | None", readers: "_Readers") -> None:
        self.entries = entries
        self._owners = owners  # position of the record by entry; None if they are the same
        self._readers = readers
        self.size = _size(entries, owners, readers)
        self.charge: Charge | None = None

    def select(self, query: IndexQuery) -> Generator[None, None, Bitmap]:
        """Return the positions of the records with a value that a query selects. Yields between batches."""
        found = yield from query(self.entries)
        if self._owners is None:
            return found
        positions = array("I")
        for batch in batches(found):
            positions.extend(map(self._owners.__getitem__, batch))
            yield
        return bitmap_of(positions)

    def outdated(self, records: BaseCollection, tables: Tables) -> Iterator[int]:
        """Yield the positions of records whose values depend on a record that is changed in a sandbox's tables.

        `records` is the collection that the index belongs to.
        """
        for (name, field), readers in self._readers.items():
            for record in changed_records(tables[name]):
                key = record["id"] if field is None else record[field]
                yield from readers.get(key, ())
                if OWN_ID in readers:
                    yield from _position(records, key)


_Readers: TypeAlias = dict[tuple[str, str | None], dict[Any, Sequence[int]]]
"""The positions of the records that read by a key: by collection and field (None for an id), then by value.

Records that read by their own id have the single key `OWN_ID`.
"""


def value_index(tables: Tables, name: str, condition: Condition) -> Generator[None, None, ValueIndex]:
    """Return the index of a condition over the unchanged records of a collection. Built on first use, in batches."""
    index: ValueIndex = yield from kept(
        tables[name].base, condition.key, lambda: _build(tables.unchanged(), name, condition)
    )
    return index


def kept(base: BaseCollection, key: Any, build: Callable[[], Generator[None, None, Any]]) -> Generator[None, None, Any]:
    """Return an index of an immutable collection, built now if it does not exist.

    It is kept for other requests if there is memory left, which it is counted in.
    """
    index = base.value_indexes.get(key)
    if index is None:
        index = yield from build()
        with suppress(MemoryLimitError):
            index.charge = base.charges[0].another(index.size) if base.charges else None
            base.value_indexes.put(key, index)
    return index


def _build(tables: Tables, name: str, condition: Condition) -> Generator[None, None, ValueIndex]:
    base = tables[name].base
    if condition.values is None:
        field = condition.field or condition.key
        stored = (base.records[identifier][field] for identifier in base.ids)
        return ValueIndex((yield from build_index(stored, condition.rank)), None, {})
    evaluated = _Evaluated(tables, condition)
    for position, identifier in enumerate(base.ids):
        evaluated.add(position, base.records[identifier])
        if position % BUILD_BATCH == BUILD_BATCH - 1:
            yield
    entries = yield from build_index(evaluated.ranks, lambda rank: rank)
    yield from evaluated.add_shared_readers()
    return ValueIndex(entries, None if evaluated.is_single else evaluated.owners, evaluated.readers)


class _Evaluated:
    """The ranks of the values of all records, the position of each rank's record, and what was read for them.

    `is_single` is true if each record has a single value.

    If values depend only on one field of a record, they are evaluated once for each of its values.
    """

    def __init__(self, tables: Tables, condition: Condition) -> None:
        self.ranks: list[Any] = []
        self.owners = array("I")
        self.is_single = True
        self.readers: _Readers = {}
        self._tables = tables
        self._condition = condition
        self._shared: dict[Any, tuple[Sequence[Any], Reads, array[int]]] = {}

    def add(self, position: int, record: Record) -> None:
        """Add the values of the record at a position."""
        field = self._condition.field
        if field is None:
            ranks, reads = self._evaluate(record)
            _add_readers(self.readers, reads, (position,), record["id"])
        else:
            key = record[field]
            if key not in self._shared:
                self._shared[key] = (*self._evaluate(record), array("I"))
            ranks, _, positions = self._shared[key]
            positions.append(position)
        self.ranks += ranks
        self.owners.extend([position] * len(ranks))
        self.is_single = self.is_single and len(ranks) == 1

    def add_shared_readers(self) -> Generator[None, None, None]:
        """Add what was read once for several records. Yields between batches."""
        for number, (_, reads, positions) in enumerate(self._shared.values()):
            _add_readers(self.readers, reads, positions)
            if number % BUILD_BATCH == BUILD_BATCH - 1:
                yield

    def _evaluate(self, record: Record) -> tuple[Sequence[Any], Reads]:
        condition = self._condition
        assert condition.values is not None
        source = ReadTracker(self._tables)
        values = condition.values(source, record)
        return [None if value is None else condition.rank(value) for value in values], source.reads


def _add_readers(readers: _Readers, reads: Reads, positions: Iterable[int], own_id: object = OWN_ID) -> None:
    for name, field, key in reads:
        known: Any = readers.setdefault((name, field), {})
        if field is not None and key == own_id:
            known[OWN_ID] = ()
        elif field is not None or key is not None:
            known.setdefault(key, array("I")).extend(positions)


def _size(entries: SortedIndex, owners: "array[int] | None", readers: "_Readers") -> int:
    """Return the approximate number of bytes of an index in memory."""
    keys = sum(map(len, readers.values()))
    positions = 0 if owners is None else len(owners)
    return OVERHEAD_BYTES + entries.size + POSITION_BYTES * positions + READER_BYTES * keys


def _position(records: BaseCollection, identifier: Any) -> Iterator[int]:
    if identifier in records.records:
        yield bisect_left(records.ids, identifier)


def changed_records(collection: Collection) -> Iterator[Record]:
    """Yield the old and the new versions of the records that a sandbox changed."""
    originals: Mapping[int, Record] = collection.base.records
    for identifier, record in collection.changes.items():
        before = originals.get(identifier)
        if before is not None:
            yield before
        if record is not None:
            yield record

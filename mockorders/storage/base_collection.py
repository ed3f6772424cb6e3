"""Immutable collections of records, with their indexes."""

from bisect import bisect_left
from collections.abc import Generator, Iterable, Mapping, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any, Self

from mockorders.budget import Charge
from mockorders.caching import LruCache
from mockorders.concurrency import run_to_end
from mockorders.storage.field_index import FieldIndex
from mockorders.storage.index import Bitmap, bitmap_of
from mockorders.storage.release import release

INDEX_BATCH = 1_000
MAX_INDEX_BYTES = 128 * 2**20
MAX_VALUE_INDEXES = 64
MIN_KEPT_RECORDS = 16
MAX_KEPT_RECORDS = 10_000


def _share(index: Any) -> int:
    """Return the bytes that an index takes of the limit, at least so many that there are at most 64 of them."""
    return max(int(index.size), MAX_INDEX_BYTES // MAX_VALUE_INDEXES)


class BaseCollection:
    """The records of one collection of a fixture set, by id; shared by all sandboxes of the set.

    Immutable: sandboxes store their changes in a `Collection`. Indexes are built on first use and are shared too.
    `charges` count the memory of the records.
    """

    __slots__ = ("_found", "_indexes", "charges", "ids", "records", "value_indexes", "version")

    def __init__(self, records: Iterable[Mapping[str, Any]] = (), charges: Sequence[Charge] = ()) -> None:
        self.charges = charges
        self.records: dict[int, Mapping[str, Any]] = {record["id"]: record for record in records}
        self.ids = sorted(self.records)
        self.version = object()
        self._indexes: dict[str, FieldIndex] = {}
        self._found: LruCache[tuple[str, Any], Sequence[Mapping[str, Any]]] = LruCache(MAX_KEPT_RECORDS, len)
        self.value_indexes: LruCache[Any, Any] = LruCache(MAX_INDEX_BYTES, _share)  # filled by `value_index`

    @classmethod
    def of(cls, records: dict[int, Mapping[str, Any]], charges: Sequence[Charge]) -> Self:
        """Return the collection of records by id; the dict must not be modified anymore."""
        base = cls((), charges)
        base.records = records
        base.ids = sorted(records)
        return base

    def __del__(self) -> None:
        release(self.records, *(index.found for index in self._indexes.values()))

    def bitmap(self, identifiers: Iterable[int]) -> Bitmap:
        """Return the bitmap of the positions of ids, all of which must exist."""
        return bitmap_of(bisect_left(self.ids, each) for each in identifiers)

    def index(self, field: str) -> FieldIndex:
        """Return ascending ids by the value of one field."""
        if field not in self._indexes:
            run_to_end(self.build_index(field))
        return self._indexes[field]

    def where(self, field: str, value: Any) -> Sequence[Mapping[str, Any]]:
        """Return the records in which a field has a value, by id; must not be modified. Long lists are kept."""
        ids = self.index(field).ids(value)
        if len(ids) < MIN_KEPT_RECORDS:
            return list(map(self.records.__getitem__, ids))
        found = self._found.get((field, value))
        if found is None:
            found = list(map(self.records.__getitem__, ids))
            self._found.put((field, value), found)
        return found

    def known_index(self, field: str) -> FieldIndex | None:
        """Return the index of a field if it was built already."""
        return self._indexes.get(field)

    def in_order(self) -> Iterable[Mapping[str, Any]]:
        """Return the records by id, ascending."""
        if list(self.records) == self.ids:
            return self.records.values()
        return map(self.records.__getitem__, self.ids)

    def build_index(self, field: str) -> Generator[None, None, None]:
        """Build the index of a field if it does not exist. Yields between batches."""
        if field in self._indexes:
            return
        index = FieldIndex()
        pairs = zip(map(itemgetter(field), self.in_order()), self.ids, strict=True)
        for start in range(0, len(self.ids), INDEX_BATCH):
            if start:
                yield
            index.add(islice(pairs, INDEX_BATCH))
        self._indexes[field] = index

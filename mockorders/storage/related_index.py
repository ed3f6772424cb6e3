"""Find records by a property of the record that each of them refers to, by an index over the records referred to."""

from array import array
from bisect import bisect_left
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

from mockorders.caching import LruCache
from mockorders.concurrency import run_to_end
from mockorders.storage.base_collection import BaseCollection
from mockorders.storage.index import CACHED_MATCHES, Bitmap, SortedIndex, batches, bitmap_of, build_index
from mockorders.storage.tables import Tables
from mockorders.storage.value_index import (
    Condition,
    IndexQuery,
    Related,
    ValueIndex,
    changed_records,
    kept,
    value_index,
)

OVERHEAD_BYTES = 1_000
GROUP_BYTES = 200  # of a value, apart from its positions
POSITION_BYTES = 4
LOCATED_BATCH = 200  # values, each of which several records can have
NO_VALUES: "Mapping[Any, Sequence[int]]" = {}


class Groups:
    """The positions of the records of an immutable collection by the value of one field, ascending.

    With an index of ids by value, they are computed when they are first needed. `selected` has the positions for up to
    64 selections: the version of the collection of the values, the positions there, and whether others are selected.
    """

    def __init__(self, ids: Sequence[int], values: "Mapping[Any, Sequence[int]]", *, are_ids: bool) -> None:
        self._ids = ids
        self._ids_by_value = values if are_ids else NO_VALUES
        self._positions = {} if are_ids else dict(values)
        self.values = values.keys()
        self.selected: LruCache[tuple[object, Bitmap, bool], Bitmap] = LruCache(CACHED_MATCHES)
        positions = POSITION_BYTES * len(ids) + CACHED_MATCHES * (len(ids) // 8)
        self.size = OVERHEAD_BYTES + GROUP_BYTES * len(values) + positions
        self.charge: Any = None

    def at(self, values: Iterable[Any]) -> Iterator[int]:
        """Return the positions of the records with one of these values."""
        return chain.from_iterable([self._positions.get(value) or self._located(value) for value in values])

    def _located(self, value: Any) -> Sequence[int]:
        ids = self._ids_by_value.get(value)
        if ids is None:
            return ()
        found = self._positions[value] = array("I", [bisect_left(self._ids, each) for each in ids])
        return found


class RelatedIndex:
    """An index of a property of the record whose id is in a field; null if there is no such record."""

    def __init__(self, related: Related, entries: SortedIndex, targets: BaseCollection, groups: Groups) -> None:
        self._related = related
        self._entries = entries
        self._targets = targets
        self._groups = groups

    def select(self, query: IndexQuery) -> Generator[None, None, Bitmap]:
        """Return the positions of the records with a value that a query selects. Yields between batches."""
        targets = yield from query(self._entries)
        key = (self._targets.version, targets, _selects_null(query))
        found = self._groups.selected.get(key)
        if found is None:
            found = yield from self._positions(targets, is_null_selected=key[2])
            self._groups.selected.put(key, found)
        return found

    def _positions(self, targets: Bitmap, *, is_null_selected: bool) -> Generator[None, None, Bitmap]:
        ids = self._targets.ids
        positions = array("I")
        for batch in batches(targets, LOCATED_BATCH):
            positions.extend(self._groups.at([ids[position] for position in batch]))
            yield
        if is_null_selected:
            for values in batches(self._groups.values, LOCATED_BATCH):
                positions.extend(self._groups.at([each for each in values if each not in self._targets.records]))
                yield
        return bitmap_of(positions)

    def outdated(self, _: BaseCollection, tables: Tables) -> Iterator[int]:
        """Yield the positions of records that refer to a record which is changed in a sandbox's tables."""
        return self._groups.at([record["id"] for record in changed_records(tables[self._related.collection])])


def find_index(tables: Tables, name: str, condition: Condition) -> Generator[None, None, ValueIndex | RelatedIndex]:
    """Return the index of a condition over the unchanged records of a collection. Built on first use, in batches."""
    related = condition.related
    if related is None:
        return (yield from value_index(tables, name, condition))
    key = ("related", related.name, condition.key)
    stored = Condition(key, condition.rank, condition.query, field=related.name)
    index = yield from value_index(tables, related.collection, stored)
    base = tables[name].base
    field = condition.field or ""
    groups: Groups = yield from kept(base, ("groups", field), lambda: _group(base, field))
    return RelatedIndex(related, index.entries, tables[related.collection].base, groups)


def _group(base: BaseCollection, field: str) -> Generator[None, None, Groups]:
    """Return the positions of the records of a collection by the value of a field. Yields between batches."""
    known = base.known_index(field)
    if known is not None:
        return Groups(base.ids, known, are_ids=True)
    positions: dict[Any, array[int]] = {}
    start = 0
    for batch in batches(base.in_order()):
        for position, record in enumerate(batch, start):
            value = record[field]
            group = positions.get(value)
            if group is None:
                group = positions[value] = array("I")
            group.append(position)
        start += len(batch)
        yield
    return Groups(base.ids, positions, are_ids=False)


def _selects_null(query: IndexQuery) -> bool:
    return len(run_to_end(query(_only_null()))) > 0


@cache
def _only_null() -> SortedIndex:
    """Return the index of one record, whose value is null."""
    return run_to_end(build_index([None], lambda value: value))

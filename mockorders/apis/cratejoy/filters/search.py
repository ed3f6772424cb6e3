"""Search for the records that match filters."""

from collections.abc import Generator, Sequence
from functools import cache

from mockorders.apis.cratejoy.collections import COLLECTIONS
from mockorders.apis.cratejoy.filters.compiler import Filter
from mockorders.storage.collection import Record
from mockorders.storage.index import Bitmap, ResultSet, bitmap_of
from mockorders.storage.selection import SCAN_BATCH, select
from mockorders.storage.tables import Tables


def search(tables: Tables, name: str, filters: Sequence[Filter]) -> Generator[None, None, ResultSet]:
    """Return the records of a collection that match all filters; yields between batches."""

    def matches(record: Record) -> bool:
        return all(each.matches(tables, record) for each in filters)

    candidates = _candidates(tables, name, filters)
    if candidates is None:
        return (yield from select(tables, name, [each.condition for each in filters], matches))
    found = []
    batch = max(1, SCAN_BATCH // len(filters))
    for number, record in enumerate(candidates):
        if matches(record):
            found.append(record["id"])
        if number % batch == batch - 1:
            yield
    return ResultSet((), _no_positions(), found)


@cache
def _no_positions() -> Bitmap:
    return bitmap_of(())


def _candidates(tables: Tables, name: str, filters: Sequence[Filter]) -> Sequence[Record] | None:
    """Return the records that can match, by id, if a filter requires a value of an indexed field; else None."""
    collection = tables[name]
    for each in filters:
        if each.lookup is None:
            continue
        field, value = each.lookup
        if field == "id":
            record = collection.get(value)
            return [] if record is None else [record]
        if field in COLLECTIONS[name]:
            return collection.where(field, value)
    return None

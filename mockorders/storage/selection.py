"""Find the records that meet conditions, by indexes over the records that a sandbox has not changed."""

from collections.abc import Generator, Iterable, Sequence

from mockorders.storage.collection import Collection, Test
from mockorders.storage.index import ResultSet, bitmap_of
from mockorders.storage.related_index import find_index
from mockorders.storage.tables import Tables
from mockorders.storage.value_index import Condition

SCAN_BATCH = 16


def select(
    tables: Tables, name: str, conditions: Sequence[Condition], matches: Test
) -> Generator[None, None, ResultSet]:
    """Return the records of a collection that meet all conditions. Yields between batches.

    `matches` tests all conditions on one record: one that this sandbox changed, or that depends on a changed one.
    """
    collection = tables[name]
    base = collection.base
    bitmap = bitmap_of(range(len(base.ids)))
    outdated = base.bitmap(each for each in collection.changes if each in base.records)
    for condition in conditions:
        index = yield from find_index(tables, name, condition)
        outdated |= bitmap_of(index.outdated(base, tables))
        bitmap &= yield from index.select(condition.query)
    bitmap -= outdated
    candidates = {*collection.changes, *(base.ids[position] for position in outdated)}
    if not candidates:
        return ResultSet(base.ids, bitmap)
    batch = max(1, SCAN_BATCH // max(1, len(conditions)))
    found = yield from scan(collection, sorted(candidates), matches, batch)
    bitmap |= base.bitmap(each for each in found if each in base.records)
    return ResultSet(base.ids, bitmap, [each for each in found if each not in base.records])


def scan(
    collection: Collection, identifiers: Iterable[int], matches: Test, batch: int
) -> Generator[None, None, list[int]]:
    """Return the ids, of those given, whose records match. Yields between batches."""
    found = []
    for number, identifier in enumerate(identifiers):
        record = collection.get(identifier)
        if record is not None and matches(record):
            found.append(identifier)
        if number % batch == batch - 1:
            yield
    return found

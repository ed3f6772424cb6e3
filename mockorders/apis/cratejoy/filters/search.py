"""Search for the orders that match filters."""

from collections.abc import Generator, Sequence

from mockorders.apis.cratejoy.filters.compiler import Filter
from mockorders.storage.collection import SCAN_BATCH, Record
from mockorders.storage.index import ResultSet, bitmap_of
from mockorders.storage.state import Tables


def search(tables: Tables, filters: Sequence[Filter]) -> Generator[None, None, ResultSet]:
    """Return the orders that match all filters; yields between batches."""

    def matches(order: Record) -> bool:
        return all(each.matches(tables, order) for each in filters)

    candidates = _candidates(tables, filters)
    if candidates is None:
        return (yield from tables["orders"].select([each.condition for each in filters], matches))
    found = []
    batch = max(1, SCAN_BATCH // len(filters))
    for number, order in enumerate(candidates):
        if matches(order):
            found.append(order["id"])
        if number % batch == batch - 1:
            yield
    return ResultSet((), bitmap_of(()), found)


def _candidates(tables: Tables, filters: Sequence[Filter]) -> Sequence[Record] | None:
    """Return the orders that can match, by id, if a filter requires one id or customer; else None."""
    orders = tables["orders"]
    for each in filters:
        if each.lookup_id is None:
            continue
        if each.relation is not None or each.prop == "customer_id":
            return orders.where("customer_id", each.lookup_id)
        if each.prop == "id":
            order = orders.get(each.lookup_id)
            return [] if order is None else [order]
    return None

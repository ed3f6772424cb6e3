"""Indexes of values of related records, compared with a scan, also after changes of any of the records."""

from collections.abc import Callable, Generator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockorders.concurrency import run_to_end
from mockorders.storage.base_collection import BaseCollection
from mockorders.storage.change_log import ChangeLog
from mockorders.storage.index import Bitmap, SortedIndex
from mockorders.storage.related_index import find_index
from mockorders.storage.selection import select
from mockorders.storage.tables import Tables
from mockorders.storage.value_index import BUILD_BATCH, Condition, Related, value_index

COLLECTIONS = ("orders", "customers", "payments", "products")
IDS = st.integers(1, 4)
CITIES = st.sampled_from(["Austin", "Waco", None])


class Kind(NamedTuple):
    """A relation of orders: its values, and the field that decides them, if there is one."""

    values: Callable[[Any, Mapping[str, Any]], Sequence[Any]]
    field: str | None = None
    related: Related | None = None


def _customer(source: Any, order: Mapping[str, Any]) -> Sequence[Any]:
    customer = source["customers"].get(order["customer_id"])
    return [None if customer is None else customer["city"]]


def _payments(source: Any, order: Mapping[str, Any]) -> Sequence[Any]:
    return [payment["city"] for payment in source["payments"].where("order_id", order["id"])]


def _neighbors(source: Any, order: Mapping[str, Any]) -> Sequence[Any]:
    return [other["city"] for other in source["orders"].where("customer_id", order["customer_id"])]


def _products(source: Any, order: Mapping[str, Any]) -> Sequence[Any]:
    """Return the values at the end of two steps: product and customer."""
    found = (source["products"].get(each) for each in order["product_ids"])
    values = (_customer(source, product) for product in found if product is not None)
    return [*chain.from_iterable(values)]


KINDS = {
    "to one": Kind(_customer, "customer_id"),
    "to one, looked up": Kind(_customer, "customer_id", Related("customers", "city")),
    "to one, looked up by ids": Kind(_customer, "customer_id", Related("customers", "city")),
    "to one, evaluated for each record": Kind(_customer),
    "to many": Kind(_payments),
    "by another field": Kind(_neighbors),
    "in two steps": Kind(_products),
    "embedded": Kind(lambda _, order: order["product_ids"]),
}
RECORDS = {
    "orders": st.fixed_dictionaries(
        {"customer_id": IDS | st.none(), "city": CITIES, "product_ids": st.lists(IDS, max_size=3)}
    ),
    "customers": st.fixed_dictionaries({"city": CITIES}),
    "payments": st.fixed_dictionaries({"order_id": IDS, "city": CITIES}),
    "products": st.fixed_dictionaries({"customer_id": IDS}),
}
BASES = st.fixed_dictionaries({name: st.dictionaries(IDS, record, min_size=3) for name, record in RECORDS.items()})
CHANGES = st.lists(
    st.one_of(*(st.tuples(st.just(name), st.integers(1, 5), record | st.none()) for name, record in RECORDS.items())),
    min_size=1,
    max_size=6,
)
TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "equal": lambda value, other: value is not None and value == other,
    "different": lambda value, other: value is not None and value != other,
    "null": lambda value, _: value is None,
}
QUERIES: dict[str, Callable[[SortedIndex, Any], Bitmap]] = {
    "equal": SortedIndex.equal,
    "different": lambda index, other: index.not_null - index.equal(other),
    "null": lambda index, _: index.null,
}


def condition(kind: str, operator: str, operand: Any) -> Condition:
    def query(index: SortedIndex) -> Generator[None, None, Bitmap]:
        yield from ()
        return QUERIES[operator](index, operand)

    return Condition(kind, lambda value: value, query, *KINDS[kind])


def change(tables: Tables, name: str, identifier: int, record: Mapping[str, Any] | None) -> None:
    if record is not None:
        tables[name].put({"id": identifier, **record})
    elif tables[name].get(identifier) is not None:
        tables[name].delete(identifier)


@pytest.mark.parametrize("kind", KINDS)
@given(bases=BASES, changes=CHANGES, operator=st.sampled_from(sorted(TESTS)))
def test_selection_agrees_with_a_scan(
    kind: str, bases: Any, changes: list[tuple[str, int, Mapping[str, Any] | None]], operator: str
) -> None:
    records = {
        name: BaseCollection({"id": identifier, **record} for identifier, record in found.items())
        for name, found in bases.items()
    }
    if kind == "to one, looked up by ids":
        records["orders"].index("customer_id")
    tables = Tables("cratejoy", records, ChangeLog())
    operand = 2 if kind == "embedded" else "Waco"

    def matches(order: Mapping[str, Any]) -> bool:
        return any(TESTS[operator](value, operand) for value in KINDS[kind].values(tables, order))

    for name, identifier, record in [("orders", 0, None), *changes]:
        change(tables, name, identifier, record)
        found = run_to_end(select(tables, "orders", [condition(kind, operator, operand)], matches))
        assert [order["id"] for order in tables["orders"] if matches(order)] == found.page(0, 100)


def test_index_is_built_once_and_in_steps() -> None:
    orders = BaseCollection({"id": number, "customer_id": 1} for number in range(3 * BUILD_BATCH))
    bases = {"orders": orders, "customers": BaseCollection([{"id": 1, "city": "Waco"}])}
    steps = value_index(Tables("cratejoy", bases, ChangeLog()), "orders", condition("to one", "equal", "Waco"))
    assert len(list(steps)) >= 3
    with pytest.raises(StopIteration):
        next(value_index(Tables("cratejoy", bases, ChangeLog()), "orders", condition("to one", "null", "")))


def orders_of_customers_in_waco(orders: BaseCollection, *customers: Mapping[str, Any]) -> Bitmap:
    tables = Tables("cratejoy", {"orders": orders, "customers": BaseCollection(customers)}, ChangeLog())
    searched = condition("to one, looked up", "equal", "Waco")
    return run_to_end(run_to_end(find_index(tables, "orders", searched)).select(searched.query))


def test_the_same_orders_can_belong_to_customers_of_several_sets() -> None:
    orders = BaseCollection({"id": number, "customer_id": number % 2 + 1} for number in range(10))
    first = {"id": 1, "city": "Waco"}
    second = {"id": 2, "city": "Waco"}
    assert [0, 2, 4, 6, 8] == list(orders_of_customers_in_waco(orders, first, {"id": 3, "city": None}))
    assert [1, 3, 5, 7, 9] == list(orders_of_customers_in_waco(orders, second, {"id": 3, "city": None}))
    assert list(range(10)) == list(orders_of_customers_in_waco(orders, first, second))


def test_orders_of_the_same_customers_are_found_once() -> None:
    bases = {
        "orders": BaseCollection([{"id": 1, "customer_id": 1}]),
        "customers": BaseCollection([{"id": 1, "city": None}]),
    }
    searched = condition("to one, looked up", "null", "")
    index = run_to_end(find_index(Tables("cratejoy", bases, ChangeLog()), "orders", searched))
    assert run_to_end(index.select(searched.query)) is run_to_end(index.select(searched.query))

"""The search for the customer of a new order, while other requests are served."""

from collections.abc import Callable, Generator
from typing import Any

import pytest

from mockorders.apis.cratejoy.checkout.customers import find_customer
from mockorders.concurrency import run_to_end
from mockorders.errors import InvalidRequest
from mockorders.storage.access import ReadLog
from mockorders.storage.base_collection import BaseCollection
from mockorders.storage.collection import Record
from mockorders.storage.state import State
from mockorders.storage.tables import Tables
from mockorders.storage.value_index import BUILD_BATCH

COUNT = 10 * BUILD_BATCH
LAST = {"name": f"Customer {COUNT}"}


def customer(identifier: int, **properties: Any) -> dict[str, Any]:
    return {"id": identifier, "name": f"Customer {identifier}", "email": f"c{identifier}@example.com", **properties}


@pytest.fixture
def tables() -> Tables:
    """Return many customers, and an address of the last one."""
    customers = BaseCollection(customer(number) for number in range(1, COUNT + 1))
    addresses = BaseCollection([{"id": 1, "customer_id": COUNT, "city": "Waco"}])
    return State({"cratejoy": {"customers": customers, "addresses": addresses}}).tables["cratejoy"]


def search(tables: Tables, filters: dict[str, Any]) -> Generator[None, None, Record]:
    return find_customer(tables, filters, body_is_json=True)


FILTERS = [LAST, {"name__like": f"%{COUNT}"}, {"addresses.city": "Waco"}, {"email": f"C{COUNT}@Example.com"}]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_many_customers_are_indexed_in_steps(tables: Tables, filters: dict[str, Any]) -> None:
    steps = search(tables, filters)
    next(steps)
    assert COUNT == run_to_end(steps)["id"]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_indexed_customer_is_found_without_reading_others(tables: Tables, filters: dict[str, Any]) -> None:
    run_to_end(search(tables, filters))
    tables.log.reads = ReadLog()
    run_to_end(search(tables, filters))
    assert [("cratejoy.customers", (COUNT,))] == tables.log.reads.runs


def test_customer_with_an_id_is_found_at_once(tables: Tables) -> None:
    assert [] == list(search(tables, {"id": COUNT}))


Change = Callable[[Tables], None]
CHANGES: dict[str, tuple[Change, str]] = {
    "another customer matches": (lambda tables: tables["customers"].put(customer(COUNT + 1, **LAST)), "matched 2"),
    "the customer is deleted": (lambda tables: tables["customers"].delete(COUNT), "matched 0"),
    "the customer changes": (lambda tables: tables["customers"].put(customer(COUNT, name="x")), "matched 0"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_changes_between_two_steps_count(tables: Tables, change: str) -> None:
    apply, message = CHANGES[change]
    steps = search(tables, LAST)
    next(steps)
    apply(tables)
    with pytest.raises(InvalidRequest, match=message):
        run_to_end(steps)


def test_changed_address_between_two_steps_counts(tables: Tables) -> None:
    steps = search(tables, {"addresses.city": "Waco"})
    next(steps)
    tables["addresses"].delete(1)
    with pytest.raises(InvalidRequest, match="matched 0"):
        run_to_end(steps)

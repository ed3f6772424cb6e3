"""The search for the customer of a new order, while other requests are served."""

from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest

from mockorders.apis.cratejoy.checkout.customers import SEARCH_BATCH, find_customer
from mockorders.concurrency import run_to_end
from mockorders.errors import InvalidRequest
from mockorders.storage.base_collection import BaseCollection
from mockorders.storage.collection import Record
from mockorders.storage.state import State, Tables

COUNT = 10 * SEARCH_BATCH
LAST = {"name": f"Customer {COUNT}"}


def customer(identifier: int, **properties: Any) -> dict[str, Any]:
    return {"id": identifier, "name": f"Customer {identifier}", **properties}


@pytest.fixture
def tables() -> Tables:
    """Return many customers, and an address of the last one."""
    customers = BaseCollection(customer(number) for number in range(1, COUNT + 1))
    addresses = BaseCollection([{"id": 1, "customer_id": COUNT, "city": "Waco"}])
    return State({"cratejoy": {"customers": customers, "addresses": addresses}}).tables["cratejoy"]


def search(tables: Tables, filters: dict[str, Any]) -> Generator[None, None, Record]:
    return find_customer(tables, filters, body_is_json=True)


@pytest.mark.parametrize("filters", [LAST, {"name__like": f"%{COUNT}"}, {"addresses.city": "Waco"}], ids=str)
def test_many_customers_are_searched_in_steps(tables: Tables, filters: dict[str, Any]) -> None:
    steps = search(tables, filters)
    assert [None] * (COUNT // SEARCH_BATCH) == list(steps)


def test_more_filters_are_more_steps(tables: Tables) -> None:
    filters = {f"id__{operator}": 0 for operator in ("gt", "ge", "ne")}
    assert 3 * COUNT // SEARCH_BATCH <= len(list(steps_of_rejected(tables, filters)))


def steps_of_rejected(tables: Tables, filters: dict[str, Any]) -> Iterator[None]:
    with pytest.raises(InvalidRequest):
        yield from search(tables, filters)


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

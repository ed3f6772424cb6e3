"""Shipping information of many orders is changed in steps; changes of other requests in between count."""

from itertools import chain
from typing import Any

import pytest
from support.universe import ADDRESS, BOTH_ISSUES, OWN_CUSTOMER, stored

from mockorders.apis.messages import Call
from mockorders.apis.universe.account.shipping import CHANGE_BATCH, update_shipping
from mockorders.concurrency import run_to_end
from mockorders.storage.base_collection import BaseCollection
from mockorders.storage.collection import Record
from mockorders.storage.state import State
from mockorders.storage.tables import Tables
from mockorders.validation.records import fill_defaults

COUNT = 2 * CHANGE_BATCH
CALL = Call(customer=OWN_CUSTOMER, body={"address": ADDRESS})


class Context:
    """A `HandlerContext` over tables, without a sandbox."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def tables(self, _: str) -> Tables:
        return self._tables


def order(identifier: int) -> Record:
    """Return a queued order that waits for an address and an option."""
    given = stored(identifier, shipments=[{"status": "Backordered", "issues": BOTH_ISSUES}])
    return fill_defaults("universe/record-orders", given)


@pytest.fixture
def state() -> State:
    """Return a customer with many queued orders."""
    customers = BaseCollection([fill_defaults("universe/record-customers", {"id": OWN_CUSTOMER})])
    orders = BaseCollection(order(number) for number in range(1, COUNT + 1))
    bases = {"customers": customers, "orders": orders, "item_types": BaseCollection()}
    return State({"universe": bases})


def issues(tables: Tables) -> list[Any]:
    """Return the different issues of all orders."""
    shipments = chain.from_iterable(each["shipments"] for each in tables["orders"])
    found = [each["issues"] for each in shipments]
    return [each for number, each in enumerate(found) if each not in found[:number]]


def test_nothing_is_changed_before_the_end(state: State) -> None:
    tables = state.tables["universe"]
    context: Any = Context(tables)
    steps = update_shipping(context, CALL)
    next(steps)
    assert [BOTH_ISSUES] == issues(tables)
    run_to_end(steps)
    assert [["missing_required_option"]] == issues(tables)
    state.rollback()
    assert [BOTH_ISSUES] == issues(tables)


def test_orders_of_other_requests_in_between_are_released_too(state: State) -> None:
    tables = state.tables["universe"]
    context: Any = Context(tables)
    steps = update_shipping(context, CALL)
    next(steps)
    tables["orders"].put(order(COUNT + 1))
    run_to_end(steps)
    assert (COUNT + 1, [["missing_required_option"]]) == (len(tables["orders"]), issues(tables))

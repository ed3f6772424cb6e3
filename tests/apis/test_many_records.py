"""No request holds the event loop for long if one customer has 10,000 records."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from support.event_loop import HOLD_SECONDS, MeasuredServer, measured_server
from support.universe import OPTION_ONLY, stored

RECORDS = 10_000
STATE = "/_mockorders/sandboxes/own/state"

pytestmark = pytest.mark.timing


def universe() -> dict[str, Any]:
    """Return a customer with 10,000 queued orders that wait for an option of an item."""
    plan = stored(0)["plan"]
    queued = {"status": "Backordered", "issues": OPTION_ONLY}
    item = {"id": 1, "name": "Size", "options": [{"id": 1, "name": "Large"}], "plan_ids": [plan["id"]]}
    return {
        "customers": [{"id": 7}],
        "plans": [{name: plan[name] for name in ("id", "name", "class", "display_price", "price", "checkout")}],
        "item_types": [item],
        "orders": [stored(number, shipments=[queued]) for number in range(1, RECORDS + 1)],
    }


@pytest.fixture
def orders() -> Iterator[MeasuredServer]:
    """Run a server whose customer of Universe has 10,000 orders."""
    with measured_server(fixtures="docs") as server:
        state = json.dumps({"current_customer": 7, "universe": universe()}).encode()
        assert 200 == server.request("PUT", STATE, state)[0]
        server.request("GET", "/account/status?key=own")
        yield server


@pytest.mark.parametrize(
    "path",
    ["/orders", "/orders?order=desc", "/orders/latest", "/account", "/account/shipping", "/subscriptions", "/plans"],
)
def test_many_orders_of_a_customer_are_read_in_steps(orders: MeasuredServer, path: str) -> None:
    separator = "&" if "?" in path else "?"
    assert orders.hold("GET", f"{path}{separator}key=own") < HOLD_SECONDS


def test_many_orders_are_released_in_steps(orders: MeasuredServer) -> None:
    orders.begin()
    body = b'{"items": {"item_type_1": 1}}'
    assert 200 == orders.request("POST", "/account/shipping?key=own", body)[0]  # once: a second one changes nothing
    assert orders.longest < HOLD_SECONDS
    order = json.loads(orders.request("GET", f"/orders/{RECORDS}?key=own")[1])["order"]
    assert [{"status": "Processing"}] == order["shipments"]

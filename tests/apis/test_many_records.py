"""No request holds the event loop for long if one customer, order or subscription has 10,000 others."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.emulator import basic
from support.event_loop import HOLD_SECONDS, MeasuredServer, measured_server
from support.universe import OPTION_ONLY, stored

RECORDS = 10_000
OWN = basic("own")
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
    [
        "/orders",
        "/account/shipping",
        "/subscriptions",
        *(
            pytest.param(path, marks=pytest.mark.slow)
            for path in ("/orders?order=desc", "/orders/latest", "/account", "/plans")
        ),
    ],
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


DOCS = json.loads((Path(__file__).parents[2] / "fixtures/docs.json").read_text())["cratejoy"]
CUSTOMER = DOCS["customers"][0]["id"]
SUBSCRIPTION = DOCS["subscriptions"][0]["id"]
SHIPMENT = DOCS["shipments"][0]["id"]
ORDER = 999_999
BATCH = 5


def copies(collection: str, **changes: Any) -> list[dict[str, Any]]:
    """Return 10,000 records like the first one of the documented set."""
    return [{**DOCS[collection][0], "id": number, **changes} for number in range(1, RECORDS + 1)]


def cratejoy() -> dict[str, Any]:
    """Return a customer, a batch, a shipment, a subscription and an order with 10,000 other records each."""
    order = DOCS["orders"][1]
    line = order["products"][0]
    lines = [{**line, "id": number} for number in range(RECORDS)]
    day = "2017-01-01T00:00:00Z"
    fulfillments = copies("fulfillments", order_id=ORDER, shipment_id=SHIPMENT, subscription_id=SUBSCRIPTION)
    return {
        "orders": [*copies("orders"), {**order, "id": ORDER, "products": lines}],
        "shipments": copies("shipments", batch_id=BATCH),
        "shipment_batches": [{"id": BATCH, "start": day, "end": day, "label": "x", "product_billing_id": 3100}],
        "fulfillments": fulfillments,
        "transactions": copies("transactions", order_id=ORDER),
        "addresses": copies("addresses", primary=False),
        "subscriptions": copies("subscriptions"),
    }


@pytest.fixture(scope="module")
def store() -> Iterator[MeasuredServer]:
    """Run a server with a store of Cratejoy that has long lists of everything."""
    with measured_server(fixtures="docs") as server:
        state = json.dumps({"extends": "docs", "cratejoy": cratejoy()}).encode()
        assert 200 == server.request("PUT", STATE, state)[0]
        for name in ("customers", "orders", "shipments", "subscriptions"):  # imports, indexes
            server.request("GET", f"/v1/{name}/?limit=1&with=all", headers=OWN)
        yield server


@pytest.mark.parametrize(
    "path",
    [
        "customers/?with=orders",
        f"customers/{CUSTOMER}/",
        f"customers/{CUSTOMER}/?with=orders",
        f"customers/{CUSTOMER}/?with=subscriptions",
        f"customers/{CUSTOMER}/addresses/",
        f"orders/{ORDER}/",
        f"orders/{ORDER}/?with=fulfillments",
        f"orders/{ORDER}/?with=transactions",
        f"shipments/?batch_id={BATCH}",
        f"shipments/{SHIPMENT}/",
        f"subscriptions/{SUBSCRIPTION}/?with=orders",
        f"subscriptions/{SUBSCRIPTION}/?with=fulfillments",
    ],
)
def test_long_lists_of_a_record_are_rendered_in_steps(store: MeasuredServer, path: str) -> None:
    assert store.hold("GET", f"/v1/{path}", headers=OWN) < HOLD_SECONDS


CHANGES: dict[str, Any] = {
    f"customers/{CUSTOMER}/?with=orders": {"note": "x"},
    f"shipments/{SHIPMENT}/": {"status": "shipped"},
    f"subscriptions/{SUBSCRIPTION}/?with=fulfillments": {"credit": 5},
    f"subscriptions/{SUBSCRIPTION}/cancel/": {},
}


@pytest.mark.parametrize("path", CHANGES)
def test_record_with_long_lists_is_changed_in_steps(store: MeasuredServer, path: str) -> None:
    store.begin()
    assert 200 == store.request("PUT", f"/v1/{path}", json.dumps(CHANGES[path]).encode(), OWN)[0]
    assert store.longest < HOLD_SECONDS


@pytest.mark.parametrize(
    "path", [f"customers/{CUSTOMER}", f"shipment_batches/{BATCH}", f"subscriptions/{SUBSCRIPTION}"]
)
def test_record_that_many_refer_to_is_not_deleted(store: MeasuredServer, path: str) -> None:
    path = f"/_mockorders/sandboxes/own/records/cratejoy/{path}"
    assert (422, True) == (store.request("DELETE", path)[0], store.hold("DELETE", path) < HOLD_SECONDS)

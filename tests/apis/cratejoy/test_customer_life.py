"""One customer's life through the API, as an integration and the dashboard see it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from support.checkout import BOX, QUARTERLY, STORE
from support.store_client import StoreClient

from mockorders import MockServer

START = "2020-01-01T09:00:00Z"
AFTER_THE_TERM = "2020-04-11T10:00:00Z"
ORDER = {
    "customer": {"email": "ANN@example.com"},
    "products": [{"product_instance": {"id": BOX}, "term": {"id": QUARTERLY}}],
    "coupons": ["TEN"],
}
NEW_ADDRESS = {
    "to": "Ann Smith",
    "street": "1 Main St",
    "city": "Portland",
    "state": "OR",
    "zip_code": "97201",
    "country": "US",
}
SHIPPED = {"status": "shipped", "tracking_number": "1Z999", "carrier_name": "UPS"}

# name, method, path, body; `{name.prop}` stands for a property of an earlier response

STEPS: list[tuple[str, str, str, Any]] = [
    ("found", "GET", "/customers/?email__ilike=ann%25&with=addresses,_md", None),
    ("order", "POST", "/orders/?with=all", ORDER),
    ("again", "POST", "/orders/", ORDER),
    ("customer", "GET", "/customers/1/", None),
    ("due", "GET", "/shipments/?customer_id=1&status=unshipped", None),
    ("transactions", "GET", "/transactions/?order.id={order.id}", None),
    ("shipped", "PUT", "/shipments/{order.fulfillments.0.shipment_id}/", SHIPPED),
    ("shipped order", "GET", "/orders/{order.id}/?with=fulfillments", None),
    ("still due", "GET", "/v1.1/shipments/?customer_id=1&status=unshipped", None),
    ("address", "POST", "/customers/1/addresses/", NEW_ADDRESS),
    ("moved", "PUT", "/addresses/{address.id}/", {"city": "Salem", "unit": "2"}),
    ("addresses", "GET", "/customers/1/addresses/?city=Salem", None),
    ("metadata", "POST", "/customers/1/metadata/", {"data": {"shoe": {"size": 42}}}),
    ("merged", "PUT", "/customers/1/metadata/", {"vip": True}),
    ("by metadata", "GET", "/customers/?_md.shoe.size__ge=42", None),
    ("coupon", "POST", "/subscriptions/{order.subscriptions.0.id}/coupons/", {"coupon_id": 71}),
    ("coupons", "GET", "/subscriptions/{order.subscriptions.0.id}/coupons/", None),
    ("skipped", "PUT", "/subscriptions/{order.subscriptions.0.id}/skip/", {"skip": "true"}),
    ("unskipped", "PUT", "/subscriptions/{order.subscriptions.0.id}/skip/", {"unskip": "true"}),
    ("canceled", "PUT", "/subscriptions/{order.subscriptions.0.id}/cancel/", {"cancel_reason": 6, "log_note": "x"}),
    ("canceled due", "GET", "/shipments/?subscription_id={order.subscriptions.0.id}&status=unshipped", None),
    ("reactivated", "PUT", "/subscriptions/{order.subscriptions.0.id}/reactivate/", {}),
    ("not due for renewal", "PUT", "/subscriptions/{order.subscriptions.0.id}/renew/", {}),
    ("past due", "CONTROL", "/records/cratejoy/subscriptions/{order.subscriptions.0.id}", {"status": "pastdue"}),
    ("after the term", "CLOCK", AFTER_THE_TERM, None),
    ("renewed", "PUT", "/subscriptions/{order.subscriptions.0.id}/renew/", {}),
    ("renewal", "GET", "/orders/?customer_id=1&is_renewal=true&with=all", None),
    ("last", "GET", "/customers/1/?with=orders,shipments,subscriptions,addresses,_md", None),
]


def value_at(value: Any, path: str) -> Any:
    """Return the value at a path such as `results.0.id`."""
    for step in path.split(".") if path else ():
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


class Life:
    """The responses to all steps, by name."""

    def __init__(self, server: MockServer, store: StoreClient) -> None:
        self._server = server
        self._store = store
        self.statuses: dict[str, int] = {}
        self.bodies: dict[str, Any] = {}

    def live(self) -> None:
        """Send the requests of all steps."""
        for name, method, path, body in STEPS:
            response = self._send(method, re.sub(r"\{([a-z]+)\.(.+?)\}", self._known, path), body)
            self.statuses[name] = response.status_code
            self.bodies[name] = response.json()

    def _known(self, match: re.Match[str]) -> str:
        return str(value_at(self.bodies[match[1]], match[2]))

    def _send(self, method: str, path: str, body: Any) -> Any:
        control = "/_mockorders/sandboxes/ann"
        if method == "CLOCK":
            return self._store.send("PUT", f"{control}/clock", json={"now": path})
        if method == "CONTROL":
            return self._store.send("PATCH", f"{control}{path}", json=body)
        return self._store.send(method, path if path.startswith("/v1.1/") else f"/v1{path}", json=body)

    def page(self, path: str) -> str:
        """Return a page of the dashboard."""
        return str(self._store.send("GET", f"/_mockorders/ui/ann/{path}", headers={"Accept": "text/html"}).text)


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """Live the whole life on one server."""
    file = tmp_path_factory.mktemp("life") / "store.json"
    file.write_text(json.dumps({**STORE, "clock": START}), encoding="utf-8")
    with MockServer(fixtures=str(file)) as server, StoreClient(server.url, "ann") as store:
        found = Life(server, store)
        found.live()
        yield found


REJECTED = {"again": 400, "not due for renewal": 400}
CREATED = {"order", "address", "metadata", "coupon"}


@pytest.mark.parametrize("name", [name for name, *_ in STEPS])
def test_step_has_its_status(life: Life, name: str) -> None:
    expected = REJECTED.get(name, 201 if name in CREATED else 200)
    assert expected == life.statuses[name], life.bodies[name]


FACTS: list[tuple[str, str, Any]] = [
    ("found", "count", 1),
    ("found", "results.0.num_orders", 1),
    ("found", "results.0._md", None),
    ("order", "total", 8910),
    ("order", "status", "closed"),
    ("order", "financial_status", "paid"),
    ("order", "fulfillments.2.cycle_number", 2),
    ("order", "fulfillments.2.total_cycles", 3),
    ("order", "subscriptions.0.status", "active"),
    ("order", "subscriptions.0.end_date", "2020-04-01T00:00:00Z"),
    ("order", "coupons.0.code_used", "TEN"),
    ("customer", "num_orders", 2),
    ("customer", "num_subscriptions", 1),
    ("customer", "subscription_status", "active"),
    ("customer", "total_revenue", 8910),
    ("due", "count", 3),
    ("due", "results.0.adjusted_ordered_at", START),
    ("due", "results.1.adjusted_ordered_at", "2020-02-01T00:00:00Z"),
    ("transactions", "count", 1),
    ("transactions", "results.0.result", "captured"),
    ("transactions", "results.0.total", 8910),
    ("shipped", "shipped_at", START),
    ("shipped", "tracking_number", "1Z999"),
    ("shipped", "fulfillments.0.status", "closed"),
    ("shipped order", "fulfillments.0.status", "closed"),
    ("shipped order", "fulfillments.1.status", "open"),
    ("still due", "count", 2),
    ("still due", "results.0.sub_cycle", 2),
    ("address", "icon", "United-States.png"),
    ("moved", "city", "Salem"),
    ("moved", "unit", "2"),
    ("addresses", "count", 1),
    ("merged", "data", {"shoe": {"size": 42}, "vip": True}),
    ("by metadata", "results.0.id", 1),
    ("coupon", "code_used", "FIVE"),
    ("coupons", "count", 1),
    ("skipped", "end_date", "2020-07-01T00:00:00Z"),
    ("skipped", "skipped_date", "2020-04-01T00:00:00Z"),
    ("unskipped", "end_date", "2020-04-01T00:00:00Z"),
    ("unskipped", "skipped_date", None),
    ("canceled", "status", "cancelled"),
    ("canceled", "end_date", "2020-04-01T00:00:00Z"),
    ("canceled due", "count", 2),
    ("reactivated", "status", "active"),
    ("reactivated", "end_date", "2020-04-01T00:00:00Z"),
    ("renewed", "status", "active"),
    ("renewed", "end_date", "2020-07-01T00:00:00Z"),
    ("renewal", "count", 1),
    ("renewal", "results.0.total", 9400),
    ("renewal", "results.0.coupons.0.code_used", "FIVE"),
    ("renewal", "results.0.fulfillments.0.cycle_number", 0),
    ("renewal", "results.0.transactions.0.created_at", AFTER_THE_TERM),
    ("last", "num_orders", 3),
    ("last", "total_revenue", 18310),
    ("last", "shipments.0.status", "shipped"),
    ("last", "shipments.5.status", "unshipped"),
    ("last", "addresses.2.city", "Salem"),
    ("last", "_md.data.vip", True),
]


@pytest.mark.parametrize(("name", "path", "expected"), FACTS, ids=[f"{name} {path}" for name, path, _ in FACTS])
def test_response_says(life: Life, name: str, path: str, expected: Any) -> None:
    assert expected == value_at(life.bodies[name], path)


# The dashboard


@pytest.mark.parametrize(("name", "number"), [("orders", 3), ("subscriptions", 1), ("shipments", 6), ("addresses", 3)])
def test_page_of_the_customer_lists_related_records(life: Life, name: str, number: int) -> None:
    section = life.page("records/cratejoy/customers/1").partition(f'id="related-{name}"')[2].partition("</section>")[0]
    assert number == len(re.findall(r'<th scope="row"><a href="[^"]+">', section))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("records/cratejoy/customers/1", "1Z999"),
        ("records/cratejoy/customers", "Ann Smith"),
        ("records/cratejoy/orders", "89.10"),
        ("records/cratejoy/shipments", "1Z999"),
        ("records/cratejoy/subscriptions", "Box"),
        ("records/cratejoy/transactions", "captured"),
        ("records/cratejoy/addresses", "Salem"),
        ("records/cratejoy/metadata", "42"),
        ("requests", "/v1/customers/1/metadata/"),
    ],
)
def test_page_shows(life: Life, path: str, text: str) -> None:
    assert text in life.page(path)

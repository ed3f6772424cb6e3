"""No operation holds the event loop for long: every route of the control API, the dashboard and the emulated APIs."""

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

import pytest
from support.emulator import basic, example
from support.event_loop import HOLD_SECONDS, LARGE_HOLD_SECONDS, MeasuredServer, measured_server

from mockorders.apis import discover, find_api
from mockorders.apis.routing import Route
from mockorders.control import routes as control
from mockorders.dashboard import STREAM_HANDLER
from mockorders.dashboard import routes as dashboard

NAME = "loop"
SANDBOX = f"/_mockorders/sandboxes/{NAME}"
ORDER = 75572230
CREDENTIAL = basic(NAME)
IDS = {
    "addresses": 8675309,
    "customers": 586402305,
    "inventory": 15001,
    "orders": ORDER,
    "product_instances": 645769439,
    "products": 640000101,
    "shipment_batches": 12001,
    "shipments": 270000001,
    "subscriptions": 75562148,
    "transactions": 410000003,
}
VALUES = {
    "name": NAME,
    "api": "cratejoy",
    "collection": "orders",
    "snapshot": "before",
    "fault": 1,
    "request": 1,
    "schema": "cratejoy/order.json",
    "key": "pytest",
}
RECORD = "/sandboxes/{name}/records/{api}/{collection}/{id}"
BODIES: dict[tuple[str, str], Any] = {
    ("PUT", "/sandboxes/{name}"): {"profile": "observed"},
    ("PATCH", "/sandboxes/{name}"): {"current_customer": None},
    ("PUT", "/sandboxes/{name}/state"): {"extends": "docs"},
    ("PUT", RECORD): {"customer_id": 586402305, "note": "x"},
    ("PATCH", RECORD): {"note": "x"},
    ("PUT", "/sandboxes/{name}/clock"): {"frozen": True},
    ("POST", "/sandboxes/{name}/clock/advance"): {"seconds": 1},
    ("POST", "/sandboxes/{name}/faults"): {"effect": {"type": "status", "status": 503}, "times": 1},
}
QUERIES = {
    "/ui/{name}/records/{api}/{collection}": "?q=nothing",
    "/ui/{name}/requests": "?q=body:nothing",
    "/ui/{name}/requests/compare": "?a=1&b=1",
}
DENIED = {403, 404, 405, 500}

pytestmark = pytest.mark.timing


class Operation(NamedTuple):
    """A route with values filled in, and the body of a request to it."""

    method: str
    path: str
    body: bytes | None = None

    @classmethod
    def of(cls, method: str, path: str) -> "Operation":
        """Return the operation of a route below `/_mockorders`."""
        template = re.sub(r"[{](\w+)(:([^{}]|[{][^{}]*[}])*)?[}]", r"{\1}", path)
        identifier = ORDER if "/records/" in template else 1  # the pages of faults and requests have ids too
        body = BODIES.get((method, template), {} if method in {"PUT", "PATCH"} else None)
        target = template.format(**VALUES, id=identifier) + QUERIES.get(template, "")
        return cls(method, f"/_mockorders{target}", None if body is None else json.dumps(body).encode())

    def hold(self, server: MeasuredServer) -> float:
        """Send the request; return the CPU seconds of the longest iteration meanwhile."""
        headers = CREDENTIAL if self.path.startswith("/v1") else {"Origin": server.url}
        return server.hold(self.method, self.path, self.body, headers)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


ALL = [(route.method, route.path) for route in control.ROUTES]
ALL += [(method, path) for method, path, handler in dashboard.ROUTES if handler != STREAM_HANDLER]
READS = [Operation.of(method, path) for method, path in ALL if method == "GET"]
WRITES = [Operation.of(method, path) for method, path in ALL if method != "GET"]
CREATE = json.dumps(example("cratejoy/create_order")).encode()
SEARCH = json.dumps({"customer": {"name__like": "%x%y%"}, "products": [{"product_instance": {"id": 1}}]}).encode()


def cratejoy_operation(route: Route) -> Operation:
    """Return an operation on the first record of a collection; its body changes nothing."""
    path = route.path.format(id=IDS.get(route.path.split("/")[1]), child=1)
    return Operation(route.method, CRATEJOY.documented_path(path), b"{}" if route.method in {"PUT", "POST"} else None)


CRATEJOY = next(api for api in discover() if api.name == "cratejoy")
API_OPERATIONS = [
    *map(cratejoy_operation, CRATEJOY.routes),
    Operation("GET", "/v1/orders/?limit=1000&with=all"),
    Operation("GET", "/v1/orders/?total__gt=5&placed_at__lt=2017-03-16T00:00:00Z"),
    Operation("GET", "/v1/orders/?customer.name__like=%25a%25b"),
    Operation("GET", "/v1/orders/?note__like=%25a%25"),
    Operation("PUT", f"/v1/orders/{ORDER}/", b'{"note": "x"}'),
    Operation("POST", "/v1/orders/", CREATE),
    Operation("POST", "/v1/orders/", SEARCH),
    Operation("GET", f"/orders?key={NAME}@2"),
    Operation("GET", f"/orders/latest?key={NAME}@2"),
    Operation("GET", f"/fanclub?key={NAME}@2"),
    Operation("GET", f"/plans?key={NAME}@2"),
    Operation("GET", f"/plans/2?key={NAME}@2"),
    Operation("GET", f"/account?key={NAME}@2"),
    Operation("POST", f"/account?key={NAME}@2", b'{"email": "x@example.com", "username": "x"}'),
    Operation("GET", f"/account/status?key={NAME}@2"),
    Operation("GET", f"/account/shipping?key={NAME}@2"),
    Operation("POST", f"/account/shipping?key={NAME}@2", b"{}"),
    Operation("GET", f"/subscriptions?key={NAME}@2"),
    Operation("POST", f"/refresh?key={NAME}", b'{"refresh_token": "x"}'),
    Operation("GET", f"/login/{NAME}"),
    Operation("GET", f"/logout/{NAME}"),
    Operation("GET", f"/orders/480?key={NAME}@2"),
]


def test_table_has_every_operation_of_the_apis() -> None:
    handlers = {route.handler for route in chain.from_iterable(api.routes for api in discover())}
    found = set()
    for operation in API_OPERATIONS:
        api, path = find_api(discover(), operation.path.partition("?")[0])
        route = api.match(operation.method, path).route
        assert route is not None, operation.path
        found.add(route.handler)
    assert handlers == found


def denied(operation: Operation) -> set[int]:
    """Return the statuses that an operation must not have; 404 is right for parts that the record does not have."""
    is_part = operation.method == "DELETE" or operation.path.endswith("/metadata/")
    return DENIED - {404} if is_part else DENIED


def prepare(server: MeasuredServer) -> None:
    """Create the sandbox anew, with everything that routes name: a snapshot, a fault and a request."""
    for method, path, body in (
        ("PUT", SANDBOX, {}),
        ("PUT", f"{SANDBOX}/snapshots/before", None),
        ("POST", f"{SANDBOX}/faults", {"effect": {"type": "delay", "ms": 1}, "match": {"path": "/none"}}),
    ):
        assert server.request(method, path, None if body is None else json.dumps(body).encode())[0] in {200, 201}
    server.request("GET", "/v1/orders/", headers=CREDENTIAL)


@pytest.fixture(scope="module")
def default() -> Iterator[MeasuredServer]:
    """Run a server with the default set, and 300 other sandboxes."""
    with measured_server() as server:
        for number in range(300):
            server.request("GET", f"/_mockorders/sandboxes/s{number}/clock")
        for operation in (*READS, *API_OPERATIONS):  # imports that only the first request needs
            prepare(server)
            operation.hold(server)
        yield server


@pytest.fixture(scope="module")
def large() -> Iterator[MeasuredServer]:
    """Run a server with the set `large`."""
    with measured_server(LARGE_HOLD_SECONDS, fixtures="large") as server:
        prepare(server)
        yield server


@pytest.mark.parametrize("operation", [*READS, *WRITES, *API_OPERATIONS], ids=str)
def test_operation_on_default_data(default: MeasuredServer, operation: Operation) -> None:
    prepare(default)
    held = operation.hold(default)
    assert (True, False) == (held < HOLD_SECONDS, default.status in denied(operation)), (
        f"{held:.3f} s, {default.status}"
    )


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.xdist_group("large-operations")
@pytest.mark.parametrize("operation", [*READS, *WRITES, *API_OPERATIONS], ids=str)
def test_operation_on_large_data(large: MeasuredServer, operation: Operation) -> None:
    prepare(large)
    held = operation.hold(large)
    is_denied = large.status in denied(operation)
    assert (True, False) == (held < LARGE_HOLD_SECONDS, is_denied), f"{held:.3f} s, {large.status}"

"""No request to the control API holds the event loop for long."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from support.bad_requests import CRATEJOY
from support.event_loop import HOLD_SECONDS, MeasuredServer, measured_server, shared_or_new
from support.universe import OPTION_ONLY, stored

REQUESTS = "/_mockorders/sandboxes/docs/requests"
ENTRIES = 1_000
WAITERS = 300
SANDBOXES = 3_000
LONG = 60_000
ITEM_TYPES = 3_000
GENERATED = {"generate": {"seed": 1, "cratejoy": {"customers": 10_000, "orders": 20_000}}}

pytestmark = pytest.mark.timing


@pytest.fixture(scope="module")
def journal() -> Iterator[MeasuredServer]:
    """Run a server with 1,000 ordinary lists in its journal."""
    with measured_server(fixtures="docs") as server:
        fill_with_lists(server, ENTRIES)
        yield server


def fill_with_lists(server: MeasuredServer, count: int) -> None:
    connection = server.connection()
    for number in range(count):
        connection.request("GET", f"/v1/orders/?limit={number % 50 + 1}", headers=CRATEJOY)
        connection.getresponse().read()
    connection.close()


@pytest.mark.parametrize("path", [REQUESTS, f"{REQUESTS}?status=200&path=/v1/*", f"{REQUESTS}.har"])
def test_full_journal_is_sent_in_steps(journal: MeasuredServer, path: str) -> None:
    assert journal.hold("GET", path) < HOLD_SECONDS


def test_waiters_are_served_one_by_one() -> None:
    with measured_server(fixtures="docs") as server:
        threads = [threading.Thread(target=server.request, args=("GET", f"{REQUESTS}?wait=60")) for _ in range(WAITERS)]
        for thread in threads:
            thread.start()
        while server.waiter_count("docs") < WAITERS:
            server.request("GET", "/_mockorders/health")
        server.begin()
        server.request("GET", "/v1/orders/", headers=CRATEJOY)
        for thread in threads:
            thread.join()
        assert server.longest < HOLD_SECONDS


LONG_PATHS = {
    "segments": "/_mockorders/" + "a/" * (LONG // 2),
    "empty segments": "/_mockorders" + "/" * LONG,
    "dots": "/_mockorders/" + "../" * (LONG // 3),
    "one segment": "/_mockorders/" + "a" * LONG,
    "encoded": "/_mockorders/" + "%2F" * (LONG // 3),
    "record": "/_mockorders/sandboxes/docs/records/" + "a/" * (LONG // 2),
    "schema": "/_mockorders/schemas/" + "a/" * (LONG // 2),
    "dashboard": "/_mockorders/ui/" + "a/" * (LONG // 2),
    "cratejoy": "/v1/" + "a/" * (LONG // 2),
    "universe": "/orders/" + "a/" * (LONG // 2),
    "universe, empty segments": "/" * LONG,
}


@pytest.fixture(scope="module")
def idle() -> Iterator[MeasuredServer]:
    """Run a server that has responded to an invalid request of each kind."""
    with measured_server(fixtures="docs") as server:
        for path in ("/_mockorders/x", "/v1/x", "/x"):
            server.request("GET", path)
        yield server


@pytest.mark.parametrize("host", ["localhost", "foreign.example"])
@pytest.mark.parametrize("path", LONG_PATHS)
def test_long_path_is_rejected_in_linear_time(idle: MeasuredServer, path: str, host: str) -> None:
    assert idle.hold("GET", LONG_PATHS[path], headers={"Host": host}) < HOLD_SECONDS


@pytest.mark.parametrize(("host", "status"), [("localhost", 404), ("foreign.example", 403)])
@pytest.mark.parametrize("segments", [15, 16, 17, 1_000])
def test_deep_control_path_is_rejected_by_the_guard_first(
    idle: MeasuredServer, segments: int, host: str, status: int
) -> None:
    replied, body = idle.request("GET", "/_mockorders" + "/a" * segments, headers={"Host": host})
    assert (status, status) == (replied, json.loads(body)["status"])


@contextmanager
def generated_server() -> Iterator[MeasuredServer]:
    """Run a server with a sandbox of the set `docs` that has 20,000 generated orders."""
    with measured_server(fixtures="docs") as server:
        server.request("PUT", "/_mockorders/sandboxes/docs/state", json.dumps(GENERATED).encode())
        yield server


@pytest.fixture(scope="module")
def shared() -> Iterator[MeasuredServer]:
    """Run a server whose indexes are kept until the module ends."""
    with generated_server() as server:
        yield server


@pytest.fixture
def generated(shared: MeasuredServer, request: pytest.FixtureRequest) -> Iterator[MeasuredServer]:
    """Return the shared server, or a new one without any index if a test is repeated."""
    yield from shared_or_new(shared, generated_server, request)


@pytest.mark.parametrize("path", ["state", "diff", "records/cratejoy/orders"])
def test_large_document_is_sent_in_steps(generated: MeasuredServer, path: str) -> None:
    assert generated.hold("GET", f"/_mockorders/sandboxes/docs/{path}") < HOLD_SECONDS


@pytest.mark.parametrize("filters", [{"name__like": "%x%y%"}, {"addresses.city": "x"}, {"id__gt": 0}], ids=str)
def test_customer_of_a_new_order_is_searched_in_steps(generated: MeasuredServer, filters: dict[str, object]) -> None:
    body = json.dumps({"customer": filters, "products": [{"product_instance": {"id": 1}}]}).encode()
    generated.begin()
    assert generated.request("POST", "/v1/orders/", body, CRATEJOY)[0] in {201, 400}  # once: the index is kept
    assert generated.longest < HOLD_SECONDS


@pytest.fixture
def options() -> Iterator[MeasuredServer]:
    """Run a server whose customer has 300 queued orders of packages with 3,000 types of items."""
    plan = stored(0)["plan"]
    queued = {"status": "Backordered", "issues": OPTION_ONLY}
    item = {"name": "Size", "options": [{"id": 1, "name": "Large"}], "plan_ids": [plan["id"]]}
    records = {
        "customers": [{"id": 7}],
        "plans": [{name: plan[name] for name in ("id", "name", "class", "display_price", "price", "checkout")}],
        "item_types": [{"id": number, **item} for number in range(1, ITEM_TYPES + 1)],
        "orders": [stored(number, shipments=[queued]) for number in range(1, 301)],
    }
    with measured_server(fixtures="docs") as server:
        state = json.dumps({"current_customer": 7, "universe": records}).encode()
        assert 200 == server.request("PUT", "/_mockorders/sandboxes/own/state", state)[0]
        yield server


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("POST", b'{"items": {"item_type_1": 1}}')])
def test_options_of_many_items_are_found_in_steps(options: MeasuredServer, method: str, body: bytes | None) -> None:
    options.begin()
    status, content = options.request(method, "/account/shipping?key=own", body)  # once: a repeated one is cached
    assert (200, ITEM_TYPES) == (status, len(json.loads(content)["items"]))
    assert options.longest < HOLD_SECONDS


def form(*names: str) -> bytes:
    return "&".join(f"{name}=1" for name in names).encode()


LONG_FORMS = {
    "fields": form(*(f"a{number}" for number in range(400))),
    "levels": form(*(f"a{number}" + "[b]" * 16 for number in range(400))),
    "list": form(*(f"a[{number}][b]" for number in range(400))),
    "too many fields": form(*(f"a{number}" + "[b]" * 16 for number in range(1_800))),
}


@pytest.mark.parametrize("name", LONG_FORMS)
def test_longest_form_is_parsed_within_the_limit(idle: MeasuredServer, name: str) -> None:
    headers = CRATEJOY | {"Content-Type": "application/x-www-form-urlencoded"}
    idle.request("POST", "/v1/orders/", b"a=1", headers)
    assert idle.hold("POST", "/v1/orders/", LONG_FORMS[name], headers) < HOLD_SECONDS


@pytest.mark.parametrize("path", ["state", "records/cratejoy/orders", "records/cratejoy/orders?q=nothing"])
def test_page_of_large_data_is_made_in_steps(generated: MeasuredServer, path: str) -> None:
    assert generated.hold("GET", f"/_mockorders/ui/docs/{path}") < HOLD_SECONDS


def test_large_state_is_replaced_and_deleted_in_steps(generated: MeasuredServer) -> None:
    path = "/_mockorders/sandboxes/other"
    assert generated.hold("PUT", f"{path}/state", json.dumps(GENERATED).encode()) < HOLD_SECONDS
    generated.begin()
    assert 204 == generated.request("DELETE", path)[0]
    assert generated.longest < HOLD_SECONDS


def test_many_sandboxes_are_listed_and_reset_in_steps() -> None:
    with measured_server(fixtures="docs", max_sandboxes=SANDBOXES) as server:
        connection = server.connection()
        for number in range(SANDBOXES):
            connection.request("GET", f"/_mockorders/sandboxes/s{number}/clock")
            connection.getresponse().read()
        connection.close()
        assert server.hold("POST", "/_mockorders/reset") < HOLD_SECONDS
        assert server.hold("GET", "/_mockorders/sandboxes") < HOLD_SECONDS


LONG_BODIES: dict[str, bytes] = {
    "lists": b"[" + b"[]," * 1_000_000 + b"[]]",
    "texts": b"[" + b'"a",' * 1_000_000 + b"1]",
    "a text": b'"' + b"a" * 20_000_000 + b'"',
    "records": json.dumps({"universe": {"customers": [{"id": n + 1} for n in range(50_000)]}}).encode(),
    "less than 1 MiB": b'{"universe": [' + b"{}," * 300_000 + b"{}]}",
}


@pytest.mark.parametrize("name", LONG_BODIES)
def test_long_state_is_parsed_elsewhere(idle: MeasuredServer, name: str) -> None:
    assert idle.hold("PUT", "/_mockorders/sandboxes/docs.long/state", LONG_BODIES[name]) < HOLD_SECONDS


@pytest.mark.parametrize("path", ["records/universe/customers/7", "clock"])
@pytest.mark.parametrize("body", [b"[" + b"{}," * 340_000 + b"{}]", b"[" + b"[]," * 4_999 + b"1]", b"1" * 2**20])
def test_longest_body_is_parsed_within_the_limit(idle: MeasuredServer, path: str, body: bytes) -> None:
    assert idle.hold("PUT", f"/_mockorders/sandboxes/docs/{path}", body) < HOLD_SECONDS

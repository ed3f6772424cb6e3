"""No request to the control API holds the event loop for long."""

import threading
from collections.abc import Iterator

import pytest
from support.bad_requests import CRATEJOY
from support.event_loop import HOLD_SECONDS, MeasuredServer, measured_server

REQUESTS = "/_mockorders/sandboxes/docs/requests"
ENTRIES = 1_000
WAITERS = 300

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

"""Two replicas over PostgreSQL behind nginx, with the configuration in examples/replicas/: they are one emulator."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
from support.nginx import balanced
from support.processes import SECONDS, wait_until
from support.store_client import StoreClient
from support.stored import NEW_ORDER, ORDER

from bench.balanced import find_nginx
from bench.postgres import PostgresServer
from mockorders import MockServer

NAME = "docs.fleet"
SANDBOX = f"/_mockorders/sandboxes/{NAME}"
FAULT = {"effect": {"type": "status", "status": 418}, "times": 1}
LISTENING = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
TIMES = 6  # so that each replica gets some of the requests

pytestmark = pytest.mark.skipif(find_nginx() is None, reason="nginx is not installed: apt-get install nginx-light")


class Fleet(NamedTuple):
    """Replicas, and a client that is connected to nginx."""

    replicas: list[MockServer]
    url: str
    client: StoreClient

    def control(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send a request of the control API through nginx."""
        return requests.request(method, f"{self.url}{path}", timeout=SECONDS, **options)

    def statuses(self, path: str) -> set[int]:
        """Return the statuses of several requests, for which the replicas take turns."""
        return {self.control("GET", path).status_code for _ in range(TIMES)}


@pytest.fixture
def fleet(database: str, tmp_path: Path) -> Iterator[Fleet]:
    with ExitStack() as stack:
        replicas = [
            stack.enter_context(MockServer(fixtures="docs", store=database, replica=f"r{number}"))
            for number in range(2)
        ]
        url = stack.enter_context(balanced(tmp_path, [each.url for each in replicas]))
        yield Fleet(replicas, url, stack.enter_context(StoreClient(url, NAME)))


def test_what_one_replica_acknowledged_all_others_show(fleet: Fleet) -> None:
    for number in range(TIMES):
        fleet.client.ok("PUT", f"/v1/orders/{ORDER}/", json={"note": str(number)})
        shown = [fleet.client.ok("GET", f"/v1/orders/{ORDER}/")["note"] for _ in range(3)]
        assert [str(number)] * 3 == shown


def test_life_of_an_order(fleet: Fleet) -> None:
    order = fleet.client.ok("POST", "/v1/orders/", json=NEW_ORDER)["id"]
    assert 400 == fleet.client.send("POST", "/v1/orders/", json=NEW_ORDER).status_code
    listed = [[each["id"] for each in fleet.client.ok("GET", "/v1/orders/")["results"]] for _ in range(TIMES)]
    assert ([True] * TIMES, 3) == ([order in each for each in listed], len(listed[0]))
    assert 200 == fleet.control("PUT", f"{SANDBOX}/snapshots/a").status_code
    assert 204 == fleet.control("POST", f"{SANDBOX}/reset").status_code
    assert 404 == fleet.client.send("GET", f"/v1/orders/{order}/").status_code
    assert 204 == fleet.control("POST", f"{SANDBOX}/snapshots/a/restore").status_code
    assert [200] * TIMES == [fleet.client.send("GET", f"/v1/orders/{order}/").status_code for _ in range(TIMES)]


def test_deleted_sandbox_is_gone_everywhere(fleet: Fleet) -> None:
    fleet.client.ok("PUT", f"/v1/orders/{ORDER}/", json={"note": "new"})
    assert {200} == fleet.statuses(SANDBOX)
    assert 204 == fleet.control("DELETE", SANDBOX).status_code
    assert {404} == fleet.statuses(SANDBOX)


def test_fault_strikes_once_in_the_fleet(fleet: Fleet) -> None:
    for expected in (1, 1):
        assert 201 == fleet.control("POST", f"{SANDBOX}/faults", json=FAULT).status_code
        statuses = [fleet.client.send("GET", f"/v1/orders/{ORDER}/").status_code for _ in range(TIMES)]
        assert expected == statuses.count(418)


def test_journal_has_the_requests_of_all_replicas(fleet: Fleet) -> None:
    for _ in range(TIMES):
        fleet.client.ok("GET", f"/v1/orders/{ORDER}/")
    journals = [fleet.control("GET", f"{SANDBOX}/requests").json()["requests"] for _ in range(TIMES)]
    assert [list(map(str, range(1, TIMES + 1)))] * TIMES == [[each["id"] for each in journal] for journal in journals]
    assert {"r0", "r1"} == {each["replica"] for each in journals[0]}


def test_waiting_ends_with_a_request_to_any_replica(fleet: Fleet, postgres_server: PostgresServer) -> None:
    with ThreadPoolExecutor(TIMES) as pool:
        query = f"{SANDBOX}/requests?wait={SECONDS}"
        waiting = [pool.submit(fleet.control, "GET", query) for _ in range(TIMES)]
        wait_until(lambda: ["2"] == postgres_server.execute(LISTENING), "waiting on both replicas")
        fleet.client.ok("GET", f"/v1/orders/{ORDER}/")
        assert [1] * TIMES == [each.result().json()["count"] for each in waiting]


def test_requests_fail_while_the_database_is_away(fleet: Fleet, postgres_server: PostgresServer) -> None:
    fleet.client.ok("PUT", f"/v1/orders/{ORDER}/", json={"note": "before"})
    postgres_server.stop()
    try:
        responses = [fleet.client.send("GET", f"/v1/orders/{ORDER}/") for _ in range(TIMES)]
        responses += [fleet.client.send("PUT", f"/v1/orders/{ORDER}/", json={"note": "x"}) for _ in range(TIMES)]
        found = {(each.status_code, each.headers["Content-Type"], "Retry-After" in each.headers) for each in responses}
        assert {(503, "application/problem+json", True)} == found
        health = [fleet.statuses("/_mockorders/health"), fleet.statuses("/_mockorders/health/live")]
        assert [{503}, {200}] == health
    finally:
        postgres_server.start()
    wait_until(lambda: fleet.statuses("/_mockorders/health") == {200}, "the return of the replicas")
    assert ["before"] * TIMES == [fleet.client.ok("GET", f"/v1/orders/{ORDER}/")["note"] for _ in range(TIMES)]

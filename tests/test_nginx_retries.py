"""nginx with the configuration in examples/replicas/: which requests it sends again, and what it leaves as it is."""

import re
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
from support.emulator import basic
from support.nginx import FOLDER, balanced, nginx_command
from support.processes import SECONDS, finish
from support.store_client import StoreClient
from support.stored import NEW_ORDER, ORDER

from bench.balanced import find_nginx
from bench.servers import free_port
from mockorders import MockServer

NAME = "docs.retries"
SANDBOX = f"/_mockorders/sandboxes/{NAME}"
CALLS: dict[str, tuple[str, str, Any]] = {
    "GET": ("GET", f"/v1/orders/{ORDER}/", None),
    "POST": ("POST", "/v1/orders/", NEW_ORDER),
    "PUT": ("PUT", f"/v1/orders/{ORDER}/", {"note": "new"}),
    "DELETE": ("DELETE", f"/v1/orders/{ORDER}/metadata/", None),
}

pytestmark = pytest.mark.skipif(find_nginx() is None, reason="nginx is not installed: apt-get install nginx-light")


class Fleet(NamedTuple):
    """Servers that share nothing, and nginx in front of them."""

    url: str
    servers: list[MockServer]

    def send(self, name: str) -> requests.Response:
        """Send a request through nginx."""
        method, path, body = CALLS[name]
        with StoreClient(self.url, NAME) as client:
            return client.send(method, path, json=body)

    def received(self) -> int:
        """Return how many requests all servers have recorded."""
        replies = [requests.get(f"{each.url}{SANDBOX}/requests", timeout=SECONDS) for each in self.servers]
        return sum(reply.json()["count"] for reply in replies)

    def add_fault(self, **effect: Any) -> None:
        """Add a fault that strikes once on each server."""
        for each in self.servers:
            fault: Any = {"effect": effect, "stage": "after", "times": 1}
            assert requests.post(f"{each.url}{SANDBOX}/faults", json=fault, timeout=SECONDS).ok


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with ExitStack() as stack:
        servers = [stack.enter_context(MockServer(fixtures="docs")) for _ in range(2)]
        url = stack.enter_context(balanced(tmp_path, [each.url for each in servers]))
        yield Fleet(url, servers)


@pytest.fixture
def halved(tmp_path: Path) -> Iterator[Fleet]:
    """Run one of two servers."""
    with MockServer(fixtures="docs") as server, balanced(tmp_path, [f":{free_port()}", server.url]) as url:
        yield Fleet(url, [server])


def test_replicas_are_not_sticky() -> None:
    text = (FOLDER / "nginx.conf").read_text(encoding="utf-8")
    assert [] == re.findall(r"^ *(?:ip_hash|hash|sticky)\b", text, re.MULTILINE)


def test_configuration_is_valid(tmp_path: Path) -> None:
    done = finish([*nginx_command(tmp_path, free_port(), [free_port()]), "-t"])
    assert (0, True) == (done.returncode, "test is successful" in done.stderr), done.stderr


def test_servers_take_turns(fleet: Fleet) -> None:
    for _ in range(6):
        assert 200 == fleet.send("GET").status_code
    counts = [Fleet("", [each]).received() for each in fleet.servers]
    assert [3, 3] == counts


@pytest.mark.parametrize("name", CALLS)
def test_request_reaches_the_other_server_if_one_is_down(halved: Fleet, name: str) -> None:
    statuses = [halved.send(name).status_code for _ in range(4)]
    assert (False, 4) == (502 in statuses, halved.received()), statuses


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("effect", ["reset", "close"])
def test_request_without_a_response_is_not_sent_again(fleet: Fleet, name: str, effect: str) -> None:
    fleet.add_fault(type=effect)
    status = fleet.send(name).status_code
    assert (502, 1) == (status, fleet.received())


def test_server_that_closed_a_connection_gets_the_next_requests(fleet: Fleet) -> None:
    fleet.add_fault(type="reset")
    assert [502, 502, 200, 200] == [fleet.send("GET").status_code for _ in range(4)]
    assert 4 == fleet.received()


def test_response_of_an_api_with_status_502_is_left_as_it_is(fleet: Fleet) -> None:
    fleet.add_fault(type="status", status=502)
    response = fleet.send("GET")
    assert (502, True) == (response.status_code, "errors" in response.json())
    assert 1 == fleet.received()


def test_slow_response_arrives_in_parts(fleet: Fleet) -> None:
    fleet.add_fault(type="drip", bytes_per_second=200)
    request = urllib.request.Request(f"{fleet.url}/v1/orders/{ORDER}/", headers=basic(NAME))
    with urllib.request.urlopen(request, timeout=SECONDS) as response:
        assert len(response.read1()) < int(response.headers["Content-Length"])


def test_events_arrive_at_once(fleet: Fleet) -> None:
    for _ in range(2):
        fleet.send("GET")
    with urllib.request.urlopen(f"{fleet.url}/_mockorders/live/{NAME}?from=1-0", timeout=SECONDS) as stream:
        assert any(b'requests/1"' in line for line in iter(stream.readline, b""))

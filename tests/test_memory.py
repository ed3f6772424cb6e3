"""The resident memory of a server stays within its limits, whatever requests contain."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from support.memory import MIB, MeasuredServer, measured

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads memory from /proc"),
]
JOURNAL = 16 * MIB
ALLOWED = 1.5 * JOURNAL + 80 * MIB


class Load(NamedTuple):
    """A request that is sent a number of times; `#` is replaced by its number."""

    times: int
    method: str
    path: str
    body: str = ""


ORDERS = "/v1/orders/"
LOADS = {
    "names": Load(100, "POST", ORDERS, json.dumps({"k#" + "k" * 1_000_000: 1})),
    "values": Load(100, "POST", ORDERS, json.dumps({"customer": "#" + "v" * 1_000_000})),
    "many names": Load(60, "POST", ORDERS, json.dumps({f"n{number}": "#" for number in range(60_000)})),
    "long queries": Load(1_500, "GET", "/orders?key=docs@2&x=#" + "q" * 60_000),
    "long paths": Load(1_500, "GET", "/#" + "p" * 60_000),
    "unique heads": Load(6_000, "GET", "/orders?key=docs@2&x=#" + "q" * 3_500),
    "long lists": Load(200, "GET", f"{ORDERS}?limit=1000&with=all&id__gt=#"),
    "unique short heads": Load(8_000, "GET", "/orders?key=docs@2&x=#"),
}


@pytest.fixture
def server() -> Iterator[MeasuredServer]:
    with measured(journal_memory=JOURNAL) as each:
        yield each


CONTROL = "/_mockorders/sandboxes"
GENERATED = {"fixtures": {"generate": {"seed": 1, "universe": {"customers": 1, "orders": 30_000}}}}
FAULT = {"effect": {"type": "status", "status": 500, "body": "x" * 900_000}}
STORED = {
    "generated orders of Universe": Load(1, "PUT", f"{CONTROL}/x#", json.dumps(GENERATED)),
    "generated orders of Cratejoy": Load(
        1,
        "PUT",
        f"{CONTROL}/x#",
        json.dumps({"fixtures": {"generate": {"seed": 1, "cratejoy": {"customers": 1_000, "orders": 8_000}}}}),
    ),
    "records": Load(
        8_000, "PUT", f"{CONTROL}/x/records/universe/customers/1#", json.dumps({"first_name": "n" * 1_000})
    ),
    "faults": Load(30, "POST", f"{CONTROL}/x/faults", json.dumps(FAULT)),
}


@pytest.mark.parametrize("name", STORED)
def test_counted_memory_is_near_the_resident_memory(name: str) -> None:
    load = STORED[name]
    with measured() as server:
        server.send("GET", f"{CONTROL}/x/state")
        before = server.resident
        send(server, load)
        used = sum(sandbox_memory(server, each) for each in ("x", "x0"))
        assert used / 2 <= server.resident - before <= 1.5 * used + 16 * MIB


def test_state_of_over_64_mib_can_be_put_back() -> None:
    text = "n" * 900_000
    with measured() as server:
        for number in range(80):
            path = f"{CONTROL}/x/records/universe/customers/1{number}"
            server.send("PUT", path, json.dumps({"first_name": text}).encode())
        before = state(server, "x")
        status = server.send("PUT", f"{CONTROL}/other/state", before)
        assert (200, True, True) == (status, len(before) > 64 * MIB, before == state(server, "other"))


def state(server: MeasuredServer, name: str) -> bytes:
    server.connection.request("GET", f"{CONTROL}/{name}/state")
    return server.connection.getresponse().read()


UNBOUNDED = {
    "generated orders": Load(12, "PUT", f"{CONTROL}/x#", json.dumps(GENERATED)),
    "faults": Load(200, "POST", f"{CONTROL}/x/faults", json.dumps(FAULT)),
    "large texts": Load(
        100, "PUT", f"{CONTROL}/x/records/universe/customers/1#", json.dumps({"first_name": "n" * 900_000})
    ),
}
MAX_MEMORY = 96 * MIB


@pytest.mark.parametrize("name", UNBOUNDED)
def test_sandboxes_stay_within_the_memory_limit(name: str) -> None:
    with measured(max_memory=MAX_MEMORY) as server:
        statuses = send(server, UNBOUNDED[name])
        assert (507, True) == (statuses[-1], server.resident <= 1.5 * MAX_MEMORY + 80 * MIB)


def send(server: MeasuredServer, load: Load) -> list[int]:
    """Send all requests of a load; return the statuses."""
    statuses = []
    for number in range(load.times):
        path, body = (text.replace("#", str(number)) for text in (load.path, load.body))
        statuses.append(server.send(load.method, path, body.encode() or None))
    return statuses


def sandbox_memory(server: MeasuredServer, name: str) -> int:
    server.connection.request("GET", f"{CONTROL}/{name}")
    found = json.loads(server.connection.getresponse().read())
    return int(found["memory"]["used"]) if "memory" in found else 0


@pytest.mark.parametrize("name", LOADS)
def test_requests_stay_within_the_memory_limit(server: MeasuredServer, name: str) -> None:
    send(server, LOADS[name])
    assert server.resident <= ALLOWED

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
    "unique short heads": Load(8_000, "GET", "/orders?key=docs@2&x=#"),
}


@pytest.fixture
def server() -> Iterator[MeasuredServer]:
    with measured(journal_memory=JOURNAL) as each:
        yield each


@pytest.mark.parametrize("name", LOADS)
def test_requests_stay_within_the_memory_limit(server: MeasuredServer, name: str) -> None:
    load = LOADS[name]
    for number in range(load.times):
        path, body = (text.replace("#", str(number)) for text in (load.path, load.body))
        server.send(load.method, path, body.encode() or None)
    assert server.resident <= ALLOWED

"""A journal entry holds what it counts, whatever the request."""

import gc
import json
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from support.emulator import RunningEmulator, Serve, basic

from mockorders.app import make_app
from mockorders.config import Settings
from mockorders.emulator import Emulator

KIB = 1024
SHARED_BYTES = 4_096  # of an entry that counts only its overhead


class Kind(NamedTuple):
    """A request, and the effect of a fault that is applied to it."""

    path: str
    body: str = ""
    headers: Mapping[str, str] = MappingProxyType({})
    effect: Mapping[str, Any] = MappingProxyType({})


MANY_HEADERS = {f"X-{number}": "v" * 5_000 for number in range(100)}
KINDS = {
    "list": Kind("/v1/orders/?limit=1000&with=all"),
    "one": Kind("/v1/orders/75572230/"),
    "unknown order": Kind("/v1/orders/7/"),
    "long query": Kind("/orders?key=docs@2&x=" + "q" * 7_000),
    "long path": Kind("/v1/" + "p" * 7_000),
    "unknown property": Kind("/v1/orders/", json.dumps({"k" * 500_000: 1})),
    "long text": Kind("/v1/orders/", json.dumps({"customer": "v" * 500_000})),
    "many properties": Kind("/v1/orders/", json.dumps({f"n{number}": 1 for number in range(4_000)})),
    "unreadable": Kind("/v1/orders/", "{" * 100_000),
    "delays": Kind("/v1/orders/", headers={"X-Mockorders-Fault": ";".join(["delay=0"] * 20)}),
    "invalid fault": Kind("/v1/orders/", headers={"X-Mockorders-Fault": "x" * 7_000}),
    "body of a fault": Kind("/v1/orders/", effect={"type": "status", "status": 503, "body": "b" * 500_000}),
    "JSON of a fault": Kind("/v1/orders/", effect={"type": "status", "status": 503, "body": ["x"] * 20_000}),
    "headers of a fault": Kind("/v1/orders/", effect={"type": "status", "status": 503, "headers": MANY_HEADERS}),
    "drift": Kind("/v1/orders/", effect={"type": "drift", "pointer": "/results/0/id"}),
}


@pytest.mark.parametrize("name", KINDS)
async def test_entry_holds_what_it_counts(serve: Serve, name: str) -> None:
    core = Emulator.of(Settings(fixtures=("docs",)))
    emulator = await serve(make_app(core))
    kind = KINDS[name]
    if kind.effect:
        await emulator.control("POST", "/sandboxes/docs/faults", json={"effect": dict(kind.effect)})
    await send(emulator, kind)
    await emulator.control("DELETE", "/sandboxes/docs/faults")
    sandbox = core.sandboxes.get("docs")
    assert sandbox is not None
    entry = next(iter(sandbox.journal))
    counted = entry.size + len(entry.shared)
    assert held(entry, sandbox) <= 1.5 * counted + SHARED_BYTES


async def send(emulator: RunningEmulator, kind: Kind) -> None:
    headers = {**basic("docs"), "Content-Type": "application/json", **kind.headers}
    async with emulator.session.request(
        "POST" if kind.body else "GET",
        emulator.url + kind.path,
        data=kind.body or None,
        headers=headers,
        max_line_size=10**6,
        max_field_size=10**6,
    ) as response:
        await response.read()


def held(entry: Any, sandbox: Any) -> int:
    """Return the bytes of the objects that an entry reaches, apart from those that exist without it."""
    exchange = entry.exchange
    excluded = {id(sandbox), id(exchange.api), id(exchange.match), id(exchange.head.match)}
    excluded |= {id(rule) for rule in exchange.rules}
    found = dict[int, Any]()
    pending = [entry]
    while pending:
        value = pending.pop()
        shared = isinstance(value, type) or callable(value) or id(value) in excluded
        if shared or id(value) in found:
            continue
        found[id(value)] = value
        pending += gc.get_referents(value)
    return sum(map(sys.getsizeof, found.values()))


async def test_long_effect_is_recorded_without_body_and_headers(emulator: RunningEmulator) -> None:
    effect = {"type": "status", "status": 503, "body": "b" * 10_000, "headers": {"X-A": "a"}}
    await emulator.control("POST", "/sandboxes/docs/faults", json={"effect": effect})
    await emulator.cratejoy("GET", "/orders/")
    listed = (await emulator.control("GET", "/sandboxes/docs/requests")).json["requests"]
    assert {"type": "status", "status": 503, "truncated": True} == listed[0]["fault"]["effect"]
    assert ("b" * 10_000, "a") == (listed[0]["response"]["body"], listed[0]["response"]["headers"]["X-A"])


@pytest.mark.parametrize(("count", "status"), [(20, 200), (21, 400)])
async def test_header_has_at_most_20_effects(emulator: RunningEmulator, count: int, status: int) -> None:
    header = {"X-Mockorders-Fault": ";".join(["delay=0"] * count)}
    assert status == (await emulator.cratejoy("GET", "/orders/", headers=header)).status

"""Creating, listing and deleting faults through the control API."""

from typing import Any

import pytest
from support.emulator import RunningEmulator
from support.faults import TEAPOT, fault, hits


async def test_created_fault_is_returned_with_its_id(emulator: RunningEmulator) -> None:
    rule = {
        "match": {"api": "cratejoy", "method": "POST", "path": "/v1/*", "query": {"a": "b"}, "body": {"/x": [1, 1.5]}},
        "effect": {"type": "status", "status": 503, "body": {"price": 1.5}, "headers": {"Retry-After": "1"}},
        "times": 2,
        "after": 1,
        "probability": 0.5,
        "stage": "after",
        "paused": False,
    }
    created = await emulator.control("POST", "/sandboxes/docs/faults", json=rule)
    assert (201, rule) == (created.status, {name: created.json[name] for name in rule})
    assert str is type(created.json["id"])
    listed = (await emulator.control("GET", "/sandboxes/docs/faults")).json
    assert {"count": 1, "faults": [{**rule, "id": created.json["id"], "hits": 0, "remaining": 2}]} == listed


async def test_faults_are_listed_in_order_and_deleted_one_by_one_or_all(emulator: RunningEmulator) -> None:
    ids = [await fault(emulator, {"type": "status", "status": status}) for status in (500, 502, 503)]
    assert len(ids) == len(set(ids))
    assert ids == await listed_ids(emulator)
    removed = await emulator.control("DELETE", f"/sandboxes/docs/faults/{ids[0]}")
    assert (204, b"", ids[1:]) == (removed.status, removed.body, await listed_ids(emulator))
    assert 502 == (await emulator.universe("/orders")).status
    assert 204 == (await emulator.control("DELETE", "/sandboxes/docs/faults")).status
    assert ([], 200) == (await listed_ids(emulator), (await emulator.universe("/orders")).status)


async def listed_ids(emulator: RunningEmulator) -> list[str]:
    """Return the ids of the faults."""
    return [each["id"] for each in (await emulator.control("GET", "/sandboxes/docs/faults")).json["faults"]]


@pytest.mark.parametrize("identifier", ["1", "x", "header", "%2F"])
async def test_unknown_fault_is_404(emulator: RunningEmulator, identifier: str) -> None:
    reply = await emulator.control("DELETE", f"/sandboxes/docs/faults/{identifier}")
    assert (404, "application/problem+json") == (reply.status, reply.headers["Content-Type"])


async def test_deleted_fault_is_404_and_its_id_is_not_reused(emulator: RunningEmulator) -> None:
    identifier = await fault(emulator, TEAPOT)
    await emulator.control("DELETE", f"/sandboxes/docs/faults/{identifier}")
    assert identifier != await fault(emulator, TEAPOT)
    assert 404 == (await emulator.control("DELETE", f"/sandboxes/docs/faults/{identifier}")).status


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, [None, None, None]),
        ({"times": 2}, [2, 1, 0, 0]),
        ({"times": 1, "after": 2}, [1, 1, 1, 0, 0]),
        ({"times": 1, "match": {"path": "/v1/*"}}, [1, 1]),
        ({"times": 1, "probability": 0}, [1, 1]),
    ],
)
async def test_remaining_counts_down_to_zero(
    emulator: RunningEmulator, rule: dict[str, Any], expected: list[int | None]
) -> None:
    await fault(emulator, TEAPOT, **rule)
    remaining = []
    for _ in expected:
        (listed,) = (await emulator.control("GET", "/sandboxes/docs/faults")).json["faults"]
        remaining.append(listed["remaining"])
        await emulator.universe("/orders")
    assert expected == remaining


async def test_sandbox_has_at_most_1000_faults(emulator: RunningEmulator) -> None:
    for _ in range(1_000):
        identifier = await fault(emulator, TEAPOT)
    reply = await emulator.control("POST", "/sandboxes/docs/faults", json={"effect": TEAPOT})
    assert (422, "expected at most 1000 faults") == (reply.status, reply.json["message"])
    await emulator.control("DELETE", f"/sandboxes/docs/faults/{identifier}")
    assert str(int(identifier) + 1) == await fault(emulator, TEAPOT)


async def test_faults_belong_to_one_sandbox(emulator: RunningEmulator) -> None:
    await fault(emulator, TEAPOT, "docs.a")
    assert [418, 200] == [(await emulator.universe("/orders", key)).status for key in ("docs.a", "docs.b")]
    assert ([1], []) == (await hits(emulator, "docs.a"), await hits(emulator, "docs.b"))


@pytest.mark.parametrize("path", ["/sandboxes/docs/reset", "/reset"])
async def test_reset_deletes_faults(emulator: RunningEmulator, path: str) -> None:
    await fault(emulator, TEAPOT)
    await emulator.control("POST", path)
    assert ([], 200) == (await hits(emulator), (await emulator.universe("/orders")).status)


@pytest.mark.parametrize("name", ["docs", "docs.other", "_"])
async def test_recreated_sandbox_has_no_faults(emulator: RunningEmulator, name: str) -> None:
    await fault(emulator, TEAPOT, name)
    assert 200 == (await emulator.control("PUT", f"/sandboxes/{name}", json={})).status
    assert [] == await hits(emulator, name)


async def test_faults_of_the_default_sandbox_apply_to_requests_without_a_credential(emulator: RunningEmulator) -> None:
    await fault(emulator, TEAPOT, "_", match={"path": "/nothing"})
    assert 418 == (await emulator.request("GET", "/nothing")).status


STATUS = {"type": "status", "status": 503}
BAD_RULES: list[tuple[Any, str]] = [
    ([], ""),
    ("reset", ""),
    ({}, "/effect"),
    ({"effect": STATUS, "name": "x"}, "/name"),
    ({"effect": "reset"}, "/effect"),
    ({"effect": {}}, "/effect/type"),
    ({"effect": {"type": "explode"}}, "/effect/type"),
    ({"effect": {"type": "reset", "ms": 1}}, "/effect/ms"),
    ({"effect": {"type": "status"}}, "/effect/status"),
    ({"effect": {"type": "status", "status": 99}}, "/effect/status"),
    ({"effect": {"type": "status", "status": 600}}, "/effect/status"),
    ({"effect": {"type": "status", "status": "503"}}, "/effect/status"),
    ({"effect": {"type": "status", "status": 503.5}}, "/effect/status"),
    ({"effect": {**STATUS, "headers": {"X": "a\r\nb"}}}, "/effect/headers/X"),
    ({"effect": {**STATUS, "headers": {"X": "a\n"}}}, "/effect/headers/X"),
    ({"effect": {**STATUS, "headers": {"X": "a\x01"}}}, "/effect/headers/X"),
    ({"effect": {**STATUS, "headers": {"X": 1}}}, "/effect/headers/X"),
    ({"effect": {**STATUS, "headers": {"X Y": "1"}}}, "/effect/headers"),
    ({"effect": {"type": "delay"}}, "/effect"),
    ({"effect": {"type": "delay", "ms": 1, "uniform": [1, 2]}}, "/effect"),
    ({"effect": {"type": "delay", "ms": -1}}, "/effect/ms"),
    ({"effect": {"type": "delay", "ms": "1"}}, "/effect/ms"),
    ({"effect": {"type": "delay", "uniform": [1]}}, "/effect/uniform"),
    ({"effect": {"type": "delay", "uniform": [2, 1]}}, "/effect/uniform"),
    ({"effect": {"type": "delay", "lognormal": {"median": 1}}}, "/effect/lognormal/sigma"),
    ({"effect": {"type": "delay", "lognormal": {"median": 0, "sigma": 1}}}, "/effect/lognormal/median"),
    ({"effect": {"type": "truncate"}}, "/effect/bytes"),
    ({"effect": {"type": "truncate", "bytes": -1}}, "/effect/bytes"),
    ({"effect": {"type": "drip", "bytes_per_second": 0}}, "/effect/bytes_per_second"),
    ({"effect": {"type": "drift", "pointer": "note"}}, "/effect/pointer"),
    ({"effect": {"type": "drift", "pointer": ""}}, "/effect/pointer"),
    ({"effect": {"type": "drift", "pointer": "/note", "how": "bend"}}, "/effect/how"),
    ({"effect": {"type": "rate_limit", "requests": 1}}, "/effect/window"),
    ({"effect": {"type": "rate_limit", "requests": 1, "window": 0}}, "/effect/window"),
    ({"effect": {"type": "rate_limit", "requests": -1, "window": 1}}, "/effect/requests"),
    ({"effect": STATUS, "times": 0}, "/times"),
    ({"effect": STATUS, "times": 1.5}, "/times"),
    ({"effect": STATUS, "after": -1}, "/after"),
    ({"effect": STATUS, "probability": 1.5}, "/probability"),
    ({"effect": STATUS, "probability": -0.5}, "/probability"),
    ({"effect": STATUS, "stage": "during"}, "/stage"),
    ({"effect": STATUS, "match": []}, "/match"),
    ({"effect": STATUS, "match": {"verb": "GET"}}, "/match/verb"),
    ({"effect": STATUS, "match": {"api": "shop"}}, "/match/api"),
    ({"effect": STATUS, "match": {"method": ""}}, "/match/method"),
    ({"effect": STATUS, "match": {"path": "orders"}}, "/match/path"),
    ({"effect": STATUS, "match": {"query": {"a": 1}}}, "/match/query/a"),
    ({"effect": STATUS, "match": {"header": ["X-Test"]}}, "/match/header"),
    ({"effect": STATUS, "match": {"body": {"note": 1}}}, "/match/body"),
]


@pytest.mark.parametrize(("rule", "pointer"), BAD_RULES)
async def test_invalid_fault_is_422_with_pointer_and_expectation(
    emulator: RunningEmulator, rule: Any, pointer: str
) -> None:
    reply = await emulator.control("POST", "/sandboxes/docs/faults", json=rule)
    assert (422, "application/problem+json") == (reply.status, reply.headers["Content-Type"])
    assert (pointer, True) == (reply.json["pointer"], bool(reply.json["message"]))
    assert [] == await hits(emulator)


@pytest.mark.parametrize("body", [b"", b"{", b"nope", b"\xff", b'{"effect": NaN}', b'{"a": 1, "a": 2}', b"[" * 100])
async def test_unparsable_fault_is_400(emulator: RunningEmulator, body: bytes) -> None:
    reply = await emulator.control("POST", "/sandboxes/docs/faults", data=body)
    assert (400, "application/problem+json") == (reply.status, reply.headers["Content-Type"])
    assert [] == await hits(emulator)

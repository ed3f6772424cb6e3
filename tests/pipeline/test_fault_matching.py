"""Which requests a fault matches, and several faults together."""

import asyncio
import time
from typing import Any

import pytest
from support.emulator import RunningEmulator, basic, eventually, skip_time
from support.faults import ORDER, TEAPOT, fault, hit_once, hits, last

# Matching

U = "/orders?key=docs"
C = "/v1/orders/"
MATCHES: list[tuple[dict[str, Any], str, str, Any, bool]] = [
    ({}, "GET", U, None, True),
    ({}, "GET", C, None, True),
    ({"api": "universe"}, "GET", U, None, True),
    ({"api": "universe"}, "GET", C, None, False),
    ({"api": "cratejoy"}, "GET", C, None, True),
    ({"api": "cratejoy"}, "GET", U, None, False),
    ({"method": "GET"}, "GET", U, None, True),
    ({"method": "get"}, "GET", U, None, True),
    ({"method": "GET"}, "HEAD", U, None, True),
    ({"method": "POST"}, "GET", U, None, False),
    ({"method": "POST"}, "POST", C, ORDER, True),
    ({"method": "POST"}, "GET", U + "&_method=POST", None, True),
    ({"method": "PUT"}, "PUT", "/v1/orders/75572230/", {"note": "n"}, True),
    ({"path": "/orders"}, "GET", U, None, True),
    ({"path": "/orders"}, "GET", "/orders/?key=docs", None, True),
    ({"path": "/orders"}, "GET", "/orders.json?key=docs", None, True),
    ({"path": "/orders"}, "GET", "/api/v1/orders?key=docs", None, True),
    ({"path": "/orders"}, "GET", "/api/v1/orders.json?key=docs", None, True),
    ({"path": "/orders/"}, "GET", "/orders/?key=docs", None, True),
    ({"path": "/orders/"}, "GET", U, None, False),
    ({"path": "/api/v1/orders"}, "GET", "/api/v1/orders?key=docs", None, True),
    ({"path": "/api/v1/orders"}, "GET", U, None, False),
    ({"path": "/api/*"}, "GET", "/api/v1/orders.json?key=docs", None, True),
    ({"path": "*.json"}, "GET", "/orders.json?key=docs", None, True),
    ({"path": "*.json"}, "GET", U, None, False),
    ({"path": "/orders/*"}, "GET", "/orders/489?key=docs", None, True),
    ({"path": "/orders/*"}, "GET", "/orders/489.json?key=docs", None, True),
    ({"path": "/orders/489"}, "GET", "/api/v1/orders/489.json?key=docs", None, True),
    ({"path": "/orders/48"}, "GET", "/orders/489?key=docs", None, False),
    ({"path": "/orders/*"}, "GET", U, None, False),
    ({"path": "/o*s/4*9"}, "GET", "/orders/489?key=docs", None, True),
    ({"path": "/orders/4*99"}, "GET", "/orders/49?key=docs", None, False),
    ({"path": "*"}, "GET", U, None, True),
    ({"path": "/Orders"}, "GET", U, None, False),
    ({"path": "/orders/[4]89"}, "GET", "/orders/489?key=docs", None, False),
    ({"path": "/orders/a b"}, "GET", "/orders/a%20b?key=docs", None, True),
    ({"path": "/v1/orders/"}, "GET", C, None, True),
    ({"path": "/v1/orders"}, "GET", C, None, True),
    ({"path": "/v1/*"}, "GET", C, None, True),
    ({"path": "/v1/*"}, "GET", U, None, False),
    ({"path": "/v1/orders/75572230"}, "GET", "/v1/orders/75572230/", None, True),
    ({"path": "/nothing"}, "GET", "/nothing?key=docs", None, True),
    ({"path": "/v1/nothing*"}, "GET", "/v1/nothing/", None, True),
    ({"query": {"order": "DESC"}}, "GET", U + "&order=DESC", None, True),
    ({"query": {"order": "DESC"}}, "GET", U + "&order=desc", None, False),
    ({"query": {"order": "DESC"}}, "GET", U, None, False),
    ({"query": {"order": "DESC"}}, "GET", U + "&order=ASC&order=DESC", None, True),
    ({"query": {"a b": "é"}}, "GET", U + "&a+b=%C3%A9", None, True),
    ({"query": {"order": ""}}, "GET", U + "&order=", None, True),
    ({"query": {"order": "DESC", "page": "2"}}, "GET", U + "&order=DESC", None, False),
    ({"query": {"order": "DESC", "page": "2"}}, "GET", U + "&order=DESC&page=2", None, True),
    ({"header": {"X-Test": "one"}}, "GET", U, None, True),
    ({"header": {"x-TEST": "one"}}, "GET", U, None, True),
    ({"header": {"X-Test": "One"}}, "GET", U, None, False),
    ({"header": {"X-Other": "one"}}, "GET", U, None, False),
    ({"body": {"/customer/id": 586402305}}, "POST", C, ORDER, True),
    ({"body": {"/customer/id": 1}}, "POST", C, ORDER, False),
    ({"body": {"/products/0/term/num_cycles": 1}}, "POST", C, ORDER, True),
    ({"body": {"/products/0/term": {"num_cycles": 1}}}, "POST", C, ORDER, True),
    ({"body": {"/products/1": None}}, "POST", C, ORDER, False),
    ({"body": {"/products/0/term/num_cycles": True}}, "POST", C, ORDER, False),
    ({"body": {"": {"note": None}}}, "PUT", "/v1/orders/75572230/", {"note": None}, True),
    ({"body": {"/note": None}}, "PUT", "/v1/orders/75572230/", {"note": None}, True),
    ({"body": {"/note": None}}, "PUT", "/v1/orders/75572230/", {}, False),
    ({"body": {"/note": "x"}}, "PUT", "/v1/orders/75572230/", "note=x", True),
    ({"body": {"/order_gift_info/gift_message": "x"}}, "PUT", C, "order_gift_info[gift_message]=x", True),
    ({"body": {"/note": "x"}}, "PUT", "/v1/orders/75572230/", "note=y", False),
    ({"body": {"/note": "x"}}, "PUT", "/v1/orders/75572230/", "{", False),
    ({"body": {"/note": "x"}}, "GET", C, None, False),
    ({"body": {"/a~1b/~0": 1.5}}, "PUT", "/v1/orders/75572230/", {"a/b": {"~": 1.5}}, True),
    ({"api": "cratejoy", "method": "PUT", "path": "/v1/*", "body": {"/note": "x"}}, "PUT", C, {"note": "x"}, True),
    ({"api": "cratejoy", "method": "GET", "path": "/v1/*", "body": {"/note": "x"}}, "PUT", C, {"note": "x"}, False),
]


@pytest.mark.parametrize(("match", "sent", "applies"), [(row[0], row[1:4], row[4]) for row in MATCHES])
async def test_fault_matches_if_all_its_conditions_hold(
    emulator: RunningEmulator, match: dict[str, Any], sent: tuple[str, str, Any], applies: bool
) -> None:
    await fault(emulator, TEAPOT, match=match)
    method, target, body = sent
    headers = {"X-Test": "one"} | (basic("docs") if target.startswith("/v1") else {})
    options: dict[str, Any] = {"json": body} if isinstance(body, dict) else {"data": body}
    if isinstance(body, str):
        headers["Content-Type"] = "application/x-www-form-urlencoded" if "=" in body else "application/json"
    reply = await emulator.request(method, target, headers=headers, **options)
    assert applies == (reply.status == 418)
    assert [int(applies)] == await hits(emulator)


# Several faults


async def test_delays_add_up_and_only_the_first_other_effect_applies(emulator: RunningEmulator) -> None:
    for effect in (
        {"type": "delay", "ms": 150},
        {"type": "status", "status": 503},
        {"type": "delay", "ms": 200},
        {"type": "status", "status": 404},
    ):
        await fault(emulator, effect)
    started = time.perf_counter()
    reply = await emulator.universe("/orders")
    assert (503, True, [1, 1, 1, 0]) == (reply.status, 0.35 <= time.perf_counter() - started, await hits(emulator))
    assert 350 == (await last(emulator))["fault"]["delay_ms"]


async def test_next_fault_applies_once_the_first_is_used_up(emulator: RunningEmulator) -> None:
    for status, times in ((500, 2), (502, 1), (503, 1)):
        await fault(emulator, {"type": "status", "status": status}, times=times)
    statuses = [(await emulator.universe("/orders")).status for _ in range(5)]
    assert ([500, 500, 502, 503, 200], [2, 1, 1]) == (statuses, await hits(emulator))


@pytest.mark.parametrize("other", ["docs", "docs.other"])
@pytest.mark.parametrize("effect", [{"type": "delay", "ms": 10_000}, {"type": "drip", "bytes_per_second": 1000}])
async def test_slow_response_does_not_delay_other_requests(
    emulator: RunningEmulator, effect: dict[str, Any], other: str
) -> None:
    await fault(emulator, effect, match={"query": {"order": "DESC"}})
    slow = asyncio.create_task(emulator.universe("/orders?order=DESC"))
    await eventually(lambda: hit_once(emulator))
    replies = [(await emulator.universe("/orders", other)).status for _ in range(10)]
    assert [200] * 10 == replies
    assert not slow.done()
    skip_time(10)
    assert "ok" == (await slow).json["status"]

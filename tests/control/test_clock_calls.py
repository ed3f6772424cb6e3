"""Reading, setting and moving the clock of a sandbox."""

import time
from typing import Any

import pytest
from support.control import FROZEN
from support.emulator import RunningEmulator


async def test_clock_runs(emulator: RunningEmulator) -> None:
    reply = await emulator.control("GET", "/sandboxes/docs/clock")
    now = time.strftime("%Y-%m-%dT%H:%M", time.gmtime())
    assert (200, False, True) == (reply.status, reply.json["frozen"], reply.json["now"][:16] >= now[:13])


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"now": FROZEN, "frozen": True}, {"now": FROZEN, "frozen": True}),
        ({"now": "2017-03-21", "frozen": True}, {"now": FROZEN, "frozen": True}),
        ({"now": "2017-03-21 01:00+01:00", "frozen": True}, {"now": FROZEN, "frozen": True}),
        ({"now": "2017-03-21T00:00:00.999999Z", "frozen": True}, {"now": FROZEN, "frozen": True}),
        ({"now": "0001-01-01", "frozen": True}, {"now": "0001-01-01T00:00:00Z", "frozen": True}),
        ({"now": "9999-12-31T23:59:59Z", "frozen": True}, {"now": "9999-12-31T23:59:59Z", "frozen": True}),
        ({"now": FROZEN, "frozen": False}, {"now": FROZEN, "frozen": False}),
        ({"now": FROZEN}, {"now": FROZEN, "frozen": False}),
    ],
)
async def test_clock_is_set(emulator: RunningEmulator, wanted: Any, expected: Any) -> None:
    reply = await emulator.control("PUT", "/sandboxes/docs/clock", json=wanted)
    assert (200, expected) == (reply.status, reply.json)


async def test_frozen_clock_does_not_move(emulator: RunningEmulator) -> None:
    await emulator.control("PUT", "/sandboxes/docs/clock", json={"frozen": True})
    reply = await emulator.control("PUT", "/sandboxes/docs/clock", json={"now": FROZEN})
    assert {"now": FROZEN, "frozen": True} == reply.json
    reply = await emulator.control("PUT", "/sandboxes/docs/clock", json={"frozen": False})
    assert {"now": FROZEN, "frozen": False} == reply.json


async def test_clock_belongs_to_one_sandbox(emulator: RunningEmulator) -> None:
    await emulator.control("PUT", "/sandboxes/docs/clock", json={"now": FROZEN, "frozen": True})
    assert not (await emulator.control("GET", "/sandboxes/docs.b/clock")).json["frozen"]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(61, "2017-03-21T00:01:01Z"), (0, FROZEN), (-1, "2017-03-20T23:59:59Z"), (86_400 * 365, "2018-03-21T00:00:00Z")],
)
async def test_clock_is_moved(emulator: RunningEmulator, seconds: int, expected: str) -> None:
    await emulator.control("PUT", "/sandboxes/docs/clock", json={"now": FROZEN, "frozen": True})
    reply = await emulator.control("POST", "/sandboxes/docs/clock/advance", json={"seconds": seconds})
    assert (200, {"now": expected, "frozen": True}) == (reply.status, reply.json)
    assert reply.json == (await emulator.control("GET", "/sandboxes/docs/clock")).json


@pytest.mark.parametrize("now", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
async def test_both_apis_respond_at_the_limits_of_time(emulator: RunningEmulator, now: str) -> None:
    await emulator.control("PUT", "/sandboxes/docs/clock", json={"now": now, "frozen": True})
    body = {
        "customer": {"id": 586402305},
        "products": [{"product_instance": {"id": 645769439}, "term": {"num_cycles": 1}}],
    }
    replies = [
        await emulator.universe("/orders"),
        await emulator.cratejoy("GET", "/orders/"),
        await emulator.cratejoy("POST", "/orders/", json=body),
    ]
    assert [200, 200, 201] == [reply.status for reply in replies]


async def test_clock_past_the_end_of_time_does_not_affect_others(
    emulator: RunningEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    near = await emulator.control(
        "PUT", "/sandboxes/docs/clock", json={"now": "9999-12-31T23:59:59.9Z", "frozen": False}
    )
    end = time.monotonic() + 0.2
    while time.monotonic() < end:
        reply = await emulator.universe("/orders")
        listed = await emulator.control("GET", "/sandboxes")
    assert (True, 200, 200) == (near.status in {200, 422}, reply.status, listed.status)
    assert "Traceback" not in caplog.text

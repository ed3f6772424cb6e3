"""When a fault applies: rate limits, stages, counts and probabilities."""

import asyncio
from contextlib import suppress
from functools import partial
from typing import Any

import aiohttp
import pytest
from support.emulator import RunningEmulator, Start, eventually
from support.faults import CHANGES, ORDER, TEAPOT, fault, hit_once, hits, state

FROZEN = "2017-03-21T00:00:00Z"


async def freeze(emulator: RunningEmulator, user: str = "docs") -> None:
    """Freeze the clock."""
    await emulator.control("PUT", f"/sandboxes/{user}/clock", json={"now": FROZEN, "frozen": True})


async def advance(emulator: RunningEmulator, seconds: int, user: str = "docs") -> None:
    """Move the clock."""
    await emulator.control("POST", f"/sandboxes/{user}/clock/advance", json={"seconds": seconds})


# Rate limits


@pytest.mark.usefixtures("real_seconds")
async def test_over_the_quota_is_429_with_an_accurate_retry_after(emulator: RunningEmulator) -> None:
    await freeze(emulator)
    await fault(emulator, {"type": "rate_limit", "requests": 2, "window": 60})
    await advance(emulator, 10)  # the window starts with the first counted request
    outcomes = []
    for seconds in (0, 0, 0, 20, 39, 1, 0, 0, 59, 1000, 0, 30):
        await advance(emulator, seconds)
        reply = await emulator.universe("/orders")
        outcomes.append(reply.headers["Retry-After"] if reply.status == 429 else "ok")
    assert ["ok", "ok", "60", "40", "1", "ok", "ok", "60", "1", "ok", "ok", "30"] == outcomes


@pytest.mark.parametrize("frozen", [True, False])
async def test_request_after_the_retry_after_seconds_succeeds(emulator: RunningEmulator, frozen: bool) -> None:
    if frozen:
        await freeze(emulator)
    await fault(emulator, {"type": "rate_limit", "requests": 1, "window": 3600})
    replies = [await emulator.cratejoy("GET", "/orders/") for _ in range(2)]
    wait = int(replies[1].headers["Retry-After"])
    assert ([200, 429], True) == ([reply.status for reply in replies], 3590 <= wait <= 3600)
    await advance(emulator, wait)
    assert 200 == (await emulator.cratejoy("GET", "/orders/")).status


async def test_client_that_waits_is_accepted_with_a_frozen_clock(emulator: RunningEmulator) -> None:
    await freeze(emulator)
    await fault(emulator, {"type": "rate_limit", "requests": 1, "window": 1})
    await emulator.universe("/orders")
    rejected = await emulator.universe("/orders")
    await asyncio.sleep(int(rejected.headers["Retry-After"]))
    assert (429, 200) == (rejected.status, (await emulator.universe("/orders")).status)


async def test_frozen_clock_of_the_fixtures_does_not_stop_the_window(start: Start, real_seconds: list[float]) -> None:
    emulator = await start(clock=FROZEN)
    await fault(emulator, {"type": "rate_limit", "requests": 1, "window": 60})
    outcomes = []
    for passed in (0, 0.5, 20, 59.5, 60, 61):
        real_seconds.append(100 + passed)
        outcomes.append((await emulator.universe("/orders")).headers.get("Retry-After"))
    assert [None, "60", "40", "1", None, "59"] == outcomes


@pytest.mark.usefixtures("real_seconds")
@pytest.mark.parametrize("change", [{"frozen": True}, {"now": FROZEN}])
async def test_change_of_the_clock_does_not_extend_the_window(
    emulator: RunningEmulator, change: dict[str, Any]
) -> None:
    await freeze(emulator)
    await fault(emulator, {"type": "rate_limit", "requests": 1, "window": 60})
    await emulator.universe("/orders")
    await emulator.control("PUT", "/sandboxes/docs/clock", json=change)
    await advance(emulator, 59)
    rejected = await emulator.universe("/orders")
    assert (429, "1") == (rejected.status, rejected.headers["Retry-After"])
    await advance(emulator, 1)
    assert 200 == (await emulator.universe("/orders")).status


@pytest.mark.usefixtures("real_seconds")
async def test_rate_limit_works_at_the_end_of_time(emulator: RunningEmulator) -> None:
    await emulator.control("PUT", "/sandboxes/docs/clock", json={"now": "9999-12-31T23:59:59Z", "frozen": True})
    await fault(emulator, {"type": "rate_limit", "requests": 1, "window": 31536000})
    replies = [await emulator.universe("/orders") for _ in range(2)]
    assert ([200, 429], "31536000") == ([reply.status for reply in replies], replies[1].headers["Retry-After"])


async def test_quota_of_zero_rejects_every_matching_request(emulator: RunningEmulator) -> None:
    await fault(emulator, {"type": "rate_limit", "requests": 0, "window": 60}, match={"api": "cratejoy"})
    universe = await emulator.universe("/orders")
    cratejoy = await emulator.cratejoy("GET", "/orders/")
    assert [200, 429] == [universe.status, cratejoy.status]
    assert [str] == [type(each) for each in cratejoy.json["errors"]]


async def test_rate_limited_write_changes_nothing(emulator: RunningEmulator) -> None:
    before = await state(emulator)
    await fault(emulator, {"type": "rate_limit", "requests": 0, "window": 60})
    assert 429 == (await emulator.cratejoy("POST", "/orders/", json=ORDER)).status
    assert before == await state(emulator)


# Stages


@pytest.mark.parametrize("effect", [{"type": "reset"}, {"type": "close"}, {"type": "status", "status": 503}])
@pytest.mark.parametrize(("stage", "orders"), [("before", 2), ("after", 3)])
async def test_post_fails_before_or_after_the_order_is_created(
    emulator: RunningEmulator, effect: dict[str, Any], stage: str, orders: int
) -> None:
    before = await state(emulator)
    await fault(emulator, effect, stage=stage, match={"method": "POST"}, times=1)
    with suppress(aiohttp.ClientConnectionError):
        assert 503 == (await emulator.cratejoy("POST", "/orders/", json=ORDER)).status
    assert orders == (await emulator.cratejoy("GET", "/orders/")).json["count"]
    assert (stage == "before") == (before == await state(emulator))


async def test_retry_after_a_lost_response_is_rejected_by_the_one_minute_rule(emulator: RunningEmulator) -> None:
    await fault(emulator, {"type": "reset"}, stage="after", times=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await emulator.cratejoy("POST", "/orders/", json=ORDER)
    assert 400 == (await emulator.cratejoy("POST", "/orders/", json=ORDER)).status


@pytest.mark.parametrize(("stage", "note"), [("before", None), ("after", "new")])
async def test_put_fails_before_or_after_the_change(emulator: RunningEmulator, stage: str, note: str | None) -> None:
    await fault(emulator, TEAPOT, stage=stage, times=1)
    assert 418 == (await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "new"})).status
    assert note == (await emulator.cratejoy("GET", "/orders/75572230/")).json["note"]


@pytest.mark.parametrize("effect", CHANGES)
@pytest.mark.parametrize("stage", ["before", "after"])
async def test_effects_on_the_response_apply_after_the_change(
    emulator: RunningEmulator, effect: dict[str, Any], stage: str
) -> None:
    await fault(emulator, effect, stage=stage, times=1)
    with suppress(aiohttp.ClientPayloadError):
        await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "new"})
    assert "new" == (await emulator.cratejoy("GET", "/orders/75572230/")).json["note"]


async def test_delay_is_before_or_after_the_change(emulator: RunningEmulator) -> None:
    for stage, note in (("before", None), ("after", "new")):
        await fault(emulator, {"type": "delay", "ms": 600}, stage, stage=stage, match={"method": "PUT"})
        writing = asyncio.create_task(
            emulator.cratejoy("PUT", "/orders/75572230/", stage, json={"note": "new"}),
        )
        await eventually(partial(hit_once, emulator, stage))
        assert note == (await emulator.cratejoy("GET", "/orders/75572230/", stage)).json["note"]
        assert not writing.done()
        assert "new" == (await writing).json["note"]


# Counts and probabilities


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, "xxxxxx"),
        ({"times": None}, "xxxxxx"),
        ({"times": 1}, "x....."),
        ({"times": 3}, "xxx..."),
        ({"after": 2}, "..xxxx"),
        ({"after": 2, "times": 1}, "..x..."),
        ({"after": 9}, "......"),
        ({"probability": 0}, "......"),
        ({"probability": 1}, "xxxxxx"),
    ],
)
async def test_times_and_after_count_matching_requests(
    emulator: RunningEmulator, rule: dict[str, Any], expected: str
) -> None:
    await fault(emulator, TEAPOT, match={"path": "/orders"}, **rule)
    outcomes = ""
    for _ in range(6):
        assert 200 == (await emulator.universe("/orders/latest", "docs@164")).status  # does not match or count
        outcomes += "x" if (await emulator.universe("/orders")).status == 418 else "."
    assert (expected, [expected.count("x")]) == (outcomes, await hits(emulator))


async def test_same_requests_trigger_the_same_faults(start: Start) -> None:
    runs = []
    for emulator in [await start(), await start()]:
        for user in ("docs.a", "docs.b"):
            await fault(emulator, TEAPOT, user, probability=0.5)
            replies = [(await emulator.universe("/orders", user)).status for _ in range(40)]
            runs.append("".join("x" if status == 418 else "." for status in replies))
    assert [runs[0]] * 4 == runs
    assert 8 < runs[0].count("x") < 32


async def test_reset_repeats_the_same_random_choices(emulator: RunningEmulator) -> None:
    runs = []
    for _ in range(2):
        await fault(emulator, TEAPOT, probability=0.5)
        runs.append([(await emulator.universe("/orders")).status for _ in range(30)])
        await emulator.control("POST", "/sandboxes/docs/reset")
    assert runs[0] == runs[1]


async def test_probability_is_approximate_and_limited_by_times(emulator: RunningEmulator) -> None:
    await fault(emulator, TEAPOT, probability=0.5, times=5)
    statuses = [(await emulator.universe("/orders")).status for _ in range(40)]
    assert (5, [5]) == (statuses.count(418), await hits(emulator))

"""The same order again within a minute."""

import asyncio
import json

import pytest
from support.checkout import ANN, CID, DOCUMENTED, GOOD, Shop, create, state, with_line
from support.emulator import RunningEmulator


async def set_clock(emulator: RunningEmulator, now: str, name: str = "docs") -> None:
    reply = await emulator.control("PUT", f"/sandboxes/{name}/clock", json={"now": now, "frozen": True})
    assert 200 == reply.status, reply.text


@pytest.mark.parametrize(
    ("now", "status"),
    [
        ("2017-03-20T22:59:39Z", 201),
        ("2017-03-20T22:59:39.999Z", 201),
        ("2017-03-20T22:59:40Z", 400),
        ("2017-03-20T22:59:41Z", 400),
        ("2017-03-20T23:00:39Z", 400),
        ("2017-03-20T23:00:39.999Z", 400),
        ("2017-03-20T23:00:40Z", 201),
        ("2017-03-21T00:00:40+01:00", 201),
        ("2017-03-21T00:00:39+01:00", 400),
        ("2017-02-28T23:59:59Z", 201),
        ("2017-03-01T00:00:00Z", 400),
        ("2017-03-01T00:00:59Z", 400),
        ("2017-03-01T00:01:00Z", 201),
        ("2030-01-01T00:00:00Z", 201),
    ],
)
async def test_second_order_within_a_minute_is_rejected(emulator: RunningEmulator, now: str, status: int) -> None:
    await set_clock(emulator, now)
    before = await state(emulator, "docs")
    reply = await create(emulator, DOCUMENTED, "docs")
    assert (status, status == 400) == (reply.status, before == await state(emulator, "docs"))
    if status == 400:
        (message,) = reply.json["errors"]
        assert message.startswith("customer 586402305: expected no order within the past minute, order ")


@pytest.mark.parametrize(("seconds", "status"), [(0, 400), (1, 400), (59, 400), (60, 201), (61, 201), (-1, 201)])
async def test_minute_is_measured_by_the_clock_of_the_sandbox(
    emulator: RunningEmulator, seconds: int, status: int
) -> None:
    await set_clock(emulator, "2020-01-01T00:00:00Z")
    assert 201 == (await create(emulator, DOCUMENTED, "docs")).status
    await emulator.control("POST", "/sandboxes/docs/clock/advance", json={"seconds": seconds})
    assert status == (await create(emulator, DOCUMENTED, "docs")).status


async def test_minute_applies_per_customer(shop: Shop) -> None:
    emulator = await shop()
    statuses = [(await create(emulator, GOOD | {"customer": {"id": each}})).status for each in (ANN, CID, ANN, CID)]
    assert [201, 201, 400, 400] == statuses


async def test_rejected_order_does_not_start_the_minute(shop: Shop) -> None:
    emulator = await shop()
    bodies = [with_line(99), GOOD | {"coupons": "NONE"}, GOOD, GOOD]
    assert [400, 400, 201, 400] == [(await create(emulator, body)).status for body in bodies]


async def test_only_one_of_64_simultaneous_orders_is_created(emulator: RunningEmulator) -> None:
    before = (await emulator.cratejoy("GET", "/orders/")).json["count"]
    replies = await asyncio.gather(*(create(emulator, DOCUMENTED, "docs", "?with=all") for _ in range(64)))
    assert [201] + [400] * 63 == sorted(reply.status for reply in replies)
    (created,) = (reply.json for reply in replies if reply.status == 201)
    assert before + 1 == (await emulator.cratejoy("GET", "/orders/")).json["count"]
    tables = json.loads(await state(emulator, "docs"))["cratejoy"]
    for collection in ("transactions", "fulfillments"):
        assert [created["id"]] == [each["order_id"] for each in tables[collection]][2:]
    assert 3 == len(tables["subscriptions"])

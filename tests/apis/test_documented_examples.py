"""Every documented example: the request of the page returns the response of the page."""

from typing import Any

import pytest
from support.emulator import RunningEmulator, example

UNIVERSE = [
    ("/orders?order=DESC", "docs@2", "universe/orders_desc"),
    ("/orders", "docs-queued@2", "universe/orders_queued"),
    ("/orders/489", "docs@164", "universe/order_489"),
    ("/orders/latest", "docs@164", "universe/order_489"),
    ("/orders/489", "docs-queued@164", "universe/order_489_queued"),
    ("/orders/489", "docs@2", "universe/order_not_yours"),
    ("/orders/latest", "docs@1", "universe/latest_no_orders"),
]


@pytest.mark.parametrize("base", ["", "/api/v1"])
@pytest.mark.parametrize(("path", "key", "name"), UNIVERSE)
async def test_universe_responses_match_its_documentation(
    emulator: RunningEmulator, base: str, path: str, key: str, name: str
) -> None:
    reply = await emulator.universe(base + path, key)
    assert (200, example(name)) == (reply.status, reply.json)


@pytest.mark.parametrize(("path", "key", "name"), UNIVERSE)
async def test_universe_preserves_the_order_of_the_keys(
    emulator: RunningEmulator, path: str, key: str, name: str
) -> None:
    assert keys(example(name)) == keys((await emulator.universe(path, key)).json)


async def test_cratejoy_lists_orders_as_documented(emulator: RunningEmulator) -> None:
    reply = await emulator.cratejoy("GET", "/orders/?placed_at__gt=2017-03-15T20:00:24Z")
    expected = example("cratejoy/orders_list")
    actual = reply.json
    order = actual["results"][0]
    assert list(expected["results"][0]) == list(order)
    assert all(order[elided] for elided in ("customer", "products"))
    order |= {"customer": [{}], "products": [{}]}
    assert (200, expected) == (reply.status, actual)


async def test_cratejoy_returns_one_order_without_an_envelope(emulator: RunningEmulator) -> None:
    listed = (await emulator.cratejoy("GET", "/orders/?id=75572230")).json["results"][0]
    reply = await emulator.cratejoy("GET", "/orders/75572230/")
    assert (200, listed) == (reply.status, reply.json)


async def test_cratejoy_updates_the_note(emulator: RunningEmulator) -> None:
    before = (await emulator.cratejoy("GET", "/orders/75572230/")).json
    body = example("cratejoy/update_note")
    reply = await emulator.cratejoy("PUT", "/orders/75572230/", json=body)
    assert (200, before | body) == (reply.status, reply.json)


async def test_cratejoy_updates_the_gift_info(emulator: RunningEmulator) -> None:
    reply = await emulator.cratejoy("PUT", "/orders/75572230/", json=example("cratejoy/update_gift"))
    info = {"gift_message": "Hi, I got you this gift.", "gift_recipient_name": "", "gift_recipient_email": ""}
    gift = {name: reply.json[name] for name in ("is_gift", "gift_message", "order_gift_info")}
    assert {"is_gift": True, "gift_message": info["gift_message"], "order_gift_info": info} == gift


async def test_cratejoy_creates_the_documented_order(start: Any) -> None:
    emulator: RunningEmulator = await start(clock="2017-03-21T00:00:00Z")
    body = example("cratejoy/create_order")
    reply = await emulator.cratejoy("POST", "/orders/", json=body)
    order = reply.json
    expected = {
        "customer_id": 586402305,
        "is_gift": True,
        "order_gift_info": body["order_gift_info"],
        "gift_message": body["order_gift_info"]["gift_message"],
        "placed_at": "2017-03-21T00:00:00Z",
        "status": "closed",
        "fulfillment_status": "fulfilled",
        "sub_total": 3500,
    }
    assert (201, expected) == (reply.status, {name: order[name] for name in expected})
    assert order == (await emulator.cratejoy("GET", f"/orders/{order['id']}/")).json


def keys(value: Any) -> Any:
    """Yield the names in all objects, in order."""
    if isinstance(value, dict):
        return [(name, keys(inner)) for name, inner in value.items()]
    return [keys(each) for each in value] if isinstance(value, list) else None

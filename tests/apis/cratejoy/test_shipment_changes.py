"""Changes of shipments."""

from typing import Any

import pytest
from support.checkout import GOOD, NOW, PREPAID, Shop, create
from support.cratejoy import SHIPMENT, error_of, list_shipments, put_shipment, state
from support.emulator import RunningEmulator

# Changing


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"status": "shipped"}, ("shipped", NOW, "closed")),
        ({"status": "shipped", "shipped_at": "2020-01-02"}, ("shipped", "2020-01-02T00:00:00Z", "closed")),
        ({"status": "shipped", "shipped_at": None}, ("shipped", NOW, "closed")),
        ({"status": "cancelled"}, ("cancelled", None, "cancelled")),
        ({"status": "unshipped"}, ("unshipped", None, "open")),
        ({"tracking_number": "T1"}, ("unshipped", None, "open")),
        ({"tracking_number": "T1", "carrier_name": "UPS", "tracking_link": "x"}, ("unshipped", None, "open")),
    ],
)
async def test_status_changes_the_fulfillments(shop: Shop, body: Any, expected: tuple[str, Any, str]) -> None:
    emulator = await shop()
    await create(emulator, PREPAID)
    first, second, _ = await list_shipments(emulator)
    changed = (await put_shipment(emulator, first["id"], body)).json
    assert expected == (changed["status"], changed["shipped_at"], changed["fulfillments"][0]["status"])
    assert body.get("tracking_number") == changed["tracking_number"]
    assert set() == {"carrier_name", "tracking_link"} & changed.keys()
    assert changed == (await emulator.cratejoy("GET", f"/shipments/{first['id']}/", "me")).json
    assert second == (await emulator.cratejoy("GET", f"/shipments/{second['id']}/", "me")).json


async def test_shipping_can_be_undone(shop: Shop) -> None:
    emulator = await shop()
    await create(emulator, PREPAID)
    before = (await list_shipments(emulator))[0]
    await put_shipment(emulator, before["id"], {"status": "shipped"})
    await put_shipment(emulator, before["id"], {"status": "cancelled"})
    assert before == (await put_shipment(emulator, before["id"], {"status": "unshipped"})).json


async def test_orders_show_the_shipped_fulfillment(shop: Shop) -> None:
    emulator = await shop()
    order = (await create(emulator, PREPAID, query="?with=fulfillments")).json
    await put_shipment(emulator, order["fulfillments"][0]["shipment_id"], {"status": "shipped"})
    changed = (await emulator.cratejoy("GET", f"/orders/{order['id']}/?with=fulfillments", "me")).json
    assert ["closed", "open", "open"] == [each["status"] for each in changed["fulfillments"]]


# The vendor's scripts: string bodies without a content type


@pytest.mark.parametrize(
    ("body", "prop", "expected"),
    [
        (b'{"adjusted_ordered_at": "2017-06-21"}', "adjusted_ordered_at", "2017-06-21T00:00:00Z"),
        (b'{"adjusted_ordered_at": "12/27/2014"}', "target_at", "2014-12-27T00:00:00Z"),
        (b'{"status": "shipped"}', "status", "shipped"),
        (b'{"tracking_number": "1Z999"}', "tracking_number", "1Z999"),
        (b'{"shipped_at": "2015-09-01 12:30:00Z", "status": "shipped"}', "shipped_at", "2015-09-01T12:30:00Z"),
        (b'{"shipped_at": "2015-09-01T12:30:00.123456", "status": "shipped"}', "shipped_at", "2015-09-01T12:30:00Z"),
    ],
)
async def test_bodies_of_vendor_scripts_are_accepted(shop: Shop, body: bytes, prop: str, expected: str) -> None:
    emulator = await shop()
    await create(emulator, GOOD)
    (shipment,) = await list_shipments(emulator)
    reply = await emulator.cratejoy(
        "PUT", f"/shipments/{shipment['id']}/", "me", data=body, skip_auto_headers=("Content-Type",)
    )
    assert (200, expected) == (reply.status, reply.json[prop])


async def test_feedback_headers_are_accepted_and_not_echoed(shop: Shop) -> None:
    emulator = await shop()
    await create(emulator, GOOD)
    (shipment,) = await list_shipments(emulator)
    headers = {"X-Cratejoy-ProductFeedback-Enabled": "true", "X-Cratejoy-ProductFeedback-Interval": "3"}
    path = f"/shipments/{shipment['id']}/"
    reply = await emulator.cratejoy("PUT", path, "me", json={"status": "shipped"}, headers=headers)
    assert (200, set()) == (reply.status, headers.keys() & reply.headers.keys())


# Rejections


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"status": "lost"}, 'status: expected one of "unshipped", "shipped", "cancelled", got "lost"'),
        ({"shipped_at": "soon"}, 'shipped_at: expected a time such as 2017-03-21T00:00:00Z or null, got "soon"'),
        ({"adjusted_ordered_at": None}, "adjusted_ordered_at: expected text, got null"),
        ({"customer_id": 1}, "Unknown property 'customer_id'"),
        ({"target_at": "2017-06-21"}, "Unknown property 'target_at'"),
    ],
)
async def test_invalid_changes_of_a_shipment_are_400_and_change_nothing(
    emulator: RunningEmulator, body: Any, message: str
) -> None:
    before = await state(emulator)
    assert (400, [message]) == error_of(await put_shipment(emulator, SHIPMENT, body, "docs"))
    assert before == await state(emulator)


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [("POST", "/shipments/", "GET"), ("DELETE", f"/shipments/{SHIPMENT}/", "GET, PUT")],
)
async def test_shipments_are_neither_created_nor_deleted(
    emulator: RunningEmulator, method: str, path: str, allow: str
) -> None:
    reply = await emulator.cratejoy(method, path, json={})
    assert (405, allow) == (reply.status, reply.headers["Allow"])


async def test_unknown_shipment_is_404(emulator: RunningEmulator) -> None:
    message = "shipment '1': expected the id of a shipment of this store"
    assert (404, [message]) == error_of(await put_shipment(emulator, 1, {"status": "shipped"}, "docs"))

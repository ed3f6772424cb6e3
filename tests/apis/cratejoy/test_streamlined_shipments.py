"""Shipments of version 1.1."""

from typing import Any
from urllib.parse import quote

import pytest
from support.checkout import MUG, PREPAID, Shop, create, line
from support.cratejoy import INVALID, SHIPMENT, error_of
from support.emulator import Reply, RunningEmulator, Start, basic

GIFT = {**PREPAID, "order_gift_info": {"gift_message": "For you"}}
LISTED = {
    "adjusted_ordered_at": "2017-03-20T22:59:40Z",
    "batch": None,
    "cust_cycle": 1,
    "id": SHIPMENT,
    "status": "shipped",
    "sub_cycle": 1,
    "tracking_number": None,
}


async def request(emulator: RunningEmulator, query: str = "", user: str = "me", method: str = "GET") -> Reply:
    return await emulator.request(method, f"/v1.1/shipments?{query}", headers=basic(user))


async def shipments(emulator: RunningEmulator, query: str = "", user: str = "me") -> list[Any]:
    """Return the shipments of a successful request."""
    reply = await request(emulator, query, user)
    assert 200 == reply.status, reply.text
    return list(reply.json["results"])


@pytest.mark.parametrize("profile", ["documented", "observed"])
async def test_shipment_of_version_1_1_has_the_known_properties(start: Start, profile: str) -> None:
    (shipment,) = await shipments(await start(profile=profile), user="docs")
    fulfillments = shipment.pop("fulfillments")
    address = shipment.pop("ship_address")
    assert LISTED == shipment
    assert [{"fulfillment_date", "instance", "order", "subscription_id"}] == [set(each) for each in fulfillments]
    names = "city company country id phone_number state street to unit zip_code".split()
    assert names == sorted(address)


async def test_gift_message_is_in_the_orders_of_fulfillments(shop: Shop) -> None:
    emulator = await shop()
    await create(emulator, GIFT)
    found = await shipments(emulator)
    infos = [each["fulfillments"][0]["order"]["order_gift_info"] for each in found]
    assert ["For you"] * 3 == [each["gift_message"] for each in infos]


async def test_cycles_start_at_1_and_are_null_without_a_subscription(shop: Shop) -> None:
    emulator = await shop()
    await create(emulator, {"customer": {"id": 1}, "products": [line(MUG)]})
    await emulator.control("PUT", "/sandboxes/me/clock", json={"now": "2020-01-02T00:00:00Z"})
    await create(emulator, PREPAID)
    found = await shipments(emulator)
    assert [(None, 1), (1, 2), (2, 3), (3, 4)] == [(each["sub_cycle"], each["cust_cycle"]) for each in found]


async def test_list_has_pages_of_10_with_links(shop: Shop) -> None:
    emulator = await shop()
    for hour in range(4):
        await emulator.control("PUT", "/sandboxes/me/clock", json={"now": f"2020-01-02T0{hour}:00:00Z"})
        await create(emulator, PREPAID)
    reply = await request(emulator)
    assert (12, 10, "?page=1", None) == (
        reply.json["count"],
        len(reply.json["results"]),
        reply.json["next"],
        reply.json["prev"],
    )
    assert 2 == len(await shipments(emulator, "page=1"))
    assert 12 == len(await shipments(emulator, "limit=200"))


STATUSES = quote('["unshipped","cancelled"]')
TYPES = quote('["standard", "adhoc"]')
FILTERS = [
    ("status=unshipped", 3),
    ("status=shipped", 1),
    (f"status__in={STATUSES}", 3),
    ("status__in=shipped,unshipped", 4),
    (f"status__in={quote('[2]')}", 1),
    (f"status__in={quote('[]')}", 0),
    ("adjusted_ordered_at=2020-02-01T00:00:00Z", 1),
    ("adjusted_ordered_at__gt=2020-02-01", 1),
    ("adjusted_ordered_at__ge=2020-02-01", 2),
    ("adjusted_ordered_at__lt=2020-02-01", 2),
    ("adjusted_ordered_at__le=2020-02-01", 3),
    ("sub_cycle=2", 1),
    ("cust_cycle=4", 1),
    ("customer_id=1", 4),
    ("customer_id__in=2,1", 4),
    (f"customer_id__in={quote('[2,3]')}", 0),
    ("batch_id=5", 0),
    ("batch_id__in=5,6", 0),
    ("billing_type=ecom", 1),
    ("billing_type=adhoc", 3),
    ("billing_type=standard", 0),
    (f"billing_type__in={TYPES}", 3),
    ("status=unshipped&sub_cycle=1&customer_id=1", 1),
]


@pytest.mark.parametrize(("query", "count"), FILTERS)
async def test_shipments_are_filtered(shop: Shop, query: str, count: int) -> None:
    emulator = await shop()
    await create(emulator, {"customer": {"id": 1}, "products": [line(MUG)]})
    (first,) = await shipments(emulator)
    await emulator.cratejoy("PUT", f"/shipments/{first['id']}/", "me", json={"status": "shipped"})
    await emulator.control("PUT", "/sandboxes/me/clock", json={"now": "2020-01-01T12:00:00Z"})
    await create(emulator, PREPAID)
    assert count == len(await shipments(emulator, query))


async def test_billing_type_is_standard_with_a_renewal_window(shop: Shop) -> None:
    emulator = await shop()
    billing = {"id": 5, "name": "Monthly", "rebill_window": 10}
    await emulator.control("PUT", "/sandboxes/me/records/cratejoy/product_billings/5", json=billing)
    await emulator.control("PATCH", "/sandboxes/me/records/cratejoy/products/41", json={"product_billing_id": 5})
    await create(emulator, PREPAID)
    assert 3 == len(await shipments(emulator, "billing_type=standard"))


async def test_cycles_follow_changes_of_shipments(shop: Shop) -> None:
    emulator = await shop()
    await create(emulator, PREPAID)
    first, *_ = await shipments(emulator, "sub_cycle=1")
    body = {"adjusted_ordered_at": "2021-01-01"}
    await emulator.cratejoy("PUT", f"/shipments/{first['id']}/", "me", json=body)
    assert [first["id"]] == [each["id"] for each in await shipments(emulator, "sub_cycle=3")]


# Rejections


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("limit=201", "limit: expected an integer from 1 to 200, got 201"),
        ("limit=0", "limit: expected an integer from 1 to 200, got 0"),
        ("page=-1", "page: expected an integer of at least 0, got -1"),
        ("with=customer", "Unknown property 'with', expected one of adjusted_ordered_at, "),
        ("id=1", "Unknown property 'id', expected one of adjusted_ordered_at, "),
        ("status__like=un%25", "Unknown property 'status__like', expected one of adjusted_ordered_at, "),
        ("customer.email=a", "Unknown property 'customer.email', expected one of adjusted_ordered_at, "),
        ("status=lost", 'status: expected one of unshipped, shipped, cancelled, 1, 2, 3, got "lost"'),
        (
            "status__in=%5B%22lost%22%5D",
            'status__in: expected one of unshipped, shipped, cancelled, 1, 2, 3, got "lost"',
        ),
        ("sub_cycle=one", 'sub_cycle: expected an integer, got "one"'),
        ("billing_type__in=%5Btrue%5D", "billing_type__in: expected one of standard, adhoc, ecom, got true"),
    ],
)
async def test_other_queries_are_rejected(emulator: RunningEmulator, query: str, message: str) -> None:
    status, messages = error_of(await request(emulator, query, "docs"))
    assert (400, INVALID) == (status, messages[1])
    assert messages[0].startswith(message)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_list_is_read_only(emulator: RunningEmulator, method: str) -> None:
    reply = await request(emulator, user="docs", method=method)
    assert (405, "GET") == (reply.status, reply.headers["Allow"])


async def test_credential_is_needed(emulator: RunningEmulator) -> None:
    assert 401 == error_of(await emulator.request("GET", "/v1.1/shipments/"))[0]


async def test_faults_match_the_path_of_version_1_1(emulator: RunningEmulator) -> None:
    fault = {"match": {"path": "/v1.1/shipments"}, "effect": {"type": "status", "status": 503}}
    added = await emulator.control("POST", "/sandboxes/docs/faults", json=fault)
    assert added.status < 300, added.text
    assert 503 == (await request(emulator, user="docs")).status

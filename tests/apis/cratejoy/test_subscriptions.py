"""Subscriptions."""

from typing import Any

import pytest
from support.cratejoy import CUSTOMER, INSTANCE, OPEN_ORDER, SUBSCRIPTION, error_of, get_subscription, state
from support.emulator import RunningEmulator, Start

GIFT = 75988310
PROPERTIES = {
    "autorenew": True,
    "billing_name": "Monthly",
    "credit": None,
    "end_date": "2017-04-01T00:00:00Z",
    "id": SUBSCRIPTION,
    "is_test": True,
    "note": "",
    "product_billing_id": 3100,
    "skipped_date": None,
    "start_date": "2017-03-01T00:00:00Z",
    "status": "active",
    "store_id": 644263166,
    "type": "subscription",
    "url": f"/v1/subscriptions/{SUBSCRIPTION}",
}
DEFAULT = {"customer", "billing", "term", "product", "instance", "subscription_gift_info", "address"}
OTHERS = {"_md", "orders", "shipments", "fulfillments", "cart_products"}


# Reading


@pytest.mark.parametrize("profile", ["documented", "observed"])
async def test_subscription_has_the_known_properties_sorted(start: Start, profile: str) -> None:
    emulator = await start(profile=profile)
    found = await get_subscription(emulator, SUBSCRIPTION, user="docs")
    assert sorted(found) == list(found)
    assert DEFAULT | PROPERTIES.keys() == found.keys()
    assert PROPERTIES == {name: found[name] for name in PROPERTIES}
    assert (CUSTOMER, 3100, "Month to Month", "The Sweater Box", INSTANCE, None, 8675309) == (
        found["customer"]["id"],
        found["billing"]["id"],
        found["term"]["name"],
        found["product"]["name"],
        found["instance"]["id"],
        found["subscription_gift_info"],
        found["address"]["id"],
    )


async def test_gifted_subscription_names_giver_and_recipient(emulator: RunningEmulator) -> None:
    info = (await get_subscription(emulator, GIFT, user="docs"))["subscription_gift_info"]
    assert ("Mr. Rogers", "Grace", CUSTOMER) == (
        info["gift_recipient_name"],
        info["gift_sender"]["first_name"],
        info["gift_sender"]["id"],
    )


async def test_other_relations_of_a_subscription(emulator: RunningEmulator) -> None:
    found = await get_subscription(emulator, SUBSCRIPTION, "with=all", "docs")
    assert DEFAULT | OTHERS <= found.keys()
    assert [OPEN_ORDER] == [each["id"] for each in found["orders"]]
    assert [OPEN_ORDER] == [each["order_id"] for each in found["cart_products"]]
    assert [523300817] == [each["id"] for each in found["fulfillments"]]
    assert [] == found["shipments"]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("status=active", [SUBSCRIPTION, GIFT]),
        ("status=2", [SUBSCRIPTION, GIFT]),
        ("status__in=active,past_due", [SUBSCRIPTION, GIFT]),
        ("status=pastdue", []),
        (f"customer_id={CUSTOMER}", [SUBSCRIPTION, GIFT]),
        (f"customer.id={CUSTOMER}", [SUBSCRIPTION, GIFT]),
        (f"customer={CUSTOMER}&limit=50", [SUBSCRIPTION, GIFT]),
        ("customer=1", []),
        ("customer.email__like=grace%25", [SUBSCRIPTION, GIFT]),
        ("end_date__ge=2017-04-02&end_date__le=2017-05-01", [GIFT]),
        ("start_date__lt=03/02/2017", [SUBSCRIPTION]),
        ("product_billing_id=3100", [SUBSCRIPTION, GIFT]),
        ("billing.name=Monthly", [SUBSCRIPTION, GIFT]),
        ("billing_name=Monthly", [SUBSCRIPTION, GIFT]),
        ("term.num_cycles=1", [SUBSCRIPTION, GIFT]),
        ("autorenew=false", [GIFT]),
        ("credit__is_null=true", [SUBSCRIPTION, GIFT]),
        ("shipments.status=shipped", [GIFT]),
        (f"orders={OPEN_ORDER}", [SUBSCRIPTION]),
        ("fulfillments.status=open", [SUBSCRIPTION]),
        ("is_test=true&limit=1", [SUBSCRIPTION]),
    ],
)
async def test_subscriptions_are_filtered(emulator: RunningEmulator, query: str, ids: list[int]) -> None:
    listed = (await emulator.cratejoy("GET", f"/subscriptions/?{query}")).json
    assert ids == [each["id"] for each in listed["results"]]


@pytest.mark.parametrize("name", ["product.name", "instance.sku", "address.city", "subscription_gift_info.id", "lines"])
async def test_relations_that_cannot_be_filtered_are_unknown(emulator: RunningEmulator, name: str) -> None:
    status, messages = error_of(await emulator.cratejoy("GET", f"/subscriptions/?{name}=1"))
    assert (400, f"Unknown property '{name}'") == (status, messages[0])


# Changing


@pytest.mark.parametrize(
    ("body", "prop", "expected"),
    [
        (b'{"autorenew": "True"}', "autorenew", True),
        (b'{"autorenew": "False"}', "autorenew", False),
        (b'{"autorenew": true}', "autorenew", True),
        (b'{"end_date": "2017-06-21"}', "end_date", "2017-06-21T00:00:00Z"),
        (b'{"end_date": "1999-12-31T23:59:59Z"}', "end_date", "1999-12-31T23:59:59Z"),
        (b'{"note": "hello"}', "note", "hello"),
        (b'{"credit": 500}', "credit", 500),
        (b'{"credit": null}', "credit", None),
    ],
)
async def test_bodies_of_vendor_scripts_change_a_subscription(
    emulator: RunningEmulator, body: bytes, prop: str, expected: object
) -> None:
    before = await get_subscription(emulator, SUBSCRIPTION, user="docs")
    reply = await emulator.cratejoy(
        "PUT", f"/subscriptions/{SUBSCRIPTION}/", data=body, skip_auto_headers=("Content-Type",)
    )
    assert (200, before | {prop: expected}) == (reply.status, reply.json)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"status": "active"}, "Unknown property 'status'"),
        ({"start_date": "2017-06-21"}, "Unknown property 'start_date'"),
        ({"end_date": None}, "end_date: expected text, got null"),
        ({"autorenew": "maybe"}, 'autorenew: expected true or false, got "maybe"'),
    ],
)
async def test_invalid_changes_of_a_subscription_are_400_and_change_nothing(
    emulator: RunningEmulator, body: Any, message: str
) -> None:
    before = await state(emulator)
    assert (400, [message]) == error_of(await emulator.cratejoy("PUT", f"/subscriptions/{SUBSCRIPTION}/", json=body))
    assert before == await state(emulator)

"""Shipments and their fulfillments."""

from typing import Any

import pytest
from support.checkout import BOX, HALF, MUG, NOW, PREPAID, WORK, Shop, create, line
from support.cratejoy import (
    CUSTOMER,
    CUSTOMER_SUMMARY,
    GIFT_ORDER,
    HOME,
    INSTANCE,
    SHIPMENT,
    list_shipments,
    put_shipment,
)
from support.emulator import RunningEmulator, Start

DOCUMENTED = {
    "adjusted_ordered_at": "2017-03-20T22:59:40Z",
    "created_at": "2017-03-20T22:59:40Z",
    "customer": CUSTOMER_SUMMARY,
    "customer_id": CUSTOMER,
    "id": SHIPMENT,
    "is_ecom": False,
    "is_gift": True,
    "is_test": True,
    "labels": [],
    "shipped_at": "2017-03-20T23:00:00Z",
    "status": "shipped",
    "target_at": "2017-03-20T22:59:40Z",
    "tracking_number": None,
    "type": "shipment",
    "url": f"/v1/shipments/{SHIPMENT}/",
}


# Reading


@pytest.mark.parametrize("profile", ["documented", "observed"])
async def test_shipment_has_the_known_properties_sorted(start: Start, profile: str) -> None:
    emulator = await start(profile=profile)
    shipment = (await emulator.cratejoy("GET", f"/shipments/{SHIPMENT}/")).json
    keys = list(shipment)
    (fulfillment,) = shipment.pop("fulfillments")
    assert (HOME, INSTANCE, GIFT_ORDER) == (
        shipment.pop("ship_address")["id"],
        fulfillment["instance"]["id"],
        fulfillment["order"]["id"],
    )
    assert (sorted(keys), DOCUMENTED) == (keys, shipment)


async def test_fulfillment_has_its_order_without_url_and_products(emulator: RunningEmulator) -> None:
    (fulfillment,) = (await emulator.cratejoy("GET", f"/shipments/{SHIPMENT}/")).json["fulfillments"]
    assert set() == {"url", "products"} & fulfillment["order"].keys()
    assert (True, True, SHIPMENT, "closed") == tuple(
        fulfillment[name] for name in ("is_test", "test", "shipment_id", "status")
    )


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", {"customer", "fulfillments", "labels", "ship_address"}),
        ("with=", set()),
        ("with=batch,stats", {"batch", "stats"}),
        (
            "with=all",
            {"customer", "fulfillments", "labels", "ship_address", "batch", "subscriptions", "stats", "_md"},
        ),
    ],
)
async def test_with_selects_the_relations_of_a_shipment(emulator: RunningEmulator, query: str, keys: set[str]) -> None:
    (shipment,) = await list_shipments(emulator, query, "docs")
    relations = {"customer", "fulfillments", "labels", "ship_address", "batch", "subscriptions", "stats", "_md"}
    assert keys == relations & shipment.keys()


async def test_stats_count_the_shipments_of_customer_and_subscription(shop: Shop) -> None:
    emulator = await shop()
    await create(emulator, {"customer": {"id": 1}, "products": [line(term={"num_cycles": 3}), line(MUG)]})
    found = [each["stats"] for each in await list_shipments(emulator, "with=stats")]
    assert [
        {"customer_cycle": 1, "has_addon": True, "subscription_cycle": 1},
        {"customer_cycle": 2, "has_addon": False, "subscription_cycle": 2},
        {"customer_cycle": 3, "has_addon": False, "subscription_cycle": 3},
    ] == found


FILTERS = [
    ("status=unshipped", 3),
    ("status=1", 3),
    ("status=shipped", 0),
    ("status__in=unshipped,cancelled", 3),
    ("customer_id=1", 3),
    ("customer.email__ilike=ANN%25", 3),
    ("customer=2", 0),
    ("adjusted_ordered_at__gt=2020-01-01", 2),
    ("adjusted_ordered_at__le=02/01/2020", 2),
    ("target_at__gt=2020-02-01", 1),
    ("created_at=2020-01-01", 3),
    ("shipped_at__ge=2000-01-01", 0),
    ("shipped_at__is_null=true", 3),
    ("is_ecom=false", 3),
    ("batch_id=5", 0),
    ("batch.end__lt=2017-06-21T00:00:00Z", 0),
    ("ship_address.city=Dallas", 3),
    ("fulfillments.cycle_number=1", 1),
    ("subscriptions.status=active", 3),
]


@pytest.mark.parametrize(("query", "count"), FILTERS)
async def test_shipments_are_filtered_by_properties_and_relations(shop: Shop, query: str, count: int) -> None:
    emulator = await shop()
    await create(emulator, PREPAID)
    assert count == len(await list_shipments(emulator, query))


async def test_shipments_are_filtered_by_subscription(shop: Shop) -> None:
    emulator = await shop()
    order = (await create(emulator, PREPAID, query="?with=subscriptions")).json
    identifier = order["subscriptions"][0]["id"]
    assert 3 == len(await list_shipments(emulator, f"subscription_id={identifier}"))
    assert 0 == len(await list_shipments(emulator, f"subscription_id__in={identifier + 1}"))


# New orders


async def test_prepaid_order_creates_all_shipments_at_once(shop: Shop) -> None:
    emulator = await shop()
    order = (await create(emulator, PREPAID, query="?with=subscriptions,fulfillments")).json
    found = await list_shipments(emulator)
    days = [NOW, "2020-02-01T00:00:00Z", "2020-03-01T00:00:00Z"]
    assert days == [each["adjusted_ordered_at"] for each in found]
    assert [NOW] * 3 == [each["created_at"] for each in found]
    assert [("unshipped", None, 1, False)] * 3 == [
        (each["status"], each["shipped_at"], each["customer_id"], each["is_ecom"]) for each in found
    ]
    assert [WORK] * 3 == [each["ship_address"]["id"] for each in found]
    assert [each["id"] for each in found] == [each["shipment_id"] for each in order["fulfillments"]]
    assert list(range(found[0]["id"], found[0]["id"] + 3)) == [each["id"] for each in found]
    assert days == [each["fulfillment_date"] for each in order["fulfillments"]]
    assert ["2020-04-01T00:00:00Z"] == [each["end_date"] for each in order["subscriptions"]]


async def test_one_time_products_have_one_shipment(shop: Shop) -> None:
    emulator = await shop()
    await create(emulator, {"customer": {"id": 1}, "products": [line(MUG), line(MUG)]})
    (shipment,) = await list_shipments(emulator)
    assert (True, [None, None]) == (
        shipment["is_ecom"],
        [each["subscription_id"] for each in shipment["fulfillments"]],
    )


@pytest.mark.parametrize(
    ("placed", "term", "days", "end"),
    [
        ("2020-01-31T12:00:00Z", {"num_cycles": 3}, ["2020-02-29", "2020-03-31"], "2020-04-30"),
        ("2020-02-28T00:00:01Z", {"num_cycles": 3}, ["2020-03-28", "2020-04-28"], "2020-05-28"),
        ("2020-11-30T23:59:59Z", {"num_cycles": 3}, ["2020-12-30", "2021-01-30"], "2021-02-28"),
        (
            "2020-01-05T00:00:00Z",
            {"id": HALF},
            ["2020-02-05", "2020-03-05", "2020-04-05", "2020-05-05", "2020-06-05"],
            "2020-07-05",
        ),
    ],
)
async def test_cycles_are_due_on_the_same_day_of_the_following_months(
    shop: Shop, *, placed: str, term: Any, days: list[str], end: str
) -> None:
    emulator = await shop()
    await emulator.control("PUT", "/sandboxes/me/clock", json={"now": placed, "frozen": True})
    body = {"customer": {"id": 1}, "products": [line(BOX, term=term)]}
    order = (await create(emulator, body, query="?with=subscriptions")).json
    due = [each["adjusted_ordered_at"] for each in await list_shipments(emulator)]
    assert [placed, *(f"{each}T00:00:00Z" for each in days)] == due
    assert f"{end}T00:00:00Z" == order["subscriptions"][0]["end_date"]


@pytest.mark.parametrize(
    ("settings", "new", "after_one", "after_all"),
    [
        ({}, ("closed", "fulfilled"), ("closed", "fulfilled"), ("closed", "fulfilled")),
        ({"closed": "shipped"}, ("open", "fulfilled"), ("open", "fulfilled"), ("closed", "fulfilled")),
        ({"fulfilled": "shipped"}, ("closed", "unfulfilled"), ("closed", "fulfilled"), ("closed", "fulfilled")),
        (
            {"closed": "shipped", "fulfilled": "shipped"},
            ("open", "unfulfilled"),
            ("open", "fulfilled"),
            ("closed", "fulfilled"),
        ),
    ],
)
async def test_settings_decide_when_an_order_is_closed_and_fulfilled(
    shop: Shop, *, settings: Any, new: tuple[str, str], after_one: tuple[str, str], after_all: tuple[str, str]
) -> None:
    emulator = await shop()
    reply = await emulator.control("PUT", "/sandboxes/me/records/cratejoy/settings/1", json={"id": 1, **settings})
    assert 200 == reply.status, reply.text
    identifier = (await create(emulator, PREPAID)).json["id"]
    found = [await _statuses(emulator, identifier)]
    for shipment in await list_shipments(emulator):
        await put_shipment(emulator, shipment["id"], {"status": "shipped"})
        found.append(await _statuses(emulator, identifier))
    assert [new, after_one, after_one, after_all] == found


async def _statuses(emulator: RunningEmulator, identifier: int) -> tuple[str, str]:
    order = (await emulator.cratejoy("GET", f"/orders/{identifier}/", "me")).json
    return order["status"], order["fulfillment_status"]

"""The shapes that recorded responses, the vendor's pages and client programs show, in both profiles."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from support.checkout import BOX, NOW, PREPAID, QUARTERLY, STORE, create, line
from support.emulator import RunningEmulator, Start

PROFILES = ["documented", "observed"]
NEW_BILLING = {"id": 5, "name": "Monthly", "rebill_window": 10}
FIRST_FACTS: list[tuple[str, Any]] = [
    ("status", "closed"),
    ("fulfillment_status", "fulfilled"),
    ("financial_status", "paid"),
    ("subscriptions.0.end_date", "2020-04-01T00:00:00Z"),
    ("subscriptions.0.product_billing_id", 5),
    ("subscriptions.0.billing_name", "Monthly"),
    ("subscriptions.0.credit", None),
    ("subscriptions.0.skipped_date", None),
    ("subscriptions.0.note", ""),
    ("subscriptions.0.customer.id", 1),
    ("subscriptions.0.billing.type", "product_billing"),
    ("subscriptions.0.term.num_cycles", 3),
    ("fulfillments.0.cycle_number", 0),
    ("fulfillments.2.cycle_number", 2),
    ("fulfillments.1.total_cycles", 3),
    ("fulfillments.0.is_test", True),
    ("fulfillments.0.test", True),
    ("fulfillments.0.shipping", 0),
    ("fulfillments.0.tax", 0),
    ("fulfillments.0.status", "open"),
    ("fulfillments.0.fulfillment_date", NOW),
    ("fulfillments.0.adjusted_fulfillment_date", NOW),
    ("fulfillments.0.instance.id", BOX),
    ("fulfillments.0.instance.ship_weight", 24.0),
    ("fulfillments.0.instance.inventory", None),
    ("fulfillments.0.instance.images", []),
    ("fulfillments.0.instance.variants.0.variant_type.name", "Size"),
    ("fulfillments.0.instance.variants.0.variant_value.value", "Large"),
    ("products.0.ship_weight", 24.0),
    ("ship_address.company", ""),
    ("ship_address.unit", ""),
    ("ship_address.phone_number", ""),
    ("ship_address.icon", ""),
    ("ship_address.status", 1),
    ("ship_address.status_message", None),
    ("transactions.0.result", "captured"),
]


def store() -> Any:
    """Return the checkout store, with a billing rule and a variant."""
    found = json.loads(json.dumps(STORE))
    found["cratejoy"]["product_billings"] = [NEW_BILLING]
    found["cratejoy"]["products"][0]["product_billing_id"] = 5
    variant = {"variant_type": {"name": "Size"}, "variant_value": {"value": "Large"}}
    found["cratejoy"]["product_instances"][0]["variants"] = [variant]
    return found


async def started(start: Start, folder: Path, profile: str = "documented", **settings: str) -> RunningEmulator:
    """Return an emulator with the store, whose fixture set has these settings."""
    document = store()
    if settings:
        document["cratejoy"]["settings"] = [{"id": 1, **settings}]
    file = folder / "store.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return await start(fixtures=str(file), profile=profile)


def value_at(value: Any, path: str) -> Any:
    """Return the value at a path such as `results.0.id`."""
    for step in path.split("."):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


@pytest.mark.parametrize("profile", PROFILES)
async def test_new_order_is_as_recorded_ones(start: Start, tmp_path: Path, profile: str) -> None:
    emulator = await started(start, tmp_path, profile)
    order = (await create(emulator, PREPAID, query="?with=all")).json
    for path, expected in FIRST_FACTS:
        assert expected == value_at(order, path), path


@pytest.mark.parametrize("profile", PROFILES)
async def test_nested_records_have_no_url(start: Start, tmp_path: Path, profile: str) -> None:
    emulator = await started(start, tmp_path, profile)
    order = (await create(emulator, PREPAID, query="?with=all")).json
    nested = (order["subscriptions"][0], order["fulfillments"][0], order["fulfillments"][0]["order"])
    assert [False] * 3 == ["url" in each for each in nested]
    assert "products" not in nested[2]


async def test_weights_are_written_with_a_decimal_point(start: Start, tmp_path: Path) -> None:
    emulator = await started(start, tmp_path)
    reply = await create(emulator, PREPAID, query="?with=products")
    assert {b"24.0"} == {part.partition(b",")[0] for part in reply.body.split(b'"ship_weight":')[1:]}


async def test_prepaid_order_has_as_many_shipments_as_fulfillments(start: Start, tmp_path: Path) -> None:
    emulator = await started(start, tmp_path)
    order = (await create(emulator, PREPAID, query="?with=fulfillments")).json
    shipments = {each["shipment_id"] for each in order["fulfillments"]}
    assert (3, 3) == (len(order["fulfillments"]), len(shipments - {None}))


@pytest.mark.parametrize("profile", PROFILES)
async def test_subscription_has_no_slash_in_its_url(start: Start, tmp_path: Path, profile: str) -> None:
    emulator = await started(start, tmp_path, profile)
    await create(emulator, {"customer": {"id": 1}, "products": [line(term={"id": QUARTERLY})]})
    (found,) = (await emulator.cratejoy("GET", "/subscriptions/", "me")).json["results"]
    assert f"/v1/subscriptions/{found['id']}" == found["url"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, ("closed", "fulfilled")),
        ({"closed": "shipped"}, ("open", "fulfilled")),
        ({"fulfilled": "shipped"}, ("closed", "unfulfilled")),
        ({"closed": "shipped", "fulfilled": "shipped"}, ("open", "unfulfilled")),
        ({"closed": "paid", "fulfilled": "created"}, ("closed", "fulfilled")),
    ],
)
async def test_settings_of_a_fixture_set_decide_the_status_of_new_orders(
    start: Start, tmp_path: Path, settings: Mapping[str, str], expected: tuple[str, str]
) -> None:
    emulator = await started(start, tmp_path, **settings)
    order = (await create(emulator, PREPAID)).json
    assert expected == (order["status"], order["fulfillment_status"])


WORDS = [
    ("default", "orders", "subscriptions.status", ("pastdue", "past_due", "6")),
    ("default", "subscriptions", "status", ("pastdue", "past_due", "6")),
    ("edge", "orders", "transactions.result", ("failed%20refund", "failed_refund", "5")),
    ("edge", "transactions", "result", ("failed%20refund", "failed_refund", "5")),
]


@pytest.mark.parametrize(("fixtures", "resource", "prop", "words"), WORDS)
async def test_older_spellings_and_numbers_select_the_same(
    start: Start, *, fixtures: str, resource: str, prop: str, words: tuple[str, ...]
) -> None:
    emulator = await start(fixtures=fixtures)
    lists = [(await emulator.cratejoy("GET", f"/{resource}/?{prop}={word}&with=", "me")).json for word in words]
    assert [lists[0]["results"]] * 3 == [each["results"] for each in lists]
    assert lists[0]["count"] > 0

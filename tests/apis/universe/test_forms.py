"""Orders in lists and in detail."""

import json
from decimal import Decimal
from typing import Any

import pytest
from support.emulator import Reply, RunningEmulator, example
from support.universe import ADDRESS, BOTH_ISSUES, OPTION_ONLY, SHIPPED

SETS = ["docs@2", "docs-queued@2", "docs@164", "docs-queued@164", "default@100", "default@164", "edge"]


async def listed(emulator: RunningEmulator, identifier: int) -> Any:
    """Return an order of `OWN_SET` as in the list."""
    orders = (await emulator.universe("/orders", "own")).json["orders"]
    return next(order for order in orders if order["id"] == identifier)


async def detailed(emulator: RunningEmulator, identifier: int) -> Any:
    """Return an order of `OWN_SET` in detail."""
    return (await emulator.universe(f"/orders/{identifier}", "own")).json["order"]


def shared(order: Any) -> Any:
    """Return what both forms of an order have in common: no prices, totals and addresses, items as their number."""
    plan = {key: value for key, value in order["plan"].items() if key != "price"}
    result = {**order, "plan": plan} | {"totals": None, "billing_address": None}
    if "shipments" in result:
        shipments = [{**each, "shipping_address": None} for each in result["shipments"]]
        result["shipments"] = [{k: count(v) if k == "items" else v for k, v in each.items()} for each in shipments]
    return result


def count(items: Any) -> Any:
    """Return the number of items; lists have only that."""
    return items if isinstance(items, int) else len(items)


def amounts_in_detail(order: Any) -> Any:
    """Convert price and totals from the list form to the detail form."""
    price = order["plan"]["price"]
    totals = order["totals"]
    text = f"{price.normalize():f}" if isinstance(price, Decimal) else str(price)
    if "." not in text:
        text += ".0"
    return 0 if price == 0 else text, totals and {name: f"{Decimal(amount):.2f}" for name, amount in totals.items()}


@pytest.mark.parametrize("key", SETS)
async def test_list_and_detail_differ_only_as_documented(emulator: RunningEmulator, key: str) -> None:
    orders = exactly(await emulator.universe("/orders", key))["orders"]
    details = [exactly(await emulator.universe(f"/orders/{order['id']}", key))["order"] for order in orders]
    assert len(orders) > 0
    assert [shared(order) for order in orders] == [shared(order) for order in details]
    amounts = [(order["plan"]["price"], order["totals"]) for order in details]
    assert [amounts_in_detail(order) for order in orders] == amounts


def exactly(reply: Reply) -> Any:
    """Parse JSON with all digits of its numbers."""
    return json.loads(reply.text, parse_float=Decimal)


@pytest.mark.parametrize(
    ("identifier", "in_list", "in_detail"),
    [(1, 49.99, "49.99"), (2, 0, 0), (3, 120, "120.0"), (4, 50, "50.0")],
)
async def test_price_is_a_number_in_lists_and_a_string_in_detail_unless_free(
    own: RunningEmulator, identifier: int, in_list: float, in_detail: Any
) -> None:
    prices = [(await form(own, identifier))["plan"]["price"] for form in (listed, detailed)]
    assert [(type(in_list), in_list), (type(in_detail), in_detail)] == [(type(price), price) for price in prices]


@pytest.mark.parametrize(
    ("name", "in_list", "in_detail"),
    [
        ("shipping", "0.0", "0.00"),
        ("discount", "2.5", "2.50"),
        ("subtotal", "49.99", "49.99"),
        ("total", "47.49", "47.49"),
    ],
)
async def test_totals_have_one_decimal_or_more_in_lists_and_two_in_detail(
    own: RunningEmulator, name: str, in_list: str, in_detail: str
) -> None:
    assert [in_list, in_detail] == [(await form(own, 1))["totals"][name] for form in (listed, detailed)]


async def test_totals_are_never_recalculated(emulator: RunningEmulator) -> None:
    totals = (await emulator.universe("/orders/489", "docs@164")).json["order"]["totals"]
    subtotal, shipping, discount, total = (
        Decimal(totals[name]) for name in ("subtotal", "shipping", "discount", "total")
    )
    assert (Decimal(55), Decimal(50)) == (subtotal + shipping - discount, total)


async def test_order_without_a_package_has_null_totals_and_no_shipments(own: RunningEmulator) -> None:
    both = [await listed(own, 2), await detailed(own, 2)]
    assert [({}, None, False)] * 2 == [(o["plan"]["package"], o["totals"], "shipments" in o) for o in both]


async def test_order_without_a_billing_address_has_null_in_detail_and_nothing_in_lists(own: RunningEmulator) -> None:
    assert (None, False) == ((await detailed(own, 2))["billing_address"], "billing_address" in await listed(own, 2))


async def test_shipped_shipment_counts_items_in_lists_and_names_them_in_detail(own: RunningEmulator) -> None:
    counted = {key: value for key, value in SHIPPED.items() if key != "shipping_address"} | {"items": 3}
    assert [counted] == (await listed(own, 3))["shipments"]
    assert [SHIPPED] == (await detailed(own, 3))["shipments"]


@pytest.mark.parametrize(
    ("identifier", "in_detail"),
    [
        (4, {"status": "Backordered", "issues": BOTH_ISSUES}),
        (5, {"status": "Backordered", "issues": OPTION_ONLY, "shipping_address": ADDRESS}),
    ],
)
async def test_queued_shipment_omits_missing_values(
    own: RunningEmulator, identifier: int, in_detail: dict[str, Any]
) -> None:
    in_list = {key: in_detail[key] for key in ("status", "issues")}
    assert [in_list] == (await listed(own, identifier))["shipments"]
    assert [in_detail] == (await detailed(own, identifier))["shipments"]


@pytest.mark.parametrize(("identifier", "statuses"), [(6, []), (7, ["Shipped on March 5, 2013", "Processing"])])
async def test_order_can_have_zero_or_more_shipments(
    own: RunningEmulator, identifier: int, statuses: list[str]
) -> None:
    for form in (listed, detailed):
        assert statuses == [shipment["status"] for shipment in (await form(own, identifier))["shipments"]]


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        (1, ["January 30, 2013", "January 30, 2013", None]),
        (8, ["December 5, 2013", "February 28, 2014", "November 1, 2014"]),
        (9, ["January 30, 2013", None, None]),
    ],
)
async def test_dates_are_in_long_form_without_a_leading_zero_or_null(
    own: RunningEmulator, identifier: int, expected: list[str | None]
) -> None:
    for form in (listed, detailed):
        order = await form(own, identifier)
        assert expected == [order[name] for name in ("created_at", "paid_at", "refunded_at")]


@pytest.mark.parametrize("key", SETS)
async def test_plan_has_the_documented_keys_in_their_order(emulator: RunningEmulator, key: str) -> None:
    expected = list(example("universe/order_489")["order"]["plan"])
    orders = (await emulator.universe("/orders", key)).json["orders"]
    assert [expected] * len(orders) == [list(order["plan"]) for order in orders]


@pytest.mark.parametrize("key", SETS)
@pytest.mark.parametrize("path", ["/orders", "/orders/latest"])
async def test_no_response_has_nil_or_internal_fields(emulator: RunningEmulator, key: str, path: str) -> None:
    text = (await emulator.universe(path, key)).text
    assert [] == [
        word for word in (":nil", ": nil", '"label"', '"completed"', '"shipment"', '"renewal":') if word in text
    ]

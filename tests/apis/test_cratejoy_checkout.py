"""Creating Cratejoy orders: every rule of the page, who is refused and why, and what an order brings with it."""

import asyncio
import copy
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from conftest import Emulator, Reply, Start, example

FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
NOW = "2020-01-01T00:00:00Z"

# A store with one of everything that a rule can be about.
ANN, BOB, CID, DEE, EVE = 1, 2, 3, 4, 5
HOME, WORK, ELSEWHERE = 11, 12, 13
OLD_CARD, CARD, CIDS_CARD = 21, 22, 23
MONTHLY, QUARTERLY, DISABLED, HALF, HALF_PLUS = 31, 32, 33, 34, 35
BOX, MUG, GIFT_CARD, RETIRED, NO_MORE_MUG, SINGLE_BOX, DEAR = 51, 52, 53, 54, 55, 56, 57
TERMS = {
    MONTHLY: ("Month to Month", 1, True),
    QUARTERLY: ("3 Month Prepay", 3, True),
    DISABLED: ("12 Month Prepay", 12, False),
    HALF: ("Half a year", 6, True),
    HALF_PLUS: ("Half a year, plus", 6, True),
}
PRICES = {MONTHLY: 3505, QUARTERLY: 9900, HALF: 18000, HALF_PLUS: 19000}
STORE: dict[str, Any] = {
    "clock": NOW,
    "cratejoy": {
        "customers": [
            {"id": ANN, "email": "Ann@Example.com", "name": "Ann Smith", "first_name": "Ann"},
            {"id": BOB, "email": "bob@example.com", "name": "Bob Smith", "first_name": "Bob"},
            {"id": CID, "email": "cid@example.com", "name": "Cid Jones", "first_name": "Cid"},
            {"id": DEE, "email": "twin@example.com", "name": "Dee Doe", "first_name": "Dee"},
            {"id": EVE, "email": "Twin@example.com", "name": "Eve Doe", "first_name": "Eve"},
        ],
        "addresses": [
            {"id": HOME, "customer_id": ANN, "city": "Austin"},
            {"id": WORK, "customer_id": ANN, "city": "Dallas", "primary": True},
            {"id": ELSEWHERE, "customer_id": BOB, "city": "Waco", "primary": True},
        ],
        "payment_methods": [
            {"id": OLD_CARD, "customer_id": ANN},
            {"id": CARD, "customer_id": ANN, "default": True, "bill_address_id": HOME},
            {"id": CIDS_CARD, "customer_id": CID},
        ],
        "terms": [
            {"id": key, "name": name, "num_cycles": cycles, "enabled": enabled}
            for key, (name, cycles, enabled) in TERMS.items()
        ],
        "products": [
            {"id": 41, "name": "Box", "product_type": 0, "term_ids": list(TERMS)},
            {"id": 42, "name": "Mug", "product_type": 1, "single_purchasable": True},
            {"id": 43, "name": "Gift card", "product_type": 2, "single_purchasable": True},
            {"id": 44, "name": "Retired", "product_type": 1, "deleted": True},
            {"id": 45, "name": "Single box", "product_type": 0, "single_purchasable": True, "term_ids": [MONTHLY]},
            {"id": 46, "name": "Dear", "product_type": 1},
        ],
        "product_instances": [
            {
                "id": BOX,
                "product_id": 41,
                "price": 0,
                "ship_weight": 24,
                "term_prices": [{"id": 60 + key, "term_id": key, "price": price} for key, price in PRICES.items()],
            },
            {"id": MUG, "product_id": 42, "price": 1600},
            {"id": GIFT_CARD, "product_id": 43, "price": 5000},
            {"id": RETIRED, "product_id": 44, "price": 1},
            {"id": NO_MORE_MUG, "product_id": 42, "price": 1, "deleted": True},
            {
                "id": SINGLE_BOX,
                "product_id": 45,
                "price": 2000,
                "term_prices": [{"id": 99, "term_id": MONTHLY, "price": 1800}],
            },
            {"id": DEAR, "product_id": 46, "price": 100_000_000_000},
        ],
        "coupons": [
            {"id": 71, "code": "FIVE", "name": "Five off", "amount": 500},
            {"id": 72, "code": "TEN", "name": "A tenth off", "percent": 10},
            {"id": 73, "code": "OVER", "name": "Over", "amount": 1, "enabled": False},
            {"id": 74, "code": "ALL", "name": "All off", "amount": 100_000_000},
        ],
        "orders": [{"id": 1000, "customer_id": ANN, "placed_at": "2019-12-31T12:00:00Z"}],
    },
}
GOOD: dict[str, Any] = {
    "customer": {"id": ANN},
    "products": [{"product_instance": {"id": BOX}, "term": {"num_cycles": 1}}],
}
Shop = Callable[..., Awaitable[Emulator]]


@pytest.fixture
def shop(start: Start, tmp_path: Path) -> Shop:
    """Give a function that starts an emulator of the store."""

    async def starts(**options: Any) -> Emulator:
        file = tmp_path / "store.json"
        file.write_text(json.dumps(STORE), encoding="utf-8")
        return await start(fixtures=str(file), **options)

    return starts


async def create(emulator: Emulator, body: Any, user: str = "me", query: str = "") -> Reply:
    return await emulator.cratejoy("POST", f"/orders/{query}", user, json=body)


async def state(emulator: Emulator, name: str = "me") -> bytes:
    return (await emulator.control("GET", f"/sandboxes/{name}/state")).body


def line(instance: int = BOX, **more: Any) -> dict[str, Any]:
    """Give one line of a body; of a box by the month unless it says otherwise."""
    term = {"term": {"id": MONTHLY}} if instance == BOX and "term" not in more else {}
    return {"product_instance": {"id": instance}, **term, **more}


def with_line(instance: int = BOX, **more: Any) -> dict[str, Any]:
    return GOOD | {"products": [line(instance, **more)]}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in GOOD.items() if key != name}


async def test_the_good_order_is_good(shop: Shop) -> None:
    emulator = await shop()
    reply = await create(emulator, GOOD)
    assert reply.status == 201, reply.text
    assert reply.json == (await emulator.cratejoy("GET", f"/orders/{reply.json['id']}", "me")).json
    assert "X-Mockorders-Note" not in reply.headers


# Who orders


@pytest.mark.parametrize(
    ("filters", "customer"),
    [
        ({"id": ANN}, ANN),
        ({"id": CID}, CID),
        ({"id__eq": CID}, CID),
        ({"id__in": [CID]}, CID),
        ({"id__in": "3,99"}, CID),
        ({"id__gt": 2, "id__lt": 4}, CID),
        ({"email": "Ann@Example.com"}, ANN),
        ({"email": "ann@example.com"}, ANN),
        ({"email": "CID@EXAMPLE.COM"}, CID),
        ({"email__eq": "CID@EXAMPLE.COM"}, CID),
        ({"email__ilike": "cid@%"}, CID),
        ({"name__like": "% Jones"}, CID),
        ({"name__like": "%Smith", "first_name": "Ann"}, ANN),
        ({"first_name": "Ann", "id": ANN}, ANN),
        ({"first_name__nin": ["Bob", "Cid", "Dee", "Eve"]}, ANN),
        ({"addresses.city": "Austin"}, ANN),
        ({"addresses.city__like": "D%"}, ANN),
        ({"addresses": WORK}, ANN),
        ({"type": "customer", "id": ANN}, ANN),
        ({"email__is_null": False, "id": ANN}, ANN),
    ],
)
async def test_filters_identify_the_customer(shop: Shop, filters: Any, customer: int) -> None:
    reply = await create(await shop(), GOOD | {"customer": filters})
    assert (201, customer) == (reply.status, reply.json.get("customer_id"))


@pytest.mark.parametrize(
    ("filters", "place"),
    [
        ({"id": 99}, "customer: expected filters that hit exactly one customer, these hit 0"),
        ({"id": 0}, "customer: expected filters that hit exactly one customer, these hit 0"),
        ({"id": 10**30}, "customer: expected filters that hit exactly one customer, these hit 0"),
        ({"name__like": "%Smith"}, "customer: expected filters that hit exactly one customer, these hit 2"),
        ({"name__like": "%"}, "customer: expected filters that hit exactly one customer, these hit 5"),
        ({"email": "twin@example.com"}, "customer: expected filters that hit exactly one customer, these hit 2"),
        ({"email": "%@example.com"}, "customer: expected filters that hit exactly one customer, these hit 0"),
        ({"email": ""}, "customer: expected filters that hit exactly one customer, these hit 0"),
        ({"id": ANN, "first_name": "Bob"}, "customer: expected filters that hit exactly one customer, these hit 0"),
        ({"id__in": []}, "customer: expected filters that hit exactly one customer, these hit 0"),
        ({"addresses.city": "Rome"}, "customer: expected filters that hit exactly one customer, these hit 0"),
        ({}, "customer: expected an object… got {}"),
        ({"id": str(CID)}, 'customer.id: expected an integer, got "3"'),
        ({"id": 3.0}, "customer.id: expected an integer, got 3.0"),
        ({"id": 3.5}, "customer.id: expected an integer, got 3.5"),
        ({"id": True}, "customer.id: expected an integer, got true"),
        ({"id": None}, "customer.id: expected an integer, got null"),
        ({"id": [CID]}, "customer.id: expected an integer, got [3]"),
        ({"id": {"id": CID}}, 'customer.id: expected an integer, got {"id": 3}'),
        ({"id__in": CID}, "customer.id__in: expected a list of an integer, got 3"),
        ({"id__in": ["3"]}, 'customer.id__in: expected an integer, got "3"'),
        ({"email": None}, "customer.email: expected text, got null"),
        ({"email": 5}, "customer.email: expected text, got 5"),
        ({"email": ["ann@example.com"]}, 'customer.email: expected text, got ["ann@example.com"]'),
        ({"name__like": 5}, "customer.name__like: expected like and ilike over text only"),
        ({"id__like": "3"}, "customer.id__like: expected like and ilike over text only"),
        ({"name__is_null": "true"}, 'customer.name__is_null: expected true, false, 1 or 0, got "true"'),
        ({"name__regex": "x"}, "customer.name__regex: expected a comparison of "),
        ({"nothing": 1}, "Unknown property 'customer.nothing'"),
        ({"id": CID, "nothing": 1}, "Unknown property 'customer.nothing'"),
        ({"orders.id": 1}, "Unknown property 'customer.orders.id'"),
        ({"addresses.x": 1}, "Unknown property 'customer.addresses.x'"),
        ({"label": "x"}, "Unknown property 'customer.label'"),
        ({"": 1}, "Unknown property 'customer.'"),
        ({f"x{number}": 1 for number in range(51)}, "customer: expected an object"),
        (CID, "customer: expected an object… got 3"),
        (str(CID), 'customer: expected an object… got "3"'),
        ("cid@example.com", 'customer: expected an object… got "cid@example.com"'),
        ([{"id": CID}], 'customer: expected an object… got [{"id": 3}]'),
        (None, "customer: expected an object… got null"),
    ],
)
async def test_filters_that_do_not_identify_one_customer_are_400(shop: Shop, filters: Any, place: str) -> None:
    await refused(await shop(), GOOD | {"customer": filters}, place)


async def refused(emulator: Emulator, body: Any, place: str) -> None:
    """See that a body is refused with one message that begins so, and that nothing at all has changed."""
    before = await state(emulator)
    reply = await create(emulator, body)
    assert (400, ["errors"]) == (reply.status, list(reply.json)), reply.text
    (message,) = reply.json["errors"]
    assert says(place, message), message
    assert before == await state(emulator)


def says(place: str, message: str) -> bool:
    """Compare a message with how it begins and, after an ellipsis, how it ends: what lies between is wording."""
    begin, _, end = place.partition("…")
    return message.startswith(begin) and message.endswith(end)


# What is ordered, and how it is paid


SOLD = "expected the id of a product instance that is sold, got"
NAMES_ONE = "expected what names exactly one term of the product"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        # The whole
        (without("customer"), "customer: is required"),
        (without("products"), "products: is required"),
        (GOOD | {"total": 1}, "Unknown property 'total'"),
        (GOOD | {"note": "x"}, "Unknown property 'note'"),
        (GOOD | {"status": "open"}, "Unknown property 'status'"),
        (GOOD | {"is_gift": True}, "Unknown property 'is_gift'"),
        (GOOD | {"id": 5}, "Unknown property 'id'"),
        ([GOOD], "body: expected an object"),
        # Payment and address
        (GOOD | {"customer": {"id": BOB}}, "customer 2: expected a customer with a payment method"),
        (GOOD | {"cust_pay_id": CIDS_CARD}, "cust_pay_id: expected the id of a payment method of customer 1, got 23"),
        (GOOD | {"cust_pay_id": 99}, "cust_pay_id: expected the id of a payment method of customer 1, got 99"),
        (GOOD | {"cust_pay_id": str(CARD)}, 'cust_pay_id: expected an integer… got "22"'),
        (GOOD | {"cust_pay_id": None}, "cust_pay_id: expected an integer… got null"),
        (GOOD | {"cust_pay_id": -1}, "cust_pay_id: expected an integer… got -1"),
        (GOOD | {"cust_pay_id": 22.0}, "cust_pay_id: expected an integer… got 22.0"),
        (GOOD | {"ship_address_id": ELSEWHERE}, "ship_address_id: expected the id of an address of customer 1, got 13"),
        (GOOD | {"ship_address_id": 99}, "ship_address_id: expected the id of an address of customer 1, got 99"),
        (GOOD | {"ship_address_id": True}, "ship_address_id: expected an integer… got true"),
        (GOOD | {"ship_address_id": 2**63}, "ship_address_id: expected an integer"),
        # Products
        (GOOD | {"products": []}, "products: expected a list… got []"),
        (GOOD | {"products": [line(MUG)] * 501}, "products: expected a list"),
        (GOOD | {"products": None}, "products: expected a list… got null"),
        (GOOD | {"products": line()}, "products: expected a list"),
        (GOOD | {"products": [None]}, "products[0]: expected an object, got null"),
        (GOOD | {"products": [{}]}, "products[0].product_instance: is required"),
        (GOOD | {"products": [line(), {"quantity": 1}]}, "products[1].product_instance: is required"),
        (GOOD | {"products": [{"product_instance": {}}]}, "products[0].product_instance.id: is required"),
        (GOOD | {"products": [{"product_instance": BOX}]}, "products[0].product_instance: expected an object, got 51"),
        (GOOD | {"products": [{"id": BOX, "product_instance": {"id": MUG}}]}, "Unknown property 'products[0].id'"),
        (
            GOOD | {"products": [{"product_instance": {"id": MUG, "price": 1}}]},
            "Unknown property 'products[0].product_instance.price'",
        ),
        (with_line(MUG, price=1), "Unknown property 'products[0].price'"),
        (with_line(99), f"products[0].product_instance.id: {SOLD} 99"),
        (with_line(NO_MORE_MUG), f"products[0].product_instance.id: {SOLD} 55"),
        (with_line(RETIRED), f"products[0].product_instance.id: {SOLD} 54"),
        (GOOD | {"products": [line(MUG), line(99)]}, f"products[1].product_instance.id: {SOLD} 99"),
        (
            GOOD | {"products": [{"product_instance": {"id": str(MUG)}}]},
            'products[0].product_instance.id: expected an integer… got "52"',
        ),
        # Terms
        (GOOD | {"products": [{"product_instance": {"id": BOX}}]}, f"products[0].term: {NAMES_ONE}"),
        (with_line(term={"id": 99}), f"products[0].term: {NAMES_ONE}"),
        (with_line(term={"id": DISABLED}), f"products[0].term: {NAMES_ONE}"),
        (with_line(term={"num_cycles": 12}), f"products[0].term: {NAMES_ONE}"),
        (with_line(term={"num_cycles": 2}), f"products[0].term: {NAMES_ONE}"),
        (with_line(term={"num_cycles": 6}), f"products[0].term: {NAMES_ONE}"),
        (with_line(term={"name": "month to month"}), f"products[0].term: {NAMES_ONE}"),
        (with_line(term={"name": "Month"}), f"products[0].term: {NAMES_ONE}"),
        (with_line(term={"name": "Month to Month", "num_cycles": 3}), f"products[0].term: {NAMES_ONE}"),
        (with_line(term={"id": MONTHLY, "num_cycles": 3}), f"products[0].term: {NAMES_ONE}"),
        (with_line(SINGLE_BOX, term={"num_cycles": 3}), f"products[0].term: {NAMES_ONE}"),
        (with_line(MUG, term={"num_cycles": 1}), "products[0].term: expected no term, product 42 is no subscription"),
        (with_line(GIFT_CARD, term={"id": 31}), "products[0].term: expected no term, product 43 is no subscription"),
        (with_line(term={}), "products[0].term: expected an object… got {}"),
        (with_line(term=None), "products[0].term: expected an object… got null"),
        (with_line(MUG, term={}), "products[0].term: expected an object… got {}"),
        (with_line(term=MONTHLY), "products[0].term: expected an object… got 31"),
        (with_line(term="Month to Month"), "products[0].term: expected an object"),
        (with_line(term={"cycles": 1}), "Unknown property 'products[0].term.cycles'"),
        (with_line(term={"id": MONTHLY, "enabled": True}), "Unknown property 'products[0].term.enabled'"),
        (with_line(term={"num_cycles": "1"}), 'products[0].term.num_cycles: expected an integer… got "1"'),
        (with_line(term={"num_cycles": 1.0}), "products[0].term.num_cycles: expected an integer… got 1.0"),
        (with_line(term={"num_cycles": True}), "products[0].term.num_cycles: expected an integer"),
        (with_line(term={"num_cycles": 0}), "products[0].term.num_cycles: expected an integer… got 0"),
        (with_line(term={"name": 1}), "products[0].term.name: expected text, got 1"),
        # Quantity
        (with_line(quantity=0), "products[0].quantity: expected an integer… got 0"),
        (with_line(quantity=-1), "products[0].quantity: expected an integer… got -1"),
        (with_line(quantity=10_001), "products[0].quantity: expected an integer… got 10001"),
        (with_line(quantity="5"), 'products[0].quantity: expected an integer… got "5"'),
        (with_line(quantity=5.5), "products[0].quantity: expected an integer… got 5.5"),
        (with_line(quantity=5.0), "products[0].quantity: expected an integer… got 5.0"),
        (with_line(quantity=1e30), "products[0].quantity: expected an integer… got 1e+30"),
        (with_line(quantity=10**30), "products[0].quantity: expected an integer… got 1000000000000000000000000000000"),
        (with_line(quantity=True), "products[0].quantity: expected an integer… got true"),
        (with_line(quantity=None), "products[0].quantity: expected an integer… got null"),
        (with_line(quantity=[1]), "products[0].quantity: expected an integer… got [1]"),
        # Coupons
        (GOOD | {"coupons": ["NONE"]}, "coupons[0]: expected codes of coupons, each once, 'NONE' is unknown"),
        (GOOD | {"coupons": "NONE"}, "coupons[0]: expected codes of coupons, each once, 'NONE' is unknown"),
        (GOOD | {"coupons": ["FIVE", "NONE"]}, "coupons[1]: expected codes of coupons, each once, 'NONE' is unknown"),
        (GOOD | {"coupons": ["OVER"]}, "coupons[0]: expected codes of coupons, each once, 'OVER' is unknown"),
        (GOOD | {"coupons": ["FIVE", "FIVE"]}, "coupons[1]: expected codes of coupons, each once, 'FIVE' is there"),
        (GOOD | {"coupons": [""]}, "coupons[0]: expected codes of coupons, each once, '' is unknown"),
        (GOOD | {"coupons": [71]}, "coupons[0]: expected text… got 71"),
        (GOOD | {"coupons": {"code": "FIVE"}}, "coupons: expected a list"),
        (GOOD | {"coupons": None}, "coupons: expected a list… got null"),
        (GOOD | {"coupons": ["FIVE"] * 51}, "coupons: expected a list"),
        # Gifts
        (GOOD | {"order_gift_info": None}, "order_gift_info: expected an object, got null"),
        (GOOD | {"order_gift_info": "Hi"}, 'order_gift_info: expected an object, got "Hi"'),
        (GOOD | {"order_gift_info": {"gift_message": None}}, "order_gift_info.gift_message: expected text, got null"),
        (GOOD | {"order_gift_info": {"message": "Hi"}}, "Unknown property 'order_gift_info.message'"),
    ],
)
async def test_an_order_against_a_rule_is_400_names_the_field_and_changes_nothing(
    shop: Shop, body: Any, place: str
) -> None:
    emulator = await shop()
    await refused(emulator, body, place)


async def test_everything_that_is_wrong_is_said_at_once(shop: Shop) -> None:
    body = {"customer": {}, "products": [line(quantity=0)], "total": 1}
    reply = await create(await shop(), body)
    messages = sorted(reply.json["errors"])
    assert (400, 3) == (reply.status, len(messages))
    assert ["Unknown property 'total'", "customer: expected", "products[0].quantity: expected"] == [
        message if message.startswith("Unknown") else message.partition("expected")[0] + "expected"
        for message in messages
    ]


async def test_the_refusal_of_a_term_names_those_that_there_are(shop: Shop) -> None:
    reply = await create(await shop(), with_line(term={"num_cycles": 2}))
    (message,) = reply.json["errors"]
    names = [name for name, _, enabled in TERMS.values() if enabled]
    assert all(f"{name!r}" in message for name in names)
    assert repr(TERMS[DISABLED][0]) not in message


@pytest.mark.parametrize(
    ("term", "price"),
    [
        ({"id": MONTHLY}, 3505),
        ({"name": "Month to Month"}, 3505),
        ({"num_cycles": 1}, 3505),
        ({"id": QUARTERLY, "name": "3 Month Prepay", "num_cycles": 3}, 9900),
        ({"num_cycles": 3}, 9900),
        ({"id": HALF}, 18000),
        ({"name": "Half a year, plus"}, 19000),
        ({"name": "Half a year", "num_cycles": 6}, 18000),
    ],
)
async def test_a_term_is_named_by_id_name_or_cycles(shop: Shop, term: Any, price: int) -> None:
    reply = await create(await shop(), with_line(term=term))
    assert (201, price) == (reply.status, reply.json.get("sub_total"))


@pytest.mark.parametrize(
    ("products", "coupons", "sub_total", "total"),
    [
        ([line()], None, 3505, 3505),
        ([line(quantity=1)], [], 3505, 3505),
        ([line(quantity=3)], None, 10515, 10515),
        ([line(MUG, quantity=10_000)], None, 16_000_000, 16_000_000),
        ([line(), line(MUG, quantity=2)], None, 6705, 6705),
        ([line(MUG), line(MUG)], None, 3200, 3200),
        ([line(GIFT_CARD)], None, 5000, 5000),
        ([line(SINGLE_BOX)], None, 2000, 2000),
        ([line(SINGLE_BOX, term={"id": MONTHLY})], None, 1800, 1800),
        ([line(MUG)], ["FIVE"], 1600, 1100),
        ([line(MUG)], "FIVE", 1600, 1100),
        ([line(MUG)], ["TEN"], 1600, 1440),
        ([line(MUG)], ["FIVE", "TEN"], 1600, 990),
        ([line(MUG)], ["TEN", "FIVE"], 1600, 940),
        ([line(MUG, quantity=2), line(GIFT_CARD)], ["TEN"], 8200, 7380),
        ([line()], ["TEN"], 3505, 3154),
        ([line(MUG)], ["ALL"], 1600, 0),
        ([line(MUG)], ["ALL", "TEN", "FIVE"], 1600, 0),
    ],
)
async def test_totals_are_the_lines_less_the_coupons_in_cents(
    shop: Shop, products: Any, coupons: Any, sub_total: int, total: int
) -> None:
    body = GOOD | {"products": products} | ({"coupons": coupons} if coupons is not None else {})
    reply = await create(await shop(), body, query="?with=all")
    assert reply.status == 201, reply.text
    order = reply.json
    names = ("sub_total", "total", "total_price", "total_shipping", "total_tax")
    assert (sub_total, total, total, 0, 0) == tuple(order[name] for name in names)
    assert sub_total == sum(each["price"] for each in order["products"])
    assert [total] == [each["total"] for each in order["transactions"]]


@pytest.mark.parametrize("quantity", [1, 1000, 10_000])
async def test_the_dearest_order_that_there_can_be_is_an_answer_of_the_api(shop: Shop, quantity: int) -> None:
    reply = await create(await shop(), with_line(DEAR, quantity=quantity))
    assert (reply.status, "errors" in reply.json) in {(201, False), (400, True)}, reply.text


@pytest.mark.parametrize(
    ("given", "payment", "ship", "bill"),
    [
        ({}, CARD, WORK, HOME),
        ({"cust_pay_id": OLD_CARD}, OLD_CARD, WORK, WORK),
        ({"ship_address_id": HOME}, CARD, HOME, HOME),
        ({"cust_pay_id": CARD, "ship_address_id": WORK}, CARD, WORK, HOME),
        ({"customer": {"id": CID}}, CIDS_CARD, None, None),
    ],
)
async def test_payment_and_address_default_to_the_customers_own(
    shop: Shop, given: Any, payment: int, ship: int | None, bill: int | None
) -> None:
    emulator = await shop()
    order = (await create(emulator, GOOD | given, query="?with=all")).json
    shown = tuple(order[name] and order[name]["id"] for name in ("ship_address", "bill_address"))
    kept = json.loads(await state(emulator))["cratejoy"]["orders"][-1]
    assert (ship, bill, payment) == (*shown, kept["cust_pay_id"])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (False, "", None)),
        (
            {"order_gift_info": {}},
            (True, "", {"gift_message": "", "gift_recipient_name": "", "gift_recipient_email": ""}),
        ),
        (
            {"order_gift_info": {"gift_message": "Hi"}},
            (True, "Hi", {"gift_message": "Hi", "gift_recipient_name": "", "gift_recipient_email": ""}),
        ),
        (
            {"order_gift_info": {"gift_recipient_email": "a@example.com", "gift_recipient_name": "A"}},
            (True, "", {"gift_message": "", "gift_recipient_name": "A", "gift_recipient_email": "a@example.com"}),
        ),
    ],
)
async def test_gift_info_makes_the_order_a_gift(shop: Shop, given: Any, expected: Any) -> None:
    order = (await create(await shop(), GOOD | given)).json
    assert expected == tuple(order[name] for name in ("is_gift", "gift_message", "order_gift_info"))


# What comes of it


async def test_a_new_order_brings_all_that_belongs_to_it(shop: Shop) -> None:
    emulator = await shop()
    products = [line(term={"num_cycles": 3}, quantity=2), line(MUG), line(SINGLE_BOX)]
    reply = await create(emulator, GOOD | {"products": products, "coupons": ["FIVE", "TEN"]}, query="?with=all")
    order = reply.json
    (subscription,) = order["subscriptions"]
    prepaid, mug, single = order["products"]
    own = {
        "customer_id": ANN,
        "financial_status": "paid",
        "fulfillment_status": "unfulfilled",
        "status": "open",
        "is_renewal": False,
        "is_gift": False,
        "note": None,
        "placed_at": NOW,
        "refunded_amount": 0,
        "type": "order",
        "url": f"/v1/orders/{order['id']}/",
    }
    assert own == {name: order[name] for name in own}
    assert [("Ann@Example.com", ANN)] == [(each["email"], each["id"]) for each in order["customer"]]
    assert [(BOX, 2, 19800), (MUG, 1, 1600), (SINGLE_BOX, 1, 2000)] == [
        (each["instance"]["id"], each["quantity"], each["price"]) for each in order["products"]
    ]
    assert (subscription["id"], None, None) == tuple(each["subscription_id"] for each in (prepaid, mug, single))
    assert ("active", NOW) == (subscription["status"], subscription["start_date"])
    assert [("open", subscription["id"], 0, 3), ("open", None, None, None), ("open", None, None, None)] == [
        tuple(each[name] for name in ("status", "subscription_id", "cycle_number", "total_cycles"))
        for each in order["fulfillments"]
    ]
    assert [("captured", NOW, order["total"])] == [
        (each["result"], each["created_at"], each["total"]) for each in order["transactions"]
    ]
    assert [("FIVE", 71, order["id"]), ("TEN", 72, order["id"])] == [
        (each["code_used"], each["coupon_id"], each["order_id"]) for each in order["coupons"]
    ]
    inner = [*order["products"], *order["coupons"]]
    assert len({each["id"] for each in inner}) == len(inner)
    assert order == (await emulator.cratejoy("GET", f"/orders/{order['id']}?with=all", "me")).json


@pytest.mark.parametrize(
    "query",
    [
        f"customer={ANN}&placed_at={NOW}",
        "coupons.code_used=TEN",
        f"products.instance__is_null=false&placed_at__ge={NOW}",
        "transactions.result=2",
        "subscriptions.status=active",
        "fulfillments.status=open",
    ],
)
async def test_a_new_order_is_found_by_what_it_brought(shop: Shop, query: str) -> None:
    emulator = await shop()
    created = (await create(emulator, GOOD | {"coupons": "TEN"})).json
    found = (await emulator.cratejoy("GET", f"/orders/?{query}", "me")).json
    assert (1, [created["id"]]) == (found["count"], [each["id"] for each in found["results"]])


async def test_ids_are_never_given_twice(shop: Shop) -> None:
    emulator = await shop()
    ids = []
    for _ in range(5):
        ids.append((await create(emulator, GOOD)).json["id"])
        await emulator.control("POST", "/sandboxes/me/clock/advance", json={"seconds": 60})
        await create(emulator, GOOD | {"coupons": "NONE"})
    listed = (await emulator.cratejoy("GET", "/orders/", "me")).json["results"]
    assert [1000, *sorted(set(ids))] == [each["id"] for each in listed]
    assert len(listed) == 6


async def test_an_order_beside_the_highest_id_that_there_is_gets_one_of_its_own(start: Start, tmp_path: Path) -> None:
    store = copy.deepcopy(STORE)
    store["cratejoy"]["orders"][0]["id"] = 2**63 - 1
    file = tmp_path / "full.json"
    file.write_text(json.dumps(store), encoding="utf-8")
    emulator = await start(fixtures=str(file))
    reply = await create(emulator, GOOD)
    assert (201, False) == (reply.status, reply.json.get("id") == 2**63 - 1)
    assert (await emulator.cratejoy("GET", "/orders/", "me")).json["count"] == 2


async def test_a_created_order_stands_in_its_own_sandbox_alone(shop: Shop) -> None:
    emulator = await shop()
    created = (await create(emulator, GOOD, "one")).json
    assert (await emulator.cratejoy("GET", f"/orders/{created['id']}", "two")).status == 404
    assert (await emulator.cratejoy("GET", "/orders/", "two")).json["count"] == 1
    assert (await create(emulator, GOOD, "two")).json == created


# The past minute


LAST_PLACED = datetime.fromisoformat("2017-03-20T22:59:40Z")  # the documented order that was placed last
DOCUMENTED = example("cratejoy/create_order")


async def set_clock(emulator: Emulator, now: str, name: str = "docs") -> None:
    reply = await emulator.control("PUT", f"/sandboxes/{name}/clock", json={"now": now, "frozen": True})
    assert reply.status == 200, reply.text


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
async def test_an_order_from_the_past_minute_forbids_another(emulator: Emulator, now: str, status: int) -> None:
    await set_clock(emulator, now)
    before = await state(emulator, "docs")
    reply = await create(emulator, DOCUMENTED, "docs")
    assert (status, status == 400) == (reply.status, before == await state(emulator, "docs"))
    if status == 400:
        (message,) = reply.json["errors"]
        assert message.startswith("customer 586402305: expected no order within the past minute, order ")


@pytest.mark.parametrize(("seconds", "status"), [(0, 400), (1, 400), (59, 400), (60, 201), (61, 201), (-1, 201)])
async def test_the_minute_counts_from_the_order_before_by_the_sandboxes_clock(
    emulator: Emulator, seconds: int, status: int
) -> None:
    await set_clock(emulator, "2020-01-01T00:00:00Z")
    assert (await create(emulator, DOCUMENTED, "docs")).status == 201
    await emulator.control("POST", "/sandboxes/docs/clock/advance", json={"seconds": seconds})
    assert status == (await create(emulator, DOCUMENTED, "docs")).status


async def test_the_minute_is_each_customers_own(shop: Shop) -> None:
    emulator = await shop()
    statuses = [(await create(emulator, GOOD | {"customer": {"id": each}})).status for each in (ANN, CID, ANN, CID)]
    assert [201, 201, 400, 400] == statuses


async def test_a_refused_order_does_not_count(shop: Shop) -> None:
    emulator = await shop()
    bodies = [with_line(99), GOOD | {"coupons": "NONE"}, GOOD, GOOD]
    assert [400, 400, 201, 400] == [(await create(emulator, body)).status for body in bodies]


async def test_of_64_simultaneous_orders_exactly_one_is_made(emulator: Emulator) -> None:
    before = (await emulator.cratejoy("GET", "/orders/")).json["count"]
    replies = await asyncio.gather(*(create(emulator, DOCUMENTED, "docs", "?with=all") for _ in range(64)))
    assert [201] + [400] * 63 == sorted(reply.status for reply in replies)
    (made,) = (reply.json for reply in replies if reply.status == 201)
    assert before + 1 == (await emulator.cratejoy("GET", "/orders/")).json["count"]
    kept = json.loads(await state(emulator, "docs"))["cratejoy"]
    for collection in ("transactions", "fulfillments"):
        assert [made["id"]] == [each["order_id"] for each in kept[collection]][2:]
    assert len(kept["subscriptions"]) == 3


# Form fields, as the page's samples send them


def fields(value: Any, name: str = "") -> list[tuple[str, str]]:
    """Write nested values as jQuery does: brackets, and a bare pair for lists of simple values."""
    if isinstance(value, dict):
        return [pair for key, each in value.items() for pair in fields(each, f"{name}[{key}]" if name else key)]
    if isinstance(value, list):
        steps = [f"[{at}]" if isinstance(each, dict | list) else "[]" for at, each in enumerate(value)]
        return [pair for step, each in zip(steps, value, strict=True) for pair in fields(each, name + step)]
    return [(name, str(value).lower() if isinstance(value, bool) else str(value))]


async def send_form(emulator: Emulator, body: Any, user: str = "me") -> Reply:
    return await emulator.cratejoy("POST", "/orders/", user, data=urlencode(fields(body)).encode(), headers=FORM)


async def test_the_documented_form_makes_the_documented_order(start: Start) -> None:
    emulator = await start(clock=NOW)
    sent = await send_form(emulator, DOCUMENTED, "docs.form")
    typed = await create(emulator, DOCUMENTED, "docs.json")
    assert (201, typed.json) == (sent.status, sent.json)
    assert "JSON only" in sent.headers["X-Mockorders-Note"]
    assert "X-Mockorders-Note" not in typed.headers


@pytest.mark.parametrize(
    "body",
    [
        GOOD,
        GOOD | {"coupons": ["FIVE"]},
        GOOD | {"coupons": "FIVE"},
        GOOD | {"customer": {"email": "ann@EXAMPLE.com"}},
        GOOD | {"customer": {"id__in": "1,99"}},
        GOOD | {"customer": {"id__in": [1, 99]}},
        GOOD | {"customer": {"name__like": "Ann%", "email__is_null": False}},
        GOOD | {"cust_pay_id": OLD_CARD, "ship_address_id": HOME},
        GOOD | {"products": [line(MUG, quantity=2) for _ in range(12)]},
        GOOD | {"products": [line(MUG) for _ in range(120)]},
        GOOD | {"order_gift_info": {"gift_message": "5", "gift_recipient_name": "true & [x]=é"}},
    ],
)
async def test_form_fields_mean_what_json_means(shop: Shop, body: Any) -> None:
    emulator = await shop()
    typed = await create(emulator, body, "typed")
    sent = await send_form(emulator, body, "sent")
    assert (201, 201, typed.json) == (typed.status, sent.status, sent.json)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (with_line(quantity="5.5"), 'products[0].quantity: expected an integer… got "5.5"'),
        (with_line(quantity="5.0"), 'products[0].quantity: expected an integer… got "5.0"'),
        (with_line(quantity="1e3"), 'products[0].quantity: expected an integer… got "1e3"'),
        (with_line(quantity=""), 'products[0].quantity: expected an integer… got ""'),
        (with_line(quantity="many"), 'products[0].quantity: expected an integer… got "many"'),
        (with_line(quantity=0), "products[0].quantity: expected an integer… got 0"),
        (GOOD | {"customer": {"id": "Ann"}}, 'customer.id: expected an integer, got "Ann"'),
        (GOOD | {"customer": "1"}, 'customer: expected an object… got "1"'),
        (GOOD | {"total": 1}, "Unknown property 'total'"),
    ],
)
async def test_form_fields_that_do_not_fit_are_400_and_change_nothing(shop: Shop, body: Any, place: str) -> None:
    emulator = await shop()
    before = await state(emulator)
    reply = await send_form(emulator, body)
    (message,) = reply.json["errors"]
    assert (400, True) == (reply.status, says(place, message)), message
    assert before == await state(emulator)

"""Which requests create an order, and which are rejected."""

import json
from typing import Any

import pytest
from support.checkout import (
    ANN,
    BOB,
    BOX,
    CARD,
    CID,
    CIDS_CARD,
    DEAR,
    DISABLED,
    ELSEWHERE,
    GIFT_CARD,
    GOOD,
    HALF,
    HOME,
    MONTHLY,
    MUG,
    NO_MORE_MUG,
    OLD_CARD,
    QUARTERLY,
    RETIRED,
    SINGLE_BOX,
    TERMS,
    WORK,
    Shop,
    create,
    is_abbreviation_of,
    line,
    state,
    with_line,
)
from support.emulator import RunningEmulator


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in GOOD.items() if key != name}


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
        ({"id": 99}, "customer: filters must match exactly one customer, matched 0"),
        ({"id": 0}, "customer: filters must match exactly one customer, matched 0"),
        ({"id": 10**30}, "customer: filters must match exactly one customer, matched 0"),
        ({"name__like": "%Smith"}, "customer: filters must match exactly one customer, matched 2"),
        ({"name__like": "%"}, "customer: filters must match exactly one customer, matched 5"),
        ({"email": "twin@example.com"}, "customer: filters must match exactly one customer, matched 2"),
        ({"email": "%@example.com"}, "customer: filters must match exactly one customer, matched 0"),
        ({"email": ""}, "customer: filters must match exactly one customer, matched 0"),
        ({"id": ANN, "first_name": "Bob"}, "customer: filters must match exactly one customer, matched 0"),
        ({"id__in": []}, "customer: filters must match exactly one customer, matched 0"),
        ({"addresses.city": "Rome"}, "customer: filters must match exactly one customer, matched 0"),
        ({}, "customer: expected an object… got {}"),
        ({"id": str(CID)}, 'customer.id: expected an integer, got "3"'),
        ({"id": 3.0}, "customer.id: expected an integer, got 3.0"),
        ({"id": 3.5}, "customer.id: expected an integer, got 3.5"),
        ({"id": True}, "customer.id: expected an integer, got true"),
        ({"id": None}, "customer.id: expected an integer, got null"),
        ({"id": [CID]}, "customer.id: expected an integer, got [3]"),
        ({"id": {"id": CID}}, 'customer.id: expected an integer, got {"id": 3}'),
        ({"id__in": CID}, "customer.id__in: expected a list, got 3"),
        ({"id__in": ["3"]}, 'customer.id__in: expected an integer, got "3"'),
        ({"email": None}, "customer.email: expected text, got null"),
        ({"email": 5}, "customer.email: expected text, got 5"),
        ({"email": ["ann@example.com"]}, 'customer.email: expected text, got ["ann@example.com"]'),
        ({"name__like": 5}, "customer.name__like: expected text, got 5"),
        (
            {"name__like": "%" * 65_537},
            "customer.name__like: expected a pattern of at most 65536 characters, got 65537",
        ),
        ({"id__like": "3"}, "customer.id__like: like and ilike require a text property"),
        ({"name__is_null": "true"}, 'customer.name__is_null: expected true, false, 1 or 0, got "true"'),
        ({"name__regex": "x"}, "customer.name__regex: expected one of the operators "),
        ({"nothing": 1}, "Unknown property 'customer.nothing'"),
        ({"id": CID, "nothing": 1}, "Unknown property 'customer.nothing'"),
        ({"cards.id": 1}, "Unknown property 'customer.cards.id'"),
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
    await check_rejected(await shop(), GOOD | {"customer": filters}, place)


async def check_rejected(emulator: RunningEmulator, body: Any, place: str) -> None:
    """Check that a body is rejected with one message that starts with `begins`, and that nothing has changed."""
    before = await state(emulator)
    reply = await create(emulator, body)
    assert (400, ["errors"]) == (reply.status, list(reply.json)), reply.text
    (message,) = reply.json["errors"]
    assert is_abbreviation_of(place, message), message
    assert before == await state(emulator)


# What is ordered, and how it is paid

SOLD = "expected the id of a product instance that is sold, got"
NAMES_ONE = "must match exactly one term of the product"
NO_TERM = "expected no term"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        # The order as a whole
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
        (GOOD | {"products": [{"product_instance": {"id": BOX}}]}, "products[0].term: is required, expected one term"),
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
        (
            with_line(MUG, term={"num_cycles": 1}),
            f"products[0].term: {NO_TERM}, product 42 is not a subscription",
        ),
        (with_line(GIFT_CARD, term={"id": 31}), f"products[0].term: {NO_TERM}, product 43 is not a subscription"),
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
        (GOOD | {"coupons": ["NONE"]}, 'coupons[0]: expected the code of an enabled coupon, got "NONE"'),
        (GOOD | {"coupons": "NONE"}, 'coupons[0]: expected the code of an enabled coupon, got "NONE"'),
        (GOOD | {"coupons": ["FIVE", "NONE"]}, 'coupons[1]: expected the code of an enabled coupon, got "NONE"'),
        (GOOD | {"coupons": ["OVER"]}, 'coupons[0]: expected the code of an enabled coupon, got "OVER"'),
        (GOOD | {"coupons": ["FIVE", "FIVE"]}, 'coupons[1]: expected each code once, got "FIVE" twice'),
        (GOOD | {"coupons": [""]}, 'coupons[0]: expected the code of an enabled coupon, got ""'),
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
async def test_rejected_order_is_400_names_the_field_and_changes_nothing(shop: Shop, body: Any, place: str) -> None:
    emulator = await shop()
    await check_rejected(emulator, body, place)


async def test_all_violations_are_reported_at_once(shop: Shop) -> None:
    body = {"customer": {}, "products": [line(quantity=0)], "total": 1}
    reply = await create(await shop(), body)
    messages = sorted(reply.json["errors"])
    assert (400, 3) == (reply.status, len(messages))
    assert ["Unknown property 'total'", "customer: expected", "products[0].quantity: expected"] == [
        message if message.startswith("Unknown") else message.partition("expected")[0] + "expected"
        for message in messages
    ]


async def test_rejected_term_lists_the_existing_terms(shop: Shop) -> None:
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
async def test_term_is_selected_by_id_name_or_cycles(shop: Shop, term: Any, price: int) -> None:
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
async def test_totals_are_the_lines_minus_the_coupons_in_cents(
    shop: Shop, products: Any, coupons: Any, sub_total: int, total: int
) -> None:
    body = GOOD | {"products": products} | ({"coupons": coupons} if coupons is not None else {})
    reply = await create(await shop(), body, query="?with=all")
    assert 201 == reply.status, reply.text
    order = reply.json
    names = ("sub_total", "total", "total_price", "total_shipping", "total_tax")
    assert (sub_total, total, total, 0, 0) == tuple(order[name] for name in names)
    assert sub_total == sum(each["price"] for each in order["products"])
    assert [total] == [each["total"] for each in order["transactions"]]


@pytest.mark.parametrize("quantity", [1, 1000, 10_000])
async def test_most_expensive_possible_order_gets_a_response_of_the_api(shop: Shop, quantity: int) -> None:
    reply = await create(await shop(), with_line(DEAR, quantity=quantity))
    assert (reply.status, "errors" in reply.json) in {(201, False), (400, True)}, reply.text


@pytest.mark.parametrize(
    ("changes", "payment", "ship", "bill"),
    [
        ({}, CARD, WORK, HOME),
        ({"cust_pay_id": OLD_CARD}, OLD_CARD, WORK, WORK),
        ({"ship_address_id": HOME}, CARD, HOME, HOME),
        ({"cust_pay_id": CARD, "ship_address_id": WORK}, CARD, WORK, HOME),
        ({"customer": {"id": CID}}, CIDS_CARD, None, None),
    ],
)
async def test_payment_and_address_default_to_those_of_the_customer(
    shop: Shop, changes: Any, payment: int, ship: int | None, bill: int | None
) -> None:
    emulator = await shop()
    order = (await create(emulator, GOOD | changes, query="?with=all")).json
    addresses = tuple(order[name] and order[name]["id"] for name in ("ship_address", "bill_address"))
    stored = json.loads(await state(emulator))["cratejoy"]["orders"][-1]
    assert (ship, bill, payment) == (*addresses, stored["cust_pay_id"])


@pytest.mark.parametrize(
    ("changes", "expected"),
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
async def test_gift_info_makes_the_order_a_gift(shop: Shop, changes: Any, expected: Any) -> None:
    order = (await create(await shop(), GOOD | changes)).json
    assert expected == tuple(order[name] for name in ("is_gift", "gift_message", "order_gift_info"))

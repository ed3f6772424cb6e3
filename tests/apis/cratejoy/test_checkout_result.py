"""What a created order looks like, from JSON and from form fields."""

import copy
import json
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from support.checkout import (
    ANN,
    BOX,
    DOCUMENTED,
    GOOD,
    HOME,
    MUG,
    NOW,
    OLD_CARD,
    SINGLE_BOX,
    STORE,
    Shop,
    create,
    is_abbreviation_of,
    line,
    state,
    with_line,
)
from support.emulator import Reply, RunningEmulator, Start

FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}


async def test_valid_order_is_accepted(shop: Shop) -> None:
    emulator = await shop()
    reply = await create(emulator, GOOD)
    assert 201 == reply.status, reply.text
    assert reply.json == (await emulator.cratejoy("GET", f"/orders/{reply.json['id']}", "me")).json
    assert "X-Mockorders-Note" not in reply.headers


# The created order


async def test_new_order_creates_its_related_records(shop: Shop) -> None:
    emulator = await shop()
    products = [line(term={"num_cycles": 3}, quantity=2), line(MUG), line(SINGLE_BOX)]
    reply = await create(emulator, GOOD | {"products": products, "coupons": ["FIVE", "TEN"]}, query="?with=all")
    order = reply.json
    (subscription,) = order["subscriptions"]
    prepaid, mug, single = order["products"]
    own = {
        "customer_id": ANN,
        "financial_status": "paid",
        "fulfillment_status": "fulfilled",
        "status": "closed",
        "is_renewal": False,
        "is_gift": False,
        "note": None,
        "placed_at": NOW,
        "refunded_amount": 0,
        "type": "order",
        "url": f"/v1/orders/{order['id']}/",
    }
    assert own == {name: order[name] for name in own}
    assert [ANN] == [each["id"] for each in order["customer"]]
    assert [(BOX, 2, 19800), (MUG, 1, 1600), (SINGLE_BOX, 1, 2000)] == [
        (each["instance"]["id"], each["quantity"], each["price"]) for each in order["products"]
    ]
    assert (subscription["id"], None, None) == tuple(each["subscription_id"] for each in (prepaid, mug, single))
    assert ("active", NOW) == (subscription["status"], subscription["start_date"])
    cycles = [("open", subscription["id"], cycle, 3) for cycle in range(3)]
    assert [cycles[0], ("open", None, None, None), ("open", None, None, None), *cycles[1:]] == [
        tuple(each[name] for name in ("status", "subscription_id", "cycle_number", "total_cycles"))
        for each in order["fulfillments"]
    ]
    assert [("captured", NOW, order["total"])] == [
        (each["result"], each["created_at"], each["total"]) for each in order["transactions"]
    ]
    assert [("FIVE", 71, order["id"]), ("TEN", 72, order["id"])] == [
        (each["code_used"], each["coupon_id"], each["order_id"]) for each in order["coupons"]
    ]
    assert 5 == len({each["id"] for each in [*order["products"], *order["coupons"]]})
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
async def test_new_order_is_found_by_its_related_records(shop: Shop, query: str) -> None:
    emulator = await shop()
    created = (await create(emulator, GOOD | {"coupons": "TEN"})).json
    found = (await emulator.cratejoy("GET", f"/orders/?{query}", "me")).json
    assert (1, [created["id"]]) == (found["count"], [each["id"] for each in found["results"]])


async def test_ids_are_never_reused(shop: Shop) -> None:
    emulator = await shop()
    ids = []
    for _ in range(5):
        ids.append((await create(emulator, GOOD)).json["id"])
        await emulator.control("POST", "/sandboxes/me/clock/advance", json={"seconds": 60})
        await create(emulator, GOOD | {"coupons": "NONE"})
    listed = (await emulator.cratejoy("GET", "/orders/", "me")).json["results"]
    assert [1000, *sorted(set(ids))] == [each["id"] for each in listed]
    assert 6 == len(listed)


async def test_order_after_the_highest_possible_id_gets_a_free_id(start: Start, tmp_path: Path) -> None:
    store = copy.deepcopy(STORE)
    store["cratejoy"]["orders"][0]["id"] = 2**63 - 1
    file = tmp_path / "full.json"
    file.write_text(json.dumps(store), encoding="utf-8")
    emulator = await start(fixtures=str(file))
    reply = await create(emulator, GOOD)
    assert (201, False) == (reply.status, reply.json.get("id") == 2**63 - 1)
    assert 2 == (await emulator.cratejoy("GET", "/orders/", "me")).json["count"]


async def test_created_order_exists_only_in_its_sandbox(shop: Shop) -> None:
    emulator = await shop()
    created = (await create(emulator, GOOD, "one")).json
    assert 404 == (await emulator.cratejoy("GET", f"/orders/{created['id']}", "two")).status
    assert 1 == (await emulator.cratejoy("GET", "/orders/", "two")).json["count"]
    assert (await create(emulator, GOOD, "two")).json == created


# Form fields, as the documented samples send them


def fields(value: Any, name: str = "") -> list[tuple[str, str]]:
    """Encode nested values as jQuery does: brackets, and a bare pair for lists of simple values."""
    if isinstance(value, dict):
        return list(chain.from_iterable(fields(each, f"{name}[{key}]" if name else key) for key, each in value.items()))
    if isinstance(value, list):
        steps = [f"[{at}]" if isinstance(each, dict | list) else "[]" for at, each in enumerate(value)]
        return list(chain.from_iterable(fields(each, name + step) for step, each in zip(steps, value, strict=True)))
    return [(name, str(value).lower() if isinstance(value, bool) else str(value))]


async def send_form(emulator: RunningEmulator, body: Any, user: str = "me") -> Reply:
    return await emulator.cratejoy("POST", "/orders/", user, data=urlencode(fields(body)).encode(), headers=FORM)


async def test_documented_form_creates_the_documented_order(start: Start) -> None:
    emulator = await start(clock=NOW)
    sent = await send_form(emulator, DOCUMENTED, "docs.form")
    as_json = await create(emulator, DOCUMENTED, "docs.json")
    assert (201, as_json.json) == (sent.status, sent.json)
    assert "JSON only" in sent.headers["X-Mockorders-Note"]
    assert "X-Mockorders-Note" not in as_json.headers


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
async def test_form_fields_are_equivalent_to_json(shop: Shop, body: Any) -> None:
    emulator = await shop()
    as_json = await create(emulator, body, "json")
    sent = await send_form(emulator, body, "sent")
    assert (201, 201, as_json.json) == (as_json.status, sent.status, sent.json)


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
async def test_invalid_form_fields_are_400_and_change_nothing(shop: Shop, body: Any, place: str) -> None:
    emulator = await shop()
    before = await state(emulator)
    reply = await send_form(emulator, body)
    (message,) = reply.json["errors"]
    assert (400, True) == (reply.status, is_abbreviation_of(place, message)), message
    assert before == await state(emulator)

"""Adding records: samples for what is not given, records that are referred to, several at once."""

import json
from itertools import chain, product
from typing import Any

import pytest
from support.control import FROZEN, state
from support.emulator import Reply, RunningEmulator
from support.event_loop import HOLD_SECONDS, measured_server
from support.records import record, records

from mockorders.apis import discover
from mockorders.fixture_sets.record_builder import MAX_RECORDS

CUSTOMER = 586402305
INSTANCE = 645769439
COLLECTIONS = [*chain.from_iterable(product([api.name], api.collections) for api in discover())]

Body = dict[str, Any]


async def post(emulator: RunningEmulator, place: str, body: Any, sandbox: str = "docs") -> Reply:
    return await emulator.control("POST", f"/sandboxes/{sandbox}/records{place}", json=body)


async def add(emulator: RunningEmulator, place: str, body: Any, sandbox: str = "docs") -> Any:
    reply = await post(emulator, place, body, sandbox)
    assert 201 == reply.status, reply.text
    return reply.json


# Samples


@pytest.mark.parametrize(("api", "collection"), COLLECTIONS)
async def test_record_of_any_collection_needs_no_properties(
    emulator: RunningEmulator, api: str, collection: str
) -> None:
    added = await add(emulator, f"/{api}/{collection}", {}, "empty.any")
    assert added["record"] in await records(emulator, f"{api}.{collection}", "empty.any")
    valid = await emulator.control("PUT", "/sandboxes/empty.copy/state", json=await state(emulator, "empty.any"))
    assert 200 == valid.status, valid.text


async def test_id_is_the_next_one_and_the_time_that_of_the_sandbox(emulator: RunningEmulator) -> None:
    await emulator.control("PUT", "/sandboxes/docs/clock", json={"now": FROZEN, "frozen": True})
    order = (await add(emulator, "/cratejoy/orders", {"customer": CUSTOMER}))["record"]
    assert (730837921, FROZEN) == (order["id"], order["placed_at"])


async def test_same_requests_add_the_same_records(emulator: RunningEmulator) -> None:
    async def added(sandbox: str) -> Any:
        await emulator.control("PUT", f"/sandboxes/{sandbox}", json={"fixtures": "docs", "clock": FROZEN})
        await post(emulator, "/cratejoy/orders", {"totl": 1}, sandbox)
        return await add(emulator, "/cratejoy/orders", {"products": [{}]}, sandbox)

    assert await added("one") == await added("two")


# References


@pytest.mark.parametrize(
    ("body", "created"),
    [
        ({"customer": CUSTOMER}, []),
        ({"customer_id": CUSTOMER}, []),
        ({"customer": {"id": CUSTOMER, "email": "other@example.com"}}, []),
        ({}, ["customers"]),
        ({"customer": {"email": "a@example.com"}}, ["customers"]),
        ({"customer": 7}, ["customers"]),
        ({"products": [{}]}, ["customers", "products", "product_instances"]),
        ({"customer": CUSTOMER, "products": [{"instance": INSTANCE}]}, []),
        ({"customer": CUSTOMER, "ship_address": {"city": "Austin"}}, ["addresses"]),
        ({"coupons": [{"coupon": {"code": "TEN"}}]}, ["customers", "coupons"]),
        ({"customer": CUSTOMER, "products": [{"instance": INSTANCE, "subscription": {}}]}, ["subscriptions"]),
    ],
)
async def test_order_creates_what_it_refers_to(emulator: RunningEmulator, body: Body, created: list[str]) -> None:
    added = await add(emulator, "/cratejoy/orders", body)
    assert [f"cratejoy.{each}" for each in created] == [each["collection"] for each in added["created"]]
    reply = await emulator.cratejoy("GET", f"/orders/{added['record']['id']}/?with=all")
    assert (200, added["record"]["customer_id"]) == (reply.status, reply.json["customer_id"])


async def test_missing_id_is_that_of_the_created_record(emulator: RunningEmulator) -> None:
    added = await add(emulator, "/universe/orders", {"customer": 77})
    assert [{"collection": "universe.customers", "id": 77}] == added["created"]
    reply = await emulator.universe("/orders/latest", "docs@77")
    assert added["record"]["id"] == reply.json["order"]["id"]


async def test_created_records_belong_to_the_same_customer(emulator: RunningEmulator) -> None:
    body = {"customer": 7, "ship_address": {}, "cust_pay": {}, "products": [{"subscription": {"address": {}}}]}
    added = await add(emulator, "/cratejoy/orders", body)
    keys = [(each["collection"], each["id"]) for each in added["created"]]
    created = [await record(emulator, *key) for key in keys]
    owners = {each["customer_id"] for each in created if "customer_id" in each}
    assert {7} == owners


async def test_record_belongs_to_the_customer_of_what_it_refers_to(emulator: RunningEmulator) -> None:
    address = (await add(emulator, "/cratejoy/addresses", {"customer": {"email": "a@example.com"}}))["record"]
    added = await add(emulator, "/cratejoy/orders", {"ship_address": address})
    assert (address["customer_id"], []) == (added["record"]["customer_id"], added["created"])


# What follows from the given properties


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"total": 2500}, {"total": 2500, "sub_total": 2500, "total_price": 2500}),
        ({"total": 2500, "total_tax": 200}, {"sub_total": 2300, "total": 2500}),
        ({"sub_total": 2500, "total_shipping": 500}, {"total": 3000, "gross_shipping": 500}),
        ({"products": [{"instance": {"price": 1200}, "quantity": 2}]}, {"total": 2400, "sub_total": 2400}),
        ({"products": [{"price": 900, "tax": 90}, {"price": 100}]}, {"total": 1090, "total_tax": 90}),
        ({"products": [{"price": 900}], "total": 5}, {"total": 5, "sub_total": 900}),
    ],
)
async def test_amounts_of_an_order(emulator: RunningEmulator, body: Body, expected: Body) -> None:
    order = (await add(emulator, "/cratejoy/orders", body))["record"]
    assert expected == {name: order[name] for name in expected}


@pytest.mark.parametrize(
    ("place", "body", "expected"),
    [
        ("/cratejoy/customers", {"first_name": "Ada", "last_name": "L"}, {"name": "Ada L"}),
        (
            "/cratejoy/transactions",
            {"order": {"total": 900, "placed_at": FROZEN}},
            {"total": 900, "created_at": FROZEN},
        ),
        ("/cratejoy/shipments", {"created_at": FROZEN}, {"adjusted_ordered_at": FROZEN}),
        ("/universe/orders", {"created_at": "2013-01-02"}, {"paid_at": "2013-01-02"}),
        ("/universe/orders", {"completed": False}, {"paid_at": None}),
        (
            "/universe/orders",
            {"totals": {"subtotal": "30.0", "shipping": "5.50"}},
            {"totals": {"shipping": "5.50", "discount": "0.0", "subtotal": "30.0", "total": "35.50"}},
        ),
        (
            "/universe/orders",
            {"totals": {"total": "35.0"}},
            {"totals": {"shipping": "0.0", "discount": "0.0", "subtotal": "35.00", "total": "35.0"}},
        ),
    ],
)
async def test_properties_follow_from_others(emulator: RunningEmulator, place: str, body: Body, expected: Body) -> None:
    added = (await add(emulator, place, body))["record"]
    assert expected == {name: added[name] for name in expected}


async def test_plan_of_an_order_is_that_of_the_club(emulator: RunningEmulator) -> None:
    plan = (await add(emulator, "/universe/plans", {"name": "Gold", "price": "50.0"}))["record"]
    order = (await add(emulator, "/universe/orders", {"plan": {"id": plan["id"], "duration": 3}}))["record"]
    assert ("Gold", "50.0", 3) == tuple(order["plan"][name] for name in ("name", "price", "duration"))


async def test_coupon_code_and_line_ids_are_filled_in(emulator: RunningEmulator) -> None:
    body = {"coupons": [{"coupon": {"code": "TEN"}}], "products": [{}, {"id": 5}]}
    order = (await add(emulator, "/cratejoy/orders", body))["record"]
    assert "TEN" == order["coupons"][0]["code_used"]
    assert 5 == order["products"][1]["id"]
    assert order["products"][0]["id"] > 5


# Several records


async def test_several_records_are_added_at_once(emulator: RunningEmulator) -> None:
    body = {
        "cratejoy": {
            "orders": [{"customer": 7, "total": 100}, {"customer": 7}, {"id": 730837921}],
            "customers": [{"id": 7, "email": "seven@example.com"}],
        },
        "universe": {"orders": [{"customer": 1}]},
    }
    added = await add(emulator, "", body)
    orders = added["records"]["cratejoy"]["orders"]
    assert [730837922, 730837923, 730837921] == [each["id"] for each in orders]
    assert "seven@example.com" == added["records"]["cratejoy"]["customers"][0]["email"]
    assert ["cratejoy.customers"] == [each["collection"] for each in added["created"]]
    assert {"cratejoy", "universe"} == added["records"].keys()


async def test_nothing_is_added_by_an_empty_document(emulator: RunningEmulator) -> None:
    assert {"records": {}, "created": []} == await add(emulator, "", {})


# Rejections

BAD: list[tuple[str, Any, str]] = [
    ("/cratejoy/orders", {"totl": 5}, "/totl"),
    ("/cratejoy/orders", {"total": "5"}, "/total"),
    ("/cratejoy/orders", {"id": 75572230}, "/id"),
    ("/cratejoy/orders", {"id": -1}, "/id"),
    ("/cratejoy/orders", {"id": "7"}, "/id"),
    ("/cratejoy/orders", {"id": True}, "/id"),
    ("/cratejoy/orders", {"customer": 7, "customer_id": 7}, "/customer"),
    ("/cratejoy/orders", {"customer": "7"}, "/customer_id"),
    ("/cratejoy/orders", {"customer": 2**63}, "/customer/id"),
    ("/cratejoy/orders", {"customer": {"emial": "a"}}, "/customer/emial"),
    ("/cratejoy/orders", {"products": [{"instance": {"product": {"name": 1}}}]}, "/products/0/instance/product/name"),
    ("/cratejoy/orders", {"products": [5]}, "/products/0"),
    ("/cratejoy/orders", {"products": {}}, "/products"),
    ("/cratejoy/orders", [], ""),
    ("/cratejoy/products", {"terms": [{"num_cycles": "x"}]}, "/terms/0/num_cycles"),
    ("/universe/orders", {"plan": 3}, "/plan"),
    ("/universe/orders", {"totals": {"total": 35}}, "/totals/total"),
    ("", [], ""),
    ("", {"cratejoi": {}}, "/cratejoi"),
    ("", {"cratejoy": {"order": []}}, "/cratejoy/order"),
    ("", {"cratejoy": {"orders": {}}}, "/cratejoy/orders"),
    ("", {"cratejoy": {"orders": [{"id": 5}, {"id": 5}]}}, "/cratejoy/orders/1/id"),
    ("", {"cratejoy": {"orders": [{}, {"totl": 5}]}}, "/cratejoy/orders/1/totl"),
]


@pytest.mark.parametrize(("place", "body", "pointer"), BAD, ids=[f"{place} {body}"[:70] for place, body, _ in BAD])
async def test_invalid_record_is_422_and_adds_nothing(
    emulator: RunningEmulator, place: str, body: Any, pointer: str
) -> None:
    before = await state(emulator)
    reply = await post(emulator, place, body)
    assert (422, pointer) == (reply.status, reply.json.get("pointer")), reply.text
    assert before == await state(emulator)


@pytest.mark.parametrize(
    ("place", "body", "hint"),
    [
        ("/cratejoy/orders", {"totl": 5}, "did you mean 'total'?"),
        ("", {"cratejoi": {}}, "did you mean 'cratejoy'?"),
        ("", {"cratejoy": {"order": []}}, "did you mean 'orders'?"),
    ],
)
async def test_misspelled_name_has_a_suggestion(emulator: RunningEmulator, place: str, body: Any, hint: str) -> None:
    assert hint in (await post(emulator, place, body)).json["message"]


async def test_number_of_records_is_limited(emulator: RunningEmulator) -> None:
    enough: Body = {"cratejoy": {"customers": [{}] * MAX_RECORDS}}
    assert 201 == (await post(emulator, "", enough)).status
    too_many: Body = {"cratejoy": {"orders": [{}] * MAX_RECORDS}}
    reply = await post(emulator, "", too_many)
    assert (422, "expected at most 1,000 records, with those that they refer to") == (
        reply.status,
        reply.json["message"],
    )


MANY: list[tuple[str, Body, str, str]] = [
    ("/cratejoy/orders", {"products": [{}] * 99}, "/products/50/instance_id", "needs at most 100 records"),
    ("/cratejoy/orders", {"products": [{}] * 9_900}, "/products/50/instance_id", "needs at most 100 records"),
    ("/cratejoy/products", {"terms": [*range(9_900)]}, "/terms/100", "needs at most 100 records"),
    ("", {"cratejoy": {"orders": [{}] * 9_900}}, "", "at most 1,000 records"),
    ("", {"cratejoy": {"orders": [{"note": 5}] * 500}}, "/cratejoy/orders/0/note", "expected text or null"),
]


@pytest.mark.parametrize("case", MANY, ids=range(len(MANY)))
async def test_large_body_is_rejected(emulator: RunningEmulator, case: tuple[str, Body, str, str]) -> None:
    place, body, pointer, message = case
    reply = await post(emulator, place, body)
    assert (422, pointer) == (reply.status, reply.json["pointer"])
    assert message in reply.json["message"]


ACCEPTED = [
    ("", {"cratejoy": {"orders": [{"customer": 7}] * 999}}),
    ("/cratejoy/orders", {"products": [{}] * 33}),
    ("/cratejoy/orders", {"products": [{"instance": 645769439, "tax": 1}] * 1_500}),
]


@pytest.mark.timing
def test_large_bodies_do_not_hold_the_event_loop() -> None:
    bodies = [*((place, body) for place, body, _, _ in MANY), *ACCEPTED]
    path = "/_mockorders/sandboxes/docs/records"
    with measured_server(fixtures="docs") as server:
        held = [server.hold("POST", path + place, json.dumps(body).encode()) for place, body in bodies]
    assert [] == [seconds for seconds in held if seconds >= HOLD_SECONDS]


@pytest.mark.parametrize("place", ["/cratejoi/orders", "/cratejoy/order", "/universe/products"])
async def test_unknown_collection_is_404(emulator: RunningEmulator, place: str) -> None:
    assert 404 == (await post(emulator, place, {})).status

"""Reading, writing and deleting single records; the APIs respond with the changes at once."""

import json
from typing import Any

import pytest
from support.emulator import RunningEmulator
from support.records import path, record, records, state

CUSTOMER = 586402305
ORDER = 75572230
NEW = {"email": "new@example.com"}


# Reading


async def test_every_collection_is_listed_by_id(emulator: RunningEmulator) -> None:
    document = await state(emulator)
    for api in ("universe", "cratejoy"):
        for collection, expected in document[api].items():
            listed = await records(emulator, f"{api}.{collection}")
            assert expected == listed
            assert sorted(each["id"] for each in listed) == [each["id"] for each in listed]
    assert [ORDER, 730837920] == [each["id"] for each in document["cratejoy"]["orders"]]


async def test_single_record_equals_the_listed_one(emulator: RunningEmulator) -> None:
    for each in await records(emulator, "cratejoy.orders"):
        assert each == await record(emulator, "cratejoy.orders", each["id"])


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "place",
    ["shop/orders/1", "cratejoy/nothing/1", "universe/products/1", "cratejoy/customers/abc", "cratejoy/customers/-1"],
)
async def test_unknown_api_collection_or_record_is_404(emulator: RunningEmulator, method: str, place: str) -> None:
    body = {} if method in {"GET", "DELETE"} else {"json": NEW}
    reply = await emulator.control(method, f"/sandboxes/docs/records/{place}", **body)
    assert (404, "application/problem+json") == (reply.status, reply.headers["Content-Type"])


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_unknown_record_is_404(emulator: RunningEmulator, method: str) -> None:
    body = {"json": {"note": "n"}} if method == "PATCH" else {}
    assert 404 == (await emulator.control(method, path("cratejoy.orders", 1), **body)).status


async def test_unknown_collection_is_404(emulator: RunningEmulator) -> None:
    assert 404 == (await emulator.control("GET", path("cratejoy.nothing"))).status


async def test_record_request_creates_the_sandbox(emulator: RunningEmulator) -> None:
    assert 200 == (await emulator.control("GET", path("universe.orders", 489, "docs-queued.x"))).status
    looked = (await emulator.control("GET", "/sandboxes/docs-queued.x")).json
    assert ("docs-queued.x", "docs-queued") == (looked["name"], looked["fixtures"])


# Writing


async def test_put_stores_a_record_with_defaults(emulator: RunningEmulator) -> None:
    reply = await emulator.control("PUT", path("cratejoy.customers", 7), json=NEW)
    expected = {
        "country": "US",
        "email": "new@example.com",
        "first_name": "",
        "id": 7,
        "last_name": "",
        "location": "",
        "name": "",
        "note": None,
        "label": None,
    }
    assert (200, expected) == (reply.status, reply.json)
    assert expected == await record(emulator, "cratejoy.customers", 7)
    assert [7, CUSTOMER] == [each["id"] for each in await records(emulator, "cratejoy.customers")]


async def test_put_replaces_the_record(emulator: RunningEmulator) -> None:
    body = {"id": CUSTOMER, "email": "only@example.com"}
    reply = await emulator.control("PUT", path("cratejoy.customers", CUSTOMER), json=body)
    assert (200, "", "only@example.com") == (reply.status, reply.json["first_name"], reply.json["email"])


async def test_put_of_the_same_record_changes_nothing(emulator: RunningEmulator) -> None:
    before = await state(emulator)
    for api in ("universe", "cratejoy"):
        for collection, held in before[api].items():
            for each in held:
                reply = await emulator.control("PUT", path(f"{api}.{collection}", each["id"]), json=each)
                assert (200, each) == (reply.status, reply.json)
    assert before == await state(emulator)


LINE = {"id": 1, "instance_id": 645769439, "price": 100}
BAD_RECORDS: list[tuple[str, str, int, Any, str]] = [
    ("PUT", "cratejoy.customers", 7, {}, "/email"),
    ("PUT", "cratejoy.customers", 7, {"email": 1}, "/email"),
    ("PUT", "cratejoy.customers", 7, {**NEW, "color": "red"}, "/color"),
    ("PUT", "cratejoy.customers", 7, {**NEW, "id": 8}, "/id"),
    ("PUT", "cratejoy.customers", 7, {**NEW, "id": "7"}, "/id"),
    ("PUT", "cratejoy.customers", 7, {**NEW, "id": 7.0}, "/id"),
    ("PUT", "cratejoy.customers", 7, [], ""),
    ("PUT", "cratejoy.customers", 7, "x", ""),
    ("PUT", "cratejoy.customers", 2**63, NEW, "/id"),
    ("PUT", "cratejoy.addresses", 7, {"customer_id": 1}, "/customer_id"),
    ("PUT", "cratejoy.addresses", 7, {"customer_id": None}, "/customer_id"),
    ("PATCH", "cratejoy.orders", ORDER, {"total": "5"}, "/total"),
    ("PATCH", "cratejoy.orders", ORDER, {"total": 5.5}, "/total"),
    ("PATCH", "cratejoy.orders", ORDER, {"id": 1}, "/id"),
    ("PATCH", "cratejoy.orders", ORDER, {"color": "red"}, "/color"),
    ("PATCH", "cratejoy.orders", ORDER, {"customer_id": 1}, "/customer_id"),
    ("PATCH", "cratejoy.orders", ORDER, {"customer_id": None}, "/customer_id"),
    ("PATCH", "cratejoy.orders", ORDER, {"ship_address_id": 1}, "/ship_address_id"),
    ("PATCH", "cratejoy.orders", ORDER, {"products": [LINE, {**LINE, "instance_id": 1}]}, "/products/1/instance_id"),
    ("PATCH", "cratejoy.orders", ORDER, {"products": [{**LINE, "quantity": 0}]}, "/products/0/quantity"),
    (
        "PATCH",
        "cratejoy.orders",
        ORDER,
        {"coupons": [{"id": 1, "coupon_id": 1, "code_used": "X"}]},
        "/coupons/0/coupon_id",
    ),
    ("PATCH", "cratejoy.orders", ORDER, [], ""),
    ("PATCH", "cratejoy.orders", ORDER, 5, ""),
    ("PATCH", "universe.orders", 489, {"customer_id": 999}, "/customer_id"),
    ("PATCH", "universe.orders", 489, {"plan": {"tags": 1}}, "/plan/tags"),
    ("PATCH", "universe.orders", 489, {"created_at": "2013-02-30"}, "/created_at"),
]


@pytest.mark.parametrize("case", BAD_RECORDS, ids=[f"{case[0]} {case[1]} {case[3]}"[:70] for case in BAD_RECORDS])
async def test_invalid_record_is_422_and_changes_nothing(
    emulator: RunningEmulator, case: tuple[str, str, int, Any, str]
) -> None:
    method, collection, identifier, body, pointer = case
    before = await state(emulator)
    reply = await emulator.control(method, path(collection, identifier), json=body)
    assert (422, "application/problem+json") == (reply.status, reply.headers["Content-Type"])
    assert (pointer, True) == (reply.json["pointer"], bool(reply.json["message"]))
    assert before == await state(emulator)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"email":"a","email":"b"}', b'{"email":NaN}'])
async def test_unparsable_record_is_400(emulator: RunningEmulator, method: str, body: bytes) -> None:
    before = await state(emulator)
    reply = await emulator.control(method, path("cratejoy.customers", CUSTOMER), data=body)
    assert (400, "application/problem+json") == (reply.status, reply.headers["Content-Type"])
    assert before == await state(emulator)


# Patching


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ({}, {}),
        ({"note": "n"}, {"note": "n"}),
        ({"note": "n", "total": 5}, {"note": "n", "total": 5}),
        ({"note": None}, {"note": None}),
        ({"is_gift": None}, {"is_gift": False}),
        ({"coupons": []}, {"coupons": []}),
        ({"products": []}, {"products": []}),
        ({"status": "closed"}, {"status": "closed"}),
    ],
)
async def test_patch_changes_the_given_properties(
    emulator: RunningEmulator, patch: dict[str, Any], expected: dict[str, Any]
) -> None:
    before = await record(emulator, "cratejoy.orders", ORDER)
    reply = await emulator.control("PATCH", path("cratejoy.orders", ORDER), json=patch)
    assert (200, {**before, **expected}) == (reply.status, reply.json)
    assert reply.json == await record(emulator, "cratejoy.orders", ORDER)
    assert list(before) == list(reply.json)


GIFT = {"gift_message": "m", "gift_recipient_name": "n", "gift_recipient_email": "e@example.com"}


async def test_patch_merges_nested_objects(emulator: RunningEmulator) -> None:
    target = path("cratejoy.orders", ORDER)
    await emulator.control("PATCH", target, json={"order_gift_info": GIFT})
    reply = await emulator.control("PATCH", target, json={"order_gift_info": {"gift_message": "other"}})
    assert {**GIFT, "gift_message": "other"} == reply.json["order_gift_info"]
    assert (await emulator.control("PATCH", target, json={"order_gift_info": None})).json["order_gift_info"] is None


async def test_patch_merges_at_every_level(emulator: RunningEmulator) -> None:
    before = await record(emulator, "universe.orders", 489)
    patch = {"plan": {"package": {"name": "Other"}}, "totals": {"total": "1.0"}}
    reply = await emulator.control("PATCH", path("universe.orders", 489), json=patch)
    expected = json.loads(json.dumps(before))
    expected["plan"]["package"]["name"] = "Other"
    expected["totals"]["total"] = "1.0"
    assert (200, expected) == (reply.status, reply.json)


async def test_patch_replaces_lists(emulator: RunningEmulator) -> None:
    reply = await emulator.control("PATCH", path("cratejoy.orders", ORDER), json={"products": [LINE]})
    completed = {"discount": 0, "quantity": 1, "ship_weight": None, "shipping": 0, "subscription_id": None, "tax": 0}
    assert [{**LINE, **completed}] == reply.json["products"]


# Responses of the APIs


async def test_cratejoy_returns_a_patched_order_at_once(emulator: RunningEmulator) -> None:
    targets = (f"/orders/{ORDER}/", f"/orders/?id={ORDER}", f"/orders/{ORDER}/?with=all")
    for note in ("one", "two"):
        await emulator.control("PATCH", path("cratejoy.orders", ORDER), json={"note": note})
        bodies = [(await emulator.cratejoy("GET", target)).json for target in targets]
        assert [note] * 3 == [each.get("note") or each["results"][0]["note"] for each in bodies]


async def test_cratejoy_returns_a_patched_relation_at_once(emulator: RunningEmulator) -> None:
    for name in ("Ada", "Grace"):
        await emulator.control("PATCH", path("cratejoy.customers", CUSTOMER), json={"first_name": name})
        listed = (await emulator.cratejoy("GET", "/orders/")).json["results"]
        one = (await emulator.cratejoy("GET", f"/orders/{ORDER}/")).json
        assert [name] * 3 == [each["customer"][0]["first_name"] for each in (*listed, one)]
        assert 2 == (await emulator.cratejoy("GET", f"/orders/?customer.first_name={name}")).json["count"]


async def test_cratejoy_counts_a_put_order_but_not_a_deleted_one(emulator: RunningEmulator) -> None:
    body = await record(emulator, "cratejoy.orders", ORDER)
    assert 200 == (await emulator.control("PUT", path("cratejoy.orders", 9), json={**body, "id": 9})).status
    assert [9, ORDER, 730837920] == [
        each["id"] for each in (await emulator.cratejoy("GET", "/orders/")).json["results"]
    ]
    assert 3 == (await emulator.cratejoy("GET", f"/orders/?customer={CUSTOMER}")).json["count"]
    assert 204 == (await emulator.control("DELETE", path("cratejoy.orders", 9))).status
    assert [404, 2] == [
        (await emulator.cratejoy("GET", "/orders/9/")).status,
        (await emulator.cratejoy("GET", f"/orders/?customer={CUSTOMER}")).json["count"],
    ]


async def test_universe_returns_changes_at_once(emulator: RunningEmulator) -> None:
    assert 489 == (await emulator.universe("/orders/latest", "docs@164")).json["order"]["id"]
    patch = {"plan": {"name": "Other"}, "customer_id": 1}
    await emulator.control("PATCH", path("universe.orders", 489), json=patch)
    assert "No order found" == (await emulator.universe("/orders/latest", "docs@164")).json["messages"][0]
    assert "Other" == (await emulator.universe("/orders/489", "docs@1")).json["order"]["plan"]["name"]
    await emulator.control("PATCH", path("universe.orders", 489), json={"completed": False})
    assert [] == (await emulator.universe("/orders", "docs@1")).json["orders"]
    await emulator.control("DELETE", path("universe.orders", 489))
    await emulator.control("DELETE", path("universe.customers", 1))
    assert "error" == (await emulator.universe("/orders", "docs@1")).json["status"]


async def test_other_sandboxes_do_not_change(emulator: RunningEmulator) -> None:
    before = (await emulator.cratejoy("GET", "/orders/", "docs.other")).body
    await emulator.control("PATCH", path("cratejoy.orders", ORDER), json={"note": "mine"})
    await emulator.control("PATCH", path("cratejoy.customers", CUSTOMER), json={"first_name": "Mine"})
    assert before == (await emulator.cratejoy("GET", "/orders/", "docs.other")).body


async def test_new_customer_can_order_at_once(emulator: RunningEmulator) -> None:
    await emulator.control("PUT", path("cratejoy.customers", 7), json=NEW)
    order = {
        "customer": {"email": "NEW@example.com"},
        "products": [{"product_instance": {"id": 645769439}, "term": {"num_cycles": 1}}],
    }
    assert 400 == (await emulator.cratejoy("POST", "/orders/", json=order)).status
    created = await emulator.control("PUT", path("cratejoy.payment_methods", 8), json={"customer_id": 7})
    assert 200 == created.status, created.text
    reply = await emulator.cratejoy("POST", "/orders/", json=order)
    assert (201, 7) == (reply.status, reply.json["customer_id"])

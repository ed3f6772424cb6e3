"""Products, product instances, transactions, inventory, batches and survey results."""

from typing import Any

import pytest
from support.cratejoy import CUSTOMER, INSTANCE, OPEN_ORDER, SUBSCRIPTION, error_of, get, state
from support.emulator import RunningEmulator, Start

PRODUCT = 640218775
PAYMENT = 418820031
BOX = {
    "deleted": False,
    "description": "",
    "flat_ship_price": 0,
    "gift_shipping": 0,
    "giftable": True,
    "has_subscribers": True,
    "id": PRODUCT,
    "images": [],
    "listed": True,
    "meta": {},
    "metadata": [],
    "name": "The Sweater Box",
    "product_billing_id": 3100,
    "product_type": 0,
    "reviewable": True,
    "rulesets": [],
    "ruletypes": [],
    "ship_option": "pricedin",
    "ship_weight": None,
    "single_purchasable": False,
    "sku": None,
    "slug": "the-sweater-box",
    "store_id": 644263166,
    "taxonomy": [],
    "type": "product",
    "url": f"/v1/products/{PRODUCT}/",
    "visible": True,
}


async def test_product_has_the_known_properties_sorted(emulator: RunningEmulator) -> None:
    product = await get(emulator, f"/products/{PRODUCT}/")
    assert (BOX, sorted(BOX)) == (product, list(product))


async def test_product_shows_its_relations_on_request(emulator: RunningEmulator) -> None:
    product = await get(emulator, f"/products/{PRODUCT}/?with=all")
    assert (3100, [INSTANCE]) == (product["billing"]["id"], [each["id"] for each in product["instances"]])


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        ({"name": "The Box"}, {"name": "The Box", "slug": "the-box"}),
        ({"ship_weight": 2}, {"ship_weight": 2.0}),
        ({"ship_weight": 1.5}, {"ship_weight": 1.5}),
        ({"ship_weight": None}, {"ship_weight": None}),
        ({"visible": "False"}, {"visible": False}),
    ],
)
async def test_name_weight_and_visibility_of_a_product_can_be_changed(
    emulator: RunningEmulator, body: Any, changed: Any
) -> None:
    reply = await emulator.cratejoy("PUT", f"/products/{PRODUCT}/", json=body)
    assert (200, BOX | changed) == (reply.status, reply.json)


@pytest.mark.parametrize(
    ("sent", "status", "weight"),
    [("1.5", 200, 1.5), ("2", 200, 2.0), ("0.25", 200, 0.25), ("1e3", 400, None), ("01.5", 400, None), ("", 400, None)],
)
async def test_weights_may_be_form_fields(
    emulator: RunningEmulator, sent: str, status: int, weight: float | None
) -> None:
    reply = await emulator.cratejoy("PUT", f"/products/{PRODUCT}/", data={"ship_weight": sent})
    assert status == reply.status
    assert BOX | {"ship_weight": weight} == await get(emulator, f"/products/{PRODUCT}/")


async def test_weights_always_have_decimals(emulator: RunningEmulator) -> None:
    reply = await emulator.cratejoy("PUT", f"/products/{PRODUCT}/", json={"ship_weight": 2})
    assert b'"ship_weight":2.0' in reply.body


async def test_generated_variants_are_objects(start: Start) -> None:
    emulator = await start(fixtures="default")
    listed = await get(emulator, "/product_instances/?product.name=Canvas%20Tote", "me")
    assert [[]] == [each["variants"] for each in listed["results"]]
    found = await get(emulator, "/product_instances/?sku__like=SOCK%25", "me")
    assert ["Size"] * 3 == [each["variants"][0]["variant_type"]["name"] for each in found["results"]]
    assert ["S", "M", "L"] == [each["variants"][0]["variant_value"]["value"] for each in found["results"]]


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/products/?product_type=0", 1),
        ("/products/?product_type=1", 0),
        ("/products/?visible=true", 1),
        ("/products/?ship_option=flat", 0),
        ("/products/?ship_weight__gt=1.5", 0),
        ("/products/?has_subscribers=true", 1),
        ("/product_instances/?product_id=640218775", 1),
        ("/product_instances/?product.id=640218775", 1),
        ("/product_instances/?product.single_purchasable=false", 1),
        ("/product_instances/?deleted=true", 0),
        ("/transactions/?result=2", 2),
        ("/transactions/?result=captured", 2),
        ("/transactions/?result=failed_refund", 0),
        (f"/transactions/?order={OPEN_ORDER}", 1),
        ("/transactions/?order.total__gt=3500", 0),
        ("/transactions/?created_at__lt=2017-03-02", 1),
        ("/inventory/", 0),
        ("/transactions/?customer_pay_id=1234", 2),
        ("/transactions/?customer_pay_id__is_null=true", 0),
        (f"/product_instances/?product={PRODUCT}", 1),
        (f"/product_instances/?product__in=1,{PRODUCT}", 1),
        ("/product_instances/?product=1", 0),
        ("/product_instances/?product__is_null=true", 0),
        ("/shipment_batches/", 0),
        (f"/product_survey_results/?subscription_id={SUBSCRIPTION}", 0),
    ],
)
async def test_lists_are_filtered(emulator: RunningEmulator, path: str, count: int) -> None:
    assert count == (await get(emulator, path))["count"]


@pytest.mark.parametrize("path", ["/products/?billing.name=x", "/products/?instances.sku=x"])
async def test_relations_of_products_cannot_be_filtered(emulator: RunningEmulator, path: str) -> None:
    status, messages = error_of(await emulator.cratejoy("GET", path))
    assert (400, True) == (status, messages[0].startswith("Unknown property "))


@pytest.mark.parametrize("name", ["reference_id", "pay_provider_id", "pay_id"])
@pytest.mark.parametrize("operator", ["", "__in"])
async def test_filters_that_are_not_emulated_say_so(emulator: RunningEmulator, name: str, operator: str) -> None:
    message = f"Unknown property '{name}', the filter is not emulated"
    reply = await emulator.cratejoy("GET", f"/transactions/?{name}{operator}=1")
    assert (400, message) == (reply.status, error_of(reply)[1][0])


@pytest.mark.parametrize(("profile", "types"), [("documented", set()), ("observed", {"type"})])
async def test_transaction_has_its_order_and_a_type_if_observed(start: Start, profile: str, types: set[str]) -> None:
    emulator = await start(profile=profile)
    found = await get(emulator, f"/transactions/{PAYMENT}/")
    assert {"created_at", "id", "is_test", "order", "result", "total", "url"} | types == found.keys()
    assert (OPEN_ORDER, CUSTOMER, f"/v1/transactions/{PAYMENT}/") == (
        found["order"]["id"],
        found["order"]["customer"]["id"],
        found["url"],
    )


@pytest.mark.parametrize(
    "name",
    [
        "products",
        "product_instances",
        "transactions",
        "inventory",
        "shipment_batches",
        "product_survey_results",
        "subscriptions",
        "shipments",
        "customers",
        "orders",
    ],
)
@pytest.mark.parametrize("fixtures", ["default", "edge"])
async def test_every_record_can_be_listed_and_retrieved(start: Start, fixtures: str, name: str) -> None:
    emulator = await start(fixtures=fixtures)
    relations = "" if name in {"inventory", "shipment_batches", "product_survey_results"} else "&with=all"
    listed = (await get(emulator, f"/{name}/?limit=100000{relations}", fixtures))["results"]
    assert listed
    for record in listed[:3]:
        reply = await emulator.cratejoy("GET", f"/{name}/{record['id']}/?{relations.strip('&')}", fixtures)
        expected = (404, None) if name == "product_survey_results" else (200, record)
        assert expected == (reply.status, None if reply.status == 404 else reply.json)


async def test_stock_can_be_changed(start: Start) -> None:
    emulator = await start(fixtures="default")
    (first, *_) = (await get(emulator, "/inventory/", "me"))["results"]
    reply = await emulator.cratejoy("PUT", f"/inventory/{first['id']}/", "me", json={"quantity_on_hand": 3})
    assert (200, first | {"quantity_on_hand": 3}) == (reply.status, reply.json)


async def test_shipments_of_a_batch_are_listed(start: Start) -> None:
    emulator = await start(fixtures="default")
    batch = (await get(emulator, "/shipment_batches/?start=2016-05-01", "me"))["results"][0]
    assert ("2016-05-31T23:59:59Z", "shipment_batch") == (batch["end"], batch["type"])
    listed = (await get(emulator, f"/shipments/?batch_id={batch['id']}&with=batch&limit=100", "me"))["results"]
    assert listed
    assert {batch["id"]} == {each["batch"]["id"] for each in listed}
    earlier = await get(emulator, "/shipments/?batch.end__lt=2016-06-01T00:00:00Z&with=batch&limit=1000", "me")
    assert listed[0]["id"] in [each["id"] for each in earlier["results"]]


async def test_answers_of_subscribers_are_listed(start: Start) -> None:
    emulator = await start(fixtures="default")
    (first, *_) = (await get(emulator, "/product_survey_results/", "me"))["results"]
    found = await get(emulator, f"/product_survey_results/?subscription_id={first['subscription_id']}", "me")
    assert [first] == found["results"]
    assert first["answers"][0]["value"] in [each["value"] for each in first["answers"][0]["field"]["options"]]


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/products/", "GET"),
        ("DELETE", f"/products/{PRODUCT}/", "GET, PUT"),
        ("PUT", f"/product_instances/{INSTANCE}/", "GET"),
        ("PUT", f"/transactions/{PAYMENT}/", "GET"),
        ("POST", "/transactions/", "GET"),
        ("PUT", "/shipment_batches/1/", "GET"),
        ("POST", "/product_survey_results/", "GET"),
        ("POST", "/inventory/", "GET"),
    ],
)
async def test_other_methods_are_405(emulator: RunningEmulator, method: str, path: str, allow: str) -> None:
    reply = await emulator.cratejoy(method, path, json={})
    assert (405, allow) == (reply.status, reply.headers["Allow"])


@pytest.mark.parametrize("body", [{"sku": "x"}, {"name": None}, {"ship_weight": -1}, {"ship_weight": "2"}])
async def test_invalid_changes_of_a_product_change_nothing(emulator: RunningEmulator, body: Any) -> None:
    before = await state(emulator)
    assert 400 == (await emulator.cratejoy("PUT", f"/products/{PRODUCT}/", json=body)).status
    assert before == await state(emulator)

"""Metadata of customers, subscriptions and other records, and filters by it."""

from typing import Any
from urllib.parse import quote

import pytest
from support.cratejoy import CUSTOMER, OPEN_ORDER, SHIPMENT, SUBSCRIPTION, error_of, state
from support.emulator import Reply, RunningEmulator, Start

PRODUCT = 640218775
NOW = "2020-01-01T00:00:00Z"
OWNERS = [
    ("customers", CUSTOMER, "customer_id"),
    ("subscriptions", SUBSCRIPTION, "subscription_id"),
    ("orders", OPEN_ORDER, "order_id"),
    ("shipments", SHIPMENT, "shipment_id"),
]


async def send(emulator: RunningEmulator, method: str, path: str, body: Any = None) -> Reply:
    return await emulator.cratejoy(method, f"{path}metadata/", json=body)


@pytest.mark.parametrize(("name", "identifier", "field"), OWNERS)
async def test_metadata_is_created_merged_replaced_and_deleted(
    start: Start, name: str, identifier: int, field: str
) -> None:
    emulator = await start(clock=NOW)
    path = f"/{name}/{identifier}/"
    missing = f"{name[:-1]} {identifier}: has no metadata"
    for method in ("GET", "PUT", "DELETE"):
        assert (404, [missing]) == error_of(await send(emulator, method, path, {}))
    created = await send(emulator, "POST", path, {"data": {"shoe": {"size": 42}, "vip": True}})
    expected = {
        "created_at": NOW,
        "data": {"shoe": {"size": 42}, "vip": True},
        "id": created.json["id"],
        "store_id": 644263166,
        field: identifier,
        "updated_at": NOW,
    }
    assert (201, expected) == (created.status, created.json)
    merged = await send(emulator, "PUT", path, {"data": {"vip": False, "color": "red"}})
    data = {"shoe": {"size": 42}, "vip": False, "color": "red"}
    assert (200, expected | {"data": data}) == (merged.status, merged.json)
    owner = (await emulator.cratejoy("GET", f"{path}?with=_md")).json
    assert merged.json == owner["_md"]
    replaced = await send(emulator, "POST", path, {"only": [1, None]})
    assert (201, expected | {"data": {"only": [1, None]}}) == (replaced.status, replaced.json)
    assert replaced.json == (await send(emulator, "GET", path)).json
    deleted = await send(emulator, "DELETE", path)
    assert (204, b"") == (deleted.status, deleted.body)
    assert 404 == (await send(emulator, "GET", path)).status
    assert (await emulator.cratejoy("GET", f"{path}?with=_md")).json["_md"] is None


async def test_products_have_metadata_without_a_relation(emulator: RunningEmulator) -> None:
    path = f"/products/{PRODUCT}/"
    created = (await send(emulator, "POST", path, {"data": {"color": "red"}})).json
    assert (PRODUCT, {"color": "red"}) == (created["product_id"], created["data"])
    assert created == (await send(emulator, "GET", path)).json
    assert 400 == (await emulator.cratejoy("GET", f"{path}?with=_md")).status
    assert 400 == (await emulator.cratejoy("GET", "/products/?_md.color=red")).status
    assert 204 == (await send(emulator, "DELETE", path)).status


async def test_metadata_of_customer_and_subscription_are_separate(emulator: RunningEmulator) -> None:
    await send(emulator, "POST", f"/customers/{CUSTOMER}/", {"a": 1})
    assert 404 == (await send(emulator, "GET", f"/subscriptions/{SUBSCRIPTION}/")).status


async def test_customers_show_their_metadata_by_default(emulator: RunningEmulator) -> None:
    await send(emulator, "POST", f"/customers/{CUSTOMER}/", {"a": 1})
    (customer,) = (await emulator.cratejoy("GET", "/customers/")).json["results"]
    assert {"a": 1} == customer["_md"]["data"]


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ("_md.shoe.size=42", True),
        ("_md.shoe.size__gt=41", True),
        ("_md.shoe.size__gt=41.5", True),
        ("_md.shoe.size__lt=5", False),
        ("_md.shoe.size__in=41,42", True),
        ("_md.shoe.size__nin=41,42", False),
        ("_md.shoe.size=x", False),
        ("_md.shoe.size__like=4%25", False),
        ("_md.name__ilike=ANN%25", True),
        ("_md.name__gt=Aa", True),
        ("_md.name=ann", False),
        ("_md.vip=true", True),
        ("_md.vip__ne=true", False),
        ("_md.shoe__is_null=false", True),
        ("_md.shoe=42", False),
        ("_md.nothing__is_null=true", True),
        ("_md.nothing=1", False),
        ("_md.name.deeper__is_null=true", True),
        ("_md.gr%C3%B6%C3%9Fe=5", True),
        ("_md.list__is_null=false", True),
        ("_md.shoe.size=42&num_orders=2", True),
    ],
)
@pytest.mark.parametrize(("name", "identifier"), [(name, identifier) for name, identifier, _ in OWNERS])
async def test_values_are_compared_as_their_type(
    emulator: RunningEmulator, *, query: str, matches: bool, name: str, identifier: int
) -> None:
    data = {"shoe": {"size": 42}, "name": "Ann", "vip": True, "größe": 5, "list": []}
    await send(emulator, "POST", f"/{name}/{identifier}/", data)
    if name != "customers":
        query = query.replace("&num_orders=2", "")
    listed = (await emulator.cratejoy("GET", f"/{name}/?{query}&limit=100")).json["results"]
    assert matches == (identifier in [each["id"] for each in listed])


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("_md.a__gte=1", "_md.a__gte: expected one of the operators "),
        ("_md.a__is_null=x", "_md.a__is_null: expected true, false, 1 or 0"),
        ("_md", "Unknown property '_md.'"),
    ],
)
async def test_invalid_metadata_filters_are_400(emulator: RunningEmulator, query: str, message: str) -> None:
    status, messages = error_of(await emulator.cratejoy("GET", f"/customers/?{quote(query, '=')}"))
    assert 400 == status
    assert messages[0].startswith(message) or message.startswith("Unknown")


@pytest.mark.parametrize("body", [[], "x", None, 5])
async def test_metadata_must_be_an_object(emulator: RunningEmulator, body: Any) -> None:
    before = await state(emulator)
    reply = await emulator.cratejoy("POST", f"/customers/{CUSTOMER}/metadata/", json=body)
    assert 400 == reply.status
    assert before == await state(emulator)


async def test_metadata_of_other_resources_is_not_emulated(emulator: RunningEmulator) -> None:
    status, (message,) = error_of(await emulator.cratejoy("GET", "/transactions/1/metadata/"))
    assert 404 == status
    assert "the emulator does not have this path" in message

"""Customers and their addresses."""

from typing import Any
from urllib.parse import quote

import pytest
from support.cratejoy import (
    CUSTOMER,
    CUSTOMER_SUMMARY,
    GIFT_ORDER,
    HOME,
    HOME_ADDRESS,
    INVALID,
    OPEN_ORDER,
    error_of,
    put,
    state,
)
from support.emulator import RunningEmulator

GRACE = {
    **CUSTOMER_SUMMARY,
    "addresses": [HOME_ADDRESS],
    "note": None,
    "num_orders": 2,
    "num_subscriptions": 2,
    "subscription_status": "active",
    "total_revenue": 7000,
    "url": f"/v1/customers/{CUSTOMER}/",
    "_md": None,
}


# Reading


@pytest.mark.parametrize("profile", ["documented", "observed"])
async def test_customer_has_the_known_properties_sorted(start: Any, profile: str) -> None:
    emulator: RunningEmulator = await start(profile=profile)
    reply = await emulator.cratejoy("GET", f"/customers/{CUSTOMER}/")
    assert (200, GRACE, sorted(GRACE)) == (reply.status, reply.json, list(reply.json))


async def test_customers_are_listed_in_an_envelope(emulator: RunningEmulator) -> None:
    listed = (await emulator.cratejoy("GET", "/customers/")).json
    assert {"count": 1, "next": None, "prev": None, "results": [GRACE]} == listed


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("email=grace.holloway@example.com", 1),
        ("email__ilike=GRACE%25", 1),
        ("email__like=%25@example.org", 0),
        ("name__like=%25Holloway", 1),
        ("num_orders=2", 1),
        ("num_orders__gt=2", 0),
        ("total_revenue__ge=7000", 1),
        ("subscription_status=active", 1),
        ("subscription_status=cancelled", 0),
        ("addresses.city=Austin", 1),
        ("address.city=Austin", 1),
        ("addresses.city=Waco", 0),
        ("orders.is_gift=true", 1),
        ("orders.total__gt=3500", 0),
        ("subscriptions.status=2", 1),
        ("subscriptions=75562148", 1),
        ("note__is_null=true", 1),
        ("type=customer", 1),
        (f"url=/v1/customers/{CUSTOMER}/", 1),
        (f"id={CUSTOMER}&country=US", 1),
        ("limit=100000", 1),
    ],
)
async def test_customers_are_filtered_by_properties_and_relations(
    emulator: RunningEmulator, query: str, count: int
) -> None:
    reply = await emulator.cratejoy("GET", f"/customers/?{query}")
    assert (200, count) == (reply.status, reply.json["count"])


@pytest.mark.parametrize(
    ("query", "relations"),
    [
        ("", {"_md", "addresses"}),
        ("with=", set()),
        ("with=orders", {"orders"}),
        ("with=all", {"_md", "addresses", "orders", "shipments", "subscriptions"}),
    ],
)
@pytest.mark.parametrize("path", ["/customers/", f"/customers/{CUSTOMER}"])
async def test_with_selects_the_relations_of_a_customer(
    emulator: RunningEmulator, path: str, query: str, relations: set[str]
) -> None:
    found = (await emulator.cratejoy("GET", f"{path}?{query}")).json
    customer = found["results"][0] if "results" in found else found
    assert relations == {"_md", "addresses", "orders", "shipments", "subscriptions"} & customer.keys()


async def test_nested_order_has_its_customer_but_no_url_and_no_products(emulator: RunningEmulator) -> None:
    customer = (await emulator.cratejoy("GET", f"/customers/{CUSTOMER}/?with=orders")).json
    order = customer["orders"][0]
    assert (CUSTOMER, "order") == (order["customer"]["id"], order["type"])
    assert set() == {"url", "products"} & order.keys()


@pytest.mark.parametrize(("name", "why"), [("logs", "is not emulated"), ("adresses", "did you mean 'addresses'?")])
async def test_unknown_relation_of_a_customer_is_400(emulator: RunningEmulator, name: str, why: str) -> None:
    status, messages = error_of(await emulator.cratejoy("GET", f"/customers/?with={name}"))
    assert (400, INVALID) == (status, messages[-1])
    assert messages[0].endswith(why)


async def test_unknown_customer_is_404(emulator: RunningEmulator) -> None:
    message = "customer '1': expected the id of a customer of this store"
    assert (404, [message]) == error_of(await emulator.cratejoy("GET", "/customers/1/"))


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/customers/", {"GET"}),
        ("DELETE", f"/customers/{CUSTOMER}/", {"GET", "PUT"}),
        ("PUT", f"/customers/{CUSTOMER}/addresses/", {"GET", "POST"}),
        ("GET", "/addresses/", {"POST"}),
        ("DELETE", f"/addresses/{HOME}", {"GET", "PUT"}),
    ],
)
async def test_methods_that_do_not_exist_are_405(
    emulator: RunningEmulator, method: str, path: str, allow: set[str]
) -> None:
    reply = await emulator.cratejoy(method, path, json={})
    assert (405, allow) == (reply.status, set(reply.headers["Allow"].split(", ")))


async def test_unlisted_paths_below_a_customer_are_said_not_to_be_emulated(emulator: RunningEmulator) -> None:
    status, (message,) = error_of(await emulator.cratejoy("GET", f"/customers/{CUSTOMER}/cards/"))
    assert (404, True) == (status, message.endswith("the emulator does not have this path, the real service may"))


# Changing customers


async def test_names_can_be_changed_and_the_name_follows(emulator: RunningEmulator) -> None:
    customer = await put(emulator, f"/customers/{CUSTOMER}/", {"first_name": "Gracie", "email": "g@example.com"})
    assert GRACE | {"first_name": "Gracie", "name": "Gracie Holloway", "email": "g@example.com"} == customer
    assert customer == (await emulator.cratejoy("GET", f"/customers/{CUSTOMER}/")).json


async def test_orders_show_the_changed_customer(emulator: RunningEmulator) -> None:
    await emulator.cratejoy("GET", "/orders/")
    await put(emulator, f"/customers/{CUSTOMER}/", {"last_name": "Low"})
    orders = (await emulator.cratejoy("GET", "/orders/")).json["results"]
    assert ["Grace Low"] * 2 == [order["customer"][0]["name"] for order in orders]


async def test_notes_are_added_before_the_old_ones_and_deleted(emulator: RunningEmulator) -> None:
    path = f"/customers/{CUSTOMER}/"
    notes = [(await put(emulator, path, {"note": note}))["note"] for note in ("one", "two", "", "three", None)]
    assert ["one", "two\none", None, "three", None] == notes


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"name": "Ann"}, "Unknown property 'name'"),
        ({"num_orders": 5}, "Unknown property 'num_orders'"),
        ({"email": None}, "email: expected text of at least 1 character, got null"),
        ({"first_name": 1}, "first_name: expected text, got 1"),
        ([], "body: expected an object, got []"),
    ],
)
async def test_invalid_changes_of_a_customer_are_400_and_change_nothing(
    emulator: RunningEmulator, body: Any, message: str
) -> None:
    before = await state(emulator)
    assert (400, [message]) == error_of(await emulator.cratejoy("PUT", f"/customers/{CUSTOMER}/", json=body))
    assert before == await state(emulator)


# Bodies as the vendor's scripts send them


@pytest.mark.parametrize("value", ["True", "true", "TRUE", True])
async def test_booleans_may_be_text(emulator: RunningEmulator, value: object) -> None:
    order = await put(emulator, f"/orders/{OPEN_ORDER}/", {"is_gift": value})
    assert order["is_gift"] is True


async def test_body_without_a_content_type_is_json(emulator: RunningEmulator) -> None:
    body = b'{"first_name": "Ann"}'
    reply = await emulator.cratejoy("PUT", f"/customers/{CUSTOMER}/", data=body, skip_auto_headers=("Content-Type",))
    assert (200, "Ann") == (reply.status, reply.json["first_name"])


@pytest.mark.parametrize(
    "text",
    ["2017-03-20", "03/20/2017", "2017-03-20T00:00:00Z", "2017-03-20 00:00:00Z", "2017-03-20T00:00:00.000001"],
)
async def test_filters_accept_the_dates_of_vendor_scripts(emulator: RunningEmulator, text: str) -> None:
    listed = (await emulator.cratejoy("GET", f"/orders/?placed_at__ge={quote(text)}")).json
    assert [GIFT_ORDER] == [order["id"] for order in listed["results"]]

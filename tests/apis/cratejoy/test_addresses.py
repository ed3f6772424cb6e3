"""Addresses of customers."""

from typing import Any

import pytest
from support.cratejoy import CUSTOMER, HOME, HOME_ADDRESS, error_of, put, state
from support.emulator import RunningEmulator

MINIMAL = {
    "to": "Ann Low",
    "street": "1 Elm St",
    "city": "Waco",
    "state": "NY",
    "zip_code": "76701",
    "country": "CA",
}


async def test_addresses_are_listed_below_their_customer(emulator: RunningEmulator) -> None:
    listed = (await emulator.cratejoy("GET", f"/customers/{CUSTOMER}/addresses/")).json
    assert {"count": 1, "next": None, "prev": None, "results": [HOME_ADDRESS]} == listed
    assert HOME_ADDRESS == (await emulator.cratejoy("GET", f"/addresses/{HOME}/")).json


@pytest.mark.parametrize(("query", "count"), [("city=Austin", 1), ("city=Waco", 0), ("zip_code__like=787%25", 1)])
async def test_addresses_of_a_customer_are_filtered(emulator: RunningEmulator, query: str, count: int) -> None:
    listed = (await emulator.cratejoy("GET", f"/customers/{CUSTOMER}/addresses/?{query}")).json
    assert count == listed["count"]


@pytest.mark.parametrize(
    ("path", "more"),
    [(f"/customers/{CUSTOMER}/addresses/", {}), ("/addresses/", {"customer_id": CUSTOMER})],
)
async def test_addresses_are_created(emulator: RunningEmulator, path: str, more: dict[str, int]) -> None:
    reply = await emulator.cratejoy("POST", path, json=MINIMAL | more)
    address = reply.json
    expected = {**HOME_ADDRESS, **MINIMAL, "id": address["id"], "icon": "Canada.png"}
    assert (201, expected) == (reply.status, address)
    listed = (await emulator.cratejoy("GET", f"/customers/{CUSTOMER}/addresses/")).json["results"]
    assert [HOME_ADDRESS, address] == listed


async def test_second_address_does_not_move_the_customer(emulator: RunningEmulator) -> None:
    await emulator.cratejoy("POST", f"/customers/{CUSTOMER}/addresses/", json=MINIMAL)
    customer = (await emulator.cratejoy("GET", f"/customers/{CUSTOMER}/")).json
    assert "TX, US" == customer["location"]


async def test_primary_address_moves_the_customer(emulator: RunningEmulator) -> None:
    await put(emulator, f"/addresses/{HOME}/", {"state": "ON", "country": "CA"})
    customer = (await emulator.cratejoy("GET", f"/customers/{CUSTOMER}/")).json
    assert ("ON, CA", "CA", "Canada.png") == (
        customer["location"],
        customer["country"],
        customer["addresses"][0]["icon"],
    )


async def test_all_nine_properties_of_an_address_can_be_changed(emulator: RunningEmulator) -> None:
    body = MINIMAL | {"unit": "4", "company": "Low Ltd.", "phone_number": "555-0100"}
    assert HOME_ADDRESS | body | {"icon": "Canada.png"} == await put(emulator, f"/addresses/{HOME}/", body)


@pytest.mark.parametrize(
    ("method", "path", "body", "message"),
    [
        ("PUT", f"/addresses/{HOME}/", {"icon": "x"}, "Unknown property 'icon'"),
        ("PUT", f"/addresses/{HOME}/", {"unit": None}, "unit: expected text, got null"),
        ("POST", "/addresses/", MINIMAL, "customer_id: is required, expected an integer of at least 0"),
        ("POST", "/addresses/", MINIMAL | {"customer_id": 1}, "customer_id: expected the id of a customer, got 1"),
        ("POST", f"/customers/{CUSTOMER}/addresses/", MINIMAL | {"customer_id": 1}, "Unknown property 'customer_id'"),
    ],
)
async def test_invalid_addresses_are_400_and_change_nothing(
    emulator: RunningEmulator, *, method: str, path: str, body: Any, message: str
) -> None:
    before = await state(emulator)
    assert (400, [message]) == error_of(await emulator.cratejoy(method, path, json=body))
    assert before == await state(emulator)


async def test_addresses_of_an_unknown_customer_are_404(emulator: RunningEmulator) -> None:
    for method in ("GET", "POST"):
        assert 404 == (await emulator.cratejoy(method, "/customers/1/addresses/", json=MINIMAL)).status

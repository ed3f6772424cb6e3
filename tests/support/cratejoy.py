"""Records of the documented set of Cratejoy, and helpers for requests."""

import json
from pathlib import Path
from typing import Any

from support.emulator import Reply, RunningEmulator

INVALID = "Invalid query parameter"
OPEN_ORDER = 75572230
GIFT_ORDER = 730837920
CUSTOMER = 586402305
INSTANCE = 645769439
HOME = 8675309
SUBSCRIPTION = 75562148
SHIPMENT = 271640058
CUSTOMER_SUMMARY = {
    "country": "US",
    "email": "grace.holloway@example.com",
    "first_name": "Grace",
    "id": CUSTOMER,
    "last_name": "Holloway",
    "location": "TX, US",
    "name": "Grace Holloway",
    "type": "customer",
}
HOME_ADDRESS = {
    "city": "Austin",
    "company": "",
    "country": "US",
    "icon": "",
    "id": HOME,
    "phone_number": "",
    "state": "TX",
    "status": 1,
    "status_message": None,
    "street": "1408 Barton Hills Drive",
    "to": "Grace Holloway",
    "type": "address",
    "unit": "",
    "zip_code": "78704",
}
DOCUMENTED_INFO = {
    "gift_message": "I bought you a nice new sweater!",
    "gift_recipient_name": "Mr. Rogers",
    "gift_recipient_email": "fred@example.com",
}


def error_of(reply: Reply) -> tuple[int, list[str]]:
    """Return status and messages of an error; it must be an object with only a list of strings."""
    assert ["errors"] == list(reply.json)
    assert reply.headers["Content-Type"].startswith("application/json")
    assert all(isinstance(each, str) and each for each in reply.json["errors"])
    return reply.status, reply.json["errors"]


async def get(emulator: RunningEmulator, path: str, user: str = "docs") -> Any:
    """Return the JSON of a successful GET."""
    reply = await emulator.cratejoy("GET", path, user)
    assert 200 == reply.status, reply.text
    return reply.json


async def put(emulator: RunningEmulator, path: str, body: Any) -> Any:
    """Return the JSON of a successful PUT."""
    reply = await emulator.cratejoy("PUT", path, json=body)
    assert 200 == reply.status, reply.text
    return reply.json


async def get_subscription(emulator: RunningEmulator, identifier: int, query: str = "", user: str = "me") -> Any:
    return await get(emulator, f"/subscriptions/{identifier}/?{query}", user)


async def list_shipments(emulator: RunningEmulator, query: str = "", user: str = "me") -> list[Any]:
    return list((await get(emulator, f"/shipments/?limit=100&{query}", user))["results"])


async def put_shipment(emulator: RunningEmulator, identifier: int, body: Any, user: str = "me") -> Reply:
    return await emulator.cratejoy("PUT", f"/shipments/{identifier}/", user, json=body)


async def state(emulator: RunningEmulator, name: str = "docs") -> bytes:
    return (await emulator.control("GET", f"/sandboxes/{name}/state")).body


def shop(folder: Path, orders: int, **more: Any) -> str:
    """Write a fixture set with orders of one customer: ids 7, 14, 21, …, notes repeating every third."""
    records = [
        {
            "id": 7 * number,
            "customer_id": 1,
            "placed_at": f"2016-03-{1 + number % 28:02d}T00:00:00Z",
            "note": ("red & blue", "été", None)[number % 3],
        }
        for number in range(orders, 0, -1)
    ]
    customers = [{"id": 1, "email": "ann@example.com", "name": "Ann"}]
    document = {"cratejoy": {"customers": customers, "orders": records}, **more}
    file = folder / "shop.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return str(file)

"""One change of each kind that a store keeps, as requests."""

from typing import Any

from support.stored import NEW_ORDER, ORDER, Stored

HERE = "/sandboxes/docs"
RECORD = f"{HERE}/records/cratejoy/orders/{ORDER}"
FAULT = {"effect": {"type": "status", "status": 503}, "probability": 0.5, "times": 7}
LIMIT = {"effect": {"type": "rate_limit", "requests": 2, "window": 60}}
RATES = {"effect": {"type": "delay", "lognormal": {"median": 1.5, "sigma": 0.1}}, "match": {"path": "/nothing"}}
ORDERS = ("GET", f"/v1/orders/{ORDER}/", None)

NOW = "2017-03-21T00:00:00Z"

Call = tuple[str, str, Any]
NOTE: Call = ("PATCH", RECORD, {"note": "new"})
SNAPSHOT: Call = ("PUT", f"{HERE}/snapshots/a", None)
ADD_FAULT: Call = ("POST", f"{HERE}/faults", FAULT)
CHANGES: dict[str, list[Call]] = {
    "a record": [NOTE],
    "numbers as they were written": [
        ("PATCH", RECORD, {"note": "new"}),
        ("POST", f"/v1/orders/{ORDER}/metadata/", b'{"a": 1.10, "b": 1e2, "c": 12345678901234567890123, "d": 0.5}'),
    ],
    "a deleted record": [("DELETE", f"{HERE}/records/universe/orders/489", None)],
    "records": [("POST", f"{HERE}/records", {"cratejoy": {"orders": [{}, {}]}})],
    "an order of the API": [("POST", "/v1/orders/", NEW_ORDER)],
    "the customer": [("PATCH", HERE, {"current_customer": 1})],
    "nobody": [("PATCH", HERE, {"current_customer": None})],
    "a frozen clock": [("PUT", f"{HERE}/clock", {"now": "2017-03-21T00:00:00Z", "frozen": True})],
    "a fault": [ADD_FAULT],
    "counters of faults": [ADD_FAULT, ORDERS, ORDERS, ORDERS, ORDERS],
    "a rate limit": [("POST", f"{HERE}/faults", LIMIT), ORDERS, ORDERS, ORDERS],
    "floats of faults": [("POST", f"{HERE}/faults", RATES)],
    "a removed fault": [
        ("POST", f"{HERE}/faults", FAULT),
        ("POST", f"{HERE}/faults", LIMIT),
        ("DELETE", f"{HERE}/faults/1", None),
    ],
    "no faults": [ADD_FAULT, ("DELETE", f"{HERE}/faults", None)],
    "a snapshot": [
        ("PATCH", RECORD, {"note": "old"}),
        ("PUT", f"{HERE}/snapshots/a", None),
        ("PATCH", RECORD, {"note": "new"}),
    ],
    "a restored snapshot": [
        NOTE,
        SNAPSHOT,
        ("PATCH", RECORD, {"note": "newer"}),
        ("POST", f"{HERE}/snapshots/a/restore", None),
    ],
    "a deleted snapshot": [SNAPSHOT, ("DELETE", f"{HERE}/snapshots/a", None)],
    "a reset": [
        ("PATCH", RECORD, {"note": "new"}),
        ("PUT", f"{HERE}/snapshots/a", None),
        ("POST", f"{HERE}/reset", None),
    ],
    "a reset of all": [NOTE, ("POST", "/reset", None)],
    "another set": [NOTE, ("PUT", HERE, {"fixtures": "empty", "profile": "observed"})],
    "a document": [
        ("PUT", HERE, {"fixtures": {"extends": "docs", "current_customer": 2}, "clock": "2017-03-21T00:00:00Z"})
    ],
    "a replaced state": [
        ("PATCH", RECORD, {"note": "x"}),
        ("PUT", f"{HERE}/snapshots/a", None),
        ("PUT", f"{HERE}/state", {}),
    ],
}


async def make_change(place: Stored, name: str) -> None:
    """Make a change of a kind; the sandbox is `docs`."""
    for method, path, body in CHANGES[name]:
        if path.startswith("/v1"):
            content = {"data": body} if isinstance(body, bytes) else {"json": body}
            headers = {"Content-Type": "application/json"}
            await place.emulator.cratejoy(method, path.removeprefix("/v1"), headers=headers, **content)
        else:
            reply = await place.emulator.control(method, path, json=body)
            assert reply.status in {200, 201, 204}, reply.text

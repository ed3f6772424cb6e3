"""A sandbox is after a restart as it was before: records, settings, faults, snapshots, fixtures."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from support.emulator import basic
from support.processes import get
from support.raw_client import RawClient
from support.stored import NEW_ORDER, ORDER, stored

from mockorders import MockServer
from mockorders.sandbox import stored_sandbox

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


@pytest.fixture(params=[stored_sandbox.MAX_AT_ONCE, pytest.param(-1, marks=pytest.mark.slow)])
def at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Store changes as usual, or all of them in steps."""
    monkeypatch.setattr(stored_sandbox, "MAX_AT_ONCE", request.param)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("name", CHANGES)
async def test_a_change_survives_a_restart(tmp_path: Path, name: str) -> None:
    async with stored(tmp_path / "store") as before:
        for method, path, body in CHANGES[name]:
            if path.startswith("/v1"):
                content = {"data": body} if isinstance(body, bytes) else {"json": body}
                headers = {"Content-Type": "application/json"}
                await before.emulator.cratejoy(method, path.removeprefix("/v1"), headers=headers, **content)
            else:
                reply = await before.emulator.control(method, path, json=body)
                assert reply.status in {200, 201, 204}, reply.text
        expected = await before.read()
    async with stored(tmp_path / "store") as after:
        assert expected == await after.read()


async def test_faults_continue_with_the_same_random_numbers(tmp_path: Path) -> None:
    async def statuses(place: Any, number: int) -> list[int]:
        return [(await place.emulator.cratejoy("GET", "/orders/")).status for _ in range(number)]

    fault = {**FAULT, "times": None}
    async with stored(tmp_path / "one") as whole:
        await whole.emulator.control("POST", f"{HERE}/faults", json=fault)
        expected = await statuses(whole, 20)
    async with stored(tmp_path / "two") as before:
        await before.emulator.control("POST", f"{HERE}/faults", json=fault)
        first = await statuses(before, 9)
    async with stored(tmp_path / "two") as after:
        assert expected == first + await statuses(after, 11)


async def test_a_running_clock_keeps_its_offset(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as before:
        await before.emulator.control("PUT", f"{HERE}/clock", json={"now": "2017-03-21T00:00:00Z"})
    async with stored(tmp_path / "store") as after:
        clock = (await after.emulator.control("GET", f"{HERE}/clock")).json
        assert ("2017-03-21T00:0", False) == (clock["now"][:15], clock["frozen"])


async def test_a_deleted_sandbox_is_deleted_in_the_store(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as before:
        await before.note("new")
        await before.emulator.control("DELETE", HERE)
    async with stored(tmp_path / "store") as after:
        assert 404 == (await after.emulator.control("GET", HERE)).status


async def test_requests_are_numbered_on(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as before:
        await before.note("one")
        await before.note("two")
    async with stored(tmp_path / "store") as after:
        await after.note("three")
        requests = (await after.emulator.control("GET", f"{HERE}/requests")).json["requests"]
        assert ["3"] == [each["id"] for each in requests]


async def test_requests_that_change_nothing_store_nothing(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as place:
        await place.read_note()
        await place.emulator.cratejoy("PUT", f"/orders/{ORDER}/", json={"note": 1})
        await place.emulator.control("PATCH", RECORD, json={"note": 1})
        assert [] == list(place.store.summaries())


def test_adopted_changes_and_known_requests_are_stored(tmp_path: Path) -> None:
    names = [f"docs.{number}" for number in range(4)]
    body = json.dumps(NEW_ORDER).encode()
    states = []
    for is_first in (True, False):
        with MockServer(fixtures="docs", store=f"sqlite:{tmp_path / 'store'}", clock="2017-03-21T00:00:00Z") as server:
            with closing(RawClient(server.url)) as client:
                for name in names if is_first else ():
                    head, _ = client.request("/v1/orders/", *headers_of(name), method="POST", body=body)
                    assert "201" in head[0]
            states.append([_state(server.url, name) for name in names])
    assert states[0] == states[1]
    assert [states[0][0]] * 4 == states[0]


def headers_of(name: str) -> list[str]:
    return [f"Authorization: {basic(name)['Authorization']}", "Content-Type: application/json"]


def _state(url: str, name: str) -> Any:
    return get(f"{url}/_mockorders/sandboxes/{name}/diff", {})

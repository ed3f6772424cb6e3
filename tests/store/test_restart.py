"""A sandbox is after a restart as it was before: records, settings, faults, snapshots, fixtures."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from support.emulator import basic
from support.processes import get
from support.raw_client import RawClient
from support.store_changes import CHANGES, FAULT, HERE, RECORD, make_change
from support.stored import NEW_ORDER, ORDER, stored

from mockorders import MockServer
from mockorders.sandbox import stored_sandbox


@pytest.fixture(params=[stored_sandbox.MAX_AT_ONCE, pytest.param(-1, marks=pytest.mark.slow)])
def at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Store changes as usual, or all of them in steps."""
    monkeypatch.setattr(stored_sandbox, "MAX_AT_ONCE", request.param)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("name", CHANGES)
async def test_a_change_survives_a_restart(tmp_path: Path, name: str) -> None:
    async with stored(tmp_path / "store") as before:
        await make_change(before, name)
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

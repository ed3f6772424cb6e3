"""`--store-journal`: requests are after a restart as they were before."""

import asyncio
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from support.connections import delayed
from support.dashboard import post
from support.emulator import basic, eventually, skip_time
from support.faults import fault
from support.processes import run
from support.stored import ORDER, Stored, stored
from support.stored_requests import CALLS, PAGE, PATH, READ, REQUESTS, SECRET, WRITE, call, shown

from mockorders.store.inspection import compact, verify


@pytest.mark.parametrize("name", CALLS)
async def test_requests_survive_a_restart(tmp_path: Path, name: str) -> None:
    async with stored(tmp_path / "store", store_journal=True) as before:
        for each in CALLS[name]:
            await call(before, *each)
        expected = await shown(before)
        last = before.core.sandboxes.get("docs")
    async with stored(tmp_path / "store", store_journal=True) as after:
        assert expected == await shown(after)
        await call(after, *READ)
        ids = [each["id"] for each in (await after.emulator.control("GET", REQUESTS)).json["requests"]]
        assert str(1 if last is None else last.journal.issued + 1) == ids[-1]
    assert [] == list(verify(f"sqlite:{tmp_path / 'store'}"))


async def page(place: Stored, identifier: str) -> str:
    """Return the page of a request."""
    text = (await place.emulator.control("GET", f"{PAGE}/{identifier}", headers={"Accept": "text/html"})).text
    return re.sub(r"127\.0\.0\.1:\d+", "HOST", text)


async def test_a_pinned_request_is_shown_after_a_restart(tmp_path: Path) -> None:
    async with stored(tmp_path / "store", store_journal=True) as before:
        await call(before, *READ)
        await call(before, "pin", "1", None)
        await call(before, "DELETE", REQUESTS, None)
        expected = await page(before, "1")
    async with stored(tmp_path / "store", store_journal=True) as after:
        assert expected == await page(after, "1")
        await call(after, "unpin", "1", None)
        assert 404 == (await after.emulator.control("GET", f"{PAGE}/1")).status


async def test_a_request_that_is_pinned_in_progress_is_pinned_when_it_is_complete(tmp_path: Path) -> None:
    async with stored(tmp_path / "store", store_journal=True) as before:
        await fault(before.emulator, {"type": "delay", "ms": 60_000}, times=1)
        sent = asyncio.create_task(before.emulator.cratejoy("GET", f"/orders/{ORDER}/"))
        await delayed(before.emulator)
        await call(before, "pin", "1", None)
        skip_time(60)
        await sent
        await call(before, "DELETE", REQUESTS, None)
    async with stored(tmp_path / "store", store_journal=True) as after:
        await call(after, *READ)
        assert 200 == (await after.emulator.control("GET", f"{PAGE}/1")).status


async def test_without_the_option_no_request_is_stored(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as before:
        await call(before, *WRITE)
    async with stored(tmp_path / "store", store_journal=True) as after:
        await call(after, *READ)
        assert ["2"] == [each["id"] for each in (await after.emulator.control("GET", REQUESTS)).json["requests"]]


async def test_the_store_has_no_credential(tmp_path: Path) -> None:
    headers = basic("docs", SECRET) | {"Cookie": f"session={SECRET}", "X-Api-Key": SECRET}
    async with stored(tmp_path / "store", store_journal=True) as place:
        await place.emulator.request("GET", f"{PATH}?token={SECRET}", headers=headers)
        await place.emulator.request("GET", "/orders?key=docs", headers={"Authorization": f"Bearer {SECRET}"})
    assert SECRET.encode() not in (tmp_path / "store").read_bytes()


async def test_a_request_of_before_the_restart_can_be_repeated(tmp_path: Path) -> None:
    options = {"store_journal": True, "credentials": {"docs": SECRET}}
    async with stored(tmp_path / "store", **options) as before:
        await call(before, *WRITE)
        await before.emulator.universe("/orders", "docs@164")
        expected = (await before.emulator.control("GET", REQUESTS)).json["requests"]
    async with stored(tmp_path / "store", **options) as after:
        for each in ("1", "2"):
            assert 303 == (await post(after.emulator, f"{PAGE}/{each}/repeat")).status
        found = (await after.emulator.control("GET", REQUESTS)).json["requests"][2:]
        for name in ("method", "path", "query", "status", "customer"):
            assert [each[name] for each in expected] == [each[name] for each in found]


async def test_a_sandbox_that_leaves_the_memory_comes_back_with_its_requests(tmp_path: Path) -> None:
    async with stored(tmp_path / "store", store_journal=True, sandbox_idle=0.05) as place:
        await call(place, *READ)
        await eventually(lambda: not len(place.core.sandboxes))
        assert ["1"] == [each["id"] for each in (await place.emulator.control("GET", REQUESTS)).json["requests"]]


async def test_commands_have_the_requests(tmp_path: Path) -> None:
    location = f"sqlite:{tmp_path / 'store'}"
    async with stored(tmp_path / "store", store_journal=True) as place:
        await call(place, *READ)
        await call(place, *READ)
        await call(place, "pin", "1", None)
        await call(place, "GET", "/orders", None)
    shown_ = run("store", "show", "docs", "--store", location)
    assert "requests          2, pinned: 1" in shown_.out
    lines = [json.loads(line) for line in run("store", "export", "--store", location).out.splitlines()]
    exported = [
        (each["sandbox"], each["request"], each["pinned"]) for each in lines if "request" in each and "head" in each
    ]
    assert [("_", "1", False), ("docs", "1", False), ("docs", "2", False), ("docs", "1", True)] == exported
    compact(location)
    assert [] == list(verify(location))


async def test_a_sandbox_can_be_used_whose_requests_are_damaged(tmp_path: Path) -> None:
    async with stored(tmp_path / "store", store_journal=True) as before:
        await call(before, *WRITE)
        await call(before, "GET", "/orders", None)
    with closing(sqlite3.connect(tmp_path / "store")) as connection, connection:
        connection.execute("UPDATE entries SET facts = '{'")
    async with stored(tmp_path / "store", store_journal=True) as after:
        assert "new" == await after.read_note()
        assert ["2"] == [each["id"] for each in (await after.emulator.control("GET", REQUESTS)).json["requests"]]


@pytest.mark.parametrize("statement", ["DELETE FROM entry_parts", "UPDATE entries SET facts = '{'"])
async def test_damaged_requests_are_found(tmp_path: Path, statement: str) -> None:
    async with stored(tmp_path / "store", store_journal=True) as place:
        await call(place, *READ)
    with closing(sqlite3.connect(tmp_path / "store")) as connection, connection:
        connection.execute(statement)
    assert 1 == len(list(verify(f"sqlite:{tmp_path / 'store'}")))


def test_the_option_needs_a_store() -> None:
    ended = run("--store-journal")
    assert (2, True) == (ended.code, "--store-journal: expected --store" in ended.err)

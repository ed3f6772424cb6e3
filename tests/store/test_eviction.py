"""Sandboxes that nobody uses leave the memory and come back from the store."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from support.emulator import eventually
from support.stored import ORDER, Stored, stored

LIMIT = 600_000  # of the memory
TEXT = "x" * 100_000
NAMES = [f"docs.{number}" for number in range(20)]


async def loaded(place: Any) -> list[str]:
    return sorted(each["name"] for each in (await place.emulator.control("GET", "/sandboxes")).json["sandboxes"])


async def test_more_sandboxes_are_kept_than_their_limit(tmp_path: Path) -> None:
    names = [f"docs.{number}" for number in range(6)]
    async with stored(tmp_path / "store", max_sandboxes=2) as place:
        statuses = [await place.note(name, name) for name in names]
        in_memory = len(await loaded(place))
        assert ([200] * 6, 2, names) == (statuses, in_memory, [await place.read_note(name) for name in names])


async def put_text(place: Stored, name: str, text: str = TEXT) -> int:
    """Store a long text in a record of a sandbox; return the status."""
    path = f"/sandboxes/{name}/records/universe/customers/2"
    return (await place.emulator.control("PUT", path, json={"first_name": text + name})).status


async def read_text(place: Stored, name: str) -> Any:
    return (await place.emulator.control("GET", f"/sandboxes/{name}/records/universe/customers/2")).json["first_name"]


async def test_more_sandboxes_are_kept_than_fit_into_memory(tmp_path: Path) -> None:
    async with stored(tmp_path / "store", max_memory=LIMIT) as place:
        statuses = {await put_text(place, name) for name in NAMES}
        assert ({200}, True) == (statuses, len(await loaded(place)) < len(NAMES))
        assert [TEXT + name for name in NAMES] == [await read_text(place, name) for name in NAMES]


async def test_more_documents_are_kept_than_fit_into_memory(tmp_path: Path) -> None:
    async with stored(tmp_path / "store", max_memory=LIMIT) as place:
        for name in NAMES:
            document = {"universe": {"customers": [{"id": 2, "first_name": TEXT + name}]}}
            assert 200 == (await place.emulator.control("PUT", f"/sandboxes/{name}/state", json=document)).status
        assert [TEXT + name for name in NAMES] == [await read_text(place, name) for name in NAMES]


async def test_a_sandbox_that_does_not_fit_alone_is_rejected(tmp_path: Path) -> None:
    async with stored(tmp_path / "store", max_memory=LIMIT) as place:
        await put_text(place, "docs.other")
        assert (507, 200) == (await put_text(place, "docs", 4 * TEXT), await put_text(place, "docs"))
        assert TEXT + "docs.other" == await read_text(place, "docs.other")


async def test_a_sandbox_has_its_journal_when_it_is_back(tmp_path: Path) -> None:
    async with stored(tmp_path / "store", max_sandboxes=1) as place:
        await place.note("new")
        await place.note("other", "docs.other")
        requests = (await place.emulator.control("GET", "/sandboxes/docs/requests")).json["requests"]
        page = await place.emulator.request("GET", "/_mockorders/ui/docs/requests/1")
        assert (["1"], "2", 200) == ([each["id"] for each in requests], await next_id(place), page.status)


async def next_id(place: Stored) -> str:
    await place.read_note()
    return str((await place.emulator.control("GET", "/sandboxes/docs/requests")).json["requests"][-1]["id"])


async def test_a_sandbox_with_a_request_in_progress_stays_in_memory(tmp_path: Path) -> None:
    async with stored(tmp_path / "store", max_memory=LIMIT) as place:
        await place.note("kept")
        fault = {"effect": {"type": "delay", "ms": 600_000}}
        await place.emulator.control("POST", "/sandboxes/docs/faults", json=fault)
        waiting = asyncio.create_task(place.read_note())
        sandbox = await place.core.sandboxes.preview("docs")
        await eventually(lambda: sandbox.journal.issued == 2)
        for name in NAMES:
            await put_text(place, name)
        assert sandbox is place.core.sandboxes.get("docs")
        waiting.cancel()


async def change_and_read(place: Stored, name: str) -> list[str]:
    """Change an order again and again; return the notes that it had, but not should have had."""
    expected = None
    wrong = []
    for number in range(15):
        if await place.note(f"{name} {number}", name) == 200:
            expected = f"{name} {number}"
        reply = await place.emulator.cratejoy("GET", f"/orders/{ORDER}/", name)
        if reply.status == 200 and reply.json["note"] != expected:
            wrong.append(reply.json["note"])
    return wrong


async def test_sandboxes_that_leave_the_memory_all_the_time_lose_nothing(tmp_path: Path) -> None:
    async with stored(tmp_path / "store", max_sandboxes=4) as place:
        assert [[]] * 8 == await asyncio.gather(*(change_and_read(place, name) for name in NAMES[:8]))


async def test_idle_sandboxes_leave_the_memory(tmp_path: Path) -> None:
    async with stored(tmp_path / "store", sandbox_idle=0.05) as place:
        await place.note("kept")
        await eventually(lambda: not len(place.core.sandboxes))
        assert "kept" == await place.read_note()


async def test_lists_have_the_sandboxes_of_before_the_restart(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as before:
        await before.note("new", "docs.one")
        await before.note("new", "docs.two")
    async with stored(tmp_path / "store") as after:
        assert ["docs.one", "docs.two"] == await loaded(after)
    async with stored(tmp_path / "store") as again:
        assert "docs.two" in (await again.emulator.request("GET", "/_mockorders/")).text


async def test_a_reset_of_all_resets_sandboxes_that_are_not_in_memory(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as before:
        await before.note("new", "docs.one")
        await before.note("new", "docs.two")
    async with stored(tmp_path / "store") as after:
        await after.emulator.control("POST", "/reset")
        assert [None, None] == [await after.read_note(name) for name in ("docs.one", "docs.two")]


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", ""), ("POST", "/finish"), ("PATCH", ""), ("GET", ""), ("GET", "/state")]
)
async def test_control_requests_find_sandboxes_that_are_not_in_memory(tmp_path: Path, method: str, path: str) -> None:
    async with stored(tmp_path / "store") as before:
        await before.note("new")
    async with stored(tmp_path / "store") as after:
        reply = await after.emulator.control(method, f"/sandboxes/docs{path}", json={} if method == "PATCH" else None)
        assert reply.status in {200, 204}

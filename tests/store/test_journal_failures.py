"""`--store-journal` while the store fails, and processes that end."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from support.dashboard import post
from support.emulator import basic
from support.processes import serving
from support.stored import ORDER, stored
from support.stored_requests import HERE, PAGE, READ, REQUESTS, WRITE, Call, call, shown

from mockorders.store.records import StoreUnavailableError

READ_ONLY = ("PRAGMA query_only = 1", "PRAGMA query_only = 0")


@pytest.mark.parametrize("call_", [READ, WRITE, ("GET", "/orders?key=", None)])
async def test_a_request_that_cannot_be_kept_is_rejected(tmp_path: Path, call_: Call) -> None:
    method, path, body = call_
    async with stored(tmp_path / "store", store_journal=True) as place:
        await call(place, *READ)
        expected = await place.read()
        place.store.file.writer.execute(READ_ONLY[0])
        reply = await place.emulator.request(method, path, headers=basic("docs"), json=body)
        assert (503, "1") == (reply.status, reply.headers["Retry-After"])
        assert "nothing was changed" in reply.json["detail"]
        place.store.file.writer.execute(READ_ONLY[1])
        assert expected == await place.read()
        assert 503 != (await place.emulator.request(method, path, headers=basic("docs"), json=body)).status


async def test_a_change_is_kept_whose_request_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise StoreUnavailableError("full")

    async with stored(tmp_path / "store", store_journal=True) as place:
        await place.note("old")
        with monkeypatch.context() as patch:
            patch.setattr(place.store.journals, "put", fail)
            reply = await place.emulator.cratejoy("PUT", f"/orders/{ORDER}/", json={"note": "new"})
        assert (503, "new") == (reply.status, await place.read_note())
        assert "the changes of the request are kept, its journal entry is not" in reply.json["detail"]
        assert "its changes are kept" in reply.headers["X-Mockorders-Note"]


@pytest.mark.parametrize("control", [("POST", f"{HERE}/reset"), ("DELETE", REQUESTS), ("DELETE", HERE)])
async def test_the_journal_is_as_before_if_it_cannot_be_deleted(tmp_path: Path, control: tuple[str, str]) -> None:
    async with stored(tmp_path / "store", store_journal=True) as place:
        await call(place, *READ)
        await call(place, "pin", "1", None)
        expected = await shown(place)
        place.store.file.writer.execute(READ_ONLY[0])
        assert 503 == (await place.emulator.control(*control)).status
        place.store.file.writer.execute(READ_ONLY[1])
        assert expected == await shown(place)
        assert (await place.emulator.control(*control)).status < 300
        assert ["1"] != [each["id"] for each in (await place.emulator.control("GET", REQUESTS)).json["requests"]]


@pytest.mark.parametrize("pinned", ["true", ""])
async def test_a_pin_that_cannot_be_kept_is_rejected(tmp_path: Path, pinned: str) -> None:
    async with stored(tmp_path / "store", store_journal=True) as place:
        await call(place, *READ)
        await call(place, "pin" if not pinned else "unpin", "1", None)
        expected = await shown(place)
        place.store.file.writer.execute(READ_ONLY[0])
        assert 503 == (await post(place.emulator, f"{PAGE}/1/pin", pinned=pinned)).status
        assert expected == await shown(place)


async def test_responses_wait_until_their_requests_are_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stored(tmp_path / "store", store_journal=True, store_sync="full") as place:
        await call(place, *READ)
        assert place.store.is_settled

        def fail(*_: Any) -> None:
            raise OSError("lost")

        with monkeypatch.context() as patch:
            patch.setattr("mockorders.store.sqlite.flush_file", fail)
            reply = await place.emulator.cratejoy("GET", f"/orders/{ORDER}/")
        assert 503 == reply.status


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_server_has_all_requests_that_it_responded_to(tmp_path: Path) -> None:
    options = ("--store", f"sqlite:{tmp_path / 'store'}", "--store-journal", "--fixtures", "docs")
    with serving(*options) as server:
        acknowledged = [str(number) for number in range(1, 51)]
        for _ in acknowledged:
            server.get("/orders?key=docs")
        server.end(signal.SIGKILL)
    with serving(*options) as server:
        found = server.get(f"/_mockorders{REQUESTS}")["requests"]
        assert acknowledged == [each["id"] for each in found]

"""A store that fails: nothing is acknowledged, memory is not ahead of it, and it recovers."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from support.processes import run
from support.stored import NEW_ORDER, ORDER, Stored, stored

from mockorders.store.records import StoreError
from mockorders.store.sqlite import SqliteStore

HERE = "/sandboxes/docs"
PROBLEM = "/_mockorders/problems#store-unavailable"

# Each lets SQLite itself fail, and the second statement lets it work again.
FAILURES = {
    "full": ("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1073741823"),
    "read-only": ("PRAGMA query_only = 1", "PRAGMA query_only = 0"),
}
Change = Callable[[Stored], Awaitable[Any]]
CHANGES: dict[str, Change] = {
    "update": lambda place: place.emulator.cratejoy("PUT", f"/orders/{ORDER}/", json={"note": "lost"}),
    "create": lambda place: place.emulator.cratejoy("POST", "/orders/", json=NEW_ORDER),
    "record": lambda place: place.emulator.control(
        "PATCH", f"{HERE}/records/cratejoy/orders/{ORDER}", json={"note": "lost"}
    ),
    "reset": lambda place: place.emulator.control("POST", f"{HERE}/reset"),
    "clock": lambda place: place.emulator.control("PUT", f"{HERE}/clock", json={"frozen": True}),
    "fault": lambda place: place.emulator.control("POST", f"{HERE}/faults", json={"effect": {"type": "reset"}}),
    "snapshot": lambda place: place.emulator.control("PUT", f"{HERE}/snapshots/a"),
    "state": lambda place: place.emulator.control("PUT", f"{HERE}/state", json={"extends": "docs"}),
    "sandbox": lambda place: place.emulator.control("PUT", HERE, json={}),
    "deletion": lambda place: place.emulator.control("DELETE", HERE),
}


def fail(place: Stored, statement: str) -> None:
    place.store.file.writer.execute(statement)


@pytest.mark.parametrize("name", CHANGES)
async def test_a_change_that_cannot_be_kept_is_rejected_and_undone(tmp_path: Path, name: str) -> None:
    broken, repaired = FAILURES["read-only"]
    async with stored(tmp_path / "store") as place:
        await place.note("kept")
        before = (await place.emulator.control("GET", f"{HERE}/state")).body
        fail(place, broken)
        reply = await CHANGES[name](place)
        assert (503, PROBLEM) == (reply.status, reply.json["type"])
        assert ("1", "application/problem+json") == (reply.headers["Retry-After"], reply.headers["Content-Type"])
        assert before == (await place.emulator.control("GET", f"{HERE}/state")).body
        fail(place, repaired)
        assert (await CHANGES[name](place)).status < 300


async def test_requests_are_served_while_the_store_is_full(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as place:
        await place.note("kept")
        fail(place, FAILURES["full"][0])
        statuses = [await place.note("lost" * 2_000) for _ in range(3)]
        assert ([503] * 3, "kept") == (statuses, await place.read_note())
        requests = (await place.emulator.control("GET", f"{HERE}/requests")).json["requests"]
        assert ["1", "2", "3", "4", "5"] == [each["id"] for each in requests]


async def test_memory_is_what_the_store_has_after_a_failure(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as place:
        await place.note("kept")
        fail(place, FAILURES["full"][0])
        await place.note("lost" * 2_000)
        fail(place, FAILURES["full"][1])
        expected = await place.read()
    async with stored(tmp_path / "store") as again:
        assert expected == await again.read()


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """Mount a file system of 400 KB."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("mounts a file system")
    folder = Path(tempfile.mkdtemp())  # not below `tmp_path`, which pytest could not delete if unmounting failed
    command = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("mounts a file system")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)
    folder.rmdir()


async def test_a_full_disk_loses_nothing_that_was_acknowledged(small_disk: Path) -> None:
    async with stored(small_disk / "store") as place:
        acknowledged = None
        number = 0
        while await place.note(f"{number} {'x' * 2_000}") == 200:
            acknowledged = number
            number += 1
            assert number < 1_000
        assert f"{acknowledged} " == (await place.read_note())[: len(f"{acknowledged} ")]
    async with stored(small_disk / "store") as again:
        assert f"{acknowledged} " == (await again.read_note())[: len(f"{acknowledged} ")]


def fill(ballast: Path) -> None:
    """Write a file until the disk is full."""
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(b"x" * 1_024):
            pass


async def test_the_disk_has_room_again(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    async with stored(small_disk / "store") as place:
        await place.note("kept")
        fill(ballast)
        statuses = [await place.note(f"lost {'x' * 4_000}") for _ in range(3)]
        ballast.unlink()
        assert ([503] * 3, "kept", 200) == (statuses, await place.read_note(), await place.note("new"))


async def test_a_damaged_sandbox_is_a_problem_of_its_own(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as place:
        await place.note("new", "docs.broken")
    async with stored(tmp_path / "store") as place:
        place.store.file.writer.execute("UPDATE changes SET changes = x'7b'")
        reply = await place.emulator.cratejoy("GET", "/orders/", "docs.broken")
        assert (503, 200) == (reply.status, (await place.emulator.cratejoy("GET", "/orders/", "docs.other")).status)


def test_a_second_server_is_refused(tmp_path: Path) -> None:
    location = f"sqlite:{tmp_path / 'store'}"
    first = SqliteStore(location)
    ended = run("serve", "--store", location)
    first.close()
    message = f"mockorders: --store: {location} is in use by another process of mockorders; a store has one server\n"
    assert (2, message) == (ended.code, ended.err)


def test_a_closed_store_can_be_opened_again(tmp_path: Path) -> None:
    first = SqliteStore(f"sqlite:{tmp_path / 'store'}")
    first.close()
    second = SqliteStore(f"sqlite:{tmp_path / 'store'}")
    with pytest.raises(StoreError, match="is in use by another process"):
        first.open()
    second.close()


@pytest.mark.parametrize("path", ["missing/store", "."])
def test_a_path_that_is_no_file_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(StoreError, match="expected a file that can be read and written"):
        SqliteStore(f"sqlite:{tmp_path / path}")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write every file")
def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    SqliteStore(f"sqlite:{tmp_path / 'store'}").close()
    (tmp_path / "store").chmod(0o400)
    with pytest.raises(StoreError, match="expected a file that can be read and written"):
        SqliteStore(f"sqlite:{tmp_path / 'store'}")


async def test_requests_without_a_sandbox_of_their_own_recover_too(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as place:
        statuses = [await place.note("kept", "_")]
        for statement in FAILURES["full"]:
            fail(place, statement)
            statuses.append(await place.note("x" * 3_000, "_"))
        assert [200, 503, 200] == statuses

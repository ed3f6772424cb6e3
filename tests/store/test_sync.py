"""`--store-sync full`: responses wait for the disk, and share one flush."""

import asyncio
import threading
from contextlib import closing
from pathlib import Path

import pytest
from support.emulator import basic, eventually
from support.raw_client import RawClient
from support.stored import ORDER, Stored, stored

from mockorders.store import sqlite

CLIENTS = 20


class Disk:
    """A disk that is as slow as a test wants: flushes wait until `ready` is set."""

    def __init__(self) -> None:
        self.flushes = 0
        self.ready = threading.Event()
        self.ready.set()

    def flush(self, _: Path) -> None:
        self.flushes += 1
        assert self.ready.wait(30)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk()
    monkeypatch.setattr(sqlite, "flush_file", disk.flush)
    return disk


async def note_slowly(place: Stored, disk: Disk) -> "asyncio.Task[int]":
    """Start to change an order; return once its flush has begun."""
    disk.ready.clear()
    flushes = disk.flushes
    writing = asyncio.create_task(place.note("new"))
    await eventually(lambda: disk.flushes > flushes)
    return writing


async def test_a_change_is_on_the_disk(tmp_path: Path) -> None:
    async with stored(tmp_path / "store", store_sync="full") as before:
        assert 200 == await before.note("kept")
        assert before.store.is_settled
    async with stored(tmp_path / "store", store_sync="full") as after:
        assert "kept" == await after.read_note()


async def test_readers_of_a_change_wait_for_the_disk_too(tmp_path: Path, disk: Disk) -> None:
    async with stored(tmp_path / "store", store_sync="full") as place:
        writing = await note_slowly(place, disk)
        reading = asyncio.create_task(place.read_note())
        controlling = asyncio.create_task(place.emulator.control("GET", "/sandboxes/docs/state"))
        done, _ = await asyncio.wait({writing, reading, controlling}, timeout=0.1)
        disk.ready.set()
        assert (set(), 200, "new") == (done, await writing, await reading)
        await controlling


async def test_concurrent_changes_share_flushes(tmp_path: Path, disk: Disk) -> None:
    async with stored(tmp_path / "store", store_sync="full") as place:
        writing = await note_slowly(place, disk)
        others = [asyncio.create_task(place.note("other", f"docs.{number}")) for number in range(CLIENTS)]
        await eventually(lambda: CLIENTS + 1 == place.store.metrics.commits)
        disk.ready.set()
        assert ({200}, 2) == ({await writing, *await asyncio.gather(*others)}, disk.flushes)


async def test_known_requests_wait_for_the_disk(tmp_path: Path, disk: Disk) -> None:
    async with stored(tmp_path / "store", store_sync="full") as place:

        def write_twice() -> list[str]:
            head = [f"Authorization: {basic('docs')['Authorization']}", "Content-Type: application/json"]
            with closing(RawClient(place.emulator.url)) as client:
                path = f"/v1/orders/{ORDER}/"
                bodies = (b'{"note": "a"}', b'{"note": "b"}')
                return [client.request(path, *head, method="PUT", body=body)[0][0] for body in bodies]

        assert ["HTTP/1.1 200 OK"] * 2 == await asyncio.to_thread(write_twice)
        assert 2 == disk.flushes

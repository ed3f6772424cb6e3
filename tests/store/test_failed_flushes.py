"""`--store-sync full` on a disk that fails: nothing is acknowledged that may be lost, and the store recovers."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from support.stored import Stored, stored

from mockorders.store import sqlite, sqlite_recovery
from mockorders.store.inspection import verify
from mockorders.store.sqlite import SqliteStore

HERE = "/sandboxes/docs"


class Disk:
    """A disk that fails once, and may drop what was written since the last flush then, as operating systems do."""

    def __init__(self, lose: Callable[[Path, int], None]) -> None:
        self.lose = lose
        self.flushed = 0
        self.is_broken = False

    def flush(self, path: Path) -> None:
        if self.is_broken:
            self.is_broken = False
            self.lose(path, self.flushed)
            raise OSError("the disk is gone")
        self.flushed = path.stat().st_size


def keep_all(_: Path, __: int) -> None:
    """Lose nothing."""


def overwrite(path: Path, start: int) -> None:
    """Replace what was written by zeros."""
    with path.open("rb+") as file:
        file.seek(start)
        file.write(bytes(path.stat().st_size - start))


def lose_the_first(path: Path, start: int) -> None:
    """Replace the first page of what was written by zeros."""
    with path.open("rb+") as file:
        file.seek(start)
        file.write(bytes(1_024))


LOSSES = (keep_all, overwrite, lose_the_first)


@pytest.fixture(params=LOSSES, ids=lambda each: str(each.__name__))
def disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk(request.param)
    monkeypatch.setattr(sqlite, "flush_file", disk.flush)
    monkeypatch.setattr(SqliteStore, "maintain", lambda _: None)  # tests call it
    return disk


MAINTAIN = SqliteStore.maintain


async def break_disk(place: Stored, disk: Disk) -> list[int]:
    """Let the disk fail during a change; return the status of that and of a later one."""
    disk.is_broken = True
    return [await place.note("lost"), await place.note("later")]


async def test_a_failed_flush_acknowledges_nothing_until_the_store_is_recovered(tmp_path: Path, disk: Disk) -> None:
    async with stored(tmp_path / "store", store_sync="full") as place:
        await place.note("kept")
        await place.note("other", "docs.other")
        statuses = await break_disk(place, disk)
        reading = await place.emulator.cratejoy("GET", "/orders/", "docs.other")
        MAINTAIN(place.store)
        assert ([503, 503], 503) == (statuses, reading.status)
        assert ("other", 200) == (await place.read_note("docs.other"), await place.note("new"))


async def test_what_was_acknowledged_is_there_after_a_failed_flush(tmp_path: Path, disk: Disk) -> None:
    async with stored(tmp_path / "store", store_sync="full") as place:
        await place.note("kept")
        await break_disk(place, disk)
        MAINTAIN(place.store)
        found = await place.read_note()
        await place.note("new", "docs.other")
        path = copy_files(tmp_path)
    async with stored(path) as after:
        assert (found, "new") == (await after.read_note(), await after.read_note("docs.other"))
    allowed = {"kept"} if disk.lose is not keep_all else {"kept", "lost"}
    assert (True, []) == (found in allowed, list(verify(f"sqlite:{path}")))


def copy_files(path: Path) -> Path:
    """Copy the files of a store, as they are if its process ends now."""
    (path / "copy").mkdir()
    for file in path.glob("store*"):
        shutil.copy(file, path / "copy" / file.name)
    return path / "copy" / "store"


async def test_a_recovery_that_fails_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(overwrite)
    monkeypatch.setattr(sqlite, "flush_file", disk.flush)
    monkeypatch.setattr(SqliteStore, "maintain", lambda _: None)
    async with stored(tmp_path / "store", store_sync="full") as place:
        await place.note("kept")
        await break_disk(place, disk)
        with monkeypatch.context() as patch:
            patch.setattr(sqlite_recovery, "flush_file", raise_full)
            MAINTAIN(place.store)
            before = await place.note("new")
        MAINTAIN(place.store)
        assert (503, "kept", 200) == (before, await place.read_note(), await place.note("new"))


def raise_full(_: Path) -> None:
    raise OSError("no space left")


async def test_a_recovery_that_was_interrupted_is_completed_by_the_next_start(tmp_path: Path) -> None:
    async with stored(tmp_path / "store", store_sync="full") as place:
        await place.note("kept")
    shutil.copy(tmp_path / "store", tmp_path / f"store{sqlite_recovery.COPY}")
    (tmp_path / "store").write_bytes(b"damaged")
    (tmp_path / "store-wal").write_bytes(b"damaged")
    async with stored(tmp_path / "store", store_sync="full") as again:
        assert ("kept", False) == (await again.read_note(), (tmp_path / f"store{sqlite_recovery.COPY}").exists())


async def test_a_log_that_cannot_be_copied_is_a_failed_flush(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stored(tmp_path / "store", store_sync="full") as place:
        await place.note("kept")
        broken = sqlite3.connect(":memory:")
        broken.close()
        with pytest.raises(sqlite3.Error):
            place.store._maintenance.copy_log(broken)
        assert 503 == await place.note("lost")
        MAINTAIN(place.store)
        assert ("kept", 200) == (await place.read_note(), await place.note("new"))


async def test_a_server_that_stops_after_a_failed_flush_leaves_what_is_intact(tmp_path: Path, disk: Disk) -> None:
    async with stored(tmp_path / "store", store_sync="full") as before:
        await before.note("kept")
        await break_disk(before, disk)
    async with stored(tmp_path / "store", store_sync="full") as after:
        allowed = {"kept"} if disk.lose is not keep_all else {"kept", "lost"}
        assert await after.read_note() in allowed

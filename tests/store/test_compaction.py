"""Checkpoints: the store stays small, and a sandbox is the same before and after, whenever the process ends."""

import json
import sqlite3
import time
from contextlib import closing, nullcontext
from pathlib import Path

import pytest
from support.processes import run
from support.stored import ORDER, Stored, stored

from mockorders.store import sqlite_compaction, sqlite_maintenance, sqlite_schema
from mockorders.store.inspection import compact, list_sandboxes, verify
from mockorders.store.records import Head
from mockorders.store.sqlite import SqliteStore
from mockorders.store.sqlite_maintenance import CHECKPOINT_CHANGES

MANY = 10_000
OPEN_SECONDS = 0.15
OVERHEAD = 1.3


def rows(path: Path, table: str = "changes") -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


async def change_often(place: Stored) -> None:
    for number in range(CHECKPOINT_CHANGES + 5):
        assert 200 == await place.note(str(number))


async def test_a_server_merges_the_changes_of_a_sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockorders.app.MAINTENANCE_SECONDS", 3_600)  # else it may have merged some already
    async with stored(tmp_path / "store") as before:
        await change_often(before)
        before.store.maintain()
        await before.note("last")
        expected = await before.read()
    assert (3, []) == (rows(tmp_path / "store"), list(verify(f"sqlite:{tmp_path / 'store'}")))
    async with stored(tmp_path / "store") as after:
        assert expected == await after.read()


async def test_a_new_generation_removes_the_records_of_the_previous_one(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as place:
        for _ in range(5):
            await place.note("new")
            await place.emulator.control("POST", "/sandboxes/docs/reset")
        place.store.maintain()
        assert (1, None) == (rows(tmp_path / "store"), await place.read_note())


async def test_a_checkpoint_that_was_not_completed_is_ignored(tmp_path: Path) -> None:
    location = f"sqlite:{tmp_path / 'store'}"
    async with stored(tmp_path / "store") as before:
        await before.note("one")
        await before.note("two")
        expected = await before.read()
    with closing(sqlite3.connect(tmp_path / "store")) as connection, connection:
        values = "SELECT sandbox, generation, version, 0, 2, at, request, format, digest, exact, x'7b7d' FROM changes"
        connection.execute(f"INSERT INTO checkpoints {values} WHERE version = 2")
    async with stored(tmp_path / "store") as after:
        assert expected == await after.read()
    compact(location)
    assert [] == list(verify(location))


async def test_sandboxes_with_few_changes_are_not_counted_forever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_maintenance, "MAX_COUNTED", 1)
    async with stored(tmp_path / "store") as place:
        for number in range(sqlite_maintenance.FEW_CHANGES):
            await place.note(str(number))
        await place.note("new", "docs.other")
        place.store.maintain()
        assert ["docs"] == list(place.store._maintenance.counts)


async def test_maintenance_leaves_a_damaged_sandbox_as_it_is(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as place:
        await change_often(place)
        place.store.file.writer.execute("UPDATE changes SET changes = x'7b' WHERE version = 2")
        place.store.maintain()
        assert CHECKPOINT_CHANGES + 5 == rows(tmp_path / "store")


async def test_a_checkpoint_of_a_deleted_sandbox_is_not_written(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as place:
        await place.note("one")
        await place.note("two")
        with closing(sqlite_schema.connect(tmp_path / "store")) as writer:
            last = sqlite_compaction._Row(*writer.execute("SELECT at, request, digest FROM changes").fetchall()[-1])
            head = ("docs", Head(1, 2))
            sqlite_compaction._write_checkpoint(writer, nullcontext(), head, last._replace(at="before"))
            deleted = rows(tmp_path / "store", "checkpoints")
            sqlite_compaction._write_checkpoint(writer, nullcontext(), head, last)
        assert (0, True) == (deleted, rows(tmp_path / "store", "checkpoints") > 0)


async def test_compact_keeps_everything_that_is_used(tmp_path: Path) -> None:
    document = {"fixtures": {"extends": "docs", "current_customer": 2}}
    async with stored(tmp_path / "store") as before:
        await before.emulator.control("PUT", "/sandboxes/docs", json=document)
        await before.emulator.control("PUT", "/sandboxes/docs/snapshots/a")
        await before.emulator.control("PUT", "/sandboxes/docs/state", json={})
        await before.note("new", "docs.other")
        expected = [await before.read(), await before.read("docs.other")]
    compact(f"sqlite:{tmp_path / 'store'}")
    async with stored(tmp_path / "store") as after:
        assert expected == [await after.read(), await after.read("docs.other")]


async def test_compact_deletes_fixtures_that_no_sandbox_uses(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as place:
        await place.emulator.control("PUT", "/sandboxes/docs", json={"fixtures": {"extends": "docs"}})
        await place.emulator.control("DELETE", "/sandboxes/docs")
    before = rows(tmp_path / "store", "fixtures")
    compact(f"sqlite:{tmp_path / 'store'}")
    assert (True, 0) == (before > 0, rows(tmp_path / "store", "fixtures"))


def test_compact_is_refused_while_a_server_uses_the_store(tmp_path: Path) -> None:
    location = f"sqlite:{tmp_path / 'store'}"
    store = SqliteStore(location)
    ended = run("store", "compact", "--store", location)
    store.close()
    assert (2, True) == (ended.code, "is in use by another process" in ended.err)


async def test_verify_finds_a_missing_change(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as place:
        for number in range(3):
            await place.note(str(number))
    with closing(sqlite3.connect(tmp_path / "store")) as connection, connection:
        connection.execute("DELETE FROM changes WHERE version = 2")
    ended = run("store", "verify", "--store", f"sqlite:{tmp_path / 'store'}")
    assert (1, "damaged  sandbox 'docs': expected the versions 1 to 3, found 2 of them\n") == (ended.code, ended.out)


async def test_export_has_every_change(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as place:
        await place.note("one")
        await place.note("two")
    lines = run("store", "export", "--store", f"sqlite:{tmp_path / 'store'}").out.splitlines()
    notes = [json.loads(line)["changes"]["records"]["cratejoy.orders"][str(ORDER)]["note"] for line in lines]
    assert ["one", "two"] == notes


@pytest.mark.timing
async def test_many_changed_records_open_fast_and_take_little_space(tmp_path: Path) -> None:
    path = tmp_path / "store"
    async with stored(path) as before:
        sandbox = await before.core.sandboxes.get_or_create("docs")
        orders = sandbox.tables("cratejoy")["orders"]
        record = orders[ORDER]
        for number in range(MANY):
            orders.put({**record, "id": 10_000_000 + number})
        sandbox.state.commit()
        await before.sandboxes.save(sandbox, "test")
        await before.note("new")
    compact(f"sqlite:{path}")
    (summary,) = list_sandboxes(f"sqlite:{path}")
    assert path.stat().st_size <= OVERHEAD * summary.bytes

    assert await quickest_opening(path) < OPEN_SECONDS


async def quickest_opening(path: Path) -> float:
    """Return the CPU time in which a new server rebuilds the sandbox, the shortest of three."""
    seconds = []
    for _ in range(3):
        async with stored(path) as after:
            started = time.process_time()
            found = await after.core.sandboxes.get_or_create("docs")
            seconds.append(time.process_time() - started)
            assert MANY + 2 == len(found.tables("cratejoy")["orders"])
    return min(seconds)

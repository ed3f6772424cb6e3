"""Stores of every released format, and files that are none."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from support.stored import stored

from mockorders.store.inspection import verify
from mockorders.store.records import FORMAT, StoreError
from mockorders.store.sqlite import SqliteStore

FORMATS = Path(__file__).parent / "formats"


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("number", range(1, FORMAT + 1))
async def test_a_store_of_a_released_format_opens(tmp_path: Path, number: int) -> None:
    shutil.copy(FORMATS / f"format-{number}.sqlite", tmp_path / "store")
    async with stored(tmp_path / "store") as place:
        info = (await place.emulator.control("GET", "/sandboxes/docs")).json
        snapshots = (await place.emulator.control("GET", "/sandboxes/docs/diff?from=first")).json
        assert ("kept", 2, True) == (await place.read_note(), info["current_customer"], info["clock"]["frozen"])
        assert ['order 75572230: note "first" → "kept"'] == [line for line in snapshots["lines"] if "note" in line]


@pytest.mark.parametrize("number", range(1, FORMAT + 1))
async def test_a_store_of_a_released_format_has_its_requests(tmp_path: Path, number: int) -> None:
    shutil.copy(FORMATS / f"format-{number}.sqlite", tmp_path / "store")
    async with stored(tmp_path / "store", store_journal=True) as place:
        await place.read_note()
        requests = (await place.emulator.control("GET", "/sandboxes/docs/requests")).json["requests"]
        pinned = await place.emulator.control("GET", "/ui/docs/requests/1")
        before = {1: [], 2: [("PUT", 200), ("PUT", 200), ("GET", 200), ("GET", 404)]}[number]
        assert [*before, ("GET", 200)] == [(each["method"], each["status"]) for each in requests]
        assert (number > 1) == (pinned.status == 200)


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    SqliteStore(f"sqlite:{tmp_path / 'store'}").close()
    execute(tmp_path / "store", f"PRAGMA user_version = {FORMAT + 1}")
    with pytest.raises(StoreError, match=f"expected format {FORMAT} or older, got format {FORMAT + 1}"):
        SqliteStore(f"sqlite:{tmp_path / 'store'}")


async def test_a_record_of_a_newer_format_is_refused(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as place:
        await place.note("new")
    execute(tmp_path / "store", f"UPDATE changes SET format = {FORMAT + 1}")
    assert 1 == len(list(verify(f"sqlite:{tmp_path / 'store'}")))


def test_another_database_is_refused_and_not_changed(tmp_path: Path) -> None:
    execute(tmp_path / "store", "CREATE TABLE orders (id)")
    before = (tmp_path / "store").read_bytes()
    with pytest.raises(StoreError, match="expected a store of mockorders, got another database"):
        SqliteStore(f"sqlite:{tmp_path / 'store'}")
    assert before == (tmp_path / "store").read_bytes()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store").write_bytes(b"x" * 4_096)
    with pytest.raises(StoreError, match="file is not a database"):
        SqliteStore(f"sqlite:{tmp_path / 'store'}")


async def test_other_fixtures_make_a_changed_sandbox_stale(tmp_path: Path) -> None:
    sets = tmp_path / "sets"
    sets.mkdir()
    (sets / "shop.json").write_text('{"extends": "docs"}')
    options = {"fixtures": (str(sets),)}
    async with stored(tmp_path / "store", **options) as before:
        await before.note("kept", "shop.changed")
        await before.emulator.control("PUT", "/sandboxes/shop.unchanged", json={})
    (sets / "shop.json").write_text(
        '{"extends": "docs", "cratejoy": {"customers": [{"id": 5, "email": "five@example.com"}]}}'
    )
    async with stored(tmp_path / "store", **options) as after:
        infos = [
            (await after.emulator.control("GET", f"/sandboxes/shop.{each}")).json for each in ("changed", "unchanged")
        ]
        assert ([True, False], "kept") == ([each["stale"] for each in infos], await after.read_note("shop.changed"))
        await after.emulator.control("POST", "/sandboxes/shop.changed/reset")
        assert False is (await after.emulator.control("GET", "/sandboxes/shop.changed")).json["stale"]

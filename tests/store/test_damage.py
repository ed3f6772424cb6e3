"""Damaged stores: commands and servers say what is wrong in a sentence."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.processes import run
from support.replicas import replicas
from support.stored import stored

from mockorders.cli.main import main
from mockorders.store.inspection import verify

COMMANDS = (["ls"], ["ls", "--json"], ["show", "docs"], ["export"], ["verify"], ["compact"])
Damage = Callable[[Path], object]


def statement(text: str) -> Damage:
    """Return a function that executes a statement in a file."""

    def execute(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(text)

    return execute


def document(text: str) -> Damage:
    """Return a function that replaces the first record of a sandbox."""
    return statement(f"UPDATE changes SET changes = CAST('{text}' AS BLOB) WHERE version = 1")


def cut(path: Path, share: float = 0.5) -> None:
    """Keep the first part of a file."""
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])


def flip(path: Path) -> None:
    """Change bytes of a file."""
    content = bytearray(path.read_bytes())
    places = random.Random(7)
    for _ in range(30):
        content[places.randrange(100, len(content))] = places.randrange(256)
    path.write_bytes(content)


def make_folder(path: Path) -> None:
    """Make a folder of a file."""
    path.unlink()
    path.mkdir()


FILES: dict[str, Damage] = {
    "no file": lambda path: path.unlink(),
    "an empty file": lambda path: path.write_bytes(b""),
    "a text": lambda path: path.write_text("{}" * 100),
    "a folder": make_folder,
    "a part": cut,
    "changed bytes": flip,
    "no table of changes": statement("DROP TABLE changes"),
    "no table of snapshots": statement("DROP TABLE snapshots"),
    "no table of deleted sandboxes": statement("DROP TABLE deleted"),
    "an unknown format": statement("PRAGMA user_version = 1000"),
    "a format of nothing": statement("PRAGMA user_version = 0"),
}
RECORDS: dict[str, Damage] = {
    "half of an object": document('{"start":'),
    "a list": document("[]"),
    "an empty object": document("{}"),
    "settings that are a number": document('{"start": {}, "settings": 5}'),
    "a start without content": document('{"start": {"dataset": {}, "bases": {}}, "settings": {}}'),
    "an id that is a text": document('{"records": {"cratejoy.orders": {"x": null}}}'),
    "no text": statement("UPDATE changes SET changes = x'ff'"),
    "a number": statement("UPDATE changes SET changes = 5"),
    "a snapshot that is a list": statement("UPDATE snapshots SET snapshot = x'5b5d'"),
    "a snapshot without records": statement("UPDATE snapshots SET snapshot = x'7b7d'"),
    "a checkpoint": statement(
        "INSERT INTO checkpoints SELECT sandbox, generation, version, 0, 1, at, request, format, digest, exact, x'00' "
        "FROM changes"
    ),
}


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """Return the path of a store with a sandbox and a snapshot."""
    async with stored(tmp_path / "store") as place:
        await place.note("first")
        await place.emulator.control("PUT", "/sandboxes/docs/snapshots/a")
        await place.note("second")
    return tmp_path / "store"


def failures(path: Path) -> list[tuple[str, BaseException | None]]:
    """Run all commands; return those that ended with an exception, and not with an exit code."""
    found: list[tuple[str, BaseException | None]] = []
    for command, *options in COMMANDS:
        result = CliRunner().invoke(main, ["store", command, *options, "--store", f"sqlite:{path}"])
        if not isinstance(result.exception, SystemExit | None):
            found.append((command, result.exception))
    return found


@pytest.mark.parametrize("name", FILES | RECORDS)
async def test_commands_say_what_is_damaged(path: Path, name: str) -> None:
    (FILES | RECORDS)[name](path)
    assert [] == failures(path)


@pytest.mark.parametrize("name", RECORDS)
async def test_verify_finds_damaged_records(path: Path, name: str) -> None:
    RECORDS[name](path)
    result = CliRunner().invoke(main, ["store", "verify", "--store", f"sqlite:{path}"])
    assert (1, True) == (result.exit_code, "sandbox 'docs': " in result.output)


@pytest.mark.parametrize("name", RECORDS)
async def test_a_server_has_a_problem_with_damaged_records(path: Path, name: str) -> None:
    RECORDS[name](path)
    async with stored(path) as place:
        statuses = [(await place.emulator.cratejoy("GET", "/orders/", name)).status for name in ("docs", "docs.other")]
        assert [503, 200] == statuses


@pytest.mark.parametrize("journal", [False, True])
@pytest.mark.parametrize("name", RECORDS)
async def test_a_damaged_sandbox_can_be_deleted(path: Path, name: str, *, journal: bool) -> None:
    RECORDS[name](path)
    async with stored(path, store_journal=journal) as place:
        assert 503 == (await place.emulator.control("PUT", "/sandboxes/docs", json={})).status
        assert 204 == (await place.emulator.control("DELETE", "/sandboxes/docs")).status
        assert 404 == (await place.emulator.control("DELETE", "/sandboxes/docs")).status
        assert (None, 200) == (await place.read_note(), await place.note("new"))
    assert [] == list(verify(f"sqlite:{path}"))
    async with stored(path, store_journal=journal) as again:
        assert ("new", ["after"]) == (await again.read_note(), (await again.read())["snapshots"])


async def test_a_sandbox_cannot_be_deleted_while_the_store_fails(path: Path) -> None:
    RECORDS["a list"](path)
    async with stored(path) as place:
        place.store.file.writer.execute("PRAGMA query_only = 1")
        assert 503 == (await place.emulator.control("DELETE", "/sandboxes/docs")).status
        place.store.file.writer.execute("PRAGMA query_only = 0")
        assert 204 == (await place.emulator.control("DELETE", "/sandboxes/docs")).status


DATABASES = {
    "a change": "UPDATE mockorders.changes SET changes = '[]'",
    "a first change": "UPDATE mockorders.changes SET changes = '{\"start\": {}}' WHERE version = 1",
    "no first change": "DELETE FROM mockorders.changes WHERE version = 1",
    "an unknown format": "UPDATE mockorders.changes SET format = 1000",
    "a snapshot": "UPDATE mockorders.snapshots SET snapshot = '[]'",
    "a checkpoint": (
        "INSERT INTO mockorders.checkpoints SELECT sandbox, generation, version, 0, 1, at, request, format, digest, "
        "exact, 'x' FROM mockorders.changes"
    ),
}


@pytest.mark.parametrize("name", DATABASES)
async def test_a_damaged_sandbox_in_a_database_can_be_deleted(database: str, name: str) -> None:
    async with replicas(database, 1) as (before,):
        await before.note("first")
        await before.emulator.control("PUT", "/sandboxes/docs/snapshots/a")
        await before.note("second")
        async with before.core.database.reading() as connection:
            await connection.execute(DATABASES[name])
    async with replicas(database, 2) as (one, two):
        statuses = [(await each.emulator.cratejoy("GET", "/orders/", "docs")).status for each in (one, two)]
        assert ([503, 503], 204) == (statuses, (await one.emulator.control("DELETE", "/sandboxes/docs")).status)
        assert (None, 200, "new") == (await two.read_note(), await two.note("new"), await one.read_note())
        requests = (await two.emulator.control("GET", "/sandboxes/docs/requests")).json["requests"]
        assert ["1", "2", "3"] == [each["id"] for each in requests]
        assert ["b"] == (await one.emulator.control("PUT", "/sandboxes/docs/snapshots/b")).json["snapshots"]
    async with replicas(database, 1) as third:
        assert ("new", ["after", "b"]) == (await third[0].read_note(), (await third[0].read())["snapshots"])


async def test_a_damaged_file_is_a_sentence(path: Path) -> None:
    cut(path)
    ended = run("store", "verify", "--store", f"sqlite:{path}")
    assert (1, "damaged  the file is damaged: database disk image is malformed\n") == (ended.code, ended.out)


@pytest.mark.parametrize("damage", [cut, flip], ids=lambda each: str(each.__name__))
async def test_a_damaged_log_is_used_as_far_as_it_is_intact(tmp_path: Path, damage: Damage) -> None:
    async with stored(tmp_path / "store") as place:
        place.store.file.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for number in range(20):
            await place.note(str(number))
        for suffix in ("", "-wal"):
            copy(tmp_path, suffix)
    damage(tmp_path / "copy-wal")
    assert [] == failures(tmp_path / "copy")
    async with stored(tmp_path / "copy") as again:
        assert 200 == await again.note("new")


def copy(path: Path, suffix: str) -> None:
    (path / f"copy{suffix}").write_bytes((path / f"store{suffix}").read_bytes())


async def test_snapshots_are_exported(path: Path) -> None:
    ended = run("store", "export", "--store", f"sqlite:{path}")
    assert (0, 1) == (ended.code, ended.out.count('"snapshot":"a"'))

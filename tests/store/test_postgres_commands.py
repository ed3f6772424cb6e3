"""`mockorders store` with a PostgreSQL database."""

import json
from pathlib import Path

import pytest
from support.processes import run
from support.replicas import replicas
from support.stored import Stored

from bench.postgres import PostgresServer
from mockorders.store.records import FORMAT

DOCUMENT = {"fixtures": {"extends": "docs", "cratejoy": {"customers": [{"id": 7, "email": "new@example.com"}]}}}


@pytest.fixture
async def filled(database: str) -> str:
    """Fill a store: two sandboxes with changes, a snapshot and a fixture document, and a deleted one."""
    async with replicas(database, 1) as (one,):
        await fill(one)
    return database


async def fill(stored: Stored) -> None:
    await stored.emulator.control("PUT", "/sandboxes/docs.b", json=DOCUMENT)
    for name in ("docs.a", "docs.b", "docs.gone"):
        for text in ("first", "second"):
            await stored.note(text, name)
    await stored.emulator.control("PUT", "/sandboxes/docs.a/snapshots/saved")
    await stored.emulator.control("DELETE", "/sandboxes/docs.gone")


def output(*arguments: str) -> str:
    """Return the output of a command that succeeds."""
    ended = run("store", *arguments)
    assert (0, "") == (ended.code, ended.err)
    return ended.out


async def test_sandboxes_are_listed(filled: str) -> None:
    rows = json.loads(output("ls", "--json", "--store", filled))["sandboxes"]
    assert [("docs.a", 1, 3), ("docs.b", 1, 3)] == [(x["name"], x["generation"], x["version"]) for x in rows]


@pytest.mark.slow
async def test_a_sandbox_is_shown(filled: str) -> None:
    lines = [line.split() for line in output("show", "docs.a", "--store", filled).splitlines()]
    assert [["version", "3"], ["snapshots", "saved"]] == [x for x in lines if x[0] in {"version", "snapshots"}]


async def test_everything_is_exported(filled: str) -> None:
    values = [json.loads(line) for line in output("export", "--store", filled).splitlines()]
    kinds = [sum(names <= each.keys() for each in values) for names in ({"generation"}, {"content"}, {"records"})]
    assert [8, 1, 1] == [kinds[0], kinds[1], len({each["fixtures"] for each in values if "records" in each})]
    assert 4 == sum({"request", "response"} <= each.keys() for each in values)


@pytest.mark.slow
async def test_an_intact_store_is_ok(filled: str) -> None:
    assert "ok  2 sandboxes\n" == output("verify", "--store", filled)


async def test_a_missing_change_is_found(filled: str, postgres_server: PostgresServer) -> None:
    name = filled.rpartition("/")[2]
    postgres_server.execute("DELETE FROM mockorders.changes WHERE sandbox = 'docs.a' AND version = 2", name)
    ended = run("store", "verify", "--store", filled)
    assert (1, True) == (
        ended.code,
        "sandbox 'docs.a': expected the versions 1 to 3, 1 of them are missing" in ended.out,
    )


async def test_a_compacted_store_has_the_same(filled: str, postgres_server: PostgresServer) -> None:
    async with replicas(filled, 1) as (one,):
        before = [await one.read(name) for name in ("docs.a", "docs.b")]
    assert "bytes before" in output("compact", "--store", filled)
    rows = postgres_server.execute("SELECT count(*) FROM mockorders.changes", filled.rpartition("/")[2])
    async with replicas(filled, 1) as (one,):
        assert before == [await one.read(name) for name in ("docs.a", "docs.b")]
    assert ["3"] == rows


@pytest.mark.slow
async def test_a_store_in_use_is_not_compacted(database: str) -> None:
    async with replicas(database, 1) as (one,):
        await one.note("kept")
        ended = run("store", "compact", "--store", database)
    assert (2, f"mockorders: {database} is used by a server; stop all servers first\n") == (ended.code, ended.err)


@pytest.fixture
def refused(postgres_server: PostgresServer) -> str:
    """Return the URL of a database that does not exist, with a password."""
    return postgres_server.url("nothing").replace("@", ":secret@", 1)


async def test_a_database_that_does_not_exist_is_refused_without_its_password(refused: str) -> None:
    for command in (("store", "ls"), ("serve", "--port", "0")):
        ended = run(*command, "--store", refused)
        shown = refused.replace("secret", "***")
        assert (2, True, False) == (
            ended.code,
            f'{shown}: database "nothing" does not exist' in ended.err,
            "secret" in ended.err,
        )


@pytest.mark.slow
async def test_a_database_without_tables_is_no_store(database: str) -> None:
    ended = run("store", "ls", "--store", database)
    message = f"mockorders: {database}: expected a store of mockorders, found no schema 'mockorders'\n"
    assert (2, message) == (ended.code, ended.err)


@pytest.mark.slow
async def test_a_newer_format_is_refused(filled: str, postgres_server: PostgresServer) -> None:
    postgres_server.execute("UPDATE mockorders.store SET format = 99", filled.rpartition("/")[2])
    message = f"{filled}: expected format {FORMAT} or older, got format 99; use a newer mockorders\n"
    ended = [run("store", "ls", "--store", filled), run("serve", "--port", "0", "--store", filled)]
    assert [(2, True)] * 2 == [(each.code, each.err.endswith(message)) for each in ended]


def test_without_the_package_the_message_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "asyncpg.py").write_text("raise ImportError", encoding="utf-8")
    ended = run("serve", "--port", "0", "--store", "postgresql://h/d", environment={"PYTHONPATH": str(tmp_path)})
    message = "mockorders: --store: PostgreSQL needs the package asyncpg: pip install 'mockorders[postgres]'\n"
    assert (2, message) == (ended.code, ended.err)

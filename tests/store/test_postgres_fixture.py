"""The PostgreSQL server that the tests start: databases of their own, stops and restarts."""

import shutil
import signal
import socket
import subprocess
import sys

import pytest
from support.processes import spawn, wait_until

from bench.postgres import MISSING, PostgresServer, find_programs, postgres


def test_each_database_is_new(postgres_server: PostgresServer) -> None:
    names = [postgres_server.create_database() for _ in range(2)]
    postgres_server.execute("CREATE TABLE a (b int)", names[0])
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    assert [["1"], ["0"]] == [postgres_server.execute(tables, name) for name in names]
    for name in names:
        postgres_server.drop_database(name)


def test_url_of_a_test_names_its_database(postgres_server: PostgresServer, database: str) -> None:
    name = database.rpartition("/")[2]
    assert (postgres_server.url(name), [name]) == (database, postgres_server.execute("SELECT current_database()", name))


def test_an_emptied_database_is_as_a_new_one(postgres_server: PostgresServer) -> None:
    name = postgres_server.create_database()
    schemas = "SELECT nspname FROM pg_namespace ORDER BY nspname"
    found = postgres_server.execute(schemas, name)
    postgres_server.execute("CREATE TABLE a (b int); CREATE SCHEMA mockorders; CREATE TABLE mockorders.c (d int)", name)
    postgres_server.empty_database(name)
    assert (found, []) == (
        postgres_server.execute(schemas, name),
        postgres_server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", name),
    )
    postgres_server.drop_database(name)


@pytest.mark.slow
@pytest.mark.parametrize("number", ["SIGINT", "SIGQUIT", "SIGKILL"])
def test_server_has_its_data_after_a_restart(number: str) -> None:
    with postgres() as server:
        port = server.port
        server.execute("CREATE TABLE a AS SELECT 1")
        server.restart(getattr(signal, number))
        assert (port, ["1"]) == (server.port, server.execute("SELECT * FROM a"))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv is not installed")
@pytest.mark.skipif(find_programs() is None, reason=MISSING)
def test_server_ends_with_a_process_that_is_killed() -> None:
    code = "from bench.postgres import *\nwith postgres() as server: print(server.port, flush=True); input()"
    with spawn([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        assert _listens(port)
        process.kill()
    wait_until(lambda: not _listens(port), "the end of the server")


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0

"""The PostgreSQL server that the tests start: databases of their own, stops and restarts."""

import signal

import pytest

from bench.postgres import PostgresServer, postgres


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


@pytest.mark.slow
@pytest.mark.parametrize("number", ["SIGINT", "SIGQUIT", "SIGKILL"])
def test_server_has_its_data_after_a_restart(number: str) -> None:
    with postgres() as server:
        port = server.port
        server.execute("CREATE TABLE a AS SELECT 1")
        server.restart(getattr(signal, number))
        assert (port, ["1"]) == (server.port, server.execute("SELECT * FROM a"))

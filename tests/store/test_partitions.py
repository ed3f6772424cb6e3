"""Partitioned tables, made by the statements in docs/reference/store.md."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from support.cli import invoke
from support.histories import Plan, contradictions, record
from support.snippets import snippets
from support.store_client import StoreClient
from support.stored import ORDER

from bench.postgres import PostgresServer
from mockorders import MockServer
from mockorders.store.postgres import MAX_READERS, WRITING_LANES

PAGE = Path(__file__).parents[2] / "docs/reference/store.md"
NAMES = [f"docs.p{number}" for number in range(8)]
PARTITIONS = "SELECT count(DISTINCT tableoid) FROM mockorders.{}"
PARTITIONED = (
    "SELECT relname FROM pg_class WHERE relkind = 'p' AND relnamespace = 'mockorders'::regnamespace ORDER BY 1"
)
WITH_SANDBOX = """
    SELECT table_name FROM information_schema.columns
    WHERE table_schema = 'mockorders' AND column_name = 'sandbox' ORDER BY 1
"""


@contextmanager
def replicas(database: str) -> Iterator[list[str]]:
    with ExitStack() as stack:
        servers = [stack.enter_context(MockServer(fixtures="docs", store=database)) for _ in range(2)]
        yield [each.url for each in servers]


@pytest.fixture
def partitioned(postgres_server: PostgresServer, database: str) -> str:
    """Partition the tables of a store that has sandboxes; return its URL."""
    with replicas(database) as urls:
        for name in NAMES:
            with StoreClient(urls[0], name) as client:
                client.ok("PUT", f"/v1/orders/{ORDER}/", json={"note": name})
    (block,) = snippets(PAGE, "sql")
    names = postgres_server.execute(WITH_SANDBOX, database.rpartition("/")[2])
    postgres_server.execute(block.text, database.rpartition("/")[2])
    assert names == postgres_server.execute(PARTITIONED, database.rpartition("/")[2])
    return database


@pytest.mark.slow
def test_partitions_have_what_the_tables_had(partitioned: str, postgres_server: PostgresServer) -> None:
    with replicas(partitioned) as urls:
        for number, name in enumerate(NAMES):
            with StoreClient(urls[number % 2], name) as client:
                assert name == client.ok("GET", f"/v1/orders/{ORDER}/")["note"]
    for table in ("changes", "entries"):
        (used,) = postgres_server.execute(PARTITIONS.format(table), partitioned.rpartition("/")[2])
        assert int(used) > 2


@pytest.mark.slow
def test_replicas_over_partitions_are_linearizable(partitioned: str) -> None:
    with replicas(partitioned) as urls:
        assert [] == contradictions(record(Plan(urls)))


def test_documented_connections_are_those_of_a_server() -> None:
    assert f"up to {1 + WRITING_LANES + MAX_READERS} connections" in PAGE.read_text(encoding="utf-8")


@pytest.mark.slow
def test_commands_work_on_partitions(partitioned: str) -> None:
    for command in (("ls",), ("verify",), ("compact",), ("verify",)):
        ended = invoke("store", *command, "--store", partitioned)
        assert 0 == ended.code, ended

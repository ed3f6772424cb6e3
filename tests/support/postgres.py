"""PostgreSQL for tests: one server for all tests of a process, and a database for each test."""

from collections.abc import Iterator

import pytest

from bench.postgres import MISSING, PostgresServer, find_programs, postgres


def postgres_or_skip(*, is_durable: bool = False) -> Iterator[PostgresServer]:
    """Run a server; the test is skipped with what to install if there is none."""
    if find_programs() is None:
        pytest.skip(MISSING)
    with postgres(is_durable=is_durable) as server:
        yield server


def empty_database(server: PostgresServer, unused: list[str]) -> Iterator[str]:
    """Take an unused database or create one; yields its URL, and empties it at the end."""
    name = unused.pop() if unused else server.create_database()
    yield server.url(name)
    server.empty_database(name)
    unused.append(name)

"""Replicas whose database, or the connection to it, fails."""

from collections.abc import AsyncIterator, Iterator

import pytest
from support.cut_proxy import CutProxy, cut_proxy
from support.replicas import replicas
from support.stored import Stored

from bench.postgres import PostgresServer, postgres


@pytest.fixture
def own_server(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """Run a PostgreSQL server that this test may stop."""
    with postgres() as server:
        yield server


@pytest.fixture
async def proxied(database: str) -> AsyncIterator[tuple[CutProxy, Stored, Stored]]:
    """Run two replicas, the first of which has a proxy between it and the database."""
    async with cut_proxy(database) as (proxy, url), replicas(url, 1) as (one,), replicas(database, 1) as (two,):
        yield proxy, one, two

"""Read, check and compact a PostgreSQL store without a server; the functions are those of `inspection`."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from mockorders.formats.store_location import redacted
from mockorders.store import postgres_compaction, postgres_connection, postgres_reading, postgres_schema
from mockorders.store.codec import Changes, decode, merge, merge_records, merge_snapshot
from mockorders.store.packed_entries import unpack
from mockorders.store.postgres_connection import FAILED, LONG_SECONDS
from mockorders.store.records import DAMAGE, FORMAT, Document, StoredSandbox, StoreError, Summary
from mockorders.store.replication import Kind
from mockorders.store.sqlite_journal_inspection import request_value

EXPORTED = """
    SELECT sandbox, generation, version, at, request, format, digest, exact, changes FROM checkpoints
    UNION ALL
    SELECT sandbox, generation, version, at, request, format, digest, exact, changes FROM changes WHERE kind < $1
    ORDER BY 1, 2, 3
"""
COLUMNS = ("sandbox", "generation", "version", "at", "request", "format", "digest")
SNAPSHOTS = "SELECT sandbox, name, exact, snapshot FROM snapshots ORDER BY 1, 2"
ENTRIES = "SELECT sandbox, number, replica, pinned, entry FROM entries ORDER BY 1, 2"
COUNTS = "SELECT count(*), count(*) FILTER (WHERE pinned) FROM entries WHERE sandbox = $1"
FIXTURES = "SELECT digest, exact, records FROM fixtures ORDER BY digest, part"
VERSIONS = "SELECT version FROM changes WHERE sandbox = $1 AND generation = $2 AND version > $3 ORDER BY version"
SIZE = """
    SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'r'
"""
IN_USE = "is used by a server; stop all servers first"


@contextmanager
def errors(location: str) -> Iterator[None]:
    """Raise StoreError for everything that the database and damaged records cause."""
    try:
        yield
    except FAILED as error:
        message = f"{redacted(location)}: {type(error).__name__}: {error}"
        raise StoreError(message) from error
    except DAMAGE as error:
        message = (
            f"{redacted(location)}: a record is damaged, see mockorders store verify: {type(error).__name__}: {error}"
        )
        raise StoreError(message) from error


@asynccontextmanager
async def reading(location: str) -> AsyncIterator[Any]:
    """Connect to a store, also while servers use it. Raises StoreError, also for what happens in the block."""
    with errors(location):
        connection = await postgres_connection.connect(location, "store", LONG_SECONDS)
        try:
            await _check(connection, redacted(location))
            yield connection
        finally:
            await connection.close(timeout=1)


async def _check(connection: Any, location: str) -> None:
    found = await postgres_schema.find_format(connection)
    if found is None:
        message = f"{location}: expected a store of mockorders, found no schema {postgres_schema.SCHEMA!r}"
        raise StoreError(message)
    postgres_schema.check(found, location)
    if found < FORMAT:
        message = f"{location}: expected format {FORMAT}, got format {found}; start a server once to migrate it"
        raise StoreError(message)


def list_sandboxes(location: str) -> list[Summary]:
    """Return the sandboxes of a store by name. Raises StoreError."""

    async def work() -> list[Summary]:
        async with reading(location) as connection:
            return [each async for each in postgres_reading.summaries(connection)]

    return asyncio.run(work())


def find_sandbox(location: str, name: str) -> tuple[StoredSandbox, Changes]:
    """Return what a store has of a sandbox, and its changes as one. Raises StoreError."""

    async def work() -> tuple[StoredSandbox, Changes]:
        async with reading(location) as connection:
            _, stored = await postgres_reading.load(connection, name)
            if stored is None:
                message = f"{redacted(location)}: there is no sandbox {name!r}"
                raise StoreError(message)
            return stored, merge(stored.changes)

    return asyncio.run(work())


def count_requests(location: str, name: str) -> tuple[int, int]:
    """Return how many requests of a sandbox a store has, and how many of them are pinned. Raises StoreError."""

    async def work() -> tuple[int, int]:
        async with reading(location) as connection:
            row = await connection.fetchrow(COUNTS, name)
            return row[0], row[1]

    return asyncio.run(work())


def export(location: str) -> Iterator[dict[str, Any]]:
    """Yield all that a store has as JSON values: change records and checkpoints, snapshots, requests, fixtures."""
    yield from _in_loop(_export(location))


def _in_loop(values: AsyncIterator[Any]) -> Iterator[Any]:
    with asyncio.Runner() as runner:
        while True:
            try:
                yield runner.run(_following(values))
            except StopAsyncIteration:
                return


async def _following(values: AsyncIterator[Any]) -> Any:
    return await anext(values)


async def _export(location: str) -> AsyncIterator[dict[str, Any]]:
    async with reading(location) as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        async for row in connection.cursor(EXPORTED, int(Kind.END)):
            values = dict(zip(COLUMNS, row[:7], strict=True))
            yield {**values, "changes": decode(Document(row["changes"], row["exact"]))}
        async for sandbox, name, exact, data in connection.cursor(SNAPSHOTS):
            yield {
                "sandbox": sandbox,
                "snapshot": postgres_reading.snapshot_name(name),
                "content": decode(Document(data, exact)),
            }
        async for sandbox, number, replica, pinned, data in connection.cursor(ENTRIES):
            yield {**request_value(sandbox, unpack(number, data), pinned=pinned), "replica": replica}
        async for digest, exact, data in connection.cursor(FIXTURES):
            yield {"fixtures": digest, "records": decode(Document(data, exact))}


def compact(location: str) -> tuple[int, int]:
    """Compact a store that no server uses; return its size in bytes before and after. Raises StoreError."""

    async def work() -> tuple[int, int]:
        async with reading(location) as connection:
            if await postgres_compaction.is_in_use(connection):
                message = f"{redacted(location)} {IN_USE}"
                raise StoreError(message)
            before = await connection.fetchval(SIZE, postgres_schema.SCHEMA)
            await postgres_compaction.compact_all(connection)
            return before, await connection.fetchval(SIZE, postgres_schema.SCHEMA)

    return asyncio.run(work())


def verify(location: str) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong in a store. Raises StoreError if it is no store."""
    yield from _in_loop(_verify(location))


async def _verify(location: str) -> AsyncIterator[str]:
    async with reading(location) as connection:
        async for summary in postgres_reading.summaries(connection):
            for sentence in await _problems(connection, summary.sandbox):
                yield f"sandbox {summary.sandbox!r}: {sentence}"


async def _problems(connection: Any, name: str) -> list[str]:
    try:
        _, stored = await postgres_reading.load(connection, name)
        if stored is None:  # deleted meanwhile
            return []
        start = merge(stored.changes).start
        sources = [*start.values(), *[merge_snapshot(each)["bases"] for each in stored.snapshots.values()]]
        for source in sources:
            if source["kept"]:
                merge_records(map(decode, await postgres_reading.load_fixtures(connection, source["digest"])))
    except StoreError as error:
        return [str(error)]
    except DAMAGE as error:
        return [f"{type(error).__name__}: {error}"]
    if not start:
        return ["the record that its generation starts with is missing"]
    return await _missing_versions(connection, name, stored)


async def _missing_versions(connection: Any, name: str, stored: StoredSandbox) -> list[str]:
    generation, version = stored.head
    checkpoint = await postgres_reading.find_checkpoint(connection, name, generation)
    found = {row[0] for row in await connection.fetch(VERSIONS, name, generation, checkpoint)}
    missing = set(range(checkpoint + 1, version + 1)) - found
    if not missing:
        return []
    return [f"expected the versions {checkpoint + 1} to {version}, {len(missing)} of them are missing"]

"""Compact a PostgreSQL store: merge the changes of a sandbox into a checkpoint, and delete what is not needed anymore.

What other servers may still compare with is deleted later than any statement that has seen it can take.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

from mockorders.store.codec import decode, merge, split
from mockorders.store.postgres_reading import CHANGES, LAST_CHANGE, PARTS, document, find_checkpoint
from mockorders.store.postgres_schema import SCHEMA
from mockorders.store.records import FORMAT, Document, Head
from mockorders.store.replication import Kind

LAST_ROW = "SELECT at, digest FROM changes WHERE sandbox = $1 AND generation = $2 AND version = $3"
PUT_PART = "INSERT INTO checkpoints VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING"
DELETE_CHANGES = "DELETE FROM changes WHERE sandbox = $1 AND (generation, version) < ($2, $3)"
DELETE_PARTS = "DELETE FROM checkpoints WHERE sandbox = $1 AND (generation, version) < ($2, $3)"
DELETED = "SELECT sandbox, generation, version FROM changes WHERE kind = $1 AND at < $2 LIMIT 1000"
DELETE_LAST = """
    DELETE FROM changes WHERE sandbox = $1 AND generation = $2 AND version = $3 AND NOT EXISTS (
        SELECT FROM changes newer WHERE newer.sandbox = $1 AND (newer.generation, newer.version) > ($2, $3)
    )
"""
STARTS = """
    SELECT exact, changes FROM changes WHERE version = 1 AND kind <> $1
    UNION ALL SELECT exact, changes FROM checkpoints WHERE part = 0
"""
SNAPSHOTS = "SELECT exact, snapshot FROM snapshots"
DELETE_FIXTURES = "DELETE FROM fixtures WHERE digest <> ALL($1::text[])"
ALL_TABLES = "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = $1"
NAMES = "SELECT DISTINCT sandbox FROM changes ORDER BY 1"
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'mockorders %'
"""


async def write_checkpoint(connection: Any, sandbox: str) -> Head | None:
    """Merge the changes of a sandbox; return the last change that is merged, those before which are not needed."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        last = await connection.fetchrow(LAST_CHANGE, sandbox)
        if last is None:
            return None
        head = Head(last["generation"], last["version"])
        checkpoint = await find_checkpoint(connection, sandbox, head.generation)
        if last["kind"] == Kind.DELETED or head.version <= max(checkpoint, 1):
            return Head(head.generation, max(checkpoint, 1))
        rows = await connection.fetch(PARTS, sandbox, head.generation, checkpoint)
        rows += await connection.fetch(CHANGES, sandbox, head.generation, checkpoint)
        at, digest = await connection.fetchrow(LAST_ROW, sandbox, *head)
    documents = [document(row[3:], sandbox) for row in rows]
    requests = [row["request"] for row in rows if row["request"].isdecimal()]
    parts = await asyncio.to_thread(lambda: list(split(merge(documents))))
    common = (len(parts), at, requests[-1] if requests else "", FORMAT, digest)
    values = [(sandbox, *head, number, *common, each.exact, each.data) for number, each in enumerate(parts)]
    await connection.executemany(PUT_PART, values)
    return head


async def delete_before(connection: Any, sandbox: str, keep: Head) -> None:
    """Delete the changes and checkpoints of a sandbox before a change."""
    for statement in (DELETE_CHANGES, DELETE_PARTS):
        await connection.execute(statement, sandbox, *keep)


async def delete_deleted(connection: Any, before: str) -> None:
    """Delete what is left of the sandboxes that were deleted before a time, ISO 8601."""
    for row in await connection.fetch(DELETED, int(Kind.DELETED), before):
        head = Head(row["generation"], row["version"])
        await delete_before(connection, row["sandbox"], head)
        await connection.execute(DELETE_LAST, row["sandbox"], *head)


async def compact_all(connection: Any) -> None:
    """Merge the changes of all sandboxes, and delete fixtures that none of them has; no server may use the store."""
    for row in await connection.fetch(NAMES):
        keep = await write_checkpoint(connection, row["sandbox"])
        if keep is not None:
            await delete_before(connection, row["sandbox"], keep)
    await connection.execute(DELETE_FIXTURES, list(await _used_fixtures(connection)))
    for row in await connection.fetch(ALL_TABLES, SCHEMA):
        await connection.execute(f"VACUUM FULL {row['tablename']}", timeout=None)


async def is_in_use(connection: Any) -> bool:
    """Return whether a server is connected to the database."""
    return bool(await connection.fetchval(OTHERS))


async def _used_fixtures(connection: Any) -> set[str]:
    """Return the digests of the fixtures that sandboxes and snapshots refer to."""
    used: set[str] = set()
    for row in await connection.fetch(STARTS, int(Kind.DELETED)):
        used |= _digests(decode(Document(row["changes"], row["exact"])).get("start", {}).values())
    for row in await connection.fetch(SNAPSHOTS):
        used |= _digests([decode(Document(row["snapshot"], row["exact"]))["bases"]])
    return used


def _digests(sources: Iterable[Any]) -> set[str]:
    return {each["digest"] for each in sources}

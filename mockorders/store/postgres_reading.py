"""Read a PostgreSQL store."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from mockorders.store.postgres_connection import STATEMENT_SECONDS
from mockorders.store.records import FORMAT, Document, Head, StoredSandbox, StoreError, Summary
from mockorders.store.replication import NO_HEAD, Kind

LAST_CHANGE = """
    SELECT generation, version, kind FROM changes WHERE sandbox = $1
    ORDER BY generation DESC, version DESC LIMIT 1
"""
LAST_CHECKPOINT = """
    SELECT version FROM checkpoints WHERE sandbox = $1 AND generation = $2
    GROUP BY version HAVING count(*) = max(parts) ORDER BY version DESC LIMIT 1
"""
PARTS = """
    SELECT version, digest, request, format, exact, changes FROM checkpoints
    WHERE sandbox = $1 AND generation = $2 AND version = $3 ORDER BY part
"""
CHANGES = """
    SELECT version, digest, request, format, exact, changes FROM changes
    WHERE sandbox = $1 AND generation = $2 AND version > $3 ORDER BY version
"""
SNAPSHOTS = "SELECT name, format, exact, snapshot FROM snapshots WHERE sandbox = $1 ORDER BY name"
SNAPSHOT_NAMES = "SELECT name FROM snapshots WHERE sandbox = $1"
FIXTURES = "SELECT records, exact FROM fixtures WHERE digest = $1 ORDER BY part"
RECENT = """
    SELECT sandbox FROM (
        SELECT DISTINCT ON (sandbox) sandbox, at, kind FROM changes
        ORDER BY sandbox, generation DESC, version DESC
    ) last WHERE kind <> $1 ORDER BY at DESC LIMIT $2
"""
SUMMARIES = """
    SELECT DISTINCT ON (sandbox) sandbox, generation, version, kind, at, records, bytes FROM changes
    JOIN (
        SELECT sandbox, count(*) AS records, coalesce(sum(length(changes)), 0)::bigint AS bytes FROM (
            SELECT sandbox, changes FROM changes UNION ALL SELECT sandbox, changes FROM checkpoints
        ) every GROUP BY sandbox
    ) total USING (sandbox)
    ORDER BY sandbox, generation DESC, version DESC
"""


async def load(connection: Any, sandbox: str) -> tuple[Head, StoredSandbox | None]:
    """Return the last change of a sandbox, and what it is rebuilt from, as they are at one moment.

    The latter is None if the sandbox was deleted or never kept. Raises StoreError for an unknown format.
    """
    row = await connection.fetchrow(LAST_CHANGE, sandbox, timeout=STATEMENT_SECONDS)
    if row is None:
        return NO_HEAD, None
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        return await _load(connection, sandbox)


async def _load(connection: Any, sandbox: str) -> tuple[Head, StoredSandbox | None]:
    last = await connection.fetchrow(LAST_CHANGE, sandbox)
    if last is None or last["kind"] == Kind.DELETED:
        return NO_HEAD if last is None else Head(last["generation"], last["version"]), None
    head = Head(last["generation"], last["version"])
    checkpoint = await find_checkpoint(connection, sandbox, head.generation)
    rows = await connection.fetch(PARTS, sandbox, head.generation, checkpoint)
    rows += await connection.fetch(CHANGES, sandbox, head.generation, checkpoint)
    saved = await connection.fetch(SNAPSHOTS, sandbox)
    snapshots = {snapshot_name(row[0]): [document(row[1:], sandbox)] for row in saved}
    changes = [document(row[3:], sandbox) for row in rows]
    return head, StoredSandbox(head, rows[0]["digest"], _last_request(rows), changes, snapshots)


async def snapshot_names(connection: Any, sandbox: str) -> list[str]:
    """Return the names of the snapshots of a sandbox."""
    return [snapshot_name(row["name"]) for row in await connection.fetch(SNAPSHOT_NAMES, sandbox)]


def snapshot_name(name: bytes) -> str:
    """Return the name of a snapshot, which may have characters that PostgreSQL has not in texts."""
    return name.decode(errors="surrogatepass")


async def find_checkpoint(connection: Any, sandbox: str, generation: int) -> int:
    """Return the version of the last complete checkpoint of a generation, or 0."""
    return await connection.fetchval(LAST_CHECKPOINT, sandbox, generation) or 0


def _last_request(rows: Sequence[Any]) -> str:
    """Return the last id of a request to an API, or nothing."""
    return next((row["request"] for row in reversed(rows) if row["request"].isdecimal()), "")


def document(row: Sequence[Any], sandbox: str) -> Document:
    """Return the document of a row's last columns: format, exact, data. Raises StoreError for an unknown format."""
    number, exact, data = row
    if number > FORMAT:
        message = f"sandbox {sandbox!r}: expected format {FORMAT} or older, got format {number}"
        raise StoreError(message)
    return Document(data, exact)


async def load_fixtures(connection: Any, digest: str) -> list[Document]:
    """Return the records of a fixture document. Raises StoreError if there are none."""
    rows = await connection.fetch(FIXTURES, digest)
    if not rows:
        message = f"expected the fixtures with the digest {digest}, which are missing"
        raise StoreError(message)
    return [Document(row["records"], row["exact"]) for row in rows]


async def recent_names(connection: Any, limit: int) -> list[str]:
    """Return the names of the sandboxes that were changed last, oldest first."""
    return [row["sandbox"] for row in await connection.fetch(RECENT, int(Kind.DELETED), limit)][::-1]


async def summaries(connection: Any) -> AsyncIterator[Summary]:
    """Yield the sandboxes by name."""
    for row in await connection.fetch(SUMMARIES):
        if row["kind"] != Kind.DELETED:
            yield Summary(
                row["sandbox"], Head(row["generation"], row["version"]), row["at"], row["records"], row["bytes"]
            )

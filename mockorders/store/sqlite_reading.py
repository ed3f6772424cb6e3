"""Read a SQLite store."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from mockorders.store.records import FORMAT, Document, Head, StoredSandbox, StoreError, Summary

LAST_CHANGE = """
    SELECT generation, version FROM changes WHERE sandbox = ? ORDER BY generation DESC, version DESC LIMIT 1
"""
LAST_CHECKPOINT = """
    SELECT generation, version FROM checkpoints WHERE sandbox = ?
    GROUP BY generation, version HAVING count(*) = max(parts) ORDER BY generation DESC, version DESC LIMIT 1
"""
PARTS = """
    SELECT version, digest, request, format, exact, changes FROM checkpoints
    WHERE sandbox = ? AND generation = ? AND version = ? ORDER BY part
"""
CHANGES = """
    SELECT version, digest, request, format, exact, changes FROM changes
    WHERE sandbox = ? AND generation = ? AND version > ? ORDER BY version
"""
SNAPSHOTS = "SELECT name, format, exact, snapshot FROM snapshots WHERE sandbox = ? ORDER BY name"
FIXTURES = "SELECT records, exact FROM fixtures WHERE digest = ?"
NAMES = "SELECT DISTINCT sandbox FROM changes ORDER BY 1 LIMIT ?"
RECENT = "SELECT sandbox FROM changes GROUP BY sandbox ORDER BY max(rowid) DESC LIMIT ?"
TOTALS = """
    SELECT count(*), coalesce(sum(length(changes)), 0), max(at) FROM
    (SELECT at, changes FROM changes WHERE sandbox = ? UNION ALL SELECT at, changes FROM checkpoints WHERE sandbox = ?)
"""
NO_HEAD = Head(0, 0)


def find_head(reader: sqlite3.Connection, sandbox: str) -> Head | None:
    """Return the last change of a sandbox, or None. The record of that is never deleted alone."""
    row = reader.execute(LAST_CHANGE, (sandbox,)).fetchone()
    return None if row is None else Head(*row)


def find_checkpoint(reader: sqlite3.Connection, sandbox: str, generation: int) -> int:
    """Return the version of the last complete checkpoint of a generation, or 0."""
    row = reader.execute(LAST_CHECKPOINT, (sandbox,)).fetchone()
    head = NO_HEAD if row is None else Head(*row)
    return head.version if head.generation == generation else 0


def load(reader: sqlite3.Connection, sandbox: str) -> StoredSandbox | None:
    """Return what a sandbox is rebuilt from, as it is at one moment. Raises StoreError for an unknown format."""
    reader.execute("BEGIN")
    try:
        return _load(reader, sandbox)
    finally:
        reader.execute("ROLLBACK")


def _load(reader: sqlite3.Connection, sandbox: str) -> StoredSandbox | None:
    head = find_head(reader, sandbox)
    if head is None:
        return None
    checkpoint = find_checkpoint(reader, sandbox, head.generation)
    rows = reader.execute(PARTS, (sandbox, head.generation, checkpoint)).fetchall()
    rows += reader.execute(CHANGES, (sandbox, head.generation, checkpoint)).fetchall()
    snapshots = {row[0]: _document(row[1:], sandbox) for row in reader.execute(SNAPSHOTS, (sandbox,))}
    changes = [_document(row[3:], sandbox) for row in rows]
    return StoredSandbox(head, rows[0][1], _last_request(rows), changes, snapshots)


def _last_request(rows: list[Any]) -> str:
    """Return the last id of a request to an API, or nothing."""
    return next((row[2] for row in reversed(rows) if row[2].isdecimal()), "")


def _document(row: tuple[int, int, bytes], sandbox: str) -> Document:
    number, exact, data = row
    if number > FORMAT:
        message = f"sandbox {sandbox!r}: expected format {FORMAT} or older, got format {number}"
        raise StoreError(message)
    return Document(data, bool(exact))


def load_fixtures(reader: sqlite3.Connection, digest: str) -> Document:
    """Return the records of a fixture document. Raises StoreError if there are none."""
    row = reader.execute(FIXTURES, (digest,)).fetchone()
    if row is None:
        message = f"expected the fixtures with the digest {digest}, which are missing"
        raise StoreError(message)
    return Document(row[0], bool(row[1]))


def names(reader: sqlite3.Connection, limit: int = -1) -> list[str]:
    """Return the names of all sandboxes, ascending, or the first ones."""
    return [name for (name,) in reader.execute(NAMES, (limit,))]


def recent_names(reader: sqlite3.Connection, limit: int) -> list[str]:
    """Return the names of the sandboxes that were changed last, oldest first."""
    return [name for (name,) in reader.execute(RECENT, (limit,))][::-1]


def summaries(reader: sqlite3.Connection) -> Iterator[Summary]:
    """Yield the sandboxes by name."""
    for name in names(reader):
        records, size, at = reader.execute(TOTALS, (name, name)).fetchone()
        yield Summary(name, find_head(reader, name) or NO_HEAD, at or "", records, size)

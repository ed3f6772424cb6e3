"""Read a SQLite store."""

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from mockorders.store.records import CHANGE, FORMAT, Document, Head, StoredSandbox, StoreError, Summary
from mockorders.store.sqlite_journal_reading import last_number

LAST_CHANGE = """
    SELECT generation, version FROM changes WHERE sandbox = :name AND :name NOT IN (SELECT sandbox FROM deleted)
    ORDER BY generation DESC, version DESC LIMIT 1
"""
LAST_CHECKPOINT = """
    SELECT generation, version FROM checkpoints WHERE sandbox = ?
    GROUP BY generation, version HAVING count(*) = max(parts) ORDER BY generation DESC, version DESC LIMIT 1
"""
CHECKPOINT = """
    SELECT version, digest, request, format, exact, changes, 0 FROM checkpoints
    WHERE sandbox = ? AND generation = ? AND version = ? ORDER BY part
"""
CHANGES = """
    SELECT version, digest, request, format, exact, changes, parts FROM changes
    WHERE sandbox = ? AND generation = ? AND version > ? ORDER BY version
"""
SNAPSHOTS = """
    SELECT name, generation, version, parts, format, exact, snapshot FROM snapshots WHERE sandbox = ? ORDER BY name
"""
PARTS = """
    SELECT exact, records FROM parts
    WHERE sandbox = ? AND generation = ? AND version = ? AND snapshot = ? AND part < ? ORDER BY part
"""
FIXTURES = "SELECT parts, exact, records FROM fixtures WHERE digest = ? ORDER BY part"
NAMES = """
    SELECT DISTINCT sandbox FROM changes WHERE sandbox NOT IN (SELECT sandbox FROM deleted) ORDER BY 1 LIMIT ?
"""
RECENT = """
    SELECT sandbox FROM changes WHERE sandbox NOT IN (SELECT sandbox FROM deleted)
    GROUP BY sandbox ORDER BY max(rowid) DESC LIMIT ?
"""
TOTALS = """
    SELECT count(*), coalesce(sum(length(changes)), 0), max(at) FROM (
        SELECT at, changes FROM changes WHERE sandbox = :name
        UNION ALL SELECT at, changes FROM checkpoints WHERE sandbox = :name
        UNION ALL SELECT '', records FROM parts WHERE sandbox = :name AND snapshot = ''
    )
"""
NO_HEAD = Head(0, 0)


def find_head(reader: sqlite3.Connection, sandbox: str) -> Head | None:
    """Return the last change of a sandbox, or None. The record of that is never deleted alone."""
    row = reader.execute(LAST_CHANGE, {"name": sandbox}).fetchone()
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
    rows = list(read_rows(reader, sandbox, head.generation))
    changes = list(chain.from_iterable(row.documents for row in rows))
    snapshots = dict(_read_snapshots(reader, sandbox))
    request = max(int(last_request(rows) or 0), last_number(reader, sandbox))
    return StoredSandbox(head, rows[0].digest, str(request), changes, snapshots)


class Row(NamedTuple):
    """A change, or a part of a checkpoint."""

    version: int
    digest: str
    request: str
    documents: Sequence[Document]


def read_rows(reader: sqlite3.Connection, sandbox: str, generation: int) -> Iterator[Row]:
    """Yield the last checkpoint of a generation, and the changes after it. Raises StoreError for unknown formats."""
    checkpoint = find_checkpoint(reader, sandbox, generation)
    rows = reader.execute(CHECKPOINT, (sandbox, generation, checkpoint)).fetchall()
    rows += reader.execute(CHANGES, (sandbox, generation, checkpoint)).fetchall()
    for version, digest, request, number, exact, data, parts in rows:
        first = _document(number, exact, data, sandbox)
        key = (sandbox, generation, version, CHANGE, parts)
        yield Row(version, digest, request, [first, *(_read_parts(reader, key) if parts else ())])


def _read_snapshots(reader: sqlite3.Connection, sandbox: str) -> Iterator[tuple[str, Sequence[Document]]]:
    rows = reader.execute(SNAPSHOTS, (sandbox,)).fetchall()
    for name, generation, version, parts, number, exact, data in rows:
        first = _document(number, exact, data, sandbox)
        yield name, [first, *_read_parts(reader, (sandbox, generation, version, name, parts))]


def _read_parts(reader: sqlite3.Connection, key: tuple[str, int, int, str, int]) -> list[Document]:
    """Return the parts of a change or a snapshot; the last member of the key is their number. Raises StoreError."""
    found = [Document(data, bool(exact)) for exact, data in reader.execute(PARTS, key)]
    if len(found) != key[-1]:
        message = f"sandbox {key[0]!r}: expected {key[-1]} parts of version {key[2]}, found {len(found)}"
        raise StoreError(message)
    return found


def last_request(rows: Sequence[Row]) -> str:
    """Return the last id of a request to an API, or nothing."""
    return next((row.request for row in reversed(rows) if row.request.isdecimal()), "")


def _document(number: int, exact: int, data: bytes, sandbox: str) -> Document:
    if number > FORMAT:
        message = f"sandbox {sandbox!r}: expected format {FORMAT} or older, got format {number}"
        raise StoreError(message)
    return Document(data, bool(exact))


def load_fixtures(reader: sqlite3.Connection, digest: str) -> list[Document]:
    """Return the records of a fixture document. Raises StoreError if there are none."""
    rows = reader.execute(FIXTURES, (digest,)).fetchall()
    if not rows or len(rows) < rows[0][0]:
        message = f"expected the fixtures with the digest {digest}, which are missing"
        raise StoreError(message)
    return [Document(data, bool(exact)) for _, exact, data in rows[: rows[0][0]]]


def names(reader: sqlite3.Connection, limit: int = -1) -> list[str]:
    """Return the names of all sandboxes, ascending, or the first ones."""
    return [name for (name,) in reader.execute(NAMES, (limit,))]


def recent_names(reader: sqlite3.Connection, limit: int) -> list[str]:
    """Return the names of the sandboxes that were changed last, oldest first."""
    return [name for (name,) in reader.execute(RECENT, (limit,))][::-1]


def summaries(reader: sqlite3.Connection) -> Iterator[Summary]:
    """Yield the sandboxes by name."""
    for name in names(reader):
        records, size, at = reader.execute(TOTALS, {"name": name}).fetchone()
        yield Summary(name, find_head(reader, name) or NO_HEAD, at or "", records, size)

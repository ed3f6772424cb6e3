"""Compact a SQLite store: merge the changes of a sandbox into a checkpoint, and delete what is not needed anymore.

Every step is a short transaction, so that changes can be appended in between, and the store is valid after each.
"""

import sqlite3
from typing import Any, NamedTuple

from mockorders.store.codec import decode, merge, split
from mockorders.store.records import FORMAT, Document, Head
from mockorders.store.sqlite_reading import CHANGES, PARTS, find_checkpoint, find_head, names

BATCH = 200
LAST_ROW = "SELECT at, request, digest FROM changes WHERE sandbox = ? AND generation = ? AND version = ?"
PUT_PART = "INSERT INTO checkpoints VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
DELETE_CHANGES = """
    DELETE FROM changes WHERE rowid IN (SELECT rowid FROM changes WHERE sandbox = ?
    AND (generation < ? OR generation = ? AND version < ?) LIMIT ?)
"""
DELETE_PARTS = """
    DELETE FROM checkpoints WHERE rowid IN (SELECT rowid FROM checkpoints WHERE sandbox = ?
    AND (generation < ? OR generation = ? AND version < ?) LIMIT ?)
"""
DELETE_CHECKPOINT = "DELETE FROM checkpoints WHERE sandbox = ? AND generation = ? AND version = ?"
SNAPSHOTS = "SELECT snapshot, exact FROM snapshots"
DIGESTS = "SELECT digest FROM fixtures"


class _Row(NamedTuple):
    at: str
    request: str
    digest: str


def compact(writer: sqlite3.Connection, sandbox: str) -> None:
    """Merge the changes of a sandbox. Raises sqlite3.Error, ValueError if a record is damaged."""
    head = find_head(writer, sandbox)
    if head is None:
        return
    checkpoint = find_checkpoint(writer, sandbox, head.generation)
    last = _Row(*writer.execute(LAST_ROW, (sandbox, *head)).fetchone())
    if head.version > max(checkpoint, 1):
        _write_checkpoint(writer, sandbox, head, last)
        checkpoint = head.version
    keep = (sandbox, head.generation, head.generation, checkpoint, BATCH)
    for statement in (DELETE_CHANGES, DELETE_PARTS):
        while writer.execute(statement, keep).rowcount == BATCH:
            pass


def _write_checkpoint(writer: sqlite3.Connection, sandbox: str, head: Head, last: _Row) -> None:
    previous = find_checkpoint(writer, sandbox, head.generation)
    rows = writer.execute(PARTS, (sandbox, head.generation, previous)).fetchall()
    rows += writer.execute(CHANGES, (sandbox, head.generation, previous)).fetchall()
    rows = [row for row in rows if row[0] <= head.version]
    requests = [row[2] for row in rows if row[2].isdecimal()]
    request = requests[-1] if requests else last.request
    documents = [Document(row[5], bool(row[4])) for row in rows]
    parts = list(split(merge(documents)))
    writer.execute(DELETE_CHECKPOINT, (sandbox, *head))  # of an attempt that was not completed
    for number, (data, exact) in enumerate(parts):
        values = (*head, number, len(parts), last.at, request, FORMAT, last.digest, exact, data)
        _put_part(writer, sandbox, last, values)


def _put_part(writer: sqlite3.Connection, sandbox: str, last: _Row, values: tuple[Any, ...]) -> None:
    """Write a part unless the sandbox was deleted meanwhile, so that another one of its name does not get it."""
    writer.execute("BEGIN IMMEDIATE")
    try:
        row = writer.execute(LAST_ROW, (sandbox, *values[:2])).fetchone()
        if row == last:
            writer.execute(PUT_PART, (sandbox, *values))
    finally:
        writer.execute("COMMIT")


def compact_all(writer: sqlite3.Connection) -> None:
    """Merge the changes of all sandboxes, delete fixtures that none of them has, and return space to the disk."""
    for name in names(writer):
        compact(writer, name)
    used = _used_fixtures(writer)
    for (digest,) in writer.execute(DIGESTS).fetchall():
        if digest not in used:
            writer.execute("DELETE FROM fixtures WHERE digest = ?", (digest,))
    writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    writer.execute("VACUUM")
    writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _used_fixtures(writer: sqlite3.Connection) -> set[str]:
    """Return the digests of the fixtures that sandboxes and snapshots refer to."""
    used = set()
    for (digest,) in writer.execute("SELECT digest FROM changes UNION SELECT digest FROM checkpoints"):
        used.add(digest)
    starts = writer.execute("SELECT changes, exact FROM changes WHERE version = 1").fetchall()
    starts += writer.execute("SELECT changes, exact FROM checkpoints WHERE part = 0").fetchall()
    for data, exact in starts:
        used |= {each["digest"] for each in decode(Document(data, bool(exact))).get("start", {}).values()}
    for data, exact in writer.execute(SNAPSHOTS):
        used.add(decode(Document(data, bool(exact)))["bases"]["digest"])
    return used

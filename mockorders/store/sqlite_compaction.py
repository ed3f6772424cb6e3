"""Compact a SQLite store: merge the changes of a sandbox into a checkpoint, and delete what is not needed anymore.

Every step is a short transaction, so that changes can be appended in between, and the store is valid after each.
"""

import sqlite3
import sys
from contextlib import nullcontext
from itertools import chain
from typing import Any, NamedTuple

from mockorders.store.codec import decode, merge, split
from mockorders.store.records import FORMAT, Document, Head
from mockorders.store.sqlite_journal_trim import JournalTrim
from mockorders.store.sqlite_reading import find_checkpoint, find_head, last_request, names, read_rows
from mockorders.store.sqlite_writing import BATCH, PARTS_BATCH, Turn

LAST_ROW = "SELECT at, request, digest FROM changes WHERE sandbox = ? AND generation = ? AND version = ?"
PUT_PART = "INSERT INTO checkpoints VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
DELETE_CHANGES = """
    DELETE FROM changes WHERE rowid IN (SELECT rowid FROM changes WHERE sandbox = :name
    AND (generation < :generation OR generation = :generation AND version < :checkpoint) LIMIT :batch)
"""
DELETE_CHECKPOINTS = """
    DELETE FROM checkpoints WHERE rowid IN (SELECT rowid FROM checkpoints WHERE sandbox = :name
    AND (generation < :generation OR generation = :generation AND version < :checkpoint) LIMIT :batch)
"""
DELETE_PARTS = """
    DELETE FROM parts WHERE rowid IN (SELECT rowid FROM parts WHERE sandbox = :name AND snapshot = ''
    AND (generation < :generation OR generation = :generation AND version <= :checkpoint) LIMIT :batch)
"""
DELETE_SNAPSHOT_PARTS = """
    DELETE FROM parts WHERE rowid IN (SELECT rowid FROM parts WHERE sandbox = :name AND snapshot != ''
    AND (generation < :generation OR generation = :generation AND version <= :version)
    AND (snapshot, generation, version) NOT IN (SELECT name, generation, version FROM snapshots WHERE sandbox = :name)
    LIMIT :batch)
"""
NOT_NEEDED = {
    DELETE_CHANGES: BATCH,
    DELETE_CHECKPOINTS: PARTS_BATCH,
    DELETE_PARTS: PARTS_BATCH,
    DELETE_SNAPSHOT_PARTS: PARTS_BATCH,
}
DELETE_CHECKPOINT = "DELETE FROM checkpoints WHERE sandbox = ? AND generation = ? AND version = ?"
SNAPSHOTS = "SELECT snapshot, exact FROM snapshots"
DIGESTS = "SELECT digest FROM fixtures WHERE part = 0"


class _Row(NamedTuple):
    at: str
    request: str
    digest: str


def compact(writer: sqlite3.Connection, sandbox: str, turn: Turn) -> None:
    """Merge the changes of a sandbox; each transaction has a turn.

    Raises sqlite3.Error, and ValueError or StoreError if a record is damaged.
    """
    head = find_head(writer, sandbox)
    if head is None:
        return
    checkpoint = find_checkpoint(writer, sandbox, head.generation)
    last = _Row(*writer.execute(LAST_ROW, (sandbox, *head)).fetchone())
    if head.version > max(checkpoint, 1):
        _write_checkpoint(writer, turn, (sandbox, head), last)
        checkpoint = head.version
    place = {"name": sandbox, **head._asdict(), "checkpoint": checkpoint}
    for statement, batch in NOT_NEEDED.items():
        count = batch
        while count == batch:
            with turn:
                count = writer.execute(statement, {**place, "batch": batch}).rowcount


def _write_checkpoint(writer: sqlite3.Connection, turn: Turn, place: tuple[str, Head], last: _Row) -> None:
    sandbox, head = place
    rows = [row for row in read_rows(writer, sandbox, head.generation) if row.version <= head.version]
    request = last_request(rows) or last.request
    parts = list(split(merge(chain.from_iterable(row.documents for row in rows))))
    with turn:
        writer.execute(DELETE_CHECKPOINT, (sandbox, *head))  # of an attempt that was not completed
    for number, (data, exact) in enumerate(parts):
        values = (*head, number, len(parts), last.at, request, FORMAT, last.digest, exact, data)
        with turn:
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
        compact(writer, name, nullcontext())
    JournalTrim(sys.maxsize).run_all(writer)
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

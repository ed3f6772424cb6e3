"""The statements that write a SQLite store; all but those of one row are short, so that others can write in between."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager

from mockorders.store.records import FORMAT, ChangeRecord, Document

Turn = AbstractContextManager[object]  # around each transaction of a thread

BATCH = 50  # rows of changes
PARTS_BATCH = 4  # rows of 256 KiB

INSERT = "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
PUT_PART = "INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?, ?)"
PUT_SNAPSHOT = "INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
DELETE_SNAPSHOT = "DELETE FROM snapshots WHERE sandbox = ? AND name = ?"
PUT_FIXTURES = "INSERT OR REPLACE INTO fixtures VALUES (?, ?, ?, ?, ?)"
HAS_FIXTURES = "SELECT 1 FROM fixtures WHERE digest = ? AND part = 0"
HAS_MORE = """
    SELECT EXISTS (SELECT 1 FROM changes WHERE sandbox = :name LIMIT 1 OFFSET :batch)
    OR EXISTS (SELECT 1 FROM checkpoints WHERE sandbox = :name) OR EXISTS (SELECT 1 FROM parts WHERE sandbox = :name)
"""
MARK_DELETED = "INSERT OR IGNORE INTO deleted VALUES (?)"
UNMARK_DELETED = "DELETE FROM deleted WHERE sandbox = ?"
LEFT_OVER = """
    SELECT sandbox FROM deleted
    UNION SELECT sandbox FROM parts WHERE sandbox NOT IN (SELECT sandbox FROM changes)
"""
TABLES = {"changes": BATCH, "checkpoints": PARTS_BATCH, "parts": PARTS_BATCH, "snapshots": BATCH}


def insert(writer: sqlite3.Connection, record: ChangeRecord, parts: int) -> None:
    """Insert a change, which has a number of parts. Raises sqlite3.Error."""
    name = record.sandbox
    generation, version = record.head
    data, exact = record.changes
    row = (name, generation, version, record.at, record.request, FORMAT, record.digest, parts, exact, data)
    writer.execute(INSERT, row)


def each_part(record: ChangeRecord) -> Iterator[tuple[str, Document]]:
    """Yield the parts of a change and of the snapshots that it saves, with the names of these."""
    for name, parts in record.parts.items():
        for part in parts:
            yield name, part


def put_part(writer: sqlite3.Connection, record: ChangeRecord, place: tuple[str, int], part: Document) -> None:
    """Insert a part of a change; its place is the name of a snapshot or `CHANGE`, and a number.

    Raises sqlite3.Error.
    """
    writer.execute(PUT_PART, (record.sandbox, *record.head, *place, part.exact, part.data))


def put_snapshots(writer: sqlite3.Connection, record: ChangeRecord, parts: Mapping[str, int]) -> None:
    """Insert or delete the snapshots of a change, which have numbers of parts by name. Raises sqlite3.Error."""
    for name, document in record.snapshots.items():
        if document is None:
            writer.execute(DELETE_SNAPSHOT, (record.sandbox, name))
        else:
            number = parts.get(name, 0)
            row = (record.sandbox, name, *record.head, FORMAT, number, document.exact, document.data)
            writer.execute(PUT_SNAPSHOT, row)


def put_fixtures(writer: sqlite3.Connection, turn: Turn, digest: str, documents: Iterable[Document]) -> None:
    """Insert the records of a fixture document, unless there are any; the first one is written last.

    Raises sqlite3.Error.
    """
    if writer.execute(HAS_FIXTURES, (digest,)).fetchone() is not None:
        return
    rows = iter(documents)
    first = next(rows)
    number = 0
    for number, part in enumerate(rows, 1):
        with turn:
            writer.execute(PUT_FIXTURES, (digest, number, 0, part.exact, part.data))
    with turn:
        writer.execute(PUT_FIXTURES, (digest, 0, number + 1, first.exact, first.data))


def has_many_rows(writer: sqlite3.Connection, sandbox: str) -> bool:
    """Check whether it takes long to delete a sandbox. Raises sqlite3.Error."""
    found = writer.execute(HAS_MORE, {"name": sandbox, "batch": BATCH}).fetchone()
    return bool(found[0])


def mark_deleted(writer: sqlite3.Connection, sandbox: str) -> None:
    """Delete a sandbox, and leave its rows to `delete_some`. Raises sqlite3.Error."""
    writer.execute(MARK_DELETED, (sandbox,))


def delete_rows(writer: sqlite3.Connection, sandbox: str) -> None:
    """Delete all rows of a sandbox. Raises sqlite3.Error."""
    for table in TABLES:
        writer.execute(f"DELETE FROM {table} WHERE sandbox = ?", (sandbox,))  # noqa: S608 - a constant


def delete_some(writer: sqlite3.Connection, sandbox: str) -> bool:
    """Delete some rows of a sandbox that is marked as deleted; return whether there are more. Raises sqlite3.Error."""
    for table, batch in TABLES.items():
        some = f"SELECT rowid FROM {table} WHERE sandbox = ? LIMIT {batch}"  # noqa: S608 - constants
        if writer.execute(f"DELETE FROM {table} WHERE rowid IN ({some})", (sandbox,)).rowcount:  # noqa: S608
            return True
    writer.execute(UNMARK_DELETED, (sandbox,))  # in one transaction with the last rows, or after them
    return False


def delete_left_over(writer: sqlite3.Connection) -> None:
    """Delete what is left over of deletions and of first changes that were not completed. Raises sqlite3.Error."""
    for (name,) in writer.execute(LEFT_OVER).fetchall():
        while delete_some(writer, name):
            pass

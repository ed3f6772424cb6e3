"""Read the journals in a SQLite store."""

import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from mockorders.store.journal_records import EntryRecord, JournalRecord, Part
from mockorders.store.records import FORMAT, Document, StoreError

MAX_ENTRIES = 1_000  # of a sandbox; as many as in memory

JOURNAL = "SELECT journal, issued, evicted FROM journals WHERE sandbox = ?"
COUNT = "SELECT count(*) FROM entries WHERE journal = ?"
LAST = "SELECT max(id) FROM entries WHERE journal = ?"
COLUMNS = "id, format, head, response, exact, facts, body"
ENTRIES = f"SELECT {COLUMNS} FROM entries WHERE journal = ? ORDER BY id DESC LIMIT {MAX_ENTRIES}"  # noqa: S608
PINNED = f"SELECT {COLUMNS} FROM pins JOIN entries USING (entry) WHERE sandbox = ? ORDER BY id"  # noqa: S608
PARTS = "SELECT part, exact, facts, body FROM entry_parts WHERE journal = ?"
PINNED_PARTS = """
    SELECT part, entry_parts.exact, entry_parts.facts, entry_parts.body FROM pins JOIN entries USING (entry)
    JOIN entry_parts ON part IN (head, response) WHERE sandbox = ?
"""


def load(reader: sqlite3.Connection, sandbox: str) -> JournalRecord:
    """Return the journal of a sandbox as it is at one moment. Raises StoreError for an unknown format."""
    reader.execute("BEGIN")
    try:
        return _load(reader, sandbox)
    finally:
        reader.execute("ROLLBACK")


def _load(reader: sqlite3.Connection, sandbox: str) -> JournalRecord:
    row = reader.execute(JOURNAL, (sandbox,)).fetchone()
    journal, issued, evicted = row or (0, 0, 0)
    rows = reader.execute(ENTRIES, (journal,)).fetchall()
    parts = dict(_parts(reader, PARTS, journal)) | dict(_parts(reader, PINNED_PARTS, sandbox))
    entries = list(_records(reversed(rows), parts))
    pinned = list(_records(reader.execute(PINNED, (sandbox,)), parts))
    evicted += reader.execute(COUNT, (journal,)).fetchone()[0] - len(rows)
    last = rows[0][0] if rows else 0
    return JournalRecord(max(issued, last), evicted, entries, pinned)


def last_number(reader: sqlite3.Connection, sandbox: str) -> int:
    """Return the number that the journal of a sandbox issued last, or 0."""
    row = reader.execute(JOURNAL, (sandbox,)).fetchone()
    if row is None:
        return 0
    last = reader.execute(LAST, (row[0],)).fetchone()[0]
    return max(int(row[1]), last or 0)


def _parts(reader: sqlite3.Connection, query: str, owner: int | str) -> Iterator[tuple[int, Part]]:
    for row, exact, facts, body in reader.execute(query, (owner,)):
        yield row, Part(Document(facts, bool(exact)), body)


def _records(rows: Any, parts: Mapping[int, Part]) -> Iterator[EntryRecord]:
    """Yield the records of rows; without those whose parts are missing, which were never acknowledged."""
    for identifier, number, head, response, exact, facts, body in rows:
        if number > FORMAT:
            message = f"request {identifier}: expected format {FORMAT} or older, got format {number}"
            raise StoreError(message)
        if head in parts and response in parts:
            yield EntryRecord(identifier, Document(facts, bool(exact)), body, parts[head], parts[response])

"""Export and check the journals in a SQLite store."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from mockorders.store.codec import decode
from mockorders.store.journal_records import EntryRecord
from mockorders.store.records import DAMAGE, StoreError
from mockorders.store.sqlite_journal_reading import load

SANDBOXES = "SELECT sandbox FROM journals WHERE sandbox IS NOT NULL UNION SELECT sandbox FROM pins ORDER BY 1"
MISSING_PARTS = """
    SELECT count(*) FROM entries JOIN journals USING (journal) WHERE sandbox = ?
    AND (head NOT IN (SELECT part FROM entry_parts) OR response NOT IN (SELECT part FROM entry_parts))
"""


def counts(reader: sqlite3.Connection, sandbox: str) -> tuple[int, int]:
    """Return how many requests of a sandbox are recorded and pinned. Raises StoreError."""
    record = load(reader, sandbox)
    return len(record.entries), len(record.pinned)


def export(reader: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """Yield the requests of all sandboxes as JSON values, those pinned last. Raises StoreError."""
    for (sandbox,) in reader.execute(SANDBOXES).fetchall():
        record = load(reader, sandbox)
        for entry in record.entries:
            yield request_value(sandbox, entry, pinned=False)
        for entry in record.pinned:
            yield request_value(sandbox, entry, pinned=True)


def request_value(sandbox: str, entry: EntryRecord, *, pinned: bool) -> dict[str, Any]:
    """Return a recorded request as a JSON value. Raises ValueError if it is damaged."""
    return {
        "sandbox": sandbox,
        "request": str(entry.id),
        "pinned": pinned,
        "head": decode(entry.head.facts),
        "body": entry.body.decode("utf-8", "replace"),
        "response": {**decode(entry.response.facts), "body": entry.response.body.decode("utf-8", "replace")},
        **decode(entry.facts),
    }


def problems(reader: sqlite3.Connection) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong in the journals."""
    for (sandbox,) in reader.execute(SANDBOXES).fetchall():
        missing = reader.execute(MISSING_PARTS, (sandbox,)).fetchone()[0]
        if missing:
            yield f"sandbox {sandbox!r}: requests whose head or response is missing: {missing}"
        try:
            record = load(reader, sandbox)
            for entry in (*record.entries, *record.pinned):
                request_value(sandbox, entry, pinned=False)
        except (*DAMAGE, StoreError) as error:
            yield f"sandbox {sandbox!r}: requests: {type(error).__name__}: {error}"

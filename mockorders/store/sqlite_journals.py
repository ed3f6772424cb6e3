"""The journals in a SQLite store, written by the connection of changes."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from mockorders.caching import LruCache
from mockorders.store.journal_records import EntryRecord, JournalRecord, Part
from mockorders.store.records import FORMAT, StoreError, StoreUnavailableError
from mockorders.store.sqlite_file import StoreFile, failures
from mockorders.store.sqlite_journal_reading import load
from mockorders.store.sqlite_journal_trim import JournalTrim

MAX_NUMBERS = 10_000
PARTS_BYTES = 8 * 2**20
PART_OVERHEAD_BYTES = 500

FIND = "SELECT journal FROM journals WHERE sandbox = ?"
CREATE = "INSERT INTO journals (sandbox, issued) VALUES (?, ?)"
RETIRE = "UPDATE journals SET sandbox = NULL WHERE sandbox = ?"
OTHERS = """
    sandbox <> '_' AND (sandbox NOT IN (SELECT sandbox FROM changes) OR sandbox IN (SELECT sandbox FROM deleted))
"""
FIND_OTHERS = f"SELECT sandbox FROM journals WHERE {OTHERS} UNION SELECT sandbox FROM pins WHERE {OTHERS}"  # noqa: S608
PUT_PART = "INSERT INTO entry_parts (journal, exact, facts, body) VALUES (?, ?, ?, ?)"
PUT_ENTRY = """
    INSERT INTO entries (journal, id, format, head, response, exact, facts, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (journal, id) DO UPDATE SET
    head = excluded.head, response = excluded.response, exact = excluded.exact, facts = excluded.facts
"""
PIN = "INSERT OR IGNORE INTO pins SELECT ?, entry FROM entries WHERE journal = ? AND id = ?"
UNPIN = """
    DELETE FROM pins WHERE sandbox = :sandbox
    AND entry IN (SELECT entry FROM pins JOIN entries USING (entry) WHERE sandbox = :sandbox AND id = :id)
"""
UNPIN_ALL = "DELETE FROM pins WHERE sandbox = ?"


class _KnownPart(NamedTuple):
    """A part that a journal has: its row, unless parts were deleted since `sweeps`."""

    part: Part
    row: int
    sweeps: int

    @property
    def size(self) -> int:
        """The approximate number of bytes in memory."""
        return PART_OVERHEAD_BYTES + self.part.size


class SqliteJournals:
    """The journals of all sandboxes in a file, within `max_bytes` together.

    A journal that is cleared gets a new number, and what it had is deleted later. `written` is called after each
    transaction.
    """

    def __init__(self, file: StoreFile, max_bytes: int, written: Callable[[], None]) -> None:
        self._file = file
        self._written = written
        self._numbers: LruCache[str, int] = LruCache(MAX_NUMBERS)
        self._parts: LruCache[tuple[int, int], _KnownPart] = LruCache(PARTS_BYTES, lambda known: known.size)
        self.trim = JournalTrim(max_bytes)

    def opened(self, writer: sqlite3.Connection) -> None:
        """Note that the file was opened, and take journals from sandboxes that do not exist. Raises sqlite3.Error."""
        self._numbers.clear()
        self._parts.clear()
        for (sandbox,) in writer.execute(FIND_OTHERS).fetchall():
            self.delete(writer, sandbox)

    def put(self, sandbox: str, record: EntryRecord, *, is_pinned: bool = False) -> None:
        """Store an entry, or replace it. Raises StoreUnavailableError."""
        if not is_pinned and self._put_at_once(sandbox, record):
            return
        with self._transaction() as writer:
            journal = self._number(writer, sandbox)
            head = self._row(writer, journal, record.head)
            response = self._row(writer, journal, record.response)
            writer.execute(PUT_ENTRY, _values(record, journal, head, response))
            if is_pinned:
                writer.execute(PIN, (sandbox, journal, record.id))
        self.trim.added(journal, record.size)

    def _put_at_once(self, sandbox: str, record: EntryRecord) -> bool:
        """Store an entry by one statement if the journal has its parts; return whether it did."""
        journal = self._numbers.get(sandbox)
        if journal is None:
            return False
        try:
            writer = self._file.writer
            with self._file.lock:  # parts are not deleted meanwhile
                head = self._known_row(journal, record.head)
                response = self._known_row(journal, record.response)
                if head is None or response is None:
                    return False
                writer.execute(PUT_ENTRY, _values(record, journal, head, response))
        except (sqlite3.Error, StoreError) as error:
            raise StoreUnavailableError(str(error)) from error
        self._written()
        self.trim.added(journal, record.size)
        return True

    def clear(self, sandbox: str, issued: int) -> None:
        """Remove all entries but the pinned ones. Raises StoreUnavailableError."""
        with self._transaction() as writer:
            self._retire(writer, sandbox)
            writer.execute(CREATE, (sandbox, issued))

    def delete(self, writer: sqlite3.Connection, sandbox: str) -> None:
        """Delete the journal and the pins of a sandbox, as part of a transaction. Raises sqlite3.Error."""
        self._retire(writer, sandbox)
        writer.execute(UNPIN_ALL, (sandbox,))

    def _retire(self, writer: sqlite3.Connection, sandbox: str) -> None:
        self._numbers.remove(sandbox)
        writer.execute(RETIRE, (sandbox,))
        self.trim.has_retired = True

    def pin(self, sandbox: str, identifier: int) -> None:
        """Keep an entry when the journal does not anymore. Raises StoreUnavailableError."""
        with self._transaction() as writer:
            writer.execute(PIN, (sandbox, self._number(writer, sandbox), identifier))

    def unpin(self, sandbox: str, identifier: int) -> None:
        """Keep an entry only as long as the journal does. Raises StoreUnavailableError."""
        with self._transaction() as writer:
            writer.execute(UNPIN, {"sandbox": sandbox, "id": identifier})
        self.trim.has_retired = True

    def load(self, sandbox: str) -> JournalRecord:
        """Return the journal of a sandbox; in any thread. Raises StoreUnavailableError."""
        with self._file.reading() as reader:
            return load(reader, sandbox)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit what the block writes; what it noted is forgotten if that fails. Raises StoreUnavailableError."""
        try:
            with failures(), self._file.transaction() as writer:
                yield writer
        except BaseException:
            self._numbers.clear()
            self._parts.clear()
            raise
        self._written()

    def _number(self, writer: sqlite3.Connection, sandbox: str) -> int:
        number = self._numbers.get(sandbox)
        if number is None:
            row = writer.execute(FIND, (sandbox,)).fetchone()
            number = row[0] if row is not None else writer.execute(CREATE, (sandbox, 0)).lastrowid
            assert number is not None
            self._numbers.put(sandbox, number)
        return number

    def _known_row(self, journal: int, part: Part) -> int | None:
        known = self._parts.get((journal, id(part)))
        return known.row if known is not None and known.sweeps == self.trim.sweeps else None

    def _row(self, writer: sqlite3.Connection, journal: int, part: Part) -> int:
        """Return the row of a part, stored now if the journal does not have it."""
        known = self._known_row(journal, part)
        if known is not None:
            return known
        row = writer.execute(PUT_PART, (journal, part.facts.exact, part.facts.data, part.body)).lastrowid
        assert row is not None
        self._parts.put((journal, id(part)), _KnownPart(part, row, self.trim.sweeps))
        return row


def _values(record: EntryRecord, journal: int, head: int, response: int) -> tuple[int | bool | bytes, ...]:
    data, exact = record.facts
    return journal, record.id, FORMAT, head, response, exact, data, record.body

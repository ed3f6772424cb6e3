"""Delete what the journals in a SQLite store have no room for, in another thread, in short transactions."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext

from mockorders.store.sqlite_journal_reading import MAX_ENTRIES
from mockorders.store.sqlite_writing import Turn

BATCH = 100
SPARE_ENTRIES = 400  # that a journal may have more, until it is trimmed

JOURNALS = "SELECT journal FROM journals"
RETIRED = "SELECT journal FROM journals WHERE sandbox IS NULL"
NOT_PINNED = "entry NOT IN (SELECT entry FROM pins)"
OF_RETIRED = f"SELECT entry, journal FROM entries WHERE journal = ? AND {NOT_PINNED} LIMIT {BATCH}"  # noqa: S608
FIRST_KEPT = f"SELECT id FROM entries WHERE journal = ? ORDER BY id DESC LIMIT 1 OFFSET {MAX_ENTRIES - 1}"  # noqa: S608
BEFORE = f"SELECT entry, journal FROM entries WHERE journal = ? AND id < ? AND {NOT_PINNED} LIMIT {BATCH}"  # noqa: S608
OLDEST = f"""
    SELECT entry, entries.journal, length(entries.facts) + length(entries.body) + length(entry_parts.body)
    FROM entries LEFT JOIN entry_parts ON part = response WHERE {NOT_PINNED} ORDER BY entry LIMIT {BATCH}
"""  # noqa: S608
DELETE = "DELETE FROM entries WHERE entry = ?"
COUNT_EVICTED = "UPDATE journals SET evicted = evicted + ? WHERE journal = ?"
DELETE_JOURNAL = """
    DELETE FROM journals WHERE journal = :journal AND sandbox IS NULL
    AND NOT EXISTS (SELECT 1 FROM entries WHERE journal = :journal)
"""
DELETE_PARTS = f"""
    DELETE FROM entry_parts WHERE part IN (SELECT part FROM entry_parts WHERE journal = :journal AND part NOT IN
    (SELECT head FROM entries WHERE journal = :journal UNION SELECT response FROM entries WHERE journal = :journal)
    LIMIT {BATCH})
"""  # noqa: S608
SIZE = """
    SELECT coalesce(sum(size), 0) FROM (SELECT sum(length(facts) + length(body)) AS size FROM entries
    UNION ALL SELECT sum(length(facts) + length(body)) FROM entry_parts)
"""


class JournalTrim:
    """Keeps the journals within 1,000 entries each, apart from a few, and `max_bytes` together.

    `sweeps` is increased, within the transaction, whenever parts that no entry has are deleted: so a row that was known
    before may not exist anymore. `has_retired` is whether there may be journals, or unpinned entries, to delete.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._size: int | None = None  # at most that of the file; None until it is known
        self._counts: Counter[int] = Counter()  # entries of each journal since it was trimmed
        self._turn: Turn = nullcontext()
        self.sweeps = 0
        self.has_retired = True

    def added(self, journal: int, size: int) -> None:
        """Count an entry."""
        self._counts[journal] += 1
        if self._size is not None:
            self._size += size

    @property
    def is_due(self) -> bool:
        """Whether there is something to delete."""
        is_full = self._size is None or self._size > self._max_bytes
        return self.has_retired or is_full or any(each > SPARE_ENTRIES for each in list(self._counts.values()))

    def run(self, writer: sqlite3.Connection, turn: Turn) -> None:
        """Delete what there is no room for. Raises sqlite3.Error."""
        self._turn = turn
        if self.has_retired:
            self.has_retired = False
            for (journal,) in writer.execute(RETIRED).fetchall():
                self._delete(writer, OF_RETIRED, (journal,))
                self._sweep(writer, journal)
                with self._turn:
                    writer.execute(DELETE_JOURNAL, {"journal": journal})
        for journal, count in list(self._counts.items()):
            if count > SPARE_ENTRIES:
                del self._counts[journal]
                self._trim(writer, journal)
        if self._size is None or self._size > self._max_bytes:
            self._limit(writer)

    def run_all(self, writer: sqlite3.Connection) -> None:
        """Delete everything that is too much, in all journals. Raises sqlite3.Error."""
        self.run(writer, nullcontext())
        for (journal,) in writer.execute(JOURNALS).fetchall():
            self._trim(writer, journal)
            self._sweep(writer, journal)

    def _trim(self, writer: sqlite3.Connection, journal: int) -> None:
        row = writer.execute(FIRST_KEPT, (journal,)).fetchone()
        if row is not None:
            self._delete(writer, BEFORE, (journal, row[0]))
            self._sweep(writer, journal)

    def _limit(self, writer: sqlite3.Connection) -> None:
        """Delete the oldest entries of all journals until the rest fits."""
        self._size = writer.execute(SIZE).fetchone()[0]
        while self._size > self._max_bytes:
            with self._turn, _transaction(writer):
                counts = _delete_rows(writer, list(_first(writer.execute(OLDEST), self._size - self._max_bytes)))
            if not counts:
                return
            for journal in counts:
                self._sweep(writer, journal)
            self._size = writer.execute(SIZE).fetchone()[0]

    def _delete(self, writer: sqlite3.Connection, query: str, values: tuple[int, ...]) -> None:
        """Delete the entries of a query, in batches."""
        deleted = BATCH
        while deleted == BATCH:
            with self._turn, _transaction(writer):
                deleted = _delete_rows(writer, writer.execute(query, values).fetchall()).total()

    def _sweep(self, writer: sqlite3.Connection, journal: int) -> None:
        """Delete the parts that no entry has."""
        deleted = BATCH
        while deleted == BATCH:
            with self._turn, _transaction(writer):
                self.sweeps += 1
                deleted = writer.execute(DELETE_PARTS, {"journal": journal}).rowcount


def _first(rows: Iterable[tuple[int, int, int | None]], size: int) -> Iterator[tuple[int, int]]:
    """Yield the first entries and their journals, until they have a size together."""
    for entry, journal, each in rows:
        yield entry, journal
        size -= each or 0
        if size <= 0:
            return


def _delete_rows(writer: sqlite3.Connection, rows: Sequence[tuple[int, int]]) -> Counter[int]:
    """Delete entries, and count them as evicted; return their number by journal."""
    counts = Counter([journal for _, journal in rows])
    writer.executemany(DELETE, [(entry,) for entry, _ in rows])
    writer.executemany(COUNT_EVICTED, [(count, journal) for journal, count in counts.items()])
    return counts


@contextmanager
def _transaction(writer: sqlite3.Connection) -> Iterator[None]:
    writer.execute("BEGIN IMMEDIATE")
    try:
        yield
        writer.execute("COMMIT")
    except BaseException:
        if writer.in_transaction:
            writer.rollback()
        raise

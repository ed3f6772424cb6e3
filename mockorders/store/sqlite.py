"""The SQLite engine: one file, written by one process, committed before `append` returns."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress

from mockorders.real_time import monotonic
from mockorders.store import sqlite_schema
from mockorders.store.group_sync import GroupSync, flush_file
from mockorders.store.known_names import KnownNames
from mockorders.store.metrics import StoreMetrics
from mockorders.store.records import (
    FORMAT,
    ChangeRecord,
    Document,
    Head,
    StoredSandbox,
    StoreError,
    StoreUnavailableError,
    Summary,
)
from mockorders.store.sqlite_compaction import compact
from mockorders.store.sqlite_file import StoreFile, failures
from mockorders.store.sqlite_reading import find_head, load, load_fixtures, recent_names, summaries

WAL_COMMITS = 4_000  # after so many, the log is copied to the database
CHECKPOINT_CHANGES = 500  # of a sandbox, after which they are merged

INSERT = "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
PUT_SNAPSHOT = "INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?, ?)"
DELETE_SNAPSHOT = "DELETE FROM snapshots WHERE sandbox = ? AND name = ?"
PUT_FIXTURES = "INSERT OR IGNORE INTO fixtures VALUES (?, ?, ?)"
OF_SANDBOX = ("changes", "checkpoints", "snapshots")


class SqliteStore:
    """A store in a SQLite file, which only this process writes. Raises StoreError if it cannot be opened.

    A change survives the end of the process when `append` returns. With `full`, it also survives a loss of power once
    `settle` returns. `metrics` counts the changes.
    """

    def __init__(self, location: str, *, full: bool = False) -> None:
        self.location = location
        self.metrics = StoreMetrics()
        self.sync = GroupSync(self._flush) if full else None
        self._known = KnownNames()
        self.file = StoreFile(location, self._known.read)
        self._commits = 0
        self._counts: Counter[str] = Counter()  # changes of each sandbox since they were merged
        self.open()

    def open(self) -> None:
        """Open the store if it is closed. Raises StoreError."""
        self.file.open()

    def close(self) -> None:
        """Release the file; it is opened again when it is needed."""
        self.file.close()

    def append(self, record: ChangeRecord) -> None:
        """Append a change. Raises StoreUnavailableError."""
        started = monotonic()
        try:
            if record.snapshots:
                self._append_with_snapshots(record)
            else:
                _insert(self.file.writer, record)  # a transaction of its own
        except (sqlite3.Error, StoreError) as error:
            self.metrics.failures += 1
            raise StoreUnavailableError(str(error)) from error
        self._commits += 1
        if self.sync is not None:
            self.sync.written()
        self._known.add(record.sandbox)
        is_replacement = record.head.version == 1 and record.head.generation > 1
        self._counts[record.sandbox] += CHECKPOINT_CHANGES if is_replacement else 1
        self.metrics.add(len(record.changes.data), monotonic() - started)

    async def settle(self) -> None:
        """With `full`, wait until all changes are on the disk. Raises StoreUnavailableError."""
        if self.sync is not None:
            await self.sync.wait()

    @property
    def is_settled(self) -> bool:
        """Whether `settle` would not wait."""
        return self.sync is None or not self.sync.is_behind

    def _flush(self) -> None:
        flush_file(self.file.path.with_name(f"{self.file.path.name}-wal"))

    def _append_with_snapshots(self, record: ChangeRecord) -> None:
        with self.file.transaction() as writer:
            _insert(writer, record)
            for snapshot, document in record.snapshots.items():
                _put_snapshot(writer, record.sandbox, snapshot, document)

    def head(self, sandbox: str) -> Head | None:
        """Return the last change of a sandbox, or None if the store does not have it."""
        if self._is_unknown(sandbox):
            return None
        with failures():
            return find_head(self.file.writer, sandbox)

    def _is_unknown(self, sandbox: str) -> bool:
        """Whether the store certainly does not have a sandbox, which is known without reading it."""
        return self.file.is_open and self._known.lacks(sandbox)

    def load(self, sandbox: str) -> StoredSandbox | None:
        """Return what a sandbox is rebuilt from, or None; in any thread."""
        with self.file.reading() as reader:
            return load(reader, sandbox)

    def delete(self, sandbox: str) -> None:
        """Delete a sandbox with its snapshots."""
        if self._is_unknown(sandbox):
            return
        with failures(), self.file.transaction() as writer:
            for table in OF_SANDBOX:
                writer.execute(f"DELETE FROM {table} WHERE sandbox = ?", (sandbox,))  # noqa: S608 - a constant
        self._counts.pop(sandbox, None)
        if self.sync is not None:
            self.sync.written()
        self._known.discard(sandbox)

    def keep_fixtures(self, digest: str, document: Document) -> None:
        """Keep the records of a fixture document that is no file, unless the store has them; in any thread."""
        with failures(), closing(sqlite_schema.connect(self.file.path)) as writer:
            writer.execute(PUT_FIXTURES, (digest, document.exact, document.data))

    def load_fixtures(self, digest: str) -> Document:
        """Return such records; in any thread."""
        with self.file.reading() as reader:
            return load_fixtures(reader, digest)

    def recent(self, limit: int) -> list[str]:
        """Return the names of the sandboxes that were changed last, oldest first; in any thread."""
        with self.file.reading() as reader:
            return recent_names(reader, limit)

    def summaries(self) -> Iterator[Summary]:
        """Yield the sandboxes by name."""
        with self.file.reading() as reader:
            yield from summaries(reader)

    def maintain(self) -> None:
        """Merge the changes of sandboxes that have many, and copy SQLite's log to the database; in another thread.

        What fails, because the disk is full or a record is damaged, stays as it is: nothing is lost by that.
        """
        due = [name for name, count in list(self._counts.items()) if count >= CHECKPOINT_CHANGES]
        if not due and self._commits < WAL_COMMITS:
            return
        with suppress(sqlite3.Error, ValueError), closing(sqlite_schema.connect(self.file.path)) as writer:
            for name in due:
                self._counts.pop(name, None)
                compact(writer, name)
            self._commits = 0
            writer.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _insert(writer: sqlite3.Connection, record: ChangeRecord) -> None:
    name = record.sandbox
    generation, version = record.head
    data, exact = record.changes
    row = (name, generation, version, record.at, record.request, FORMAT, record.digest, exact, data)
    writer.execute(INSERT, row)


def _put_snapshot(writer: sqlite3.Connection, sandbox: str, name: str, document: Document | None) -> None:
    if document is None:
        writer.execute(DELETE_SNAPSHOT, (sandbox, name))
    else:
        writer.execute(PUT_SNAPSHOT, (sandbox, name, FORMAT, document.exact, document.data))

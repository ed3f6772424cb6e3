"""The SQLite engine: one file, written by one process, committed before `append` returns."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import suppress

from mockorders.concurrency import run_to_end
from mockorders.real_time import monotonic
from mockorders.store.group_sync import GroupSync, flush_file
from mockorders.store.known_names import KnownNames
from mockorders.store.metrics import StoreMetrics
from mockorders.store.records import (
    CHANGE,
    NO_COUNTS,
    ChangeRecord,
    Document,
    Head,
    StoredSandbox,
    StoreError,
    StoreUnavailableError,
    Summary,
)
from mockorders.store.sqlite_deletion import Deletions
from mockorders.store.sqlite_file import StoreFile, failures
from mockorders.store.sqlite_journals import SqliteJournals
from mockorders.store.sqlite_maintenance import CHECKPOINT_CHANGES, Maintenance
from mockorders.store.sqlite_reading import find_head, load, load_fixtures, recent_names, summaries
from mockorders.store.sqlite_writing import each_part, insert, put_fixtures, put_part, put_snapshots

MAX_JOURNAL_BYTES = 64 * 2**20


class SqliteStore:
    """A store in a SQLite file, which only this process writes. Raises StoreError if it cannot be opened.

    A change survives the end of the process when `append` returns. With `full`, it also survives a loss of power once
    `settle` returns. `metrics` counts the changes. `on_lost` is called, in any thread, when the disk has failed:
    changes that were not settled may be lost, and nothing can be used until `maintain` has recovered the file.
    `journals` are limited to `journal_bytes`.
    """

    def __init__(self, location: str, *, full: bool = False, journal_bytes: int = MAX_JOURNAL_BYTES) -> None:
        self.location = location
        self.metrics = StoreMetrics()
        self.sync = GroupSync(self._flush, self._suspect) if full else None
        self.on_lost: Callable[[], None] | None = None
        self._known = KnownNames()
        self.file = StoreFile(location, self._opened)
        self.journals = SqliteJournals(self.file, journal_bytes, self._written)
        self._deletions = Deletions(self.file)
        self._maintenance = Maintenance(self.file, self.sync, self.journals.trim)
        self.open()

    def open(self) -> None:
        """Open the store if it is closed. Raises StoreError."""
        self.file.open()

    def _opened(self, writer: sqlite3.Connection) -> None:
        self._known.read(writer)
        self.journals.opened(writer)

    def close(self) -> None:
        """Release the file; it is opened again when it is needed. SQLite copies the log to the database, if intact."""
        self._maintenance.recover()
        self.file.close()

    def append(self, record: ChangeRecord) -> None:
        """Append a change that has no parts. Raises StoreUnavailableError."""
        started = monotonic()
        try:
            if self._deletions.left_over:
                run_to_end(self._deletions.finish(record.sandbox))
            self._write(record, NO_COUNTS)
        except (sqlite3.Error, StoreError) as error:
            raise self._failed(error) from error
        self._appended(record, len(record.changes.data), started)

    def append_in_steps(self, record: ChangeRecord) -> Generator[None, None, None]:
        """Append a change with parts. Yields between them. Raises StoreUnavailableError."""
        started = monotonic()
        counts: Counter[str] = Counter()
        size = len(record.changes.data)
        try:
            yield from self._deletions.finish(record.sandbox)
            for name, part in each_part(record):
                with self.file.transaction() as writer:
                    put_part(writer, record, (name, counts[name]), part)
                counts[name] += 1
                size += len(part.data)
                yield
            self._write(record, counts)
        except (sqlite3.Error, StoreError) as error:
            raise self._failed(error) from error
        self._appended(record, size, started)

    def _failed(self, error: Exception) -> StoreUnavailableError:
        self.metrics.failures += 1
        return StoreUnavailableError(str(error))

    def _write(self, record: ChangeRecord, parts: Mapping[str, int]) -> None:
        if record.snapshots or record.clears_journal:
            with self.file.transaction() as writer:
                insert(writer, record, parts.get(CHANGE, 0))
                put_snapshots(writer, record, parts)
                if record.clears_journal:
                    self.journals.delete(writer, record.sandbox)
        else:
            writer = self.file.writer
            with self.file.lock:
                insert(writer, record, parts.get(CHANGE, 0))  # a transaction of its own

    def _appended(self, record: ChangeRecord, size: int, started: float) -> None:
        self._written()
        self._known.add(record.sandbox)
        is_replacement = record.head.version == 1 and record.head.generation > 1
        self._maintenance.counts[record.sandbox] += CHECKPOINT_CHANGES if is_replacement or record.snapshots else 1
        self.metrics.add(size, monotonic() - started)

    def _written(self) -> None:
        self._maintenance.commits += 1
        if self.sync is not None:
            self.sync.written()

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

    def _suspect(self) -> None:
        self.file.is_suspect = True
        if self.on_lost is not None:
            self.on_lost()

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

    def delete(self, sandbox: str) -> Generator[None, None, None]:
        """Delete a sandbox with its snapshots. Yields after the sandbox is gone, until its space is free."""
        if self._is_unknown(sandbox):
            return
        with failures():
            self._deletions.begin(sandbox, self.journals.delete)
        self._maintenance.counts.pop(sandbox, None)
        if self.sync is not None:
            self.sync.written()
        self._known.discard(sandbox)
        with suppress(sqlite3.Error, StoreError):  # it is tried again before the sandbox is created anew
            yield from self._deletions.finish(sandbox)

    def keep_fixtures(self, digest: str, documents: Iterable[Document]) -> None:
        """Keep the records of a fixture document that is no file, unless the store has them; in any thread."""
        with self.file.writing() as writer:
            put_fixtures(writer, self.file.turn, digest, documents)

    def load_fixtures(self, digest: str) -> list[Document]:
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
        """Do what keeps the store small and fast, or what recovers it, if it is time for that; in another thread."""
        self._maintenance.run()

"""The file of a SQLite store: its lock, and the connection that changes are written by."""

import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import NamedTuple

from mockorders.formats.store_location import path_of
from mockorders.store import sqlite_lock, sqlite_recovery, sqlite_schema
from mockorders.store.records import StoreError, StoreUnavailableError
from mockorders.store.sqlite_writing import delete_left_over

SUSPECT = "the disk failed, and what is intact is being recovered"
PAUSE_SECONDS = 0.001
JOURNAL_BYTES = 64 * 2**20  # the log is truncated to this length when it starts again


class _Handles(NamedTuple):
    """The open connections: the lock, and the one that changes are written by."""

    lock: sqlite3.Connection
    writer: sqlite3.Connection

    def close(self) -> None:
        for each in (self.writer, self.lock):
            with suppress(sqlite3.Error):
                each.close()


class WriteTurn:
    """Around each transaction of another thread, so that the event loop waits for one at most.

    SQLite itself would let it sleep and try again.
    """

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()
        time.sleep(PAUSE_SECONDS)


class StoreFile:
    """A SQLite file that only this process writes, open or closed; `writer` opens it.

    `on_open` is called with the connection whenever the file was opened. The writer holds `lock` while it writes; other
    threads have connections of their own, and a `turn` for each transaction. While the file `is_suspect`, because the
    disk may not have what was written, nothing can be read or written.
    """

    def __init__(self, location: str, on_open: Callable[[sqlite3.Connection], None]) -> None:
        self.location = location
        self.path = path_of(location)
        self._on_open = on_open
        self.is_suspect = False
        self.lock = threading.Lock()
        self.turn = WriteTurn(self.lock)
        self._opening = threading.Lock()
        self._handles: _Handles | None = None
        self._finalizer: weakref.finalize[[], StoreFile] | None = None

    @property
    def is_open(self) -> bool:
        """Whether the file is open."""
        return self._handles is not None

    @property
    def writer(self) -> sqlite3.Connection:
        """The connection that changes are written by. Raises StoreError if the file cannot be opened."""
        self._check()
        if self._handles is None:
            self.open()
        assert self._handles is not None
        return self._handles.writer

    def open(self) -> None:
        """Open the file if it is closed. Raises StoreError."""
        with self._opening:
            if self._handles is None:
                self._handles = self._open()
                self._finalizer = weakref.finalize(self, self._handles.close)

    def close(self) -> None:
        """Release the file."""
        with self._opening:
            if self._finalizer is not None:
                self._finalizer()
            self._handles = None

    def _open(self) -> _Handles:
        try:
            lock = sqlite_lock.acquire(self.path, self.location)
        except sqlite3.Error as error:
            raise self._unusable(error) from error
        try:
            sqlite_recovery.complete(self.path)
            writer = sqlite_schema.connect(self.path)
        except (sqlite3.Error, OSError) as error:
            lock.close()
            raise self._unusable(error) from error
        handles = _Handles(lock, writer)
        try:
            self._prepare(writer)
        except sqlite3.Error as error:
            handles.close()
            raise self._unusable(error) from error
        except StoreError:
            handles.close()
            raise
        return handles

    def _prepare(self, writer: sqlite3.Connection) -> None:
        sqlite_schema.prepare(writer, self.location)
        delete_left_over(writer)
        self._on_open(writer)
        writer.execute("PRAGMA synchronous = NORMAL")
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute(f"PRAGMA journal_size_limit = {JOURNAL_BYTES}")

    def _check(self) -> None:
        if self.is_suspect:
            raise StoreError(SUSPECT)

    def recover(self) -> None:
        """Replace the file by a copy of all that is intact in it. Raises StoreError, OSError or sqlite3.Error."""
        with self.lock, self._opening:
            if self._handles is None:
                return
            sqlite_recovery.recover(self.path, self._handles.writer.close)
            writer = sqlite_schema.connect(self.path)
            self._prepare(writer)
            self._handles = self._handles._replace(writer=writer)
            self._finalizer = weakref.finalize(self, self._handles.close)
        self.is_suspect = False

    def _unusable(self, error: Exception) -> StoreError:
        return StoreError(f"{self.location}: expected a file that can be read and written: {error}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit what the block writes, or roll it back. Raises sqlite3.Error or StoreError."""
        writer = self.writer
        with self.lock:
            writer.execute("BEGIN IMMEDIATE")
            try:
                yield writer
                writer.execute("COMMIT")
            except BaseException:
                if writer.in_transaction:
                    writer.rollback()
                raise

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Return a connection of its own for another thread to write by. Raises StoreUnavailableError."""
        with failures():
            self._check()
            with closing(sqlite_schema.connect(self.path)) as writer:
                yield writer

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Return a connection of its own, for any thread. Raises StoreUnavailableError."""
        with failures():
            self._check()
            with closing(sqlite_schema.connect(self.path)) as reader:
                yield reader


@contextmanager
def failures() -> Iterator[None]:
    """Raise StoreUnavailableError for errors of SQLite."""
    try:
        yield
    except (sqlite3.Error, StoreError) as error:
        raise StoreUnavailableError(str(error)) from error

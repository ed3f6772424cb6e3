"""The lock of a SQLite store, so that one process at a time writes it.

It is SQLite's own lock of a second file, which works on all platforms and ends with the process, however that ends.
"""

import sqlite3
from contextlib import suppress
from pathlib import Path

from mockorders.store.records import StoreError

SUFFIX = "-lock"


def acquire(path: Path, location: str) -> sqlite3.Connection:
    """Return a connection that holds the lock until it is closed. Raises StoreError if another process has it."""
    lock = sqlite3.connect(str(path) + SUFFIX, isolation_level=None, timeout=0, check_same_thread=False)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        with suppress(sqlite3.Error):
            lock.close()
        if "locked" not in str(error):
            raise
        message = f"{location} is in use by another process of mockorders; a store has one server"
        raise StoreError(message) from error
    return lock

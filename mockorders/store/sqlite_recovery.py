"""Recover a SQLite store whose log could not be put on the disk.

After that, the operating system may have dropped what it could not write, and report success next time. What was put
on the disk before is intact, and so is what is in the log before the first frame with a wrong checksum. SQLite checks
these only when it opens a log, so a copy of the files is opened, and replaces them.
"""

import os
import shutil
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from mockorders.store import sqlite_schema
from mockorders.store.group_sync import flush_file
from mockorders.store.records import StoreError

LOG = "-wal"
INDEX = "-shm"
COPYING = "-recovering"
COPY = "-recovered"  # once it is complete; it takes the place of the store, also after a restart


def recover(path: Path, close: Callable[[], None]) -> None:
    """Replace a store, which `close` closes, by what is intact in it. Raises OSError, StoreError or sqlite3.Error."""
    if not _beside(path, COPY).exists():
        copying = _beside(path, COPYING)
        _copy(path, copying)
        copying.replace(_beside(path, COPY))
        _flush_folder(path.parent)
    close()  # SQLite may copy the log to the database now, which is not used anymore
    complete(path)


def complete(path: Path) -> None:
    """Let a recovered copy take the place of a store that is closed, if there is one. Raises OSError."""
    copy = _beside(path, COPY)
    if not copy.exists():
        return
    for suffix in (LOG, INDEX):
        _beside(path, suffix).unlink(missing_ok=True)
    copy.replace(path)
    _flush_folder(path.parent)


def _copy(path: Path, copy: Path) -> None:
    """Copy what is intact in a store, and put it on the disk."""
    for suffix in ("", LOG, INDEX):
        _beside(copy, suffix).unlink(missing_ok=True)
    shutil.copyfile(path, copy)
    with suppress(FileNotFoundError):
        shutil.copyfile(_beside(path, LOG), _beside(copy, LOG))
    with closing(sqlite_schema.connect(copy)) as connection:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if found != "ok":
        message = f"the file is damaged: {found}"
        raise StoreError(message)
    flush_file(copy)


def _beside(path: Path, suffix: str) -> Path:
    """Return the path of a file beside a store, as SQLite names them."""
    return path.with_name(path.name + suffix)


def _flush_folder(path: Path) -> None:
    """Put the names in a folder on the disk, where that is possible. Raises OSError."""
    if os.name == "nt":
        return
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

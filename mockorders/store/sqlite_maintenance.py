"""What keeps a SQLite store small and fast, or recovers it, in another thread than its event loop."""

import logging
import sqlite3
from collections import Counter
from contextlib import suppress

from mockorders.store.group_sync import GroupSync
from mockorders.store.records import DAMAGE, StoreError, StoreUnavailableError
from mockorders.store.sqlite_compaction import compact
from mockorders.store.sqlite_file import StoreFile
from mockorders.store.sqlite_journal_trim import JournalTrim

WAL_COMMITS = 4_000  # after so many, the log is copied to the database
CHECKPOINT_CHANGES = 500  # of a sandbox, after which they are merged
MAX_COUNTED = 100_000  # sandboxes
FEW_CHANGES = 10

log = logging.getLogger("mockorders")


class Maintenance:
    """Merges changes, copies SQLite's log to the database, and recovers the file if the disk has failed.

    `commits` counts the transactions since the log was copied, `counts` the changes of each sandbox since they were
    merged.
    """

    def __init__(self, file: StoreFile, sync: GroupSync | None, trim: JournalTrim) -> None:
        self.commits = 0
        self.counts: Counter[str] = Counter()
        self._file = file
        self._sync = sync
        self._trim = trim

    def run(self) -> None:
        """Do what is due.

        What fails, because the disk is full or a record is damaged, stays as it is: nothing is lost by that.
        """
        self.recover()
        self._forget_few()
        due = [name for name, count in list(self.counts.items()) if count >= CHECKPOINT_CHANGES]
        if not due and self.commits < WAL_COMMITS and not self._trim.is_due:
            return
        with suppress(StoreUnavailableError, StoreError, *DAMAGE), self._file.writing() as writer:
            for name in due:
                self.counts.pop(name, None)
                compact(writer, name, self._file.turn)
            self._trim.run(writer, self._file.turn)
            self.commits = 0
            self.copy_log(writer)

    def _forget_few(self) -> None:
        """Count no longer the sandboxes that have few changes, if there are many."""
        if len(self.counts) > MAX_COUNTED:
            for name, count in list(self.counts.items()):
                if count < FEW_CHANGES:
                    self.counts.pop(name, None)

    def copy_log(self, writer: sqlite3.Connection) -> None:
        """Copy SQLite's log to the database, which puts both on the disk. Raises sqlite3.Error."""
        try:
            writer.execute("PRAGMA wal_checkpoint(PASSIVE)")
        except sqlite3.Error as error:
            if self._sync is not None:
                self._sync.fail(error)
            raise

    def recover(self) -> None:
        """Recover the file if the disk has failed."""
        if self._sync is None or not self._file.is_suspect:
            return
        try:
            self._file.recover()
        except (sqlite3.Error, OSError, StoreError):
            log.exception("the store cannot be recovered yet")
            return
        self._sync.recover()
        log.warning("the store was recovered after an error of the disk; nothing that was acknowledged is lost")

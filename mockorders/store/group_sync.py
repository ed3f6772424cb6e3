"""Wait until changes are on the disk; one flush serves all that wait for it."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

from mockorders.store.records import StoreUnavailableError


class GroupSync:
    """Counts the changes that were written, and those that are on the disk.

    `flush` puts everything that was written before on the disk; it runs in a thread, once at a time. After one that
    failed, the next one may succeed although what it should have written is lost. So waiting fails until `recover` is
    called. `on_failure` is called in any thread.
    """

    def __init__(self, flush: Callable[[], None], on_failure: Callable[[], None]) -> None:
        self._flush = flush
        self._on_failure = on_failure
        self._failure = ""
        self._written = 0
        self._flushed = 0
        self._flushing: asyncio.Task[None] | None = None

    def written(self) -> None:
        """Note that a change was written."""
        self._written += 1

    @property
    def is_behind(self) -> bool:
        """Whether a change that was written may not be on the disk yet."""
        return bool(self._failure) or self._flushed < self._written

    def fail(self, error: Exception) -> None:
        """Note that changes may be lost that were written."""
        self._failure = str(error) or type(error).__name__
        self._on_failure()

    def recover(self) -> None:
        """Note that what is in the file now is on the disk."""
        self._failure = ""
        self._flushed = self._written

    async def wait(self) -> None:
        """Wait until all changes that were written before are on the disk. Raises StoreUnavailableError."""
        target = self._written
        while self._failure or self._flushed < target:
            if self._failure:
                raise StoreUnavailableError(self._failure)
            if self._flushing is None:
                self._flushing = asyncio.create_task(self._run())
            await asyncio.shield(self._flushing)

    async def _run(self) -> None:
        target = self._written
        try:
            await asyncio.to_thread(self._flush)
        except OSError as error:
            self.fail(error)
            raise StoreUnavailableError(self._failure) from error
        finally:
            self._flushing = None
        self._flushed = target


def flush_file(path: Path) -> None:
    """Put what was written to a file, by any handle, on the disk. Raises OSError."""
    with path.open("rb+") as file:
        if sys.platform == "darwin":
            import fcntl

            fcntl.fcntl(file.fileno(), fcntl.F_FULLFSYNC)  # macOS flushes the cache of the disk only so
        else:
            os.fsync(file.fileno())

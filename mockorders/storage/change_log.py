"""The reads and writes of one request, in all collections of a sandbox."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from mockorders.budget import Charge, MemoryAccount

if TYPE_CHECKING:
    from mockorders.storage.access import ReadLog
    from mockorders.storage.collection import Collection


class Unchanged(Enum):
    """The previous value of an id that had no entry in a collection's changes."""

    YES = auto()


PreviousRecord = Mapping[str, Any] | Unchanged | None


class Version:
    """Identifies what a sandbox's records are at one time. Caches refer to it weakly, and so notice that it is gone."""

    __slots__ = ("__weakref__",)


class ChangeLog:
    """The reads and writes of one request, in all collections of one sandbox.

    `writes` holds the previous value of every record changed since the last commit, oldest first, for a rollback.
    `reads` is None while reads are not recorded. `version` is a new object after every change in any of the
    collections, and the initial one before the first. `account` counts the memory of changes, unless it is None.
    """

    __slots__ = ("account", "reads", "version", "writes")

    def __init__(self, version: Version | None = None, account: MemoryAccount | None = None) -> None:
        self.account = account
        self.version = version or Version()
        self.reads: ReadLog | None = None
        self.writes: list[tuple[Collection, int, PreviousRecord, Charge | None]] = []

    @property
    def is_recording(self) -> bool:
        """Whether the next read will be recorded."""
        return self.reads is not None and not self.reads.is_full

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Do not record reads in the meantime."""
        reads = self.reads
        self.reads = None
        try:
            yield
        finally:
            self.reads = reads

    def read(self, collection: str, identifiers: Sequence[int]) -> None:
        """Record reads of a collection, unless reads are not recorded."""
        if self.reads is not None:
            self.reads.add(collection, identifiers)

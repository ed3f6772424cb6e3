"""The records that a request reads and writes, for its journal entry."""

from collections.abc import Sequence
from itertools import chain, repeat
from typing import NamedTuple

from mockorders.storage.record_changes import RecordChange

MAX_RECORDED_READS = 64
ACCESS_BYTES = 100  # of a record that was read or written


class ReadRun(NamedTuple):
    """Records of one collection that were read one after the other."""

    collection: str
    identifiers: Sequence[int]


class ReadLog:
    """The first 64 records that a request reads, in the order in which it does."""

    __slots__ = ("_left", "runs")

    def __init__(self) -> None:
        self.runs: list[ReadRun] = []
        self._left = MAX_RECORDED_READS

    @property
    def is_full(self) -> bool:
        """Whether no further read will be recorded."""
        return self._left == 0

    def add(self, collection: str, identifiers: Sequence[int]) -> None:
        """Record reads of a collection, up to the limit."""
        if self._left:
            run = identifiers[: self._left]
            self.runs.append(ReadRun(collection, run))
            self._left -= len(run)


class RecordAccess(NamedTuple):
    """The records that a request read (the first 64) and wrote, as pairs of `api.collection` and id.

    `changes` says what the writes changed, of the first 20 records.
    """

    runs: Sequence[ReadRun] = ()
    writes: tuple[tuple[str, int], ...] = ()
    changes: tuple[RecordChange, ...] = ()

    @property
    def reads(self) -> tuple[tuple[str, int], ...]:
        """The records that were read, each once."""
        pairs = (zip(repeat(run.collection), run.identifiers, strict=False) for run in self.runs)
        return tuple(dict.fromkeys(chain.from_iterable(pairs)))

    @property
    def size(self) -> int:
        """The approximate number of bytes in memory."""
        records = len(self.writes) + sum([len(run.identifiers) for run in self.runs])
        changes = sum([change.size for change in self.changes]) if self.changes else 0
        return ACCESS_BYTES * records + changes

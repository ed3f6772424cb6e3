"""What is cached of rendered records and lists, and how it is checked against the records that it was made from."""

from collections.abc import Mapping, Sequence
from itertools import chain, compress, count
from operator import is_not
from typing import NamedTuple, Self

from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables
from mockorders.storage.views import ReadTracker, View

OVERHEAD_BYTES = 800
READ_BYTES = 150
REFERENCE_BYTES = 8
MANY_READS = 500
CHUNK_RECORDS = 10
LONG_TEXT_BYTES = 16 * 2**10  # a longer one is counted twice, because its record holds about the same


class CachedView:
    """A rendered record, the reads it depends on, and the table versions at which they were last verified.

    `is_long` is set if so many records were read that other requests should run before the next one is rendered.
    """

    __slots__ = ("_reads", "_record", "_versions", "_view", "is_long", "size", "tables", "text")

    def __init__(self, view: View, record: Record, reads: ReadTracker, text: bytes) -> None:
        # The cache's key consists of the identities of both objects; these references keep them from being reused.
        self._view = view
        self._record = record
        self._reads = reads.reads
        self.tables = tuple(dict.fromkeys([name for name, _, _ in self._reads]))
        self.text = text
        length = len(text) + max(0, len(text) - LONG_TEXT_BYTES)
        found = sum([len(seen) for (_, field, _), seen in self._reads.items() if field is not None])
        self.is_long = len(self._reads) + found >= MANY_READS
        self.size = OVERHEAD_BYTES + READ_BYTES * len(self._reads) + REFERENCE_BYTES * found + length  # approximately
        self._record_versions(reads.tables)

    def is_fresh(self, tables: Tables) -> bool:
        """Check whether the record would be rendered the same from `tables`, which may be another sandbox's."""
        for name, version in self._versions:
            if tables[name].version is not version:
                return self._reads_are_unchanged(tables)
        return True

    def replay_reads(self, tables: Tables) -> None:
        """Log the reads of the first rendering, so that `explain` lists the same records on a cache hit."""
        log = tables.log
        for (name, field, key), seen in self._reads.items():
            if not log.is_recording:
                return
            if field is not None:
                log.read(tables[name].name, [record["id"] for record in seen])
            elif key is not None:
                log.read(tables[name].name, (key,))

    def _reads_are_unchanged(self, tables: Tables) -> bool:
        for (name, field, key), seen in self._reads.items():
            if field is None and tables[name].get(key) is not seen:
                return False
            if field is not None and not _are_identical(tables[name].where(field, key), seen):
                return False
        self._record_versions(tables)
        return True

    def _record_versions(self, tables: Tables) -> None:
        self._versions = [(name, tables[name].version) for name in self.tables]


def _are_identical(records: Sequence[Record], others: Sequence[Record]) -> bool:
    return len(records) == len(others) and all(one is other for one, other in zip(records, others, strict=True))


class CachedPage(NamedTuple):
    """A rendered list: its records, their cached views, and the table versions at which all of them were fresh.

    `chunks` are the texts of 10 records each, so that few of them have to be joined again when records change.
    """

    view: View  # a reference, so that the identity in the cache's key is not reused
    records: Sequence[Record]
    entries: Sequence[CachedView]
    versions: Mapping[str, object]
    chunks: Sequence[bytes]
    size: int  # of what would be freed with the page if its views were evicted, approximately, in bytes

    @classmethod
    def of(cls, view: View, records: Sequence[Record], entries: Sequence[CachedView], tables: Tables) -> Self:
        """Return the page of records, and of their views as of `tables`."""
        names = set(chain.from_iterable({entry.tables for entry in entries}))
        versions = {name: tables[name].version for name in names}
        chunks = [_chunk(entries, number) for number in range((len(entries) - 1) // CHUNK_RECORDS + 1)]
        size = sum([entry.size for entry in entries]) + sum(map(len, chunks))
        return cls(view, records, entries, versions, chunks, size)

    def is_fresh(self, tables: Tables) -> bool:
        """Check whether no table that was read has changed."""
        return all(tables[name].version is version for name, version in self.versions.items())

    def changed(self, records: Sequence[Record]) -> list[int]:
        """Return the positions at which other records, as many as these, differ."""
        return list(compress(count(), map(is_not, records, self.records)))

    def with_views(self, views: Mapping[int, CachedView], records: Sequence[Record], tables: Tables) -> "CachedPage":
        """Return the page of as many records; `views` has those as of `tables` that may differ, by position."""
        entries = list(self.entries)
        chunks = list(self.chunks)
        size = self.size
        changed = {position: view for position, view in views.items() if view is not entries[position]}
        for position, view in changed.items():
            size += view.size - entries[position].size
            entries[position] = view
        for number in {position // CHUNK_RECORDS for position in changed}:
            size -= len(chunks[number])
            chunks[number] = _chunk(entries, number)
            size += len(chunks[number])
        names = set(self.versions).union(*{view.tables for view in changed.values()})
        versions = {name: tables[name].version for name in names}
        return CachedPage(self.view, records, entries, versions, chunks, size)


def _chunk(entries: Sequence[CachedView], number: int) -> bytes:
    """Return the texts of the 10 records with a number, each after a comma except the first of all."""
    start = number * CHUNK_RECORDS
    texts = [entry.text for entry in entries[start : start + CHUNK_RECORDS]]
    return b",".join([b"", *texts] if number else texts)

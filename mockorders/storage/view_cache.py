"""A cache of rendered records, each validated and encoded once for each view."""

from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from itertools import chain, compress, count, product
from operator import is_not
from typing import NamedTuple

from mockorders.caching import LruCache
from mockorders.errors import ResponseValidationError
from mockorders.formats.serialization import dump_json
from mockorders.storage.collection import Record
from mockorders.storage.encoding import EncodedList, compact
from mockorders.storage.state import Tables
from mockorders.storage.views import ReadTracker, View
from mockorders.validation.validator import Validator

MAX_BYTES = 48 * 2**20
OVERHEAD_BYTES = 800
READ_BYTES = 150
BATCH_SIZE = 64
MAX_PAGE_RECORDS = 128
MAX_PAGES_BYTES = 16 * 2**20
CHUNK_RECORDS = 10
LONG_TEXT_BYTES = 16 * 2**10  # a longer one is counted twice, because its record holds about the same


class _CachedView:
    """A rendered record, the reads it depends on, and the table versions at which they were last verified."""

    __slots__ = ("_reads", "_record", "_versions", "_view", "size", "tables", "text")

    def __init__(self, view: View, record: Record, reads: ReadTracker, text: bytes) -> None:
        # The cache's key consists of the identities of both objects; these references keep them from being reused.
        self._view = view
        self._record = record
        self._reads = reads.reads
        self.tables = tuple(dict.fromkeys(read[0] for read in reads.reads))
        self.text = text
        length = len(text) + max(0, len(text) - LONG_TEXT_BYTES)
        self.size = OVERHEAD_BYTES + READ_BYTES * len(self._reads) + length  # approximately, in bytes
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
        for name, field, key, seen in self._reads:
            if field is not None:
                log.read_all(tables[name].name, [record["id"] for record in seen])
            elif key is not None:
                log.read(tables[name].name, key)

    def _reads_are_unchanged(self, tables: Tables) -> bool:
        for name, field, key, seen in self._reads:
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


class _CachedPage(NamedTuple):
    """A rendered list: its records, their cached views, and the table versions at which all of them were fresh.

    `chunks` are the texts of 10 records each, so that few of them have to be joined again when records change.
    """

    view: View  # a reference, so that the identity in the cache's key is not reused
    records: Sequence[Record]
    entries: Sequence[_CachedView]
    versions: Mapping[str, object]
    chunks: Sequence[bytes]
    size: int  # of what would be freed with the page if its views were evicted, approximately, in bytes

    def is_fresh(self, tables: Tables) -> bool:
        """Check whether no table that was read has changed."""
        return all(tables[name].version is version for name, version in self.versions.items())

    def changed(self, records: Sequence[Record]) -> list[int]:
        """Return the positions at which other records, as many as these, differ."""
        return list(compress(count(), map(is_not, records, self.records)))


def _join(entries: Sequence[_CachedView], previous: _CachedPage | None) -> list[bytes]:
    """Return the texts of 10 records each, after a comma except the first; reuse those of a previous page."""
    chunks = []
    for start in range(0, len(entries), CHUNK_RECORDS):
        own = entries[start : start + CHUNK_RECORDS]
        if previous is not None and own == previous.entries[start : start + CHUNK_RECORDS]:
            chunks.append(previous.chunks[start // CHUNK_RECORDS])
        else:
            texts = [entry.text for entry in own]
            chunks.append(b",".join([b"", *texts] if start else texts))
    return chunks


class ViewCache:
    """Rendered records, shared by all sandboxes; least recently used entries are evicted.

    An entry is found by the identities of view and record: records are immutable, so the same record object is rendered
    the same as long as the records that its view read are the same objects too. `max_bytes` limits the memory of
    the cache.
    """

    def __init__(self, validator: Validator, max_bytes: int = MAX_BYTES) -> None:
        self._validator = validator
        self._view_ids: set[int] = set()
        self._entries: LruCache[tuple[int, int], _CachedView] = LruCache(max_bytes, lambda entry: entry.size)
        self._pages: LruCache[tuple[int, int, int], _CachedPage] = LruCache(MAX_PAGES_BYTES, lambda page: page.size)

    def render(self, view: View, tables: Tables, record: Record) -> bytes:
        """Return a record as JSON in the form of a view.

        Raises ResponseValidationError if the result does not match the view's schema.
        """
        entry = self._cached_view(view, tables, record)
        if tables.log.is_recording:
            entry.replay_reads(tables)
        return entry.text

    def remove(self, records: Collection[Record]) -> None:
        """Remove the views of records that are about to be freed, and the pages that contain them."""
        if not records:
            return
        freed = set(map(id, records))
        for key in self._keys_of(freed):
            self._entries.remove(key)
        for page_key, page in list(self._pages.items()):
            if not freed.isdisjoint(map(id, page.records)):
                self._pages.remove(page_key)

    def _keys_of(self, records: set[int]) -> Iterable[tuple[int, int]]:
        """Return the keys that views of records with these identities can have."""
        if len(records) * len(self._view_ids) < len(self._entries):
            return product(self._view_ids, records)
        return [key for key in self._entries if key[1] in records]

    def render_list(self, view: View, tables: Tables, records: Iterable[Record]) -> Generator[None, None, EncodedList]:
        """Return records as a JSON list in the form of a view. Yields between batches of 64."""
        if isinstance(records, list) and 0 < len(records) <= MAX_PAGE_RECORDS:
            return EncodedList(self._render_page(view, tables, records))
        pieces: list[bytes] = []
        batch: list[bytes] = []
        for record in records:
            batch.append(self.render(view, tables, record))
            if len(batch) == BATCH_SIZE:
                pieces += [b",", b",".join(batch)]
                batch = []
                yield
        if batch:
            pieces += [b",", b",".join(batch)]
        return EncodedList([b"[", *pieces[1:], b"]"])

    def _render_page(self, view: View, tables: Tables, records: Sequence[Record]) -> list[bytes]:
        """Render a short list at once, reusing the views of an earlier list with the same first id and length."""
        key = (id(view), records[0]["id"], len(records))
        page = self._pages.get(key)
        if page is None or not page.is_fresh(tables):
            entries = [self._cached_view(view, tables, record) for record in records]
            names = set(chain.from_iterable({entry.tables for entry in entries}))
        else:
            entries = list(page.entries)
            names = set(page.versions)
            for index in page.changed(records):
                entries[index] = self._cached_view(view, tables, records[index])
                names.update(entries[index].tables)
        versions = {name: tables[name].version for name in names}
        chunks = _join(entries, page)
        size = sum([entry.size for entry in entries]) + sum(map(len, chunks))
        self._pages.put(key, _CachedPage(view, records, entries, versions, chunks, size))
        if tables.log.is_recording:
            for entry in entries:
                entry.replay_reads(tables)
        return [b"[", *chunks, b"]"]

    def _cached_view(self, view: View, tables: Tables, record: Record) -> _CachedView:
        """Return the cached view of a record, rendered now if it is missing or stale."""
        key = (id(view), id(record))
        cached = self._entries.get(key)
        if cached is not None and cached.is_fresh(tables):
            return cached
        entry = self._render(view, tables, record)
        self._view_ids.add(id(view))
        self._entries.put(key, entry)
        return entry

    def _render(self, view: View, tables: Tables, record: Record) -> _CachedView:
        reads = ReadTracker(tables)
        value = view.build(reads, record)
        violations = self._validator.violations(view.schema, value)
        if violations:
            raise ResponseValidationError(view.schema, violations[0].pointer, violations[0].message)
        return _CachedView(view, record, reads, compact(dump_json(value, sort_keys=view.sort_keys)))

"""Kept answers: a record's bytes in one form, validated and encoded once, with all that they were made from."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import NamedTuple

import orjson

from mockorders.caching import LruCache
from mockorders.errors import ResponseValidationError
from mockorders.storage.collection import Record
from mockorders.storage.encoding import EncodedList, compact, encode_decimal
from mockorders.storage.state import Tables
from mockorders.storage.views import ReadTracker, View
from mockorders.validation.validator import Validator

MAX_BYTES = 48 * 2**20
BATCH_SIZE = 64
MAX_PAGE_RECORDS = 128
MAX_PAGES = 32


class _CachedView:
    """Bytes, and what they rest on: the records that were read, and the stamps under which they were still the same."""

    __slots__ = ("_form", "_reads", "_record", "_versions", "tables", "text")

    def __init__(self, form: View, record: Record, reads: ReadTracker, tables: Tables, text: bytes) -> None:
        self._form = form  # a reference to both, so that no other object gets their identity, which is the cache's key
        self._record = record
        self._reads = reads.reads
        self.tables = tuple(dict.fromkeys(read[0] for read in reads.reads))
        self.text = text
        self._record_versions(tables)

    def is_fresh(self, tables: Tables) -> bool:
        for name, version in self._versions:
            if tables[name].version is not version:
                return self._reads_are_unchanged(tables)
        return True

    def replay_reads(self, tables: Tables) -> None:
        """Write down what was read for it, as if it were made anew: kept or not, the story is the same."""
        for name, field, key, seen in self._reads:
            for identifier in [key] if field is None else [record["id"] for record in seen]:
                if identifier is not None:
                    tables.log.read(tables[name].name, identifier)

    def _reads_are_unchanged(self, tables: Tables) -> bool:
        for name, field, key, seen in self._reads:
            if field is None:
                if tables[name].get(key) is not seen:
                    return False
                continue
            found = tables[name].where(field, key)
            if len(found) != len(seen) or any(one is not other for one, other in zip(found, seen, strict=True)):
                return False
        self._record_versions(tables)
        return True

    def _record_versions(self, tables: Tables) -> None:
        self._versions = [(name, tables[name].version) for name in self.tables]


class _CachedPage(NamedTuple):
    """A list as it was shown: its records, what was kept of each, and the stamps under which all of it held."""

    view: View  # held, so that its identity is not given to another
    records: Sequence[Record]
    entries: Sequence[_CachedView]
    versions: Mapping[str, object]

    def is_fresh(self, tables: Tables) -> bool:
        return all(tables[name].version is version for name, version in self.versions.items())


class ViewCache:
    """A bounded store of answers, shared by all sandboxes; the longest unused go first."""

    def __init__(self, validator: Validator, max_bytes: int = MAX_BYTES) -> None:
        self._validator = validator
        self._entries: LruCache[tuple[int, int], _CachedView] = LruCache(max_bytes, lambda entry: len(entry.text))
        self._pages: LruCache[tuple[int, int, int], _CachedPage] = LruCache(MAX_PAGES)

    def render(self, view: View, tables: Tables, record: Record) -> bytes:
        """Give a record in a form, as JSON; Breach where it does not fit the form's schema."""
        entry = self._cached_view(view, tables, record)
        if tables.log.is_recording:
            entry.replay_reads(tables)
        return entry.text

    def render_list(self, view: View, tables: Tables, records: Iterable[Record]) -> Generator[None, None, EncodedList]:
        """Give records in a form, as a JSON list; yields between steps, so that long lists hold nobody up."""
        if isinstance(records, list) and 0 < len(records) <= MAX_PAGE_RECORDS:
            return EncodedList(self._render_page(view, tables, records))
        pieces: list[bytes] = []
        step: list[bytes] = []
        for record in records:
            step.append(self.render(view, tables, record))
            if len(step) == BATCH_SIZE:
                pieces += [b",", b",".join(step)]
                step = []
                yield
        if step:
            pieces += [b",", b",".join(step)]
        return EncodedList([b"[", *pieces[1:], b"]"])

    def _render_page(self, view: View, tables: Tables, records: Sequence[Record]) -> list[bytes]:
        """Show a list that fits into one step; of one that was shown before, what changed since is made anew."""
        key = (id(view), records[0]["id"], len(records))
        page = self._pages.get(key)
        if page is None or not page.is_fresh(tables):
            entries = [self._cached_view(view, tables, record) for record in records]
        else:
            entries = [
                cached if seen is record else self._cached_view(view, tables, record)
                for record, seen, cached in zip(records, page.records, page.entries, strict=True)
            ]
        names = {name for group in {entry.tables for entry in entries} for name in group}
        self._pages.put(key, _CachedPage(view, records, entries, {name: tables[name].version for name in names}))
        for entry in entries:
            if not tables.log.is_recording:
                break
            entry.replay_reads(tables)
        pieces = [b","] * (2 * len(entries) + 1)
        pieces[1::2] = [entry.text for entry in entries]
        pieces[0], pieces[-1] = b"[", b"]"
        return pieces

    def _cached_view(self, view: View, tables: Tables, record: Record) -> _CachedView:
        """Give what is kept of a record, made now if need be."""
        key = (id(view), id(record))
        found = self._entries.get(key)
        if found is not None and found.is_fresh(tables):
            return found
        entry = self._render(view, tables, record)
        self._entries.put(key, entry)
        return entry

    def _render(self, view: View, tables: Tables, record: Record) -> _CachedView:
        reads = ReadTracker(tables)
        value = view.build(reads, record)
        violations = self._validator.violations(view.schema, value)
        if violations:
            raise ResponseValidationError(view.schema, violations[0].pointer, violations[0].message)
        text = orjson.dumps(value, default=encode_decimal, option=orjson.OPT_SORT_KEYS if view.sort_keys else None)
        return _CachedView(view, record, reads, tables, compact(text))

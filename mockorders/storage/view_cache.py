"""Kept answers: a record's bytes in one form, validated and encoded once, with all that they were made from."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import NamedTuple

import orjson

from mockorders.caching import LruCache
from mockorders.errors import ResponseValidationError
from mockorders.storage.collection import Record
from mockorders.storage.encoding import Many, _exactly, _plain
from mockorders.storage.state import Tables
from mockorders.storage.views import Form, Reads
from mockorders.validation.validator import Validator

BUDGET = 48 * 2**20
STEP = 64
PAGE = 128
PAGES = 32


class _Entry:
    """Bytes, and what they rest on: the records that were read, and the stamps under which they were still the same."""

    __slots__ = ("_form", "_reads", "_record", "_stamps", "tables", "text")

    def __init__(self, form: Form, record: Record, reads: Reads, tables: Tables, text: bytes) -> None:
        self._form = form  # a reference to both, so that no other object gets their identity, which is the cache's key
        self._record = record
        self._reads = reads.made
        self.tables = tuple(dict.fromkeys(read[0] for read in reads.made))
        self.text = text
        self._stamp(tables)

    def holds(self, tables: Tables) -> bool:
        for name, stamp in self._stamps:
            if tables[name].stamp is not stamp:
                return self._same(tables)
        return True

    def read_again(self, tables: Tables) -> None:
        """Write down what was read for it, as if it were made anew: kept or not, the story is the same."""
        for name, field, key, seen in self._reads:
            for identifier in [key] if field is None else [record["id"] for record in seen]:
                if identifier is not None:
                    tables.log.read(tables[name].name, identifier)

    def _same(self, tables: Tables) -> bool:
        for name, field, key, seen in self._reads:
            if field is None:
                if tables[name].get(key) is not seen:
                    return False
                continue
            found = tables[name].where(field, key)
            if len(found) != len(seen) or any(one is not other for one, other in zip(found, seen, strict=True)):
                return False
        self._stamp(tables)
        return True

    def _stamp(self, tables: Tables) -> None:
        self._stamps = [(name, tables[name].stamp) for name in self.tables]


class _Page(NamedTuple):
    """A list as it was shown: its records, what was kept of each, and the stamps under which all of it held."""

    form: Form  # held, so that its identity is not given to another
    records: Sequence[Record]
    entries: Sequence[_Entry]
    stamps: Mapping[str, object]

    def holds(self, tables: Tables) -> bool:
        return all(tables[name].stamp is stamp for name, stamp in self.stamps.items())


class Kept:
    """A bounded store of answers, shared by all sandboxes; the longest unused go first."""

    def __init__(self, contract: Validator, budget: int = BUDGET) -> None:
        self._contract = contract
        self._entries: LruCache[tuple[int, int], _Entry] = LruCache(budget, lambda entry: len(entry.text))
        self._pages: LruCache[tuple[int, int, int], _Page] = LruCache(PAGES)

    def show(self, form: Form, tables: Tables, record: Record) -> bytes:
        """Give a record in a form, as JSON; Breach where it does not fit the form's schema."""
        entry = self._entry(form, tables, record)
        if tables.log.listens:
            entry.read_again(tables)
        return entry.text

    def show_all(self, form: Form, tables: Tables, records: Iterable[Record]) -> Generator[None, None, Many]:
        """Give records in a form, as a JSON list; yields between steps, so that long lists hold nobody up."""
        if isinstance(records, list) and 0 < len(records) <= PAGE:
            return Many(self._show_page(form, tables, records))
        pieces: list[bytes] = []
        step: list[bytes] = []
        for record in records:
            step.append(self.show(form, tables, record))
            if len(step) == STEP:
                pieces += [b",", b",".join(step)]
                step = []
                yield
        if step:
            pieces += [b",", b",".join(step)]
        return Many([b"[", *pieces[1:], b"]"])

    def _show_page(self, form: Form, tables: Tables, records: Sequence[Record]) -> list[bytes]:
        """Show a list that fits into one step; of one that was shown before, what changed since is made anew."""
        key = (id(form), records[0]["id"], len(records))
        page = self._pages.get(key)
        if page is None or not page.holds(tables):
            entries = [self._entry(form, tables, record) for record in records]
        else:
            entries = [
                old if seen is record else self._entry(form, tables, record)
                for record, seen, old in zip(records, page.records, page.entries, strict=True)
            ]
        names = {name for group in {entry.tables for entry in entries} for name in group}
        self._pages.put(key, _Page(form, records, entries, {name: tables[name].stamp for name in names}))
        for entry in entries:
            if not tables.log.listens:
                break
            entry.read_again(tables)
        pieces = [b","] * (2 * len(entries) + 1)
        pieces[1::2] = [entry.text for entry in entries]
        pieces[0], pieces[-1] = b"[", b"]"
        return pieces

    def _entry(self, form: Form, tables: Tables, record: Record) -> _Entry:
        """Give what is kept of a record, made now if need be."""
        key = (id(form), id(record))
        found = self._entries.get(key)
        if found is not None and found.holds(tables):
            return found
        entry = self._make(form, tables, record)
        self._entries.put(key, entry)
        return entry

    def _make(self, form: Form, tables: Tables, record: Record) -> _Entry:
        reads = Reads(tables)
        value = form.build(reads, record)
        mistakes = self._contract.violations(form.schema, value)
        if mistakes:
            raise ResponseValidationError(form.schema, mistakes[0].pointer, mistakes[0].message)
        text = orjson.dumps(value, default=_plain, option=orjson.OPT_SORT_KEYS if form.sort_keys else None)
        return _Entry(form, record, reads, tables, _exactly(text))

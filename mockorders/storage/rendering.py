"""Render records: build, validate and encode them, in steps if they contain long lists."""

from collections.abc import Generator
from typing import Any

from mockorders.errors import ResponseValidationError
from mockorders.formats.serialization import dump_json
from mockorders.storage.cached_views import CachedView
from mockorders.storage.collection import Record
from mockorders.storage.encoding import EncodedList, encode, without_rendered
from mockorders.storage.index import batches
from mockorders.storage.tables import Tables
from mockorders.storage.views import LongList, ReadTracker, View
from mockorders.validation.validator import Validator

ITEM_BATCH = 64


class StableTables:
    """The tables that a rendering reads: a copy of them once other requests run in between."""

    __slots__ = ("_is_copy", "tables")

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._is_copy = False

    def freeze(self) -> Tables:
        """Return tables that do not change, for the rest of the rendering."""
        if not self._is_copy:
            self.tables = self.tables.copy(self.tables.log)
            self._is_copy = True
        return self.tables


class Renderer:
    """Renders records; each is valid for the schema of its view."""

    def __init__(self, validator: Validator) -> None:
        self._validator = validator

    def render(self, view: View, stable: StableTables, record: Record) -> Generator[None, None, CachedView]:
        """Return a record in the form of a view. Raises ResponseValidationError. Yields if it contains long lists."""
        reads = ReadTracker(stable.tables)
        value = view.build(reads, record)
        long_lists = {name: part for name, part in value.items() if isinstance(part, LongList)}
        for name, part in long_lists.items():
            reads.tables = stable.freeze()
            value[name] = yield from self._render_items(part, sort_keys=view.sort_keys)
        self._validate(view.schema, without_rendered(value) if long_lists else value)
        text = b"".join(encode(value, sort_keys=view.sort_keys))
        return CachedView(view, record, reads, text)

    def _render_items(self, items: LongList, *, sort_keys: bool) -> Generator[None, None, EncodedList]:
        pieces = [b"["]
        for batch in batches(items.items, ITEM_BATCH):
            for item in batch:
                self._validate(items.schema, item)
            pieces += [dump_json(batch, sort_keys=sort_keys)[1:-1], b","]
            yield
        return EncodedList([*pieces[:-1], b"]"])

    def _validate(self, schema: str, value: Any) -> None:
        violations = self._validator.violations(schema, value)
        if violations:
            raise ResponseValidationError(schema, violations[0].pointer, violations[0].message)

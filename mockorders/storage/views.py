"""Views: how a record is rendered, and the reads that its rendering depends on."""

from collections.abc import Callable, Sequence
from typing import Any

from mockorders.storage.collection import Collection, Record
from mockorders.storage.state import Tables


class View:
    """How a record is shown: the schema of the outcome, and how it is built from the tables.

    `build(tables, record)` gives a plain value; it reads other records through `tables` only, by `get` and `where`.
    """

    __slots__ = ("build", "schema", "sort_keys")

    def __init__(self, schema: str, build: "Callable[[ReadTracker, Record], Any]", *, sort_keys: bool = False) -> None:
        self.schema = schema
        self.build = build
        self.sort_keys = sort_keys


class _TrackedCollection:
    """One collection while a form is built: passes reads on and writes them down."""

    __slots__ = ("_collection", "_name", "_reads")

    def __init__(self, name: str, collection: Collection, reads: list[tuple[str, str | None, Any, Any]]) -> None:
        self._name = name
        self._collection = collection
        self._reads = reads

    def get(self, identifier: int | None) -> Record | None:
        record = self._collection.get(identifier)
        self._reads.append((self._name, None, identifier, record))
        return record

    def where(self, field: str, value: Any) -> Sequence[Record]:
        records = self._collection.where(field, value)
        self._reads.append((self._name, field, value, records))
        return records


class ReadTracker:
    """The tables as a form sees them: every record that it reads is remembered."""

    __slots__ = ("_tables", "reads")

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.reads: list[tuple[str, str | None, Any, Any]] = []

    def __getitem__(self, name: str) -> _TrackedCollection:
        return _TrackedCollection(name, self._tables[name], self.reads)

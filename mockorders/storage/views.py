"""Views: how a record is rendered, and the reads that its rendering depends on."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from mockorders.storage.collection import Collection, Record
from mockorders.storage.tables import Tables


class LongList(NamedTuple):
    """A long list inside of a record, which is rendered in steps: the schema of an item, and the items."""

    schema: str
    items: Iterator[Any]


class View:
    """A form in which records are rendered: a function that builds it, and its schema.

    `build(reads, record)` returns a JSON value; an object may contain a `LongList`. It must read other records only
    through `reads`, and must not depend on anything else, because its results are cached by the records that were read.
    """

    __slots__ = ("build", "schema", "sort_keys")

    def __init__(self, schema: str, build: "Callable[[ReadTracker, Record], Any]", *, sort_keys: bool = False) -> None:
        self.schema = schema
        self.build = build
        self.sort_keys = sort_keys


Reads = dict[tuple[str, str | None, Any], Any]
"""What was read, by collection, field and value: the records; by collection, None and id: the record or None."""


class _TrackedCollection:
    """A collection that records its reads."""

    __slots__ = ("_collection", "_name", "_reads")

    def __init__(self, name: str, collection: Collection, reads: Reads) -> None:
        self._name = name
        self._collection = collection
        self._reads = reads

    def get(self, identifier: int | None) -> Record | None:
        record = self._collection.get(identifier)
        self._reads[self._name, None, identifier] = record
        return record

    def where(self, field: str, value: Any) -> Sequence[Record]:
        records = self._collection.where(field, value)
        self._reads[self._name, field, value] = records
        return records


class ReadTracker:
    """The tables during one call of `View.build`, and what it read."""

    __slots__ = ("reads", "tables")

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.reads: Reads = {}

    def __getitem__(self, name: str) -> _TrackedCollection:
        return _TrackedCollection(name, self.tables[name], self.reads)

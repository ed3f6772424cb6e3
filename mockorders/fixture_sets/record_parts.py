"""The parts of building records: drafts and results, tables, objects in records, samples of values."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from mockorders.formats.timestamps import format_time
from mockorders.storage.collection import Record


class Draft(NamedTuple):
    """Some properties of a record to build; `pointer` is their place in the request."""

    api: str
    collection: str
    given: Any
    pointer: str = ""

    @property
    def key(self) -> tuple[str, str, int] | None:
        """API, collection and the given id; None without an id."""
        identifier = self.given.get("id") if isinstance(self.given, Mapping) else None
        if not isinstance(identifier, int) or isinstance(identifier, bool):
            return None
        return self.api, self.collection, identifier


class BuiltRecord(NamedTuple):
    """A complete record; `draft` is None if it was only created because another one refers to it."""

    api: str
    collection: str
    record: Record
    draft: Draft | None


class RecordTable(Protocol):
    """A collection that records are added to."""

    def get(self, identifier: int, /) -> Record | None:
        """Return a record, or None if there is none with this id."""

    def next_id(self) -> int:
        """Return an unused id."""

    def put(self, record: Record, /) -> None:
        """Store a record."""


class Part:
    """An object in a record: the schemas of its properties, and its value, which is completed in place.

    `pointers` has the places of the properties that were given under another name.
    """

    def __init__(self, draft: Draft, schemas: Mapping[str, Any], value: dict[str, Any], pointer: str) -> None:
        self.draft = draft
        self.schemas = schemas
        self.value = value
        self.pointer = pointer
        self.pointers: dict[str, str] = {}

    def missing(self) -> Iterator[str]:
        """Yield the properties without a value or default that can be filled in."""
        for name, schema in self.schemas.items():
            if name not in self.value and "default" not in schema and {"x-build", "x-references"} & schema.keys():
                yield name

    def short_names(self) -> Iterator[tuple[str, str]]:
        """Yield the short name and the property of each reference."""
        for name in self.schemas:
            short = short_name(name, self.schemas)
            if short is not None:
                yield short, name


def short_name(name: str, schemas: Mapping[str, Any]) -> str | None:
    """Return the short name of a reference, such as `customer` for `customer_id`; None if it has none."""
    schema = schemas[name]
    if name.endswith("_id") and "x-references" in schema:
        short = name.removesuffix("_id")
    elif name.endswith("_ids") and "x-references" in schema.get("items", {}):
        short = name.removesuffix("_ids") + "s"
    else:
        return None
    return None if short in schemas else short


def objects_in(value: Any, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a value that is an object, or the objects of a list, each with its place."""
    if isinstance(value, dict):
        yield pointer, value
    elif isinstance(value, list):
        yield from ((f"{pointer}/{index}", each) for index, each in enumerate(value) if isinstance(each, dict))


def expand_sample(sample: Any, identifier: object, now: datetime) -> Any:
    """Return a copy of a sample, with the placeholders `{id}`, `{now}` and `{today}` replaced in its texts."""
    if isinstance(sample, str):
        text = sample.replace("{id}", str(identifier))
        return text.replace("{now}", format_time(now)).replace("{today}", format_time(now)[:10])
    if isinstance(sample, list):
        return [expand_sample(each, identifier, now) for each in sample]
    if isinstance(sample, dict):
        return {name: expand_sample(each, identifier, now) for name, each in sample.items()}
    return sample

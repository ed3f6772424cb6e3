"""The content of change records as JSON, and how several of them are merged into one."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from mockorders.formats.parsing import JsonFloat
from mockorders.formats.serialization import dump_json, encode_number
from mockorders.store.records import Document

PART_BYTES = 2**18

Records = dict[str, dict[str, Any]]


class Changes(NamedTuple):
    """What a change record holds.

    `start` describes the fixtures that a generation begins with, and is empty in other records. `records` has the
    changed records by collection and id, None for deleted ones; `issued` the last id that each collection issued;
    `settings` everything else by name, None for what was removed.
    """

    start: Mapping[str, Any]
    records: Records
    issued: Mapping[str, int]
    settings: Mapping[str, Any]


def encode(value: Mapping[str, Any]) -> Document:
    """Return a JSON value as a document."""
    exact: list[Any] = []

    def number(each: Any) -> Any:
        exact.append(each)
        return encode_number(each)

    try:
        return Document(bytes(memoryview(orjson.dumps(value, number))), bool(exact))
    except TypeError:
        return Document(dump_json(value), exact=True)


def encode_changes(changes: Changes) -> Document:
    """Return changes as a document, without empty members."""
    return encode({name: value for name, value in zip(Changes._fields, changes, strict=True) if value})


def decode(document: Document) -> Any:
    """Return the value of a document. Raises ValueError if it is damaged."""
    if document.exact:
        return json.loads(document.data, parse_float=JsonFloat)
    return orjson.loads(document.data)


def merge(documents: Iterable[Document]) -> Changes:
    """Return the changes of several records as those of one. Raises ValueError if one is damaged."""
    merged = Changes({}, {}, {}, {})
    for document in documents:
        value = decode(document)
        start = value.get("start")
        if start is not None:
            merged = merged._replace(start=start)
        for collection, records in value.get("records", {}).items():
            merged.records.setdefault(collection, {}).update(records)
        issued = {**merged.issued, **value.get("issued", {})}
        settings = {**merged.settings, **value.get("settings", {})}
        merged = merged._replace(issued=issued, settings=settings)
    kept = {name: value for name, value in merged.settings.items() if value is not None}
    return merged._replace(settings=kept)


def split(changes: Changes) -> Iterator[Document]:
    """Yield changes as documents of about 256 KiB, whose merged changes are the same. The first one has the start."""
    yield encode_changes(changes._replace(records={}))
    part: Records = {}
    size = 0
    for collection, records in changes.records.items():
        for identifier, record in records.items():
            part.setdefault(collection, {})[identifier] = record
            size += len(dump_json(record))
            if size >= PART_BYTES:
                yield encode_changes(Changes({}, part, {}, {}))
                part = {}
                size = 0
    if part:
        yield encode_changes(Changes({}, part, {}, {}))

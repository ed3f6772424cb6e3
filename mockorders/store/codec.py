"""The content of change records as JSON, and how several of them are merged into one."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

import orjson

from mockorders.formats.parsing import JsonFloat
from mockorders.formats.serialization import dump_json, encode_number
from mockorders.store.records import Document

PART_BYTES = 2**18  # is encoded, written or read in about 2 ms

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


def encode(value: Any) -> Document:
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
    start, records, issued, settings = changes
    value: dict[str, Any] = {"start": start} if start else {}
    if records:
        value["records"] = records
    if issued:
        value["issued"] = issued
    if settings:
        value["settings"] = settings
    return encode(value)


def decode(document: Document) -> Any:
    """Return the value of a document. Raises ValueError if it is damaged."""
    if document.exact:
        return json.loads(document.data, parse_float=JsonFloat)
    return orjson.loads(document.data)


def merge_records(values: Iterable[Mapping[str, Any]]) -> Records:
    """Return the records of several decoded documents."""
    merged: Records = {}
    for value in values:
        _add_records(merged, value)
    return merged


def _add_records(merged: Records, value: Mapping[str, Any]) -> None:
    for collection, records in value.get("records", {}).items():
        merged.setdefault(collection, {}).update(records)


def merge(documents: Iterable[Document]) -> Changes:
    """Return the changes of several records as those of one. Raises ValueError if one is damaged."""
    merged = Changes({}, {}, {}, {})
    for document in documents:
        value = decode(document)
        start = value.get("start")
        if start is not None:
            merged = merged._replace(start=start)
        _add_records(merged.records, value)
        issued = {**merged.issued, **value.get("issued", {})}
        settings = {**merged.settings, **value.get("settings", {})}
        merged = merged._replace(issued=issued, settings=settings)
    kept = {name: value for name, value in merged.settings.items() if value is not None}
    return merged._replace(settings=kept)


def merge_snapshot(documents: Iterable[Document]) -> dict[str, Any]:
    """Return the value of a snapshot with all its records. Raises ValueError if a document is damaged."""
    values = [decode(each) for each in documents]
    return {**values[0], "records": merge_records(values)}


def split(changes: Changes) -> Iterator[Document]:
    """Yield changes as documents whose merged changes are the same: all but the records, and parts of the records."""
    yield encode_changes(changes._replace(records={}))
    yield from split_records(changes.records)


def split_records(records: Mapping[str, Mapping[str, Any]]) -> Iterator[Document]:
    """Yield records by collection and id as documents of about 256 KiB, none if there are no records."""
    part: dict[str, dict[str, Document]] = {}
    size = 0
    for collection, identifier, record in _each(records):
        document = encode(record)
        part.setdefault(collection, {})[identifier] = document
        size += len(document.data)
        if size >= PART_BYTES:
            yield _joined(part)
            part = {}
            size = 0
    if part:
        yield _joined(part)


def _each(records: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str, Any]]:
    for collection, by_id in records.items():
        for identifier, record in by_id.items():
            yield collection, identifier, record


def _joined(part: Mapping[str, Mapping[str, Document]]) -> Document:
    records = {name: _fragments(by_id) for name, by_id in part.items()}
    exact = any(each.exact for each in chain.from_iterable(by_id.values() for by_id in part.values()))
    return Document(orjson.dumps({"records": records}), exact)


def _fragments(by_id: Mapping[str, Document]) -> dict[str, orjson.Fragment]:
    return {identifier: orjson.Fragment(document.data) for identifier, document in by_id.items()}

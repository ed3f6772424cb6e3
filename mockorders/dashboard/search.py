"""Search records by any text in them or in the records they refer to."""

from collections.abc import Generator, Sequence
from typing import Any

from mockorders.apis.display import person_name
from mockorders.control.references import RecordRef
from mockorders.formats.serialization import dump_json
from mockorders.storage.collection import Collection
from mockorders.storage.tables import Tables
from mockorders.validation.records import references

SCAN_BATCH = 200


def find(tables: Tables, ref: RecordRef, text: str) -> Generator[None, None, Sequence[int]]:
    """Return the ids of the records that contain a text, ignoring case, descending. Yields between batches."""
    collection = tables[ref.collection]
    if not text.strip():
        return collection.ids[::-1]
    needle = dump_json(text.strip()).decode()[1:-1].casefold()
    related = {}  # ids of matching records by the property that refers to them
    for steps, target in references(ref.schema):
        if len(steps) == 1 and target != ref.collection:
            related[steps[0]] = set((yield from _matching_ids(tables[target], needle, {})))
    found = yield from _matching_ids(collection, needle, related)
    return found[::-1]


def _matching_ids(
    collection: Collection, needle: str, related: dict[str, set[int]]
) -> Generator[None, None, list[int]]:
    found = []
    for number, record in enumerate(collection):
        if needle in _text(record) or any(record[name] in ids for name, ids in related.items()):
            found.append(record["id"])
        if number % SCAN_BATCH == SCAN_BATCH - 1:
            yield
    return found


def _text(record: Any) -> str:
    """Return the values of a record, and the full name of a person."""
    return f"{dump_json(record).decode()} {person_name(record)}".casefold()

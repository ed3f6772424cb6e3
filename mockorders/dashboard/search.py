"""Finding records by any text in them, or in the records that they name."""

from collections.abc import Generator, Sequence
from typing import Any

import orjson

from mockorders.control.records import RecordRef
from mockorders.storage.collection import Collection
from mockorders.storage.state import Tables
from mockorders.validation.records import references

SCAN_BATCH = 200


def find(tables: Tables, place: RecordRef, text: str) -> Generator[None, None, Sequence[int]]:
    """Give the ids of the records that hold a text, in any case, the newest first; in steps."""
    collection = tables[place.collection]
    if not text.strip():
        return collection.ids[::-1]
    needle = orjson.dumps(text.strip()).decode()[1:-1].casefold()
    related = {}
    for steps, target in references(place.schema):
        if len(steps) == 1 and target != place.collection:
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
    return orjson.dumps(record).decode().casefold()

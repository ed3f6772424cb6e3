"""The state of a sandbox as a fixture document."""

from collections.abc import Generator
from typing import Any

import orjson

from mockorders.sandbox.sandbox import Sandbox
from mockorders.storage.collection import Collection
from mockorders.storage.encoding import EncodedList

EXPORT_BATCH = 500


def export_document(sandbox: Sandbox) -> Generator[None, None, dict[str, Any]]:
    """Write all records as a fixture document that `--fixtures` and `PUT …/state` take; in steps."""
    frozen = {api: tables.copy() for api, tables in sandbox.state.tables.items()}
    made: dict[str, Any] = {"current_customer": sandbox.current_customer, "profile": sandbox.profile}
    for api, tables in frozen.items():
        made[api] = {}
        for name, collection in tables.items():
            made[api][name] = yield from _records(collection)
    return made


def _records(collection: Collection) -> Generator[None, None, EncodedList]:
    pieces: list[bytes] = []
    for start in range(0, len(collection), EXPORT_BATCH):
        records = [collection[identifier] for identifier in collection.ids[start : start + EXPORT_BATCH]]
        pieces += [b",", orjson.dumps(records)[1:-1]]
        yield
    return EncodedList([b"[", *pieces[1:], b"]"])

"""Export the records of a sandbox as a fixture document."""

from collections.abc import Generator
from typing import Any

from mockorders.formats.serialization import dump_json
from mockorders.sandbox.sandbox import Sandbox
from mockorders.storage.collection import Collection
from mockorders.storage.encoding import EncodedList

EXPORT_BATCH = 500


def export_document(sandbox: Sandbox) -> Generator[None, None, dict[str, Any]]:
    """Return all records as a fixture document for `--fixtures` and `PUT …/state`. Yields between batches.

    The document holds the records at the time of the call; later changes do not affect it.
    """
    frozen = {api: tables.copy() for api, tables in sandbox.state.tables.items()}
    document: dict[str, Any] = {"current_customer": sandbox.current_customer, "profile": sandbox.profile}
    for api, tables in frozen.items():
        document[api] = {}
        for name, collection in tables.items():
            document[api][name] = yield from _records(collection)
    return document


def _records(collection: Collection) -> Generator[None, None, EncodedList]:
    pieces: list[bytes] = []
    for start in range(0, len(collection), EXPORT_BATCH):
        records = [collection[identifier] for identifier in collection.ids[start : start + EXPORT_BATCH]]
        pieces += [b",", dump_json(records)[1:-1]]
        yield
    return EncodedList([b"[", *pieces[1:], b"]"])

"""Export the records of a sandbox as a fixture document."""

from collections.abc import Generator, Iterator
from typing import Any

from mockorders.formats.serialization import dump_in_pieces, dump_json
from mockorders.sandbox.sandbox import Sandbox
from mockorders.storage.collection import Collection

EXPORT_BATCH = 100


def export_document(sandbox: Sandbox) -> Generator[bytes, None, None]:
    """Return all records as a fixture document for `--fixtures` and `PUT …/state`, as pieces of JSON.

    The document holds the records at the time of the call; later changes do not affect it.
    """
    document: dict[str, Any] = {"current_customer": sandbox.current_customer, "profile": sandbox.profile}
    for api, tables in sandbox.state.tables.items():
        document[api] = {name: export_records(collection) for name, collection in tables.copy().items()}
    return dump_in_pieces(document)


def export_records(collection: Collection) -> Iterator[bytes]:
    """Yield the records of a collection, which must not change meanwhile, as JSON without brackets, in batches."""
    for start in range(0, len(collection), EXPORT_BATCH):
        records = [collection[identifier] for identifier in collection.ids[start : start + EXPORT_BATCH]]
        yield dump_json(records)[1:-1]

"""The records that refer to a record, such as the orders of a customer."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mockorders.apis.base import Api
from mockorders.apis.display import Column
from mockorders.control.references import RecordRef
from mockorders.dashboard.tables import table_columns, table_row
from mockorders.storage.state import Tables
from mockorders.validation.records import record_schema, references

MAX_ROWS = 10


class RelatedRecords(NamedTuple):
    """The records of a collection that refer to a record: their number, and the newest of them as rows of a table."""

    collection: str
    total: int
    columns: Sequence[Column]
    rows: Sequence[tuple[int, list[tuple[str, str]]]]


def related_records(api: Api, tables: Tables, ref: RecordRef) -> Iterator[RelatedRecords]:
    """Yield the records that refer to a record in an indexed field, by collection."""
    for collection, fields in api.collections.items():
        targets = {steps[0]: target for steps, target in references(record_schema(api.name, collection))}
        for field in (field for field in fields if targets.get(field) == ref.collection):
            found = tables[collection].where(field, ref.id)
            if found:
                columns = table_columns(api, RecordRef(api.name, collection))
                rows = [table_row(tables, each, columns) for each in found[: -MAX_ROWS - 1 : -1]]
                yield RelatedRecords(collection, len(found), columns, rows)

"""The records that refer to a record, such as the orders of a customer."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from mockorders.apis.base import Api
from mockorders.apis.display import Column
from mockorders.control.references import RecordRef
from mockorders.dashboard.listing import newest_first
from mockorders.dashboard.tables import table_columns, table_row
from mockorders.formats.plurals import singular
from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables
from mockorders.validation.records import record_schema, references

MAX_ROWS = 10
MAX_SORTED = 500
Row: TypeAlias = tuple[int, list[tuple[str, str]]]


class RelatedRecords(NamedTuple):
    """The records of a collection that refer to a record by the property `field`: their number, the newest as rows."""

    collection: str
    field: str
    total: int
    columns: Sequence[Column]
    rows: Sequence[Row]

    @property
    def singular(self) -> str:
        """The name of one record."""
        return singular(self.collection)


def related_records(api: Api, tables: Tables, ref: RecordRef) -> Iterator[RelatedRecords]:
    """Yield the records that can refer to a record in an indexed field, by collection, first the orders."""
    for collection, fields in sorted(api.collections.items(), key=lambda item: item[0] != "orders"):
        targets = {steps[0]: target for steps, target in references(record_schema(api.name, collection))}
        for field in (field for field in fields if targets.get(field) == ref.collection):
            found = tables[collection].where(field, ref.id)
            rows = _newest_rows(api, tables, collection, found)
            columns = table_columns(api, RecordRef(api.name, collection))
            yield RelatedRecords(collection, field, len(found), columns, rows)


def _newest_rows(api: Api, tables: Tables, collection: str, found: Sequence[Record]) -> list[Row]:
    ref = RecordRef(api.name, collection)
    columns = table_columns(api, ref)
    newest = [record["id"] for record in found[: -MAX_SORTED - 1 : -1]]
    if len(found) <= MAX_SORTED:
        newest.sort(key=newest_first(tables, ref, columns), reverse=True)
    shown = tables[collection].get_many(newest[:MAX_ROWS])
    return [table_row(tables, each, columns) for each in shown]

"""Tables of records: their columns and cells."""

from collections.abc import Callable, Sequence
from typing import Any

from mockorders.apis.base import Api
from mockorders.apis.display import Column
from mockorders.control.references import RecordRef
from mockorders.dashboard.forms import format_json
from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables
from mockorders.validation.schemas import properties

MAX_COLUMNS = 5
MAX_CELL_LENGTH = 160
SCALAR_TYPES = {"integer", "string", "boolean", "number"}


def table_columns(api: Api, ref: RecordRef) -> Sequence[Column]:
    """Return the columns of a collection: those of the API, or the first properties."""
    if api.display is not None and ref.collection in api.display.COLUMNS:
        return api.display.COLUMNS[ref.collection]
    schemas = properties(ref.schema).items()
    names = [name for name, schema in schemas if name not in {"id", "label"} and _types(schema) & SCALAR_TYPES]
    return [Column(name.replace("_", " "), _get_property(name), "text") for name in names[:MAX_COLUMNS]]


def _types(schema: Any) -> set[str]:
    types = schema.get("type", ())
    return {types} if isinstance(types, str) else set(types)


def _get_property(name: str) -> Callable[[Tables, Record], Any]:
    return lambda _, record: record[name]


def table_row(tables: Tables, record: Record, columns: Sequence[Column]) -> tuple[int, list[tuple[str, str]]]:
    """Return the id of a record, and its cells: pairs of kind and text."""
    cells = [(column.kind, _cell(column.value(tables, record))) for column in columns]
    return record["id"], cells


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else format_json(value)
    return text if len(text) <= MAX_CELL_LENGTH else text[:MAX_CELL_LENGTH] + "…"

"""What the dashboard calls a record: the name of a person or product, or what its table shows first."""

from collections.abc import Iterator, Sequence

from mockorders.apis.base import Api
from mockorders.apis.display import person_name
from mockorders.control.references import RecordRef
from mockorders.dashboard.tables import table_columns, table_row
from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables

MAX_LABEL_LENGTH = 60
NAMES = ("name", "code", "to")
FIRST_CELLS = 2
WORDS = {"", "true", "false"}


def record_label(api: Api, tables: Tables, ref: RecordRef) -> str:
    """Return a record's name and id, such as `Joe Jackson (164)`; only the id if it has no name or does not exist."""
    record = tables[ref.collection].get(ref.id)
    name = "" if record is None else record_name(api, tables, ref, record)
    return f"{name} ({ref.id})" if name else str(ref.id)


def record_name(api: Api, tables: Tables, ref: RecordRef, record: Record) -> str:
    """Return a record's name, shortened; empty if nothing names it."""
    texts = [record[name] for name in NAMES if isinstance(record.get(name), str)]
    name = person_name(record) or next(filter(None, texts), "") or _first_cells(api, tables, ref, record)
    return name if len(name) <= MAX_LABEL_LENGTH else name[:MAX_LABEL_LENGTH] + "…"


def record_options(api: Api, tables: Tables, collection: str, identifiers: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Yield the ids of records as text, each with its label."""
    for identifier in identifiers:
        yield str(identifier), record_label(api, tables, RecordRef(api.name, collection, identifier))


def _first_cells(api: Api, tables: Tables, ref: RecordRef, record: Record) -> str:
    columns = table_columns(api, RecordRef(ref.api, ref.collection))[:FIRST_CELLS]
    _, cells = table_row(tables, record, columns)
    return ", ".join(text[:10] if kind == "time" else text for kind, text in cells if text not in WORDS)

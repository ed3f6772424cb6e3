"""The records of a sandbox: tables with search and paging, and one record with its lifecycle."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from aiohttp import web

from mockorders.apis.base import Api
from mockorders.apis.display import Column, TimelineEvent
from mockorders.concurrency import run_in_steps
from mockorders.control import records
from mockorders.control.inputs import get_emulator
from mockorders.control.records import RecordRef
from mockorders.control.sandboxes import get_sandbox_or_404
from mockorders.dashboard.inputs import viewed_sandbox
from mockorders.dashboard.pagination import Pagination
from mockorders.dashboard.search import find
from mockorders.dashboard.templating import page, redirect_with_notice, sandbox_url
from mockorders.formats.timestamps import format_time
from mockorders.observability.entry import JournalEntry
from mockorders.sandbox.diff import singular_name
from mockorders.sandbox.sandbox import Sandbox
from mockorders.storage.collection import Record
from mockorders.storage.state import Tables
from mockorders.validation.records import references, values_at
from mockorders.validation.schemas import properties

MAX_COLUMNS = 5
MAX_CELL_LENGTH = 160
SCALAR_TYPES = {"integer", "string", "boolean", "number"}


async def index(request: web.Request) -> web.Response:
    """Show the records of a collection that hold a text."""
    sandbox, where = viewed_sandbox(request), get_record_ref(request)
    records.get_collection_or_404(sandbox, where)
    tables = sandbox.tables(where.api).copy()
    wanted = request.query.get("q", "")[:200]
    ids = await run_in_steps(find(tables, where, wanted))
    paging = Pagination.of(request, len(ids))
    columns = _columns(_api(request, where), where)
    return page(
        request,
        "records.html",
        sandbox=sandbox,
        where=where,
        apis=get_emulator(request).apis,
        q=wanted,
        paging=paging,
        columns=columns,
        rows=[_row(tables, tables[where.collection][each], columns) for each in ids[paging.slice]],
    )


async def detail(request: web.Request) -> web.Response:
    """Show one record: what happened to it, what it holds, what it names."""
    sandbox, where = viewed_sandbox(request), get_record_ref(request)
    record = records.get_record_or_404(sandbox, where)
    api = _api(request, where)
    return page(
        request,
        "record.html",
        sandbox=sandbox,
        where=where,
        one=singular_name(where.collection),
        record=record,
        fields=[(name, FieldValue.of(value)) for name, value in record.items()],
        names=_references(where, record),
        events=_timeline(sandbox, where, api, record),
        now=format_time(sandbox.clock.now()),
        text=json.dumps(record, ensure_ascii=False, indent=2),
    )


async def delete(request: web.Request) -> web.Response:
    """Delete a record; Problem 422 where another names it."""
    sandbox, where = get_sandbox_or_404(request), get_record_ref(request)
    records.delete(sandbox, where)
    return redirect_with_notice(sandbox_url(sandbox.name, "records", where.api, where.collection), "deleted")


def get_record_ref(request: web.Request) -> RecordRef:
    """Give the place that the path names."""
    where = request.match_info
    return RecordRef(where["api"], where["collection"], int(where.get("id", 0)))


class FieldValue(NamedTuple):
    """A value as people read it: `text`, a `number`, a `word` of JSON, `json`, a `table` of rows, or `empty`."""

    text: str
    kind: str
    rows: Sequence[Mapping[str, Any]] = ()

    @classmethod
    def of(cls, value: Any) -> "FieldValue":
        """Show a value."""
        if isinstance(value, str):
            return cls(value, "text" if value else "empty")
        if isinstance(value, list) and value and all(isinstance(each, dict) and _flat(each) for each in value):
            return cls("", "table", value)
        if isinstance(value, dict | list) and value:
            return cls(json.dumps(value, ensure_ascii=False, indent=2), "json")
        return cls(json.dumps(value), "number" if isinstance(value, int) else "word")


def _flat(value: Mapping[str, Any]) -> bool:
    return bool(value) and not any(isinstance(each, dict | list) for each in value.values())


class TimelineEntry(NamedTuple):
    """One point of a record's time line; `entry` is the request that made it, if one did."""

    event: TimelineEvent
    entry: JournalEntry | None = None


def _timeline(sandbox: Sandbox, where: RecordRef, api: Api, record: Record) -> list[TimelineEntry]:
    """Give what happens to an order, and the requests of the journal that wrote it, in the order of time."""
    name = (f"{where.api}.{where.collection}", where.id)
    moments = [
        TimelineEntry(
            TimelineEvent(format_time(entry.at), _written_by(entry)),
            entry,
        )
        for entry in sandbox.journal
        if name in entry.exchange.access.writes
    ]
    if where.collection == "orders" and api.display is not None:
        lifecycle = api.display.lifecycle(sandbox.tables(where.api), record)
        moments = [*map(TimelineEntry, lifecycle), *moments]
    return sorted(moments, key=lambda moment: moment.event.at)


def _references(where: RecordRef, record: Record) -> list[tuple[str, str, int]]:
    """List what a record names: where, the collection, the id."""
    return [
        (pointer[1:].replace("/", "."), target, named)
        for steps, target in references(where.schema)
        for pointer, named in values_at(record, steps)
        if named is not None
    ]


def _api(request: web.Request, where: RecordRef) -> Api:
    return next(api for api in get_emulator(request).apis if api.name == where.api)


def _columns(api: Api, where: RecordRef) -> Sequence[Column]:
    if where.collection == "orders" and api.display is not None:
        return api.display.COLUMNS
    known = properties(where.schema).items()
    names = [name for name, schema in known if name not in {"id", "label"} and _types(schema) & SCALAR_TYPES]
    return [Column(name.replace("_", " "), _member(name), "text") for name in names[:MAX_COLUMNS]]


def _types(schema: Any) -> set[str]:
    types = schema.get("type", ())
    return {types} if isinstance(types, str) else set(types)


def _member(name: str) -> Callable[[Tables, Record], Any]:
    return lambda _, record: record[name]


def _row(tables: Tables, record: Record, columns: Sequence[Column]) -> tuple[int, list[tuple[str, str]]]:
    cells = [(column.kind, _cell(column.value(tables, record))) for column in columns]
    return record["id"], cells


def _cell(value: Any) -> str:
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_CELL_LENGTH else text[:MAX_CELL_LENGTH] + "…"


def _written_by(entry: JournalEntry) -> str:
    request = entry.exchange.head.request
    return f"Written by {request.sent_method} {request.path}"

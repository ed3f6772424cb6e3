"""Follow a record: every request that read or wrote it, and every change, on one time line."""

from collections.abc import Iterator
from typing import NamedTuple

from aiohttp import web

from mockorders.apis.display import TimelineEvent
from mockorders.control import records
from mockorders.control.inputs import get_emulator
from mockorders.control.records import record_ref
from mockorders.control.references import RecordRef
from mockorders.dashboard.inputs import viewed_sandbox
from mockorders.dashboard.request_row import RequestRow
from mockorders.dashboard.templating import page, template
from mockorders.errors import ProblemError
from mockorders.formats.plurals import singular
from mockorders.formats.timestamps import format_time
from mockorders.observability.entry import JournalEntry
from mockorders.sandbox.sandbox import Sandbox
from mockorders.storage.access import MAX_RECORDED_READS
from mockorders.storage.record_changes import RecordChange

TEMPLATE = template("history.html")
MAX_SHOWN = 100


class HistoryItem(NamedTuple):
    """One item of the time line, at a time in ISO 8601: an event of the record, a request, or an edit without one.

    At the same time, items are in the order of `number`, which is that of a request.
    """

    at: str
    number: float = 0
    event: TimelineEvent | None = None
    row: RequestRow | None = None
    access: str = ""
    change: RecordChange | None = None


async def detail(request: web.Request) -> web.Response:
    """Show the time line of a record, also of a deleted one. Raises ProblemError (404) if nothing is known of it."""
    sandbox = viewed_sandbox(request)
    ref = record_ref(request)
    record = records.get_collection_or_404(sandbox, ref).get(ref.id)
    items = sorted([*_requests(sandbox, ref), *_edits(sandbox, ref)], key=_time)
    if record is None and not items:
        raise ProblemError(404, "No such record", f"{ref.api}.{ref.collection} has no record {ref.id}")
    shown = sorted([*_events(request, sandbox, ref), *items[-MAX_SHOWN:]], key=_time)
    return page(
        request,
        TEMPLATE,
        sandbox=sandbox,
        ref=ref,
        singular=singular(ref.collection),
        exists=record is not None,
        items=shown,
        hidden=len(items) - len(items[-MAX_SHOWN:]),
        evicted=sandbox.journal.evicted,
        max_reads=MAX_RECORDED_READS,
        now=format_time(sandbox.clock.now()),
    )


def _time(item: HistoryItem) -> tuple[str, float]:
    return item.at, item.number


def _events(request: web.Request, sandbox: Sandbox, ref: RecordRef) -> Iterator[HistoryItem]:
    """Yield the events in the life of an order, past and future."""
    api = next(each for each in get_emulator(request).apis if each.name == ref.api)
    tables = sandbox.tables(ref.api)
    record = tables[ref.collection].get(ref.id)
    if record is None or ref.collection != "orders" or api.display is None:
        return
    yield from (HistoryItem(each.at, event=each) for each in api.display.lifecycle(tables, record))


def _requests(sandbox: Sandbox, ref: RecordRef) -> Iterator[HistoryItem]:
    """Yield the recorded and the pinned requests that read or wrote a record."""
    name = (f"{ref.api}.{ref.collection}", ref.id)
    pinned = {identifier: pin.entry for identifier, pin in sandbox.pins.items()}
    for entry in {**pinned, **{entry.id: entry for entry in sandbox.journal}}.values():
        access = entry.exchange.access
        if name in access.writes or name in access.reads:
            yield _request(entry, name)


def _request(entry: JournalEntry, name: tuple[str, int]) -> HistoryItem:
    access = entry.exchange.access
    change = next((each for each in access.changes if (each.collection, each.id) == name), None)
    written = "wrote" if change is None else change.kind
    word = written if name in access.writes else "read"
    return HistoryItem(format_time(entry.at), int(entry.id), row=RequestRow.of(entry), access=word, change=change)


def _edits(sandbox: Sandbox, ref: RecordRef) -> Iterator[HistoryItem]:
    """Yield the changes that were made by the control API or the dashboard."""
    name = (f"{ref.api}.{ref.collection}", ref.id)
    for edit in sandbox.edits:
        if (edit.change.collection, edit.change.id) == name:
            yield HistoryItem(format_time(edit.at), edit.after + 0.5, access=edit.change.kind, change=edit.change)

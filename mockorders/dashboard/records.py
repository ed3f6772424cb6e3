"""The records pages: searchable tables, and single records with their timeline."""

from collections.abc import Mapping
from typing import NamedTuple

from aiohttp import web

from mockorders.apis.base import Api
from mockorders.apis.display import TimelineEvent
from mockorders.concurrency import run_in_steps
from mockorders.control import records
from mockorders.control.inputs import get_emulator
from mockorders.control.records import record_ref
from mockorders.control.references import RecordRef
from mockorders.dashboard.customers import is_customers
from mockorders.dashboard.forms import format_json
from mockorders.dashboard.inputs import api_of, viewed_sandbox
from mockorders.dashboard.list_controls import headers, status_filters
from mockorders.dashboard.listing import MAX_SORTED, ListQuery, reference_names, select
from mockorders.dashboard.pagination import Pagination
from mockorders.dashboard.record_cards import CardBuilder
from mockorders.dashboard.related import related_records
from mockorders.dashboard.tables import table_columns, table_row
from mockorders.dashboard.templating import page, template
from mockorders.formats.plurals import singular
from mockorders.formats.timestamps import format_time
from mockorders.observability.entry import JournalEntry
from mockorders.sandbox.sandbox import Sandbox
from mockorders.storage.collection import Record

LIST_TEMPLATE = template("records.html")
DETAIL_TEMPLATE = template("record.html")
MAX_JSON_LENGTH = 20_000


async def index(request: web.Request) -> web.Response:
    """Show the records of a collection that match the search and the filters in the query."""
    sandbox = viewed_sandbox(request)
    ref = record_ref(request)
    records.get_collection_or_404(sandbox, ref)
    api = api_of(request)
    tables = sandbox.tables(ref.api).copy()
    columns = table_columns(api, ref)
    query = ListQuery.of(request.query, columns, ref)
    listing = await run_in_steps(select(tables, ref, columns, query))
    pagination = Pagination.of(request, len(listing.ids))
    customer_property = _customer_property(api, ref)
    return page(
        request,
        LIST_TEMPLATE,
        sandbox=sandbox,
        ref=ref,
        singular=singular(ref.collection),
        apis=get_emulator(request).apis,
        collections=sorted(tables, key=lambda name: (name != "orders", name != "customers", name)),
        query=query,
        customer_property=customer_property,
        current_customer=_current_customer(sandbox, api, query.targets, customer_property),
        listing=listing,
        max_sorted=MAX_SORTED,
        pagination=pagination,
        columns=columns,
        headers=list(headers(columns, query, request.path)),
        status_filters=list(status_filters(columns, query, listing)),
        rows=[table_row(tables, tables[ref.collection][each], columns) for each in listing.ids[pagination.slice]],
    )


def _customer_property(api: Api, ref: RecordRef) -> str:
    """Return the property that refers to the customer of a record; empty if there is none."""
    names = reference_names(ref).items()
    people = {api.customer_collection, "customers"}
    return next((name for name, target in names if target in people), "")


def _current_customer(sandbox: Sandbox, api: Api, targets: Mapping[str, str], name: str) -> int | None:
    """Return the current customer, if the list can show only their records and does not yet."""
    is_known = bool(name) and is_customers(sandbox, api.customer_collection, api)
    return sandbox.current_customer if is_known and name not in targets else None


async def detail(request: web.Request) -> web.Response:
    """Show one record: timeline, properties, references."""
    return _render(request, viewed_sandbox(request), record_ref(request))


def _render(request: web.Request, sandbox: Sandbox, ref: RecordRef) -> web.Response:
    record = records.get_record_or_404(sandbox, ref)
    api = api_of(request)
    text = format_json(record, indent=2)
    return page(
        request,
        DETAIL_TEMPLATE,
        sandbox=sandbox,
        ref=ref,
        singular=singular(ref.collection),
        is_customer=is_customers(sandbox, ref.collection, api),
        record=record,
        cards=CardBuilder(api, sandbox.tables(ref.api)).cards(ref, record),
        related=list(related_records(api, sandbox.tables(ref.api), ref)),
        timeline=_timeline(sandbox, ref, api, record),
        now=format_time(sandbox.clock.now()),
        text=text[:MAX_JSON_LENGTH],
        hidden_length=max(0, len(text) - MAX_JSON_LENGTH),
    )


class TimelineEntry(NamedTuple):
    """One event in a record's timeline; `entry` is the request that caused it, if any."""

    event: TimelineEvent
    entry: JournalEntry | None = None


def _timeline(sandbox: Sandbox, ref: RecordRef, api: Api, record: Record) -> list[TimelineEntry]:
    """Return the lifecycle of an order and the journal's requests that wrote the record, ascending by time."""
    name = (f"{ref.api}.{ref.collection}", ref.id)
    writes = (entry for entry in sandbox.journal if name in entry.exchange.access.writes)
    timeline = [TimelineEntry(TimelineEvent(format_time(entry.at), _written_by(entry)), entry) for entry in writes]
    if ref.collection == "orders" and api.display is not None:
        lifecycle = api.display.lifecycle(sandbox.tables(ref.api), record)
        timeline = [*map(TimelineEntry, lifecycle), *timeline]
    return sorted(timeline, key=lambda each: each.event.at)


def _written_by(entry: JournalEntry) -> str:
    request = entry.exchange.head.request
    return f"Written by {request.sent_method} {request.path}"

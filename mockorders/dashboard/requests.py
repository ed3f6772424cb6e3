"""The requests pages: a live list with a chart, and single requests with their explanation."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from aiohttp import web

from mockorders.apis.messages import CurrentCustomer
from mockorders.control.inputs import get_emulator
from mockorders.control.journal import compile_filters, curl_of, get_entry_or_404
from mockorders.dashboard.chart import KINDS, Chart, kind_of
from mockorders.dashboard.fault_presets import PRESETS
from mockorders.dashboard.inputs import viewed_sandbox
from mockorders.dashboard.templating import ROOT, page, quote_segment, redirect_with_notice, sandbox_url, with_query
from mockorders.errors import ProblemError
from mockorders.observability.entry import JournalEntry
from mockorders.observability.explain import explain
from mockorders.observability.redaction import mask_query
from mockorders.observability.status_filter import CLASSES, NO_RESPONSE, OUTCOMES
from mockorders.storage.encoding import encode

FILTERS = ("api", "method", "path", "status")
MAX_LISTED = 100
MAX_TARGET_LENGTH = 300


class RequestRow(NamedTuple):
    """One row of the table; `outcome` is a word after the status, empty for ordinary responses.

    `customer` is who the request was for and what selected them, empty if the API has no current customer.
    """

    id: str
    at: str
    api: str
    customer: str
    method: str
    target: str
    status: str
    kind: str
    outcome: str
    milliseconds: str
    in_progress: bool

    @classmethod
    def of(cls, entry: JournalEntry) -> "RequestRow":
        """Return the row of an entry."""
        exchange = entry.exchange
        request = exchange.request
        target = f"{request.path}?{mask_query(request.query)}" if request.query else request.path
        return cls(
            entry.id,
            f"{entry.at:%H:%M:%S}",
            exchange.api.name,
            _customer(exchange.customer),
            request.sent_method,
            target if len(target) <= MAX_TARGET_LENGTH else target[:MAX_TARGET_LENGTH] + "…",
            _status(entry),
            kind_of(entry),
            _outcome(entry),
            "" if entry.in_progress else f"{entry.seconds * 1000:.1f}",
            entry.in_progress,
        )


async def index(request: web.Request) -> web.Response:
    """Show the matching requests, newest first."""
    sandbox = viewed_sandbox(request)
    journal = sandbox.journal
    filters = read_filters(request)
    errors = {}
    try:
        matches = compile_filters(get_emulator(request), filters)
    except ProblemError as problem:
        errors = {problem.members["pointer"]: problem.members["message"]}
        matches = _match_nothing
    matching = [entry for entry in journal.since(0) if matches(entry)]
    return page(
        request,
        "requests.html",
        status=422 if errors else 200,
        sandbox=sandbox,
        apis=get_emulator(request).apis,
        filters={name: filters.get(name, "") for name in FILTERS},
        filtered=bool(filters),
        errors=errors,
        rows=[RequestRow.of(entry) for entry in matching[:MAX_LISTED]],
        matching_count=len(matching),
        journal_count=len(journal),
        evicted=journal.evicted,
        max_listed=MAX_LISTED,
        chart=Chart.of([entry for entry in matching if not entry.in_progress]),
        kinds=KINDS,
        statuses=(*CLASSES, *OUTCOMES, NO_RESPONSE),
        live=with_query(f"{ROOT}/live/{quote_segment(sandbox.name)}", **filters),
        newest=max((int(entry.id) for entry in matching), default=0),
        generation=journal.generation,
    )


async def detail(request: web.Request) -> web.Response:
    """Show one request with its explanation. Raises ProblemError (404) if the journal does not have it."""
    sandbox = viewed_sandbox(request)
    entry = get_entry_or_404(sandbox.journal, request.match_info["id"])
    document = json.loads(b"".join(encode(entry.document())))
    return page(
        request,
        "request.html",
        sandbox=sandbox,
        row=RequestRow.of(entry),
        entry=document,
        explanation=json.loads(b"".join(encode(explain(entry)))),
        messages=[("Request", _message(document["request"])), ("Response", _message(document["response"]))],
        curl=curl_of(request, entry),
        presets=PRESETS,
        conditions=_conditions(document),
        written=[_record_link(name, each) for name, each in entry.exchange.access.writes],
        read=[_record_link(name, each) for name, each in entry.exchange.access.reads],
    )


async def clear(request: web.Request) -> web.Response:
    """Delete all requests."""
    sandbox = viewed_sandbox(request)
    sandbox.journal.clear()
    return redirect_with_notice(sandbox_url(sandbox.name, "requests"), "requests-cleared")


def read_filters(request: web.Request) -> dict[str, str]:
    """Return the filters of a query that are not empty."""
    return {name: request.query[name] for name in FILTERS if request.query.get(name)}


def _conditions(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields of the form of faults that select requests like this one."""
    texts = {"api": json.dumps(document["api"]), "method": json.dumps(document["method"]), "path": document["path"]}
    return {f"/match/{name}": text for name, text in texts.items()}


def _customer(customer: CurrentCustomer | None) -> str:
    if customer is None:
        return ""
    return f"{'nobody' if customer.id is None else customer.id} by {customer.source}"


def _match_nothing(_: JournalEntry) -> bool:
    return False


def _status(entry: JournalEntry) -> str:
    if entry.status is not None:
        return str(entry.status)
    return "" if entry.in_progress else NO_RESPONSE


def _outcome(entry: JournalEntry) -> str:
    outcome = next((name for name, matches in OUTCOMES.items() if matches(entry)), "")
    faults = entry.exchange.faults
    return f"fault: {(faults.fault or faults.applied[0]).kind}" if outcome == "fault" else outcome


def _message(message: Any) -> tuple[dict[str, str], str, int | None]:
    """Return headers, the body as text, and its full length in bytes if it was truncated."""
    if message is None:
        return {}, "", None
    return message["headers"], _body_text(message["body"]), message.get("truncated")


def _body_text(body: Any) -> str:
    if body is None:
        return ""
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, indent=2)


def _record_link(name: str, identifier: int) -> tuple[str, str, int]:
    api, _, collection = name.partition(".")
    return api, collection, identifier

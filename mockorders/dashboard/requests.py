"""The requests of a sandbox: listed as they happen, charted, one explained."""

import json
from typing import Any, NamedTuple

from aiohttp import web

from mockorders.control.inputs import get_emulator
from mockorders.control.journal import compile_filters, get_entry_or_404
from mockorders.dashboard.chart import KINDS, Chart, kind_of
from mockorders.dashboard.inputs import viewed_sandbox
from mockorders.dashboard.templating import ROOT, escaped, page, redirect_with_notice, sandbox_url, with_query
from mockorders.errors import ProblemError
from mockorders.observability.curl import curl_line
from mockorders.observability.entry import JournalEntry
from mockorders.observability.explain import explain
from mockorders.observability.redaction import mask_query
from mockorders.sandbox.registry import ANONYMOUS
from mockorders.storage.encoding import encode

FILTERS = ("api", "method", "path", "status")
MAX_LISTED = 100


class RequestRow(NamedTuple):
    """One request in the table; `outcome` is what is worth a word beside the status."""

    id: str
    at: str
    api: str
    method: str
    target: str
    status: str
    kind: str
    outcome: str
    milliseconds: str

    @classmethod
    def of(cls, entry: JournalEntry) -> "RequestRow":
        """Give the line of an entry."""
        exchange, request = entry.exchange, entry.exchange.request
        target = f"{request.path}?{mask_query(request.query)}" if request.query else request.path
        return cls(
            entry.id,
            f"{entry.at:%H:%M:%S}",
            exchange.api.name,
            request.sent_method,
            target if len(target) <= 300 else target[:300] + "…",
            "none" if entry.status is None else str(entry.status),
            kind_of(entry),
            _outcome(entry),
            f"{entry.seconds * 1000:.1f}",
        )


async def index(request: web.Request) -> web.Response:
    """Show the requests that match, the newest first."""
    sandbox, violations = viewed_sandbox(request), {}
    journal, filters = sandbox.journal, read_filters(request)
    try:
        matches = compile_filters(get_emulator(request), filters)
    except ProblemError as problem:
        violations = {problem.members["pointer"]: problem.members["expected"]}
        matches = _match_nothing
    found = [entry for entry in journal.since(0) if matches(entry)]
    newest = max((int(entry.id) for entry in found), default=0)
    return page(
        request,
        "requests.html",
        status=422 if violations else 200,
        sandbox=sandbox,
        apis=get_emulator(request).apis,
        filters={name: filters.get(name, "") for name in FILTERS},
        filtered=bool(filters),
        mistakes=violations,
        lines=[RequestRow.of(entry) for entry in found[:MAX_LISTED]],
        found=len(found),
        held=len(journal),
        forgotten=journal.evicted,
        most=MAX_LISTED,
        chart=Chart.of(found),
        kinds=KINDS,
        live=with_query(f"{ROOT}/live/{escaped(sandbox.name)}", **filters),
        newest=newest,
        era=journal.generation,
    )


async def detail(request: web.Request) -> web.Response:
    """Tell the whole story of one request."""
    sandbox, identifier = viewed_sandbox(request), request.match_info["id"]
    entry = get_entry_or_404(sandbox.journal, identifier)
    document = json.loads(b"".join(encode(entry.document())))
    credential = sandbox.name if sandbox.name != ANONYMOUS else ""
    return page(
        request,
        "request.html",
        sandbox=sandbox,
        line=RequestRow.of(entry),
        entry=document,
        story=json.loads(b"".join(encode(explain(entry)))),
        bodies=[(title, _body(document[part])) for title, part in (("Request", "request"), ("Response", "response"))],
        curl=curl_line(document, f"{request.scheme}://{request.host}", credential),
        written=[_record_link(name, each) for name, each in entry.exchange.access.writes],
        read=[_record_link(name, each) for name, each in entry.exchange.access.reads],
    )


async def clear(request: web.Request) -> web.Response:
    """Forget all requests."""
    sandbox = viewed_sandbox(request)
    sandbox.journal.clear()
    return redirect_with_notice(sandbox_url(sandbox.name, "requests"), "cleared")


def read_filters(request: web.Request) -> dict[str, str]:
    """Give the filters of a query that say something."""
    return {name: request.query[name] for name in FILTERS if request.query.get(name)}


def _match_nothing(_: JournalEntry) -> bool:
    return False


def _outcome(entry: JournalEntry) -> str:
    exchange = entry.exchange
    if exchange.faults.applied:
        return f"fault: {(exchange.faults.fault or exchange.faults.applied[0]).kind}"
    if exchange.violations:
        return "breach"
    return "refused" if exchange.error is not None else ""


def _body(part: Any) -> tuple[dict[str, str], str, int | None]:
    """Give headers, the body as text, and how long it was where it was cut."""
    if part is None:
        return {}, "", None
    body = part["body"]
    text = body if isinstance(body, str) else "" if body is None else json.dumps(body, ensure_ascii=False, indent=2)
    return part["headers"], text, part.get("truncated")


def _record_link(name: str, identifier: int) -> tuple[str, str, int]:
    api, _, collection = name.partition(".")
    return api, collection, identifier

"""The requests pages: a live list with a chart, and single requests with their explanation."""

import json
from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from aiohttp import web

from mockorders.apis.messages import CustomerSource
from mockorders.concurrency import run_in_steps
from mockorders.control.inputs import get_emulator
from mockorders.control.journal import password_of
from mockorders.dashboard.chart import KINDS, Chart
from mockorders.dashboard.comparison import choices
from mockorders.dashboard.fault_form import FaultForm
from mockorders.dashboard.fault_presets import PRESETS
from mockorders.dashboard.forms import format_json
from mockorders.dashboard.inputs import viewed_sandbox
from mockorders.dashboard.pins import find_entry_or_404
from mockorders.dashboard.repeating import can_copy, is_complete, mark_of
from mockorders.dashboard.request_row import RequestRow
from mockorders.dashboard.templating import (
    ROOT,
    page,
    quote_segment,
    redirect_with_notice,
    sandbox_url,
    template,
    with_query,
)
from mockorders.emulator import Emulator
from mockorders.errors import ProblemError
from mockorders.formats.parsing import ParseError
from mockorders.http.exchange import Exchange
from mockorders.observability.entry import JournalEntry
from mockorders.observability.explain import explain
from mockorders.observability.request_outline import REPEATS_HEADER
from mockorders.observability.request_search import Search, SearchTerms, parse_search
from mockorders.observability.request_search.language import HELP, STATES
from mockorders.observability.snippets import KEYS, Snippet, snippets
from mockorders.sandbox.journal import MAX_ENTRIES
from mockorders.sandbox.sandbox import Sandbox
from mockorders.storage.encoding import encode

LIST_TEMPLATE = template("requests.html")
DETAIL_TEMPLATE = template("request.html")
MAX_LISTED = 100
MAX_TEXT_LENGTH = 8_000  # of a body or snippet as part of a page
MAX_SEARCH_LENGTH = 1_000
NO_SEARCH = Search((), ())
SELECTIONS: Mapping[CustomerSource, str] = {
    "bearer": "its bearer token",
    "cookie": "its cookie",
    "credential": "the end of its credential",
    "sandbox": "the sandbox, as it selects nobody itself",
}


async def index(request: web.Request) -> web.Response:
    """Show the requests that match the search `?q=`, newest first."""
    sandbox = viewed_sandbox(request)
    journal = sandbox.journal
    terms = SearchTerms(get_emulator(request).apis)
    text = search_text(request)
    error = ""
    recorded = journal.since(0)
    try:
        search = parse_search(text, terms)
        entries = await run_in_steps(select(recorded, search))
    except ParseError as problem:
        error = str(problem)
        search = NO_SEARCH
        entries = []
    return page(
        request,
        LIST_TEMPLATE,
        status=422 if error else 200,
        sandbox=sandbox,
        q=text,
        search=search,
        error=error,
        help=HELP,
        states=STATES,
        kinds_of_records=terms.names[len(HELP) :],
        rows=[RequestRow.of(entry) for entry in entries[:MAX_LISTED]],
        pinned=[RequestRow.of(pin.entry) for pin in sandbox.pins.values()],
        matching_count=len(entries),
        journal_count=len(recorded),
        max_entries=MAX_ENTRIES,
        evicted=journal.evicted,
        max_listed=MAX_LISTED,
        chart=Chart.of([entry for entry in entries if not entry.in_progress]),
        kinds=KINDS,
        live=with_query(f"{ROOT}/live/{quote_segment(sandbox.name)}", q=text),
        newest=recorded[0].id if recorded else 0,
        generation=journal.generation,
    )


def search_text(request: web.Request) -> str:
    """Return the search of a page or stream."""
    return request.query.get("q", "")[:MAX_SEARCH_LENGTH].strip()


def read_search(request: web.Request) -> Search:
    """Return the search of a stream. Raises ProblemError (422) if it is invalid."""
    try:
        return parse_search(search_text(request), SearchTerms(get_emulator(request).apis))
    except ParseError as error:
        raise ProblemError(422, "Invalid query", f"q: {error}") from error


def select(entries: Iterable[JournalEntry], search: Search) -> Generator[None, None, list[JournalEntry]]:
    """Return the entries that match a search, in their order. Yields after each, because bodies may be long."""
    found = []
    for entry in entries:
        if search.matches(entry):
            found.append(entry)
        yield
    return found


async def detail(request: web.Request) -> web.Response:
    """Show one request with its explanation. Raises ProblemError (404) if the journal does not have it."""
    sandbox = viewed_sandbox(request)
    entry = find_entry_or_404(sandbox, request.match_info["id"])
    document = json.loads(b"".join(encode(entry.document())))
    return page(
        request,
        DETAIL_TEMPLATE,
        sandbox=sandbox,
        row=RequestRow.of(entry),
        entry=document,
        explanation=json.loads(b"".join(encode(explain(entry)))),
        messages=[("Request", _message(document["request"])), ("Response", _message(document["response"]))],
        snippets=await _snippets(request, entry),
        max_length=MAX_TEXT_LENGTH,
        presets=PRESETS,
        customer=_selection(entry.exchange),
        comparable=choices(sandbox, entry),
        is_pinned=entry.id in sandbox.pins,
        is_complete=is_complete(entry),
        can_copy=can_copy(get_emulator(request), sandbox),
        repeats=_repeated(sandbox, entry),
        conditions=_conditions(document),
        same_fault=_same_fault(get_emulator(request), document),
        written=[_record_link(name, each) for name, each in entry.exchange.access.writes],
        read=[_record_link(name, each) for name, each in entry.exchange.access.reads],
    )


async def snippet(request: web.Request) -> web.Response:
    """Return a snippet as text. Raises ProblemError (404) if there is none of its key."""
    sandbox = viewed_sandbox(request)
    entry = find_entry_or_404(sandbox, request.match_info["id"])
    key = request.match_info["key"]
    found = next((each.text for each in await _snippets(request, entry) if each.key == key), None)
    if found is None:
        raise ProblemError(404, "Not found", f"expected one of {', '.join(KEYS)}, got {key[:60]!r}")
    return web.Response(text=found, headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})


async def _snippets(request: web.Request, entry: JournalEntry) -> list[Snippet]:
    password = password_of(request, entry.exchange.sandbox.name)
    return await run_in_steps(_listed(snippets(entry, f"{request.scheme}://{request.host}", password)))


def _listed(found: Iterator[Snippet]) -> Generator[None, None, list[Snippet]]:
    """Return what an iterator yields. Yields in between, because bodies may be long."""
    listed = []
    for each in found:
        listed.append(each)
        yield
    return listed


async def clear(request: web.Request) -> web.Response:
    """Delete all requests."""
    sandbox = viewed_sandbox(request)
    await get_emulator(request).sandboxes.clear_journal(sandbox)
    return redirect_with_notice(sandbox_url(sandbox.name, "requests"), "requests-cleared")


class CustomerSelection(NamedTuple):
    """The collection of the customer that a request was for, and what selected them, in words."""

    collection: str
    reason: str


def _selection(exchange: Exchange) -> CustomerSelection | None:
    """Return why a request was for its customer; None if its API has no current customer."""
    customer = exchange.customer
    if customer is None or exchange.api.customer_collection is None:
        return None
    return CustomerSelection(exchange.api.customer_collection, SELECTIONS[customer.source])


def _repeated(sandbox: Sandbox, entry: JournalEntry) -> str | None:
    """Return the id of the request that this one repeats, if it is recorded in the same sandbox; else None."""
    mark = entry.exchange.headers.get(REPEATS_HEADER, "")
    original = sandbox.pinned(mark.partition("-")[0]) or sandbox.journal.get(mark.partition("-")[0])
    return original.id if original is not None and mark_of(original) == mark else None


def _same_fault(emulator: Emulator, document: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields of the fault that was applied to a request, for requests like it; empty without one."""
    if document["fault"] is None:
        return {}
    match = {name: document[name] for name in ("api", "method", "path")}
    fault = document["fault"]
    rule = {"match": match, "effect": fault["effect"], "stage": fault["stage"]}
    texts = FaultForm.of_rule(emulator, rule).texts
    return texts if sum(map(len, texts.values())) <= MAX_TEXT_LENGTH else {}


def _conditions(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields of the form of faults that select requests like this one."""
    texts = {"api": json.dumps(document["api"]), "method": json.dumps(document["method"]), "path": document["path"]}
    return {f"/match/{name}": text for name, text in texts.items()}


def _message(message: Any) -> tuple[dict[str, str], str, int | None]:
    """Return headers, the body as text, and its full length in bytes if it was truncated."""
    if message is None:
        return {}, "", None
    return message["headers"], _body_text(message["body"]), message.get("truncated")


def _body_text(body: Any) -> str:
    if body is None:
        return ""
    return body if isinstance(body, str) else format_json(body, indent=2)


def _record_link(name: str, identifier: int) -> tuple[str, str, int]:
    api, _, collection = name.partition(".")
    return api, collection, identifier

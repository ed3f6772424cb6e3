"""Endpoints for the journal of a sandbox: list, filter, wait, explain, export."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from aiohttp import web

from mockorders.control.inputs import get_emulator, get_sandbox
from mockorders.emulator import Emulator
from mockorders.errors import ProblemError
from mockorders.formats.matching import Glob
from mockorders.formats.parsing import ParseError
from mockorders.formats.serialization import dump_in_pieces
from mockorders.formats.suggestions import did_you_mean
from mockorders.observability.curl import curl_line
from mockorders.observability.entry import JournalEntry
from mockorders.observability.explain import explain
from mockorders.observability.har import har
from mockorders.observability.request_outline import PASSWORD
from mockorders.observability.status_filter import IN_PROGRESS, parse_status_filter
from mockorders.sandbox.emulator_errors import EmulatorErrors
from mockorders.sandbox.journal import Journal
from mockorders.sandbox.journal_wait import wait_for_entries
from mockorders.validation.schemas import properties

MAX_WAIT_SECONDS = 60
LIST_FILTERS = tuple(properties("control/requests-parameters"))
EXPORT_FILTERS = tuple(properties("control/har-parameters"))


async def list_requests(request: web.Request) -> Any:
    """List the matching requests, oldest first.

    Waits up to `wait` seconds until at least `min` of them are complete, or in progress if the filter `status` says so.
    """
    journal: Journal[JournalEntry] = (await get_sandbox(request)).journal
    matches = compile_filters(get_emulator(request), request.query)
    seconds = _number(request.query, "wait", 0, MAX_WAIT_SECONDS)
    minimum = _number(request.query, "min", 1, math.inf)
    if seconds:
        counts_open = IN_PROGRESS in request.query.get("status", "").lower()
        await wait_for_entries(
            journal, lambda entry: (counts_open or not entry.in_progress) and matches(entry), minimum, seconds
        )
    entries = [entry for entry in journal if matches(entry)]
    documents = map(get_emulator(request).entries.serialize, entries)
    return dump_in_pieces({"count": len(entries), "evicted": journal.evicted, "requests": documents})


async def clear_requests(request: web.Request) -> None:
    """Delete all requests from the journal."""
    await get_emulator(request).sandboxes.clear_journal(await get_sandbox(request))


async def get_request(request: web.Request) -> Any:
    """Return one request. Raises ProblemError (404) if the journal does not have it."""
    return get_entry_or_404((await get_sandbox(request)).journal, request.match_info["request"]).document()


async def explain_request(request: web.Request) -> Any:
    """Return the explanation of one request. Raises ProblemError (404) if the journal does not have it."""
    entry = get_entry_or_404((await get_sandbox(request)).journal, request.match_info["request"])
    return {**explain(entry), "curl": curl_of(request, entry)}


def curl_of(request: web.Request, entry: JournalEntry) -> str:
    """Return the curl command that repeats an entry's request, with the password of its sandbox."""
    return curl_line(entry, f"{request.scheme}://{request.host}", password_of(request, entry.exchange.sandbox.name))


def password_of(request: web.Request, name: str) -> str:
    """Return the password of a sandbox: any, unless `--credentials` names one."""
    return (get_emulator(request).settings.credentials or {}).get(name) or PASSWORD


async def list_errors(request: web.Request) -> Any:
    """Return the number of the emulator's own errors in the sandbox, and the first of them."""
    return error_list((await get_sandbox(request)).errors)


def error_list(errors: EmulatorErrors) -> dict[str, Any]:
    """Return the emulator's own errors in a sandbox as JSON."""
    return {"count": errors.count, "errors": [error._asdict() for error in errors]}


async def export_requests(request: web.Request) -> Any:
    """Return the matching requests that are complete as HAR 1.2."""
    journal: Journal[JournalEntry] = (await get_sandbox(request)).journal
    matches = compile_filters(get_emulator(request), request.query, EXPORT_FILTERS)
    entries = [entry for entry in journal if not entry.in_progress and matches(entry)]
    return dump_in_pieces(har(entries, f"{request.scheme}://{request.host}"))


def get_entry_or_404(journal: Journal[JournalEntry], identifier: str) -> JournalEntry:
    """Return an entry. Raises ProblemError (404) if the journal does not have it, or not anymore."""
    entry = journal.get(identifier)
    if entry is None:
        counts = f"requests in the journal: {len(journal)}, evicted: {journal.evicted}"
        detail = f"There is no request {identifier[:60]!r}; {counts}."
        raise ProblemError(404, "No such request", detail)
    return entry


def compile_filters(
    emulator: Emulator, query: Mapping[str, str], known: Sequence[str] = LIST_FILTERS
) -> Callable[[JournalEntry], bool]:
    """Return a predicate for a query's filters. Raises ProblemError (422) if one is not `known`, or invalid."""
    unknown = [name for name in query if name not in known]
    if unknown:
        raise _invalid_filter(unknown[0], f"expected one of {', '.join(known)}", unknown[0], known)
    names = [api.name for api in emulator.apis]
    if query.get("api", names[0]) not in names:
        raise _invalid_filter("api", f"expected one of {', '.join(names)}", query["api"], names)
    has_status = _status_filter(query)
    since = _number(query, "since", 0, math.inf)
    method = query.get("method", "").upper()
    glob = Glob(query.get("path", "*"), "*")

    def matches(entry: JournalEntry) -> bool:
        exchange = entry.exchange
        return (
            query.get("api", exchange.api.name) == exchange.api.name
            and method in {"", exchange.head.request.sent_method}
            and any(map(glob.matches, exchange.head.traits.paths))
            and has_status(entry)
            and int(entry.id) > since
        )

    return matches


def _status_filter(query: Mapping[str, str]) -> Callable[[JournalEntry], bool]:
    if "status" not in query:
        return lambda _: True
    try:
        return parse_status_filter(query["status"])
    except ParseError as error:
        raise _invalid_filter("status", str(error), query["status"]) from error


def _number(query: Mapping[str, str], name: str, default: int, maximum: float) -> int:
    text = query.get(name)
    if text is None:
        return default
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else -1
    if not 0 <= number <= maximum:
        expected = "expected a whole number" + (f" of at most {maximum}" if maximum < math.inf else "")
        raise _invalid_filter(name, expected, text)
    return number


def _invalid_filter(name: str, expected: str, got: str, known: Iterable[str] = ()) -> ProblemError:
    detail = f"{name}: {expected}, got {got[:60]!r}{did_you_mean(got, known)}"
    return ProblemError(422, "Invalid query", detail, pointer=f"/{name}", message=expected)

"""The journal of a sandbox: listed, filtered, waited for, explained, exported."""

import math
from collections.abc import Callable
from typing import Any

from aiohttp import web

from mockorders.control.har import har
from mockorders.control.request import core_of, sandbox_of
from mockorders.errors import Problem
from mockorders.explain import explain
from mockorders.journal import Entry, Journal
from mockorders.patterns import fits

MAX_WAIT = 60
FILTERS = ("api", "method", "path", "status", "since", "wait", "min")


async def list_requests(request: web.Request) -> Any:
    """List the requests that match, oldest first; with `wait`, once `min` of them came or the time is over."""
    journal = (await sandbox_of(request)).journal
    matches = _filter(request)
    seconds, enough = _number(request, "wait", 0, MAX_WAIT), _number(request, "min", 1, math.inf)
    if seconds:
        await journal.wait(lambda: sum(map(matches, journal)) >= enough, seconds)
    found = [entry.document() for entry in journal if matches(entry)]
    return {"count": len(found), "forgotten": journal.forgotten, "requests": found}


async def clear_requests(request: web.Request) -> None:
    """Forget all requests."""
    (await sandbox_of(request)).journal.clear()


async def get_request(request: web.Request) -> Any:
    """Give one request; Problem 404 where it is not there, or not any more."""
    return _entry(request, (await sandbox_of(request)).journal).document()


async def explain_request(request: web.Request) -> Any:
    """Tell the whole story of one request."""
    return explain(_entry(request, (await sandbox_of(request)).journal))


async def export_requests(request: web.Request) -> Any:
    """Give the requests that match as HAR 1.2."""
    journal = (await sandbox_of(request)).journal
    matches = _filter(request)
    return har(filter(matches, journal), f"{request.scheme}://{request.host}")


def _entry(request: web.Request, journal: Journal) -> Entry:
    identifier = request.match_info["id"]
    entry = journal.get(identifier)
    if entry is None:
        detail = (
            f"There is no request {identifier[:60]!r}; the journal has {len(journal)}, {journal.forgotten} are gone."
        )
        raise Problem(404, "No such request", detail)
    return entry


def _filter(request: web.Request) -> Callable[[Entry], bool]:
    """Make the test of the query's filters; Problem 422 for a filter that there is not, or a value that is none."""
    unknown = [name for name in request.query if name not in FILTERS]
    if unknown:
        raise _unfit(unknown[0], f"expected one of {', '.join(FILTERS)}", unknown[0])
    query = request.query
    known = [api.name for api in core_of(request).apis]
    if query.get("api", known[0]) not in known:
        raise _unfit("api", f"expected one of {', '.join(known)}", query["api"])
    status = _number(request, "status", -1, 999)
    since = _number(request, "since", 0, math.inf)
    method, glob = query.get("method", "").upper(), query.get("path", "*").split("*")

    def matches(entry: Entry) -> bool:
        story = entry.story
        return (
            query.get("api", story.api.name) == story.api.name
            and method in {"", story.reading.request.sent}
            and any(fits(glob, path) for path in story.reading.traits.paths)
            and status in {-1, entry.status}
            and int(entry.id) > since
        )

    return matches


def _number(request: web.Request, name: str, default: int, most: float) -> int:
    text = request.query.get(name)
    if text is None:
        return default
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else -1
    if not 0 <= number <= most:
        expected = "expected a whole number" + (f" of at most {most}" if most < math.inf else "")
        raise _unfit(name, expected, text)
    return number


def _unfit(name: str, expected: str, got: str) -> Problem:
    detail = f"{name}: {expected}, got {got[:60]!r}"
    return Problem(422, "The query does not fit", detail, pointer=f"/{name}", expected=expected)

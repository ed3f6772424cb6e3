"""Compare two requests field by field."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from aiohttp import web

from mockorders.dashboard.forms import format_json
from mockorders.dashboard.inputs import viewed_sandbox
from mockorders.dashboard.pins import find_entry_or_404
from mockorders.dashboard.request_row import RequestRow
from mockorders.dashboard.templating import page, template
from mockorders.formats import pointer
from mockorders.observability.entry import JournalEntry
from mockorders.observability.request_outline import REPEATS_HEADER
from mockorders.sandbox.sandbox import Sandbox
from mockorders.storage.encoding import encode

TEMPLATE = template("comparison.html")
MAX_FIELDS = 5_000  # of each request
MAX_SHOWN = 100
MAX_VALUE_LENGTH = 200
MAX_CHOICES = 20
VARYING_HEADERS = {"date", "x-mockorders-request", REPEATS_HEADER.lower()}  # differ between any two requests
ABSENT = ""


class ComparedField(NamedTuple):
    """A field that at least one of two requests has, and its values as text; an absent one is empty."""

    name: str
    first: str
    second: str


class Comparison(NamedTuple):
    """The fields that differ, the first `MAX_SHOWN` of them, their number, and the number of those that are equal."""

    shown: list[ComparedField]
    different: int
    equal: int


async def compare(request: web.Request) -> web.Response:
    """Show the differences between the requests `?a=` and `?b=`. Raises ProblemError (404) if one is not recorded."""
    sandbox = viewed_sandbox(request)
    entries = [find_entry_or_404(sandbox, request.query.get(name, "")) for name in ("a", "b")]
    return page(
        request,
        TEMPLATE,
        sandbox=sandbox,
        rows=[RequestRow.of(entry) for entry in entries],
        comparison=compare_entries(*entries),
    )


def compare_entries(first: JournalEntry, second: JournalEntry) -> Comparison:
    """Return how two requests and their responses differ, apart from what always does."""
    one = _fields(first)
    other = _fields(second)
    names = [*one, *(name for name in other if name not in one)]
    different = [name for name in names if one.get(name) != other.get(name)]
    shown = [ComparedField(name, one.get(name, ABSENT), other.get(name, ABSENT)) for name in different[:MAX_SHOWN]]
    short = [ComparedField(name, _shortened(a), _shortened(b)) for name, a, b in shown]
    return Comparison(short, len(different), len(names) - len(different))


def choices(sandbox: Sandbox, entry: JournalEntry) -> list[RequestRow]:
    """Return the requests to compare one with: those to its route, pinned ones, then others, newest first."""
    others = [each for each in sandbox.journal.since(0) if each is not entry and not each.in_progress]
    ranked: Iterable[JournalEntry] = [
        *(each for each in others if _route(each) == _route(entry)),
        *(pin.entry for pin in sandbox.pins.values() if pin.entry is not entry),
        *others,
    ]
    unique = {each.id: each for each in ranked}
    return [RequestRow.of(each) for each in islice(unique.values(), MAX_CHOICES)]


def _route(entry: JournalEntry) -> Any:
    match = entry.exchange.match
    return None if match is None else match.route


def _fields(entry: JournalEntry) -> dict[str, str]:
    """Return the fields of a request by name, as text."""
    document = json.loads(b"".join(encode(entry.document())))
    return dict(islice(_all_fields(document), MAX_FIELDS))


def _all_fields(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("api", "method", "path"):
        yield name, document[name]
    yield from _leaves("query", document["query"])
    yield from _leaves("customer", document["customer"])
    yield from _message("request", document["request"])
    yield "status", format_json(document["status"])
    yield "rejected by", document["rule"] or ABSENT
    yield "fault", document["fault"]["type"] if document["fault"] else ABSENT
    if document["response"] is not None:
        yield from _message("response", document["response"])


def _message(name: str, message: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for header, text in message["headers"].items():
        if header.lower() not in VARYING_HEADERS:
            yield f"{name} header {header.title()}", text
    yield from _leaves(f"{name} body", message["body"])


def _leaves(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield the values in JSON that are neither objects nor lists, by name and JSON pointer."""
    pending: list[tuple[str, Any]] = [("", value)]
    while pending:
        place, each = pending.pop()
        members = _members(each)
        if members:
            pending += [(f"{place}/{pointer.escape(str(key))}", inner) for key, inner in reversed(members)]
        elif each is not None or place:
            yield f"{name} {place}" if place else name, each if isinstance(each, str) else format_json(each)


def _members(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list) else []


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_VALUE_LENGTH else text[:MAX_VALUE_LENGTH] + "…"

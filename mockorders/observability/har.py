"""Export journal entries as HAR 1.2, the format of browser tools and HTTP debuggers."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from typing import Any
from urllib.parse import urlencode

from mockorders.__version__ import __version__
from mockorders.apis.messages import RecordedBody
from mockorders.formats.serialization import dump_json
from mockorders.observability.entry import JournalEntry


def har(entries: Iterable[JournalEntry], base: str) -> dict[str, Any]:
    """Return entries as a HAR log; `base` is the server's URL. A request without a response has status 0.

    The entries are an iterator of items that are JSON already, see `dump_in_pieces`.
    """
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "mockorders", "version": __version__},
            "entries": (dump_json(_entry(entry, base)) for entry in entries),
        }
    }


def _entry(entry: JournalEntry, base: str) -> dict[str, Any]:
    document = entry.document()
    milliseconds = document["duration_ms"]
    return {
        "startedDateTime": entry.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "time": milliseconds,
        "request": _request(entry, document, base),
        "response": _response(entry, document),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": "; ".join((f"request {entry.id}", *document["notes"])),
    }


def _request(entry: JournalEntry, document: Mapping[str, Any], base: str) -> dict[str, Any]:
    query = list(_query_pairs(document["query"]))
    request: dict[str, Any] = {
        "method": document["method"],
        "url": base + document["path"] + (f"?{urlencode(query)}" if query else ""),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(document["request"]["headers"].items()),
        "queryString": _pairs(query),
        "headersSize": -1,
        "bodySize": entry.request_body.length,
    }
    if entry.request_body.length:
        request["postData"] = {"mimeType": _type(document["request"]["headers"]), "text": _text(entry.request_body)}
    return request


def _response(entry: JournalEntry, document: Mapping[str, Any]) -> dict[str, Any]:
    headers = document["response"]["headers"] if document["response"] else {}
    return {
        "status": entry.status or 0,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(headers.items()),
        "content": {"size": entry.response_body.length, "mimeType": _type(headers), "text": _text(entry.response_body)},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": entry.response_body.length,
    }


def _pairs(items: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in items]


def _query_pairs(query: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in query.items():
        values = value if isinstance(value, list) else [value]
        yield from ((name, each) for each in values)


def _type(headers: Mapping[str, str]) -> str:
    return next((value for name, value in headers.items() if name.lower() == "content-type"), "")


def _text(body: RecordedBody) -> str:
    return body.text.decode("utf-8", "replace")

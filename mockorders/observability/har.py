"""Journal entries as HAR 1.2, which browser tools and HTTP debuggers open."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from typing import Any
from urllib.parse import urlencode

from mockorders.__version__ import __version__
from mockorders.apis.messages import RecordedBody
from mockorders.observability.entry import JournalEntry


def har(entries: Iterable[JournalEntry], base: str) -> dict[str, Any]:
    """Return entries as a HAR log; `base` is the server's URL. A request without a response has status 0."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "mockorders", "version": __version__},
            "entries": [_entry(entry, base) for entry in entries],
        }
    }


def _entry(entry: JournalEntry, base: str) -> dict[str, Any]:
    shown = entry.document()
    milliseconds = shown["duration_ms"]
    return {
        "startedDateTime": entry.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "time": milliseconds,
        "request": _request(entry, shown, base),
        "response": _response(entry, shown),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": f"request {entry.id}",
    }


def _request(entry: JournalEntry, shown: Mapping[str, Any], base: str) -> dict[str, Any]:
    query = list(_query_pairs(shown["query"]))
    made: dict[str, Any] = {
        "method": shown["method"],
        "url": base + shown["path"] + (f"?{urlencode(query)}" if query else ""),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(shown["request"]["headers"].items()),
        "queryString": _pairs(query),
        "headersSize": -1,
        "bodySize": entry.request_body.length,
    }
    if entry.request_body.length:
        made["postData"] = {"mimeType": _type(shown["request"]["headers"]), "text": _text(entry.request_body)}
    return made


def _response(entry: JournalEntry, shown: Mapping[str, Any]) -> dict[str, Any]:
    headers = shown["response"]["headers"] if shown["response"] else {}
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

"""Recorded responses: loaded from HAR 1.2, the emulator's journal, or the plain JSON of one response."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from mockorders.formats.parsing import ParseError, parse_json

MAX_VALUES = 50_000_000
PROBLEM = "application/problem+json"

_JSONP = re.compile(rb"\s*(?:/\*\*/)?[\w$.\[\]]{1,128}\s*\((.*)\)\s*;?\s*", re.DOTALL)


class RecordingBody(NamedTuple):
    """The body of a response: its JSON value, or why it is not JSON (`error`), or why there is none (`missing`)."""

    value: Any = None
    error: str = ""
    missing: str = ""


class RecordedResponse(NamedTuple):
    """One response and its source; a plain one has no method, path and status.

    `expects` is set if only a successful response, or only an error, is correct.
    """

    source: str
    body: RecordingBody
    method: str = ""
    path: str = ""
    status: int | None = None
    location: str = ""
    expects: Literal["", "response", "error"] = ""


def load(source: str, raw: bytes) -> list[RecordedResponse]:
    """Return the responses of one file; `source` is its name. Raises ParseError with what was expected."""
    whole = _container(raw)
    if isinstance(whole, dict) and isinstance(whole.get("log"), dict):
        return _each(source, whole["log"].get("entries"), "HAR 1.2", _of_har)
    value = parse_json(raw, MAX_VALUES)
    if isinstance(value, dict) and {"requests", "evicted"} <= value.keys():
        return _each(source, value["requests"], "the journal's list", _of_journal)
    if isinstance(value, dict) and {"request", "response", "method", "path"} <= value.keys():
        return [_of_journal(source, value)]
    return [RecordedResponse(source, RecordingBody(value))]


def parse_body(raw: bytes, content_type: str, size: int = 0) -> RecordingBody:
    """Parse a body; `size` is its original length in bytes if only a part of it was recorded."""
    if content_type.startswith(PROBLEM):
        return RecordingBody(missing="a problem document, which only the emulator sends")
    jsonp = _JSONP.fullmatch(raw) if "javascript" in content_type else None
    try:
        return RecordingBody(parse_json(raw if jsonp is None else jsonp[1], MAX_VALUES))
    except ParseError as error:
        if size > len(raw):
            return RecordingBody(missing="only part of its body was recorded")
        return RecordingBody(
            error=f"{error}, got {content_type or 'no type'}" if raw else "expected JSON, got an empty body"
        )


def _container(raw: bytes) -> Any:
    """Return the content of a JSON file, or None if it is not JSON; more lenient than `parse_json`, for HAR."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None  # parse_json raises the error


def _each(place: str, entries: Any, kind: str, of: Callable[[str, Any], RecordedResponse]) -> list[RecordedResponse]:
    found = []
    for number, entry in enumerate(entries if isinstance(entries, list) else [None]):
        try:
            found.append(of(f"{place}[{number}]", entry))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            message = f"expected {kind}, whose entry {number} has a request and a response"
            raise ParseError(message) from error
    return found


def _of_har(place: str, entry: Any) -> RecordedResponse:
    request = entry["request"]
    response = entry["response"]
    content = response.get("content") or {}
    status = int(response["status"])
    path = urlsplit(request["url"]).path or "/"
    return RecordedResponse(place, _har_body(content), request["method"].upper(), path, status, _location(response))


def _har_body(content: Mapping[str, Any]) -> RecordingBody:
    text = content.get("text")
    if text is None:
        return RecordingBody(missing="its body was not recorded")
    coded = content.get("encoding") == "base64"
    raw = base64.b64decode(text, validate=True) if coded else text.encode("utf-8", "replace")
    return parse_body(raw, content.get("mimeType") or "", content.get("size") or 0)


def _location(response: Mapping[str, Any]) -> str:
    headers = response.get("headers") or ()
    return next((each["value"] for each in headers if each["name"].lower() == "location"), "")


def _of_journal(place: str, entry: Any) -> RecordedResponse:
    response = entry["response"]
    body = RecordingBody(missing="there was no response") if response is None else _journal_body(response)
    return RecordedResponse(place, body, entry["method"].upper(), entry["path"], entry["status"])


def _journal_body(response: Mapping[str, Any]) -> RecordingBody:
    content_type = {name.lower(): value for name, value in response["headers"].items()}.get("content-type", "")
    value = response["body"]
    if "truncated" in response:
        return RecordingBody(missing="only part of its body was recorded")
    if isinstance(value, str) or value is None or content_type.startswith(PROBLEM):
        return parse_body((value or "").encode() if not isinstance(value, dict) else b"", content_type)
    return RecordingBody(value)

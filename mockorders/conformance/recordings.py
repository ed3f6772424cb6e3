"""Recorded responses: loaded from HAR 1.2, the emulator's journal, or the plain JSON of one response."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from mockorders.formats.abbreviation import abbreviate
from mockorders.formats.parsing import ParseError, parse_json

MAX_VALUES = 50_000_000
PROBLEM = "application/problem+json"

_JSONP = re.compile(rb"\s*(?:/\*\*/)?[\w$.\[\]]{1,128}\s*\((.*)\)\s*;?\s*", re.DOTALL)


class RecordingBody(NamedTuple):
    """The body of a response: its JSON value, or why there is none.

    `error` is a fault of the response, `missing` a reason not to check it, `unreadable` a fault of the recording.
    """

    value: Any = None
    error: str = ""
    missing: str = ""
    unreadable: str = ""


class RecordedResponse(NamedTuple):
    """One response and its source; a plain one has no method, path and status.

    `expects` is set if only a successful response, or only an error, is correct; `unreadable` if the entry is not what
    its format requires.
    """

    source: str
    body: RecordingBody
    method: str = ""
    path: str = ""
    status: int | None = None
    location: str = ""
    expects: Literal["", "response", "error"] = ""
    unreadable: str = ""


def load(source: str, raw: bytes) -> list[RecordedResponse]:
    """Return the responses of one file; `source` is its name. Raises ParseError with what was expected."""
    whole = _container(raw)
    if isinstance(whole, dict) and isinstance(whole.get("log"), dict):
        return _each(source, whole["log"].get("entries"), "HAR 1.2", _of_har)
    lines = _json_lines(raw) if whole is None else []
    if lines:
        return [_of_line(f"{source}:{number}", line) for number, line in lines]
    value = parse_json(raw, MAX_VALUES)
    if isinstance(value, dict) and {"requests", "evicted"} <= value.keys():
        return _each(source, value["requests"], "the journal", _of_journal)
    return [_of_value(source, value)]


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


def _json_lines(raw: bytes) -> list[tuple[int, bytes]]:
    """Return the lines of JSON Lines with their numbers; none if less than half of them are objects."""
    lines = [(number, line) for number, line in enumerate(raw.splitlines(), 1) if line.strip()]
    objects = sum(isinstance(_container(line), dict) for _, line in lines)
    return lines if len(lines) > 1 and objects * 2 >= len(lines) else []


def _of_line(place: str, line: bytes) -> RecordedResponse:
    try:
        return _of_value(place, parse_json(line, MAX_VALUES))
    except ParseError as error:
        return RecordedResponse(place, RecordingBody(), unreadable=str(error))


def _of_value(place: str, value: Any) -> RecordedResponse:
    """Return the response of a journal entry, or of the JSON of a response."""
    if isinstance(value, dict) and {"request", "response", "method", "path"} <= value.keys():
        return _entry(place, value, "the journal", _of_journal)
    return RecordedResponse(place, RecordingBody(value))


def _each(place: str, entries: Any, kind: str, of: Callable[[str, Any], RecordedResponse]) -> list[RecordedResponse]:
    if not isinstance(entries, list):
        message = f"expected {kind} with a list of entries"
        raise ParseError(message)
    return [_entry(f"{place}[{number}]", entry, kind, of) for number, entry in enumerate(entries)]


def _entry(place: str, entry: Any, kind: str, of: Callable[[str, Any], RecordedResponse]) -> RecordedResponse:
    """Return the response of an entry; an unreadable one if the entry is not what the format requires."""
    try:
        return of(place, entry)
    except (KeyError, TypeError, AttributeError, ValueError):
        message = f"expected an entry of {kind}, with a request, its URL and a response"
        return RecordedResponse(place, RecordingBody(), unreadable=message)


def _of_har(place: str, entry: Any) -> RecordedResponse:
    request = entry["request"]
    response = entry.get("response") or {}  # some tools omit it for aborted requests
    status = int(response.get("status") or 0)
    path = urlsplit(request["url"]).path or "/"
    body = _har_body(response.get("content") or {})
    return RecordedResponse(place, body, request["method"].upper(), path, status, _location(response))


def _har_body(content: Mapping[str, Any]) -> RecordingBody:
    text = content.get("text")
    if text is None:
        return RecordingBody(missing="its body was not recorded")
    encoding = content.get("encoding") or ""
    raw = _decoded(text, encoding)
    if raw is None:
        found = f"{encoding}: {abbreviate(text)}" if encoding else abbreviate(text)
        return RecordingBody(unreadable=f"expected a body in text, or base64 if that is its encoding, got {found}")
    content_type = content.get("mimeType")
    size = content.get("size")
    return parse_body(raw, content_type if isinstance(content_type, str) else "", size if isinstance(size, int) else 0)


def _decoded(text: Any, encoding: Any) -> bytes | None:
    """Return the bytes of a body, or None if it is not text in its encoding, or if that is unknown."""
    if not isinstance(text, str) or str(encoding).lower() not in {"", "base64"}:
        return None
    if not encoding:
        return text.encode("utf-8", "replace")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return None


def _location(response: Mapping[str, Any]) -> str:
    headers = response.get("headers") or ()
    return next((str(each["value"]) for each in headers if each["name"].lower() == "location"), "")


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

"""Journal entries as curl commands."""

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from mockorders.observability.redaction import MASK

# curl writes these itself; with Accept-Encoding it would print a compressed response as it is
OMITTED_HEADERS = {
    "host",
    "user-agent",
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "transfer-encoding",
}
PASSWORD = "any"  # noqa: S105 - any will do


def curl_line(entry: Mapping[str, Any], url: str, credential: str) -> str:
    """Return a journal entry as a curl command, quoted for POSIX shells.

    `url` is the emulator's. The journal masks credentials: `credential`, such as the sandbox's name, takes the place of
    the key and of the Basic user; other tokens and cookies stay masked. What was cut from a long body is missing, and
    a comment says so.
    """
    address = url + entry["path"] + _query(entry["query"], credential)
    sent = entry["request"]
    words = ["curl", *_method(entry["method"], sent["body"]), *_literally(address)]
    words += [*_headers(sent["headers"], credential), *_body(sent), address]
    cut = f"  # the body is cut, it had {sent['truncated']} bytes" if "truncated" in sent else ""
    return shlex.join(words) + cut


def _method(method: str, body: Any) -> list[str]:
    if method == "HEAD":
        return ["--head"]
    return [] if method == "GET" and body is None else ["-X", method]


def _literally(address: str) -> Iterator[str]:
    """Yield options that keep curl from reading brackets as ranges and from resolving dots."""
    if set("[]{}") & set(address):
        yield "--globoff"
    if "/." in address:
        yield "--path-as-is"


def _query(query: dict[str, str | list[str]], credential: str) -> str:
    given = query | {"key": credential} if query.get("key") == MASK else query
    text = urlencode(given, doseq=True, quote_via=quote, safe="@,:")
    return f"?{text}" if text else ""


def _headers(headers: Mapping[str, str], credential: str) -> Iterator[str]:
    for name, value in headers.items():
        if name.lower() == "authorization" and value == f"Basic {MASK}":
            yield from ("-u", f"{credential}:{PASSWORD}")
        elif name.lower() not in OMITTED_HEADERS:
            yield from ("-H", f"{name}: {value}" if value else f"{name};")


def _body(request: Mapping[str, Any]) -> Iterator[str]:
    body = request["body"]
    if body is None:
        return
    if "content-type" not in map(str.lower, request["headers"]):
        yield from ("-H", "Content-Type:")  # else curl would call it a form
    yield from ("--data-raw", body if isinstance(body, str) else json.dumps(body, ensure_ascii=False))

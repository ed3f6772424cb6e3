"""Write journal entries as curl commands."""

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from mockorders.observability.redaction import MASK

# curl sends these itself; with Accept-Encoding it would print the compressed body
OMITTED_HEADERS = {
    "host",
    "user-agent",
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "transfer-encoding",
}
PASSWORD = "any"  # noqa: S105 - every password is accepted by default


def curl_line(entry: Mapping[str, Any], url: str, credential: str) -> str:
    """Return a journal entry as a curl command, quoted for POSIX shells.

    `url` is the emulator's. Credentials are redacted in the journal: `credential`, such as the sandbox's name, replaces
    the key and the Basic user; other tokens and cookies stay redacted. If only the start of the body was recorded, a
    comment after the command contains its length.
    """
    address = url + entry["path"] + _query(entry["query"], credential)
    sent = entry["request"]
    arguments = ["curl", *_method(entry["method"], sent["body"]), *_literal_options(address)]
    arguments += [*_headers(sent["headers"], credential), *_body(sent), address]
    cut = f"  # the body is truncated, the original has {sent['truncated']} bytes" if "truncated" in sent else ""
    return shlex.join(arguments) + cut


def _method(method: str, body: Any) -> list[str]:
    if method == "HEAD":
        return ["--head"]
    return [] if method == "GET" and body is None else ["-X", method]


def _literal_options(address: str) -> Iterator[str]:
    """Yield options that prevent curl from expanding brackets and from resolving dots."""
    if set("[]{}") & set(address):
        yield "--globoff"
    if "/." in address:
        yield "--path-as-is"


def _query(query: dict[str, str | list[str]], credential: str) -> str:
    parameters = query | {"key": credential} if query.get("key") == MASK else query
    text = urlencode(parameters, doseq=True, quote_via=quote, safe="@,:")
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
        yield from ("-H", "Content-Type:")  # by default curl sends the type of a form
    yield from ("--data-raw", body if isinstance(body, str) else json.dumps(body, ensure_ascii=False))

"""Write journal entries as curl commands that repeat the request."""

import shlex
from collections.abc import Iterator
from urllib.parse import quote

from mockorders.apis.messages import RecordedBody
from mockorders.http.exchange import Exchange
from mockorders.observability.entry import JournalEntry
from mockorders.observability.redaction import MASK, mask_header, mask_query

# curl sends these itself, or they describe the browser or the transfer; recorded bodies are decompressed
OMITTED_HEADERS = {
    "host",
    "user-agent",
    "accept",
    "connection",
    "content-encoding",
    "content-length",
    "dnt",
    "priority",
    "proxy-authorization",
    "transfer-encoding",
    "upgrade-insecure-requests",
}
OMITTED_PREFIXES = ("accept-", "sec-")
PAGE_HEADERS = {"origin", "referer", "sec-fetch-mode", "sec-fetch-site"}  # name the page that sent the request
PASSWORD = "any"  # noqa: S105 - every password is accepted by default


def curl_line(entry: JournalEntry, url: str, secret: str = PASSWORD) -> str:
    """Return a command for POSIX shells that gets the same response from the same state.

    `url` is the emulator's, `secret` the password of the sandbox. The credential is the sandbox's name; tokens and
    cookies that do not affect the response are redacted. A body that is not text is piped into curl. If only the start
    of the body was recorded, a comment after the command contains its length.
    """
    request = entry.exchange.head.request
    credential = _credential(entry)
    address = url + request.path + _query(request.query, credential)
    body = entry.request_body if request.sent_method != "HEAD" else RecordedBody(b"", 0)
    pipe, data = _body(body)
    arguments = ["curl", *_method(request.sent_method, body), *_literal_options(address)]
    arguments += [*_headers(entry, f"{credential}:{secret}"), *data, address]
    cut = f"  # the body is truncated, the original has {body.length} bytes" if body.length > len(body.text) else ""
    return pipe + shlex.join(arguments) + cut


def _credential(entry: JournalEntry) -> str:
    """Return the sandbox's name; for a rejected credential, one that is rejected for the same reason."""
    exchange = entry.exchange
    if exchange.is_authenticated:
        return exchange.sandbox.name
    return "" if exchange.head.credential is None else MASK


def _method(method: str, body: RecordedBody) -> list[str]:
    if method == "HEAD":
        return ["--head"]
    return [] if method == "GET" and not body.text else ["-X", method]


def _literal_options(address: str) -> Iterator[str]:
    """Yield options that prevent curl from expanding brackets and from resolving dots."""
    if set("[]{}") & set(address):
        yield "--globoff"
    if "/." in address:
        yield "--path-as-is"


def _query(query: str, credential: str) -> str:
    """Return the query string as it was sent, with the credential as its key."""
    return "?" + mask_query(query, quote(credential, safe=".,:")) if query else ""


def _headers(entry: JournalEntry, login: str) -> Iterator[str]:
    for name, value in entry.exchange.headers.items():
        lower = name.lower()
        if _is_omitted(entry.exchange, lower):
            continue
        shown = _token(entry.exchange) if lower == "authorization" else None
        shown = shown or mask_header(name, value, entry.exchange.api.dialect.is_public)
        if lower == "authorization" and shown.lower() == f"basic {MASK}":
            yield from ("-u", login)
        else:
            yield from ("-H", f"{name}: {shown}" if shown else f"{name};")
    if entry.request_body.text and "Content-Type" not in entry.exchange.headers:
        yield from ("-H", "Content-Type:")  # by default curl sends the type of a form


def _token(exchange: Exchange) -> str | None:
    """Return the header that selects the same customer as a token that expires; None if there is no valid one."""
    customer = exchange.customer
    if customer is None or customer.id is None or customer.expires_at is None:
        return None
    return f"Bearer {exchange.api.dialect.public_token(customer.id)}"


def _is_omitted(exchange: Exchange, name: str) -> bool:
    """Check whether a header does not affect the response."""
    if name in PAGE_HEADERS:
        is_allowed_origin = name == "origin" and "Access-Control-Allow-Origin" in exchange.head.cors_headers
        return exchange.origin_rejection is None and not is_allowed_origin
    return name in OMITTED_HEADERS or name.startswith(OMITTED_PREFIXES)


def _body(body: RecordedBody) -> tuple[str, list[str]]:
    """Return a command whose output is piped into curl, or empty text; and the options that send the body."""
    if not body.text:
        return "", []
    text = body.text.decode("utf-8", "replace")
    is_text = text.encode() == body.text and text.replace("\n", "").replace("\t", "").isprintable()
    if is_text:
        return "", ["--data-raw", text]
    return f"printf '{''.join(map(_printf, body.text))}' | ", ["--data-binary", "@-"]


def _printf(byte: int) -> str:
    """Return one byte for the quoted format of `printf`: as it is, or as an octal escape."""
    return chr(byte) if 32 <= byte < 127 and chr(byte) not in "%\\'-" else f"\\{byte:03o}"

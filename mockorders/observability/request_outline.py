"""What repeats a recorded request: method, URL, headers, credential and body, apart from the tool that sends them."""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from mockorders.apis.messages import RecordedBody
from mockorders.http.exchange import Exchange
from mockorders.observability.entry import JournalEntry
from mockorders.observability.redaction import MASK, mask_header, mask_query

REPEATS_HEADER = "X-Mockorders-Repeats"  # names the request that the dashboard repeats
# clients send these themselves, or they describe the browser or the transfer; recorded bodies are decompressed
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
    REPEATS_HEADER.lower(),
}
OMITTED_PREFIXES = ("accept-", "sec-")
PAGE_HEADERS = {"origin", "referer", "sec-fetch-mode", "sec-fetch-site"}  # name the page that sent the request
PASSWORD = "any"  # noqa: S105 - every password is accepted by default


class RequestOutline(NamedTuple):
    """A request to send again. It gets the same response from the same state.

    `login` is the user and the password of the header Authorization, which `headers` have redacted; None without one.
    The credential is the sandbox's name; tokens and cookies that do not affect the response are redacted. `length` is
    that of the whole body, of which only the start may be known.
    """

    method: str
    origin: str
    path: str
    query: str
    headers: list[tuple[str, str]]
    login: tuple[str, str] | None
    body: bytes
    length: int
    has_type: bool

    @property
    def url(self) -> str:
        """The whole URL."""
        return self.origin + self.target

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def other_headers(self) -> list[tuple[str, str]]:
        """The headers without the one that `login` stands for."""
        return [each for each in self.headers if self.login is None or each[0].lower() != "authorization"]

    @property
    def text(self) -> str | None:
        """The body as text; None if it is not printable text."""
        text = self.body.decode("utf-8", "replace")
        is_text = text.encode() == self.body and text.replace("\n", "").replace("\t", "").isprintable()
        return text if is_text else None


def outline_request(entry: JournalEntry, origin: str, secret: str = PASSWORD) -> RequestOutline:
    """Return the outline of a recorded request; `origin` is the emulator's URL, `secret` the sandbox's password."""
    request = entry.exchange.head.request
    credential = credential_of(entry)
    body = entry.request_body if request.sent_method != "HEAD" else RecordedBody(b"", 0)
    headers = list(_headers(entry))
    has_login = any(name.lower() == "authorization" and value.lower() == f"basic {MASK}" for name, value in headers)
    return RequestOutline(
        request.sent_method,
        origin,
        request.path,
        mask_query(request.query, quote(credential, safe=".,:")) if request.query else "",
        headers,
        (credential, secret) if has_login else None,
        body.text,
        body.length,
        "Content-Type" in entry.exchange.headers,
    )


def credential_of(entry: JournalEntry) -> str:
    """Return the sandbox's name; for a rejected credential, one that is rejected for the same reason."""
    exchange = entry.exchange
    if exchange.is_authenticated:
        return exchange.sandbox.name
    return "" if exchange.head.credential is None else MASK


def _headers(entry: JournalEntry) -> Iterator[tuple[str, str]]:
    exchange = entry.exchange
    for name, value in exchange.headers.items():
        lower = name.lower()
        if not _is_omitted(exchange, lower):
            token = token_of(exchange) if lower == "authorization" else None
            yield str(name), token or mask_header(name, value, exchange.api.dialect.is_public)


def token_of(exchange: Exchange) -> str | None:
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

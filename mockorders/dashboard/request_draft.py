"""A request to send again: as it was recorded, as it was edited, or with the credential of another sandbox."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote

from mockorders.apis.dialect import SubmittedCredential
from mockorders.control.inputs import UnprocessableError
from mockorders.http.dispatch import CONTROL_PATH
from mockorders.http.exchange import Exchange
from mockorders.observability.entry import JournalEntry
from mockorders.observability.redaction import MASK, mask_header, mask_query
from mockorders.observability.request_outline import PASSWORD, REPEATS_HEADER, credential_of, token_of
from mockorders.sandbox.credentials import customer_suffix

METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS")
UNSENT_HEADERS = {  # of the connection, or no longer true: recorded bodies are decompressed
    "connection",
    "content-encoding",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    REPEATS_HEADER.lower(),
}
MAX_TARGET_LENGTH = 4_000
MAX_EDITED_BYTES = 16_000
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_TARGET = re.compile(r"/[!-~]*")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class Draft(NamedTuple):
    """A request: `target` is the path with the query, `headers` are those that a client chooses."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    @classmethod
    def of(cls, entry: JournalEntry, secret: str = PASSWORD) -> "Draft":
        """Return a recorded request, with its credentials.

        If these are redacted, because it comes from a store, it has the credential of its sandbox, whose password is
        `secret`, and a token for its customer.
        """
        exchange = entry.exchange
        request = exchange.head.request
        query = request.query
        headers = [(str(name), value) for name, value in exchange.headers.items() if name.lower() not in UNSENT_HEADERS]
        if not exchange.has_credentials:
            query = mask_query(query, quote(credential_of(entry), safe=".,:"))
            headers = [(name, _restored(name, value, entry, secret)) for name, value in headers]
        target = f"{request.path}?{query}" if query else request.path
        return cls(request.sent_method, target, headers, entry.request_body.text)

    def for_sandbox(self, exchange: Exchange, name: str, secret: str) -> "Draft":
        """Return the request with the credential of another sandbox, and the customer of its own one."""
        old = exchange.sandbox.name
        headers = [(each, _other_login(value, old, name, secret)) for each, value in self.headers]
        path, found, query = self.target.partition("?")
        with_key = mask_query(query, quote(name, safe=".,:")) if found else ""
        body = re.sub(rb"(^|&)key=" + re.escape(quote(old).encode()) + rb"(?=$|[&@]|%40)", _key(name), self.body)
        return Draft(self.method, f"{path}?{with_key}" if found else path, headers, body)

    def encode(self, host: str) -> bytes:
        """Return the request as HTTP/1.1."""
        lines = [f"{self.method} {self.target} HTTP/1.1", f"Host: {host}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.body or self.method in {"POST", "PUT"}:
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + self.body


class DraftForm(NamedTuple):
    """The fields of a draft as text, with credentials redacted; `errors` are messages by field."""

    method: str
    target: str
    headers: str
    body: str
    errors: Mapping[str, str] = {}

    @classmethod
    def of(cls, entry: JournalEntry) -> "DraftForm":
        """Return the form filled with a recorded request."""
        draft = Draft.of(entry)
        path, found, query = draft.target.partition("?")
        target = f"{path}?{mask_query(query)}" if found else path
        headers = [f"{name}: {_masked(name, value, entry)}" for name, value in draft.headers]
        return cls(draft.method, target, "\n".join(headers), _text(draft.body) if is_editable(entry) else "")

    @classmethod
    def sent(cls, fields: Mapping[str, str]) -> "DraftForm":
        """Return the form as it was submitted."""
        method, target, headers, body = [fields.get(name, "") for name in cls._fields[:4]]
        return cls(method, target, headers, body)

    def draft(self, entry: JournalEntry, secret: str) -> Draft:
        """Return the draft, in which what was not edited is as it was recorded, with its credentials.

        Raises UnprocessableError with a message for each field that is invalid.
        """
        errors = dict(self._violations())
        if errors:
            raise UnprocessableError(next(iter(errors.values())), list(errors.items()))
        original = Draft.of(entry, secret)
        before = DraftForm.of(entry)
        values = dict(zip(before.headers.split("\n"), original.headers, strict=False))
        lines = [line.strip() for line in self.headers.split("\n") if line.strip()]
        return Draft(
            self.method.upper(),
            original.target if self.target == before.target else self.target,
            [values.get(line, _header(line)) for line in lines],
            original.body if self.body == before.body else self.body.encode("utf-8", "replace"),
        )

    def _violations(self) -> Iterator[tuple[str, str]]:
        if not _NAME.fullmatch(self.method):
            yield "method", "expected the name of a method, such as GET"
        if not _TARGET.fullmatch(self.target) or len(self.target) > MAX_TARGET_LENGTH:
            yield "target", "expected a path such as /orders?key=docs, percent-encoded, without spaces"
        elif f"{self.target}/".startswith(f"{CONTROL_PATH}/"):
            yield "target", "expected a path of an emulated API"
        lines = filter(None, map(str.strip, self.headers.split("\n")))
        wrong = [line for line in lines if not _is_header(line)]
        if wrong:
            yield "headers", f"expected lines such as NAME: VALUE, got {wrong[0][:60]!r}"


def is_editable(entry: JournalEntry) -> bool:
    """Check whether the body of a request is short enough for a form; a long one is sent as it was, or replaced."""
    return len(entry.request_body.text) <= MAX_EDITED_BYTES


def _is_header(line: str) -> bool:
    name, found, value = line.partition(":")
    return bool(found) and _NAME.fullmatch(name) is not None and not _UNPRINTABLE.search(value)


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()


def _restored(name: str, value: str, entry: JournalEntry, secret: str) -> str:
    """Return the value of a redacted header with a credential that selects the same sandbox and customer."""
    if name.lower() != "authorization":
        return value
    suffix = entry.exchange.suffix
    login = credential_of(entry) + ("" if suffix is None else f"@{suffix}")
    if value.lower() == f"basic {MASK}":
        return "Basic " + base64.b64encode(f"{login}:{secret}".encode()).decode()
    return token_of(entry.exchange) or value


def _masked(name: str, value: str, entry: JournalEntry) -> str:
    return mask_header(name, value, entry.exchange.api.dialect.is_public).strip()


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace").replace("\r\n", "\n")


def _key(name: str) -> bytes:
    return rb"\g<1>key=" + quote(name).encode()


def _other_login(value: str, old: str, name: str, secret: str) -> str:
    """Return the value of a header; if it is the login of the sandbox `old`, with that of another one instead."""
    login = _basic_login(value)
    if login.name is None or login.name.removesuffix(customer_suffix(login.name)) != old:
        return value
    text = f"{name}{customer_suffix(login.name)}:{secret}"
    return "Basic " + base64.b64encode(text.encode()).decode()


def _basic_login(value: str) -> SubmittedCredential:
    scheme, _, token = value.partition(" ")
    if scheme.lower() != "basic":
        return SubmittedCredential(None)
    try:
        name, _, secret = base64.b64decode(token, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeError):
        return SubmittedCredential(None)
    return SubmittedCredential(name, secret)

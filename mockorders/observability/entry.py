"""One request and its response, as the journal records them."""

from codecs import BOM_UTF8
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from mockorders.apis.messages import MAX_RECORDED_BODY, RecordedBody, Response
from mockorders.formats.parsing import ParseError, parse_json
from mockorders.formats.timestamps import format_time, http_date
from mockorders.http.exchange import Exchange
from mockorders.observability.redaction import mask_effect, mask_headers, mask_message, mask_parameter
from mockorders.storage.encoding import EncodedRecord

ENTRY_OVERHEAD_BYTES = 2_048
MAX_VIOLATION_LENGTH = 2_000
HEADER_BYTES = 200
NO_BODY = RecordedBody(b"", 0)
NO_HEADERS: dict[str, str] = {}


class JournalEntry:
    """One request and its response.

    A request that has to wait is recorded at once, and completed later. `status` is None until then, and if no response
    was sent: a fault closed the connection, or the client disconnected. The request was accepted `at`, and its response
    was ready at `date`, after `seconds`. `id` is empty if the entry was removed from its journal before it was
    complete. The body of a cached response is shared by all entries that recorded it. `replica` names the server that
    recorded it, if several share a journal.
    """

    __slots__ = (
        "__weakref__",
        "at",
        "date",
        "exchange",
        "id",
        "replica",
        "request_body",
        "response_body",
        "response_headers",
        "seconds",
        "size",
        "status",
    )

    def __init__(self, identifier: str, at: datetime, exchange: Exchange) -> None:
        self.id = identifier
        self.replica: str | None = None
        self.at = at
        self.exchange = exchange

    def complete(self, response: Response | None, date: datetime, seconds: float) -> None:
        """Set the response, or None if there is none, or none yet; and the body of the request if it has arrived."""
        exchange = self.exchange
        self.date = date
        self.seconds = seconds
        if response is None:
            self.status: int | None = None
            self.response_headers = NO_HEADERS
            self.response_body = NO_BODY
        else:
            self.status = None if response.delivery.abort else response.status
            self.response_headers = response.headers
            self.response_body = response.recorded_body
        self.request_body = NO_BODY
        if exchange.body:
            self.request_body = RecordedBody.of((exchange.body,))
            exchange.body = self.request_body.text
        if exchange.faults.applied and not self.in_progress:
            exchange.faults, _ = exchange.faults.recorded()
            self.response_headers = _truncate_headers(self.response_headers)
        self.measure()

    def measure(self) -> None:
        """Truncate the texts of errors, and set the size."""
        exchange = self.exchange
        text_size = _truncate_errors(exchange) + exchange.access.size
        if exchange.faults.applied and not self.in_progress:
            text_size += self._faults_size()
        self.size = ENTRY_OVERHEAD_BYTES + exchange.head_size + len(self.request_body) + text_size

    def _faults_size(self) -> int:
        """Return the approximate number of bytes of the recorded faults and the headers that they set."""
        _, size = self.exchange.faults.recorded()
        return size + sum([len(name) + len(text) + HEADER_BYTES for name, text in self.response_headers.items()])

    @property
    def in_progress(self) -> bool:
        """Whether the request still waits for something, so that `complete` was not called."""
        return self.exchange.entry is self

    @property
    def shared(self) -> RecordedBody:
        """The recorded start of the response body, which other entries may share."""
        return self.response_body

    @property
    def headers(self) -> dict[str, str]:
        """The response headers that are specific to this entry."""
        headers = {"X-Mockorders-Request": self.id, "Date": http_date(self.date)}
        if not self.id:
            del headers["X-Mockorders-Request"]
        if self.exchange.notes:
            headers["X-Mockorders-Note"] = "; ".join(self.exchange.notes)
        return headers

    def document(self) -> dict[str, Any]:
        """Return the entry as the control API shows it: credentials redacted, bodies as JSON if they are JSON."""
        exchange = self.exchange
        request = exchange.head.request
        return {
            "id": self.id,
            "at": format_time(self.at),
            "api": exchange.api.name,
            "method": request.sent_method,
            "path": request.path,
            "query": _query(request.query),
            "customer": customer_document(exchange),
            "request": {
                "headers": mask_headers(exchange.headers, exchange.api.dialect.is_public),
                **body_document(self.request_body),
            },
            "status": self.status,
            "in_progress": self.in_progress,
            "rejected": exchange.error is not None,
            "rule": None if exchange.error is None else exchange.error.rule.name,
            "response": self._response_document(),
            "duration_ms": round(self.seconds * 1000, 3),
            "fault": fault_document(exchange),
            "violations": violation_documents(exchange),
            "notes": list(exchange.notes),
            "rules": [rule.name for rule in exchange.rules],
            **({} if self.replica is None else {"replica": self.replica}),
        }

    def _response_document(self) -> dict[str, Any] | None:
        if self.status is None:
            return None
        sent = {**self.response_headers, **self.headers}
        headers = mask_headers(sent, self.exchange.api.dialect.is_public)
        return {"headers": headers, **body_document(self.response_body)}


def _truncate_errors(exchange: Exchange) -> int:
    """Truncate the texts of an exchange's error at 64 KiB, and return the approximate number of bytes they hold.

    Messages repeat names and values of the request, of any length.
    """
    size = 0
    if exchange.error is not None:
        exchange.error.truncate(MAX_RECORDED_BODY)
        size += sum(map(len, exchange.error.messages))
    if exchange.problem is not None:
        exchange.problem.truncate(MAX_RECORDED_BODY)
        size += 2 * len(exchange.problem.detail)  # `args` has a copy
    if exchange.violations:
        exchange.violations = tuple([_truncated(violation) for violation in exchange.violations])
        size += sum([sum(map(len, violation.values())) for violation in exchange.violations])
    return size


def _truncate_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers up to 64 KiB; a fault can set any number, of any length."""
    kept: dict[str, str] = {}
    remaining = MAX_RECORDED_BODY
    for name, text in headers.items():
        remaining -= len(name) + HEADER_BYTES
        if remaining <= 0:
            break
        kept[name] = text[:remaining]
        remaining -= len(kept[name])
    return kept


def _truncated(violation: dict[str, str]) -> dict[str, str]:
    return {name: text[:MAX_VIOLATION_LENGTH] for name, text in violation.items()}


def fault_document(exchange: Exchange) -> dict[str, Any] | None:
    """Return the fault that was applied to a request, or None; credentials in its effect are redacted."""
    fault = exchange.fault
    if fault is None:
        return None
    return {**fault, "effect": mask_effect(fault["effect"], exchange.api.dialect.is_public)}


def violation_documents(exchange: Exchange) -> list[dict[str, str]]:
    """Return the violations of a response, without the secrets that their messages quote."""
    return [{**violation, "message": mask_message(violation["message"])} for violation in exchange.violations]


def customer_document(exchange: Exchange) -> dict[str, Any] | None:
    """Return the customer that a request is for: `id` and `source`. None if its API has no current customer."""
    customer = exchange.customer
    return None if customer is None else {"id": customer.id, "source": customer.source}


def body_document(recorded: RecordedBody) -> dict[str, Any]:
    """Return the member `body`: JSON if the body is JSON, else text, or None if it is empty.

    If only the start of the body was recorded, the member `truncated` is its whole length in bytes.
    """
    text = recorded.text
    if recorded.length > len(text):
        return {"body": text.decode("utf-8", "replace"), "truncated": recorded.length}
    if not text:
        return {"body": None}
    if recorded.is_json is None:
        recorded.is_json = _is_json(text)
    if recorded.is_json:
        return {"body": EncodedRecord(text.removeprefix(BOM_UTF8))}
    return {"body": text.decode("utf-8", "replace")}


def _is_json(text: bytes) -> bool:
    try:
        parse_json(text)
    except ParseError:
        return False
    return True


def _query(query: str) -> dict[str, Any]:
    """Return the parameters by name, repeated ones as a list, with the name in the key redacted."""
    parameters: dict[str, Any] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, errors="replace"):
        redacted = mask_parameter(name, value)
        parameters[name] = redacted if name not in parameters else [*_list(parameters[name]), redacted]
    return parameters


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]

"""One request in progress: its state, which the journal and `explain` report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mockorders.apis.base import Api
from mockorders.apis.checks import Check
from mockorders.apis.messages import CurrentCustomer, Request
from mockorders.apis.routing import RouteMatch
from mockorders.errors import ApiError, DataReplaced, ProblemError
from mockorders.http.parsed_head import ParsedHead, ReceivedHead
from mockorders.rules import Rule
from mockorders.sandbox.fault_decisions import NO_FAULTS, FaultDecision
from mockorders.sandbox.sandbox import Sandbox
from mockorders.storage.access import RecordAccess

NO_ACCESS = RecordAccess()
ORIGIN_NOTE = "the origin of the page is not allowed, see --allow-origin"
DISCONNECT_NOTE = "the client disconnected before it got a response"
PARTIAL_NOTE = "the client disconnected before it got the whole response"
DISCONNECT_NOTES = (DISCONNECT_NOTE, PARTIAL_NOTE)
REPLACED_NOTE = "the sandbox was reset, or its data replaced, while this request was in progress"
KEPT_NOTE = "the emulator failed after the request was executed; its changes are kept"
BROKEN_NOTE = "the emulator failed while it sent the response"
STOP_NOTE = "the server stopped before the response was sent"
STALE_NOTE = "the fixtures changed; this sandbox keeps its records until it is reset"


@dataclass(slots=True)
class Exchange:
    """One request and its state so far.

    `origin_rejection` says why the page that sent the request may not send it, if so.
    `match` is set when the path is looked up, `check` is the check that was reached, `suffix` is the customer after the
    credential's final `@`, `default_customer` is the current customer of the sandbox; both are set with
    `is_authenticated`. `violations` describe where the response does not match its schema. `interruption` says why the
    response was not sent, or not as a whole. `generation` is that of the sandbox's data when the request entered it.
    `time` is the time that the response depends on, if any; `reads_name` is true if it depends on the sandbox's name,
    `has_waited` if other requests were executed in between.
    `is_held` is true while a fault delays it, or its response. `entry` is the journal entry of a request that waits,
    until it is complete. With a shared journal, `started` is the `monotonic` time of the start, and `kept` the entry
    that the journal has already. Members that are usually empty are tuples, because an empty tuple takes no memory.
    """

    head: ParsedHead
    headers: Mapping[str, str]
    head_size: int
    sandbox: Sandbox
    origin_rejection: str | None = None
    body: bytes = b""
    suffix: str | None = None
    is_authenticated: bool = False
    default_customer: int | None = None
    notes: tuple[str, ...] = ()
    check: Check = Check.QUERY
    match: RouteMatch | None = None
    error: ApiError | None = None
    problem: ProblemError | None = None
    faults: FaultDecision = NO_FAULTS
    violations: tuple[dict[str, str], ...] = ()
    access: RecordAccess = NO_ACCESS
    now: datetime | None = None
    frozen: bool = False
    time: datetime | None = None
    reads_name: bool = False
    has_waited: bool = False
    interruption: str | None = None
    generation: int | None = None
    is_held: bool = False
    entry: Any = None
    started: float = 0.0
    kept: Any = None

    @classmethod
    def of(cls, received: ReceivedHead, anonymous: Sandbox) -> "Exchange":
        """Return the exchange of a request that is not authenticated yet."""
        head = received.parsed
        exchange = cls(head, received.headers, received.size, anonymous)
        if received.origin_rejection is not None:
            exchange.origin_rejection = received.origin_rejection
            exchange.notes = (ORIGIN_NOTE,)
        return exchange

    def enter(self, sandbox: Sandbox, suffix: str | None) -> None:
        """Set the sandbox that the accepted credential selects."""
        self.suffix = suffix
        self.sandbox = sandbox
        self.generation = sandbox.generation
        self.is_authenticated = True
        self.default_customer = sandbox.current_customer
        if sandbox.is_stale:
            self.notes += (STALE_NOTE,)

    @property
    def has_credentials(self) -> bool:
        """Whether headers and query are as they were sent; those that come from a store are redacted."""
        return True

    @property
    def is_outdated(self) -> bool:
        """Whether the sandbox's data was replaced since the request entered it."""
        return self.generation is not None and self.sandbox.generation != self.generation

    def ensure_current(self) -> None:
        """Raise DataReplaced if the sandbox's data was replaced since the request entered it."""
        if self.is_outdated:
            raise DataReplaced

    def interrupt(self, note: str) -> None:
        """Note why the response was not sent, or not as a whole."""
        self.interruption = note
        self.notes += (note,)

    @property
    def api(self) -> Api:
        """The API that the request is for."""
        return self.head.api

    @property
    def request(self) -> Request:
        """The request as the API's dialect sees it."""
        return self.head.request.with_body(self.body) if self.body else self.head.request

    @property
    def customer(self) -> CurrentCustomer | None:
        """The customer that the request is for; None if its API has none, or if its credential was not accepted."""
        if not self.is_authenticated:
            return None
        customer = self.api.dialect.resolve_customer(self.head.request, self.suffix, self.default_customer)
        if customer is None or customer.expires_at is None:
            return customer
        return customer.at(self.now or self.sandbox.clock.now())

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that applied: the rule of the error, else those of the route."""
        if self.error is not None:
            return (self.error.rule,)
        if self.match is None or self.match.route is None:
            return ()
        return self.match.route.rules

    @property
    def fault(self) -> dict[str, Any] | None:
        """The fault that was applied, else the first delay; `delay_ms` is the sum of all delays."""
        if not self.faults.applied:
            return None
        first = self.faults.fault or self.faults.applied[0]
        delay = round(sum(self.faults.delays.values()) * 1000, 3)
        return {"id": first.id, "type": first.kind, "stage": first.stage, "effect": first.effect, "delay_ms": delay}

"""Execute one call on a sandbox, without HTTP: parse, handle, validate, encode, commit or roll back."""

from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from mockorders.apis.base import Api
from mockorders.apis.checks import Check
from mockorders.apis.dialect import RequestContract
from mockorders.apis.messages import Call, Page, Request, Response
from mockorders.apis.routing import Route, RouteMatch
from mockorders.config import Profile
from mockorders.errors import DataReplaced
from mockorders.sandbox.response_encoder import ResponseEncoder
from mockorders.sandbox.sandbox import Sandbox
from mockorders.storage.access import RecordAccess
from mockorders.storage.collection import Record
from mockorders.storage.encoding import EncodedList, EncodedRecord
from mockorders.storage.state import State, Tables
from mockorders.storage.views import View
from mockorders.validation.schemas import schema_for_profile

NO_CONTENT = 204


class Invocation(NamedTuple):
    """A request that matched a route, and the sandbox that it is executed in.

    `customer` is the suffix of the credential: digits, `none`, or None if there is no suffix.
    """

    api: Api
    match: RouteMatch
    request: Request
    sandbox: Sandbox
    customer: str | None


class CallTrace(Protocol):
    """What an execution records about itself, even if it fails.

    `check` is the check that was reached, `now` the sandbox's time at the start. `time` is the time that the response
    depends on, None if it depends on none; `reads_name` is whether it depends on the sandbox's name. `access` lists the
    records that were read and written.
    """

    check: Check
    now: datetime | None
    notes: tuple[str, ...]
    access: RecordAccess
    time: datetime | None
    reads_name: bool


@dataclass(slots=True)
class CallReport:
    """A `CallTrace` for a call that is not part of an HTTP exchange."""

    check: Check = Check.REQUEST
    now: datetime | None = None
    notes: tuple[str, ...] = ()
    access: RecordAccess = field(default_factory=RecordAccess)
    time: datetime | None = None
    reads_name: bool = False


class CallContext:
    """The part of a sandbox that a handler may use during one call; implements `HandlerContext`.

    Its records and its profile are those at the start of the call, even if they are replaced between two steps.
    """

    __slots__ = ("_drafts", "_sandbox", "_state", "_trace", "profile")

    def __init__(self, sandbox: Sandbox, trace: CallTrace) -> None:
        self._sandbox = sandbox
        self._state = sandbox.state
        self._trace = trace
        self._drafts: dict[str, Tables] = {}
        self.profile: Profile = sandbox.profile

    def tables(self, api: str) -> Tables:
        """Return the collections of one API."""
        return self._drafts.get(api) or self._state.tables[api]

    def draft(self, api: str) -> "CallContext":
        """Return a context with a draft of the collections of one API."""
        context = CallContext(self._sandbox, self._trace)
        context._state = self._state
        context._drafts = {api: self._state.tables[api].draft()}
        return context

    def render(self, view: View, tables: Tables, record: Record) -> EncodedRecord:
        """Return a record as JSON in the form of a view."""
        return self._sandbox.render(view, tables, record)

    def render_in_steps(self, view: View, tables: Tables, record: Record) -> Generator[None, None, EncodedRecord]:
        """Return what `render` returns. Yields if the record contains long lists."""
        return self._sandbox.render_in_steps(view, tables, record)

    def render_list(self, view: View, tables: Tables, records: Iterable[Record]) -> Generator[None, None, EncodedList]:
        """Return records as a JSON list in the form of a view. Yields between batches."""
        return self._sandbox.render_list(view, tables, records)

    def sandbox_name(self) -> str:
        """Return the name of the sandbox, and note that the response must not be used for another one."""
        self._trace.reads_name = True
        return self._sandbox.name

    def now(self) -> datetime:
        """Return the time of the call in whole seconds, and note that the response depends on it."""
        return time_of(self._trace, self._sandbox)


def time_of(trace: CallTrace, sandbox: Sandbox) -> datetime:
    """Return the time of a call in whole seconds, and note that its response depends on it."""
    if trace.time is None:
        trace.time = sandbox.clock.second()
    return trace.time


class Executor:
    """Executes calls with the validator and strictness of one server.

    Every call is atomic: its changes are committed only if its response is valid, and rolled back otherwise.
    """

    def __init__(self, terms: RequestContract) -> None:
        self._terms = terms
        self._encoder = ResponseEncoder(terms.validator)

    def execute(self, invocation: Invocation, trace: CallTrace) -> Generator[None, None, Response]:
        """Return the response to a call. Yields between batches of long work.

        Raises ApiError if the request is rejected, DataReplaced if the sandbox's data was replaced between two steps,
        and ResponseValidationError if the response does not match its schema.
        """
        sandbox = invocation.sandbox
        route = invocation.match.route
        assert route is not None
        trace.check = Check.REQUEST
        trace.now = sandbox.clock.now()
        call = self._parse(invocation, trace)
        parsed_notes = len(call.notes)
        trace.check = Check.HANDLER
        state = sandbox.state
        generation = sandbox.generation
        state.begin()
        try:
            value = route.handler(CallContext(sandbox, trace), call)
            if isinstance(value, Generator):
                value = yield from _suspended_between_steps(value, state)
                if sandbox.generation != generation:
                    raise DataReplaced
            trace.check = Check.RESPONSE
            body = self._encode(invocation, route, value)
        except BaseException:
            trace.access = state.rollback()
            raise
        trace.access = state.commit()
        trace.notes += tuple(call.notes[parsed_notes:])
        trace.check = Check.DONE
        if route.status == NO_CONTENT:
            return Response(route.status, [b""], {})
        if isinstance(value, Page):
            return Response(value.status, [value.html.encode()], dict(value.headers))
        return Response(route.status, body, {"Content-Type": invocation.api.dialect.content_type})

    def _parse(self, invocation: Invocation, trace: CallTrace) -> Call:
        dialect = invocation.api.dialect
        call = dialect.parse_call(invocation.request, invocation.match, self._terms)
        default = invocation.sandbox.current_customer
        customer = dialect.resolve_customer(invocation.request, invocation.customer, default)
        if customer is not None and customer.expires_at is not None:
            customer = customer.at(time_of(trace, invocation.sandbox))
        call.customer = None if customer is None else customer.id
        trace.notes += tuple(call.notes)
        return call

    def _encode(self, invocation: Invocation, route: Route, value: Any) -> list[bytes]:
        if isinstance(value, Page):
            return []
        api = invocation.api
        schema = schema_for_profile(f"{api.name}/{route.response_schema}", invocation.sandbox.profile)
        return self._encoder.encode(schema, api.dialect.wrap(value), api.prerendered_schemas)


def _suspended_between_steps(steps: Generator[None, None, Any], state: State) -> Generator[None, None, Any]:
    """Run a handler that yields; meanwhile, other requests use the same state."""
    try:
        while True:
            next(steps)
            reads = state.suspend()
            yield
            state.resume(reads)
    except StopIteration as stop:
        return stop.value
    finally:
        steps.close()

"""Execute one call on a sandbox, without HTTP: parse, handle, validate, encode, commit or roll back."""

from collections.abc import Generator
from typing import Any, NamedTuple

from mockorders.apis.base import Api
from mockorders.apis.checks import Check
from mockorders.apis.dialect import RequestContract
from mockorders.apis.messages import Call, Page, Request, Response
from mockorders.apis.routing import Route, RouteMatch
from mockorders.errors import DataReplaced
from mockorders.sandbox.call_context import CallContext, CallTrace, time_of
from mockorders.sandbox.response_encoder import ResponseEncoder
from mockorders.sandbox.sandbox import Sandbox
from mockorders.storage.state import State
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
            response = self._respond(invocation, route, value)
        except BaseException:
            trace.access = state.rollback()
            raise
        trace.access = state.commit()
        trace.notes += tuple(call.notes[parsed_notes:])
        trace.check = Check.DONE
        return response

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

    def _respond(self, invocation: Invocation, route: Route, value: Any) -> Response:
        """Return the response with the value of a handler. Raises ResponseValidationError."""
        if isinstance(value, Page):
            return Response(value.status, [value.html.encode()], dict(value.headers))
        api = invocation.api
        schema = schema_for_profile(f"{api.name}/{route.response_schema}", invocation.sandbox.profile)
        body = self._encoder.encode(schema, api.dialect.wrap(value), api.prerendered_schemas)
        if route.status == NO_CONTENT:
            return Response(route.status, [b""], {})
        return Response(route.status, body, {"Content-Type": api.dialect.content_type})


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

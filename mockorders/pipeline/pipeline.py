"""Turn a request to an emulated API into a response."""

import asyncio
from collections.abc import Generator, Sequence

from aiohttp import web

from mockorders import rules
from mockorders.apis.checks import Check
from mockorders.apis.dialect import RequestContract, SubmittedCredential
from mockorders.apis.messages import Response
from mockorders.apis.suggestions import PathSuggester
from mockorders.concurrency import run_at_once, run_in_steps
from mockorders.emulator import Emulator
from mockorders.errors import (
    ApiError,
    DataReplaced,
    InvalidCredentials,
    InvalidQuery,
    MalformedHttp,
    OriginNotAllowed,
    ProblemError,
)
from mockorders.http.body import decode_content, read_body
from mockorders.http.connection import delaying, received_head
from mockorders.http.cors import CorsPolicy, preflight_headers
from mockorders.http.exchange import Exchange
from mockorders.http.head import HeadParser
from mockorders.http.known_requests import KnownRequests
from mockorders.http.malformed import MalformedRequest
from mockorders.http.response import finish_response, preformat
from mockorders.pipeline.body_credential import credential_in_body
from mockorders.pipeline.delivery import Delivery
from mockorders.pipeline.error_responses import ErrorResponses, missing_route
from mockorders.pipeline.fault_injection import FaultInjection
from mockorders.pipeline.held_requests import HeldRequests
from mockorders.pipeline.recorder import Recorder
from mockorders.pipeline.response_cache import ResponseCache
from mockorders.real_time import monotonic
from mockorders.sandbox.credentials import Credential
from mockorders.sandbox.execution import Executor, Invocation
from mockorders.sandbox.faults import NO_FAULTS
from mockorders.sandbox.registry import ANONYMOUS
from mockorders.sandbox.sandbox import Sandbox


class Pipeline:
    """Responds to requests to the emulated APIs.

    Each check passes, returns a response, or raises. `explain` lists the checks in the order of `Check`.
    """

    def __init__(self, emulator: Emulator) -> None:
        cors = CorsPolicy(emulator.settings.allow_origins)
        contract = RequestContract(emulator.validator, emulator.settings.strict, cors.allows)
        self._heads = HeadParser(emulator.apis, cors)
        self._paths = PathSuggester(emulator.apis)
        self._sandboxes = emulator.sandboxes
        self._faults = FaultInjection(emulator.validator)
        self._held = HeldRequests()
        self._cache = ResponseCache()
        self._executor = Executor(contract)
        self._errors = ErrorResponses(emulator.validator)
        self._recorder = Recorder(emulator.metrics)
        self._delivery = Delivery(self._errors, self._recorder)
        self._known_requests = KnownRequests(self._heads)

    async def handle(self, http: web.BaseRequest) -> web.StreamResponse:
        """Respond to one request, and record it in its sandbox's journal before the response is sent."""
        started = monotonic()
        received = self._heads.parse(http)
        head = received_head(http)
        if head:
            self._known_requests.learn(head, http, received)
        exchange = Exchange.of(received, self._sandboxes.anonymous)
        try:
            return await self._delivery.deliver(exchange, http, self._respond(exchange, http), started)
        finally:
            if exchange.is_held:
                self._held.release(exchange)

    def handle_known(self, data: bytes) -> Sequence[bytes] | None:
        """Respond to a request whose head is known, and record it, if nothing has to be awaited and no fault can apply.

        Return the response in pieces. None leaves the request, which has changed nothing then, to `handle`.
        """
        started = monotonic()
        try:
            exchange = self._enter_known(data)
            response = None if exchange is None else self._cache.replay(exchange) or self._execute_at_once(exchange)
        except Exception:  # `handle` reports it
            return None
        if exchange is None or response is None:
            return None
        return self._delivery.deliver_at_once(exchange, response, started)

    def _enter_known(self, data: bytes) -> Exchange | None:
        """Return the exchange of a known request once the checks before the route are passed."""
        known = self._known_requests.find(data)
        if known is None:
            return None
        received, body = known
        head = received.parsed
        if received.origin_rejection is not None or head.query_error is not None:
            return None
        name, suffix = self._sandboxes.authenticate(head.credential, head.secret)
        sandbox = self._sandboxes.find(name)
        if sandbox is None or sandbox.faults.candidates(head.traits):
            return None
        exchange = Exchange.of(received, self._sandboxes.anonymous)
        exchange.match = head.match
        exchange.enter(sandbox, suffix)
        exchange.body = body
        exchange.check = Check.ROUTE
        return exchange

    def _execute_at_once(self, exchange: Exchange) -> Response | None:
        before = self._cache.begin(exchange)
        try:
            response = run_at_once(self._steps(exchange))
        except ApiError as error:
            response = self._errors.render(exchange, error)
        if response is None or len(response.body) != 1:
            return None
        self._cache.store(exchange, response, before)
        return response

    async def handle_malformed(self, http: web.BaseRequest, malformed: MalformedRequest) -> web.StreamResponse:
        """Respond to input that is not a valid HTTP request, and record it in the journal without a sandbox."""
        started = monotonic()
        head = self._heads.malformed(http, malformed.method, malformed.target)
        exchange = Exchange.of(head, self._sandboxes.anonymous)
        return await self._delivery.deliver(exchange, http, self._reject(exchange, malformed.reason), started)

    async def _reject(self, exchange: Exchange, reason: str) -> Response:
        exchange.check = Check.HTTP
        message = f"expected an HTTP/1.1 request: {reason}"
        return self._errors.render_malformed(exchange, MalformedHttp(message, rule=rules.MALFORMED))

    async def _respond(self, exchange: Exchange, http: web.BaseRequest) -> Response:
        try:
            if exchange.origin_rejection is not None:
                exchange.check = Check.ORIGIN
                raise OriginNotAllowed(exchange.origin_rejection, rule=rules.FOREIGN_PAGES)
            response = await self._check(exchange, http)
        except Exception as error:
            response = self._errors.render(exchange, error)
        try:
            if exchange.faults is not NO_FAULTS and not exchange.is_outdated:
                response = await self._apply_after(exchange, http, response)
            finished = finish_response(exchange.head, response)
            if exchange.faults is NO_FAULTS:
                preformat(finished)
            return finished
        except Exception as error:
            return self._errors.render_final(exchange, error)

    async def _apply_before(self, exchange: Exchange, http: web.BaseRequest) -> Response | None:
        """Apply the delays of the stage `before`; return the response of its fault, or None."""
        self._faults.decide(exchange)
        if exchange.faults is NO_FAULTS:
            return None
        await self._delay(exchange, http, "before")
        return self._faults.before(exchange)

    async def _apply_after(self, exchange: Exchange, http: web.BaseRequest, response: Response) -> Response:
        """Apply the delays and the fault of the stage `after`."""
        try:
            await self._delay(exchange, http, "after")
            response = self._faults.after(exchange, response)
            if response.delivery.bytes_per_second is not None:
                self._held.hold(exchange)
        except (DataReplaced, ProblemError) as error:
            return self._errors.render(exchange, error)
        return response

    async def _delay(self, exchange: Exchange, http: web.BaseRequest, stage: str) -> None:
        """Wait as long as the delays of a stage. Raises DataReplaced if the sandbox's data is replaced meanwhile."""
        seconds = exchange.faults.delays.get(stage, 0)
        if seconds:
            self._held.hold(exchange)
            self._recorder.begin(exchange)
            with delaying(http, seconds):
                await asyncio.sleep(seconds)
            exchange.ensure_current()

    async def _check(self, exchange: Exchange, http: web.BaseRequest) -> Response:
        head = exchange.head
        if head.failure is not None:
            await self._authenticate(exchange)
            raise head.failure
        if head.method == "OPTIONS":
            return _preflight_response(exchange)
        if head.query_error is not None:
            raise InvalidQuery(head.query_error, rule=rules.QUERY_TEXT)
        exchange.match = head.match

        exchange.check = Check.CREDENTIAL
        submitted = await credential_in_body(exchange, http)
        await self._authenticate(exchange, submitted)

        exchange.check = Check.BODY
        if http.can_read_body:
            await self._read_body(exchange, http)

        exchange.check = Check.FAULTS
        replacement = await self._apply_before(exchange, http)
        if replacement is not None:
            return replacement

        exchange.check = Check.ROUTE
        exchange.default_customer = exchange.sandbox.current_customer  # it may have changed during a delay
        response = self._cache.replay(exchange)
        if response is None:
            before = self._cache.begin(exchange)
            response = await self._execute_or_reject(exchange)
            self._cache.store(exchange, response, before)
        return response

    async def _authenticate(self, exchange: Exchange, submitted: SubmittedCredential | None = None) -> None:
        """Find the sandbox; `submitted` is the credential of the body, if it is there.

        An invalid credential is ignored if no route matches, so that the response is 404, or if the route needs none.
        """
        head = exchange.head
        try:
            if submitted is None:
                name, suffix = self._sandboxes.authenticate(head.credential, head.secret)
            else:
                name, suffix = self._sandboxes.authenticate(Credential.parse(submitted.name), submitted.secret)
        except InvalidCredentials:
            if head.match.route is None:
                return
            if head.match.route.needs_credential:
                raise
            name = ANONYMOUS
            suffix = None
        sandbox = self._sandboxes.find(name) or await self._create_sandbox(exchange, name)
        exchange.enter(sandbox, suffix)

    async def _create_sandbox(self, exchange: Exchange, name: str) -> Sandbox:
        """Create a sandbox; if the client disconnects in the meantime, the request is still recorded in it."""
        creating = asyncio.ensure_future(self._sandboxes.get_or_create(name))
        try:
            return await asyncio.shield(creating)
        except asyncio.CancelledError:
            exchange.sandbox = await creating
            raise

    async def _read_body(self, exchange: Exchange, http: web.BaseRequest) -> None:
        """Read the body, and decode it if the credential is accepted.

        Raises DataReplaced if the sandbox's data is replaced before it has arrived.
        """
        if not http.content.is_eof():
            self._recorder.begin(exchange)
        body = await read_body(http)
        exchange.body = decode_content(http, body) if exchange.is_authenticated else body
        exchange.ensure_current()

    async def _execute_or_reject(self, exchange: Exchange) -> Response:
        try:
            return await self._execute(exchange)
        except ApiError as error:
            return self._errors.render(exchange, error)

    async def _execute(self, exchange: Exchange) -> Response:
        def begin() -> None:
            exchange.has_waited = True
            self._recorder.begin(exchange)

        return await run_in_steps(self._steps(exchange), begin)

    def _steps(self, exchange: Exchange) -> Generator[None, None, Response]:
        """Execute a request. Raises DataReplaced if the sandbox's data is replaced before the first step."""
        exchange.ensure_current()
        head = exchange.head
        if head.match.route is None:
            raise missing_route(head, self._paths)
        invocation = Invocation(head.api, head.match, exchange.request, exchange.sandbox, exchange.suffix)
        return (yield from self._executor.execute(invocation, exchange))


def _preflight_response(exchange: Exchange) -> Response:
    """Return the response to OPTIONS, which depends on neither query nor credential."""
    head = exchange.head
    exchange.match = head.match
    headers = {"Allow": ", ".join(("OPTIONS", *head.match.allowed_methods))}
    if "Access-Control-Allow-Origin" in head.cors_headers:
        headers |= preflight_headers(exchange.headers, head.api.dialect.methods)
    return Response(200, [b""], headers)

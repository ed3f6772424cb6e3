"""Turn a request to an emulated API into a response."""

from typing import ClassVar

from aiohttp import web

from mockorders import rules
from mockorders.apis.checks import Check
from mockorders.apis.dialect import RequestContract
from mockorders.apis.messages import Response
from mockorders.emulator import Emulator
from mockorders.errors import InvalidQuery, MalformedHttp, OriginNotAllowed
from mockorders.http.body import decode_content, read_body
from mockorders.http.cors import CorsPolicy, preflight_headers
from mockorders.http.exchange import Exchange
from mockorders.http.head import HeadParser
from mockorders.http.malformed import MalformedRequest
from mockorders.http.response import finish_response, preformat
from mockorders.pipeline.authentication import Authenticator
from mockorders.pipeline.delivery import Delivery
from mockorders.pipeline.error_responses import ErrorResponses
from mockorders.pipeline.execution import CachedExecution
from mockorders.pipeline.fast_path import FastPath
from mockorders.pipeline.fault_stages import FaultStages
from mockorders.pipeline.recorder import Recorder
from mockorders.real_time import monotonic
from mockorders.sandbox.fault_decisions import NO_FAULTS


class Pipeline:
    """Responds to requests to the emulated APIs.

    Each check passes, returns a response, or raises. `explain` lists the checks in the order of `Check`. `fast_path`
    responds to requests with known heads at once if that is certain to be the same.
    """

    execution_type: ClassVar[type[CachedExecution]] = CachedExecution
    fast_path_type: ClassVar[type[FastPath]] = FastPath

    def __init__(self, emulator: Emulator) -> None:
        cors = CorsPolicy(emulator.settings.allow_origins)
        contract = RequestContract(emulator.validator, emulator.settings.strict, cors.allows, may_import=False)
        self._heads = HeadParser(emulator.apis, cors)
        self._anonymous = emulator.sandboxes.anonymous
        self._errors = ErrorResponses(emulator.validator)
        self._delivery = self.new_delivery(emulator)
        self._recorder = self._delivery.recorder
        self._authenticator = Authenticator(emulator.sandboxes)
        self._faults = FaultStages(emulator.validator, self._errors, self._recorder)
        self._execution = self.execution_type(emulator, contract, self._errors)
        self.fast_path = self.fast_path_type(emulator.sandboxes, self._execution, self._delivery)

    def new_delivery(self, emulator: Emulator) -> Delivery:
        """Return what records and sends the responses."""
        return Delivery(self._errors, Recorder(emulator.metrics, emulator.sandboxes))

    async def handle(self, http: web.BaseRequest) -> web.StreamResponse:
        """Respond to one request, and record it in its sandbox's journal before the response is sent."""
        started = monotonic()
        received = self._heads.parse(http)
        self.fast_path.learn(http, received)
        exchange = Exchange.of(received, self._anonymous)
        try:
            return await self._delivery.deliver(exchange, http, self._respond(exchange, http), started)
        finally:
            self._faults.release(exchange)

    async def handle_malformed(self, http: web.BaseRequest, malformed: MalformedRequest) -> web.StreamResponse:
        """Respond to input that is not a valid HTTP request, and record it in the journal without a sandbox."""
        started = monotonic()
        head = self._heads.malformed(http, malformed.method, malformed.target)
        exchange = Exchange.of(head, self._anonymous)
        return await self._delivery.deliver(exchange, http, self._reject(exchange, malformed.reason), started)

    async def _reject(self, exchange: Exchange, reason: str) -> Response:
        exchange.check = Check.HTTP
        message = f"expected an HTTP/1.1 request: {reason}"
        return self._errors.render_malformed(exchange, MalformedHttp(message, rule=rules.MALFORMED))

    async def _respond(self, exchange: Exchange, http: web.BaseRequest) -> Response:
        try:
            response = await self._check(exchange, http)
        except Exception as error:
            response = self._errors.render(exchange, error)
        try:
            response = await self._faults.after(exchange, http, response)
            finished = finish_response(exchange.head, response)
            if exchange.faults is NO_FAULTS:
                preformat(finished)
            return finished
        except Exception as error:
            return self._errors.render_final(exchange, error)

    async def _check(self, exchange: Exchange, http: web.BaseRequest) -> Response:
        head = exchange.head
        if exchange.origin_rejection is not None:
            exchange.check = Check.ORIGIN
            raise OriginNotAllowed(exchange.origin_rejection, rule=rules.FOREIGN_PAGES)
        if head.failure is not None:
            await self._authenticator.authenticate(exchange, http)
            raise head.failure
        if head.method == "OPTIONS":
            return _preflight_response(exchange)
        if head.query_error is not None:
            raise InvalidQuery(head.query_error, rule=rules.QUERY_TEXT)
        exchange.match = head.match

        exchange.check = Check.CREDENTIAL
        await self._authenticator.authenticate(exchange, http)

        exchange.check = Check.BODY
        if http.can_read_body:
            await self._read_body(exchange, http)
        return await self._apply(exchange, http)

    async def _apply(self, exchange: Exchange, http: web.BaseRequest) -> Response:
        """Return the response of a fault, or that of the execution."""
        exchange.check = Check.FAULTS
        replacement = await self._faults.before(exchange, http)
        if replacement is not None:
            return replacement

        exchange.check = Check.ROUTE
        exchange.default_customer = exchange.sandbox.current_customer  # it may have changed during a delay
        return await self._execution.respond(exchange, self._recorder)

    async def _read_body(self, exchange: Exchange, http: web.BaseRequest) -> None:
        """Read the body, and decode it if the credential is accepted.

        Raises DataReplaced if the sandbox's data is replaced before it has arrived.
        """
        if not http.content.is_eof():
            self._recorder.begin(exchange)
        body = await read_body(http)
        exchange.body = decode_content(http, body) if exchange.is_authenticated else body
        exchange.ensure_current()


def _preflight_response(exchange: Exchange) -> Response:
    """Return the response to OPTIONS, which depends on neither query nor credential."""
    head = exchange.head
    exchange.match = head.match
    headers = {"Allow": ", ".join(("OPTIONS", *head.match.allowed_methods))}
    if "Access-Control-Allow-Origin" in head.cors_headers:
        headers |= preflight_headers(exchange.headers, head.api.dialect.methods)
    return Response(200, [b""], headers)

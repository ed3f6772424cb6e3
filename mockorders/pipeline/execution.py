"""Execute requests that passed all checks before the route, or replay what is cached."""

from collections.abc import Generator

from mockorders.apis.dialect import RequestContract
from mockorders.apis.messages import Response
from mockorders.apis.suggestions import PathSuggester
from mockorders.concurrency import run_at_once, run_in_steps
from mockorders.emulator import Emulator
from mockorders.errors import ApiError
from mockorders.http.exchange import Exchange
from mockorders.pipeline.error_responses import ErrorResponses, missing_route
from mockorders.pipeline.recorder import Recorder
from mockorders.pipeline.response_cache import ResponseCache
from mockorders.sandbox.execution import Executor, Invocation
from mockorders.validation.validator import DescriptionsNotLoadedError


class CachedExecution:
    """Executes the requests to one server, with a cache. Rejections of the API are responses."""

    def __init__(self, emulator: Emulator, contract: RequestContract, errors: ErrorResponses) -> None:
        self._executor = Executor(contract)
        self._validator = contract.validator
        self._paths = PathSuggester(emulator.apis)
        self._cache = ResponseCache()
        self._errors = errors

    async def respond(self, exchange: Exchange, recorder: Recorder) -> Response:
        """Return the response to a request; it is recorded as in progress if other requests are executed in between.

        Raises DataReplaced if the sandbox's data is replaced before the first step.
        """
        try:
            return await self._respond(exchange, recorder)
        except DescriptionsNotLoadedError:  # raised before the request has changed anything
            await self._validator.load_descriptions()
        return await self._respond(exchange, recorder)

    async def _respond(self, exchange: Exchange, recorder: Recorder) -> Response:
        response = self._cache.replay(exchange)
        if response is not None:
            return response

        def begin() -> None:
            exchange.has_waited = True
            recorder.begin(exchange)

        before = self._cache.begin(exchange)
        try:
            response = await run_in_steps(self._steps(exchange), begin)
        except ApiError as error:
            response = self._errors.render(exchange, error)
        self._cache.store(exchange, response, before)
        return response

    def respond_at_once(self, exchange: Exchange) -> Response | None:
        """Return the response to a request if its execution does not yield and the body is not long, else None."""
        response = self._cache.replay(exchange)
        if response is not None:
            return response
        before = self._cache.begin(exchange)
        try:
            response = run_at_once(self._steps(exchange))
        except ApiError as error:
            response = self._errors.render(exchange, error)
        if response is None or response.is_long:
            return None
        self._cache.store(exchange, response, before)
        return response

    def _steps(self, exchange: Exchange) -> Generator[None, None, Response]:
        exchange.ensure_current()
        head = exchange.head
        if head.match.route is None:
            raise missing_route(head, self._paths)
        invocation = Invocation(head.api, head.match, exchange.request, exchange.sandbox, exchange.suffix)
        return (yield from self._executor.execute(invocation, exchange))

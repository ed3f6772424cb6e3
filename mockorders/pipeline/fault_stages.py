"""Apply the faults of a request before and after its execution, with their delays."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from aiohttp import web

from mockorders.apis.messages import Response
from mockorders.errors import DataReplaced, ProblemError
from mockorders.http.connection import delaying
from mockorders.http.exchange import Exchange
from mockorders.pipeline.error_responses import ErrorResponses
from mockorders.pipeline.fault_injection import FaultInjection
from mockorders.pipeline.held_requests import HeldRequests
from mockorders.pipeline.recorder import Recorder
from mockorders.sandbox.fault_decisions import NO_FAULTS
from mockorders.validation.validator import DescriptionsNotLoadedError, Validator

T = TypeVar("T")


class FaultStages:
    """The two stages at which faults apply to the requests of one server."""

    def __init__(self, validator: Validator, errors: ErrorResponses, recorder: Recorder) -> None:
        self._faults = FaultInjection(validator)
        self._validator = validator
        self._held = HeldRequests()
        self._errors = errors
        self._recorder = recorder

    async def before(self, exchange: Exchange, http: web.BaseRequest) -> Response | None:
        """Decide which faults apply, and apply the delays of the stage `before`.

        Return the response of the fault that replaces the execution, or None. Raises DataReplaced if the sandbox's data
        is replaced meanwhile, and ProblemError (503) if too many requests are delayed.
        """
        await self.decide(exchange)
        return None if exchange.faults is NO_FAULTS else await self.apply_before(exchange, http)

    async def decide(self, exchange: Exchange) -> None:
        """Decide which faults apply to a request."""
        await self._with_descriptions(partial(self._faults.decide, exchange))

    async def apply_before(self, exchange: Exchange, http: web.BaseRequest) -> Response | None:
        """Apply the delays and the fault of the stage `before`, as `before` does."""
        await self._delay(exchange, http, "before")
        return self._faults.before(exchange)

    async def after(self, exchange: Exchange, http: web.BaseRequest, response: Response) -> Response:
        """Apply the delays and the fault of the stage `after` to a response, and return the result."""
        if exchange.faults is NO_FAULTS or exchange.is_outdated:
            return response
        try:
            await self._delay(exchange, http, "after")
            response = await self._with_descriptions(partial(self._faults.after, exchange, response))
            if response.delivery.bytes_per_second is not None:
                self._held.hold(exchange)
        except (DataReplaced, ProblemError) as error:
            return self._errors.render(exchange, error)
        return response

    def release(self, exchange: Exchange) -> None:
        """Stop counting a request that has ended among those that faults hold back."""
        self._held.release(exchange)

    async def _with_descriptions(self, work: Callable[[], T]) -> T:
        """Return the result of work, which is repeated if it needs descriptions of violations that are not loaded."""
        try:
            return work()
        except DescriptionsNotLoadedError:
            await self._validator.load_descriptions()
        return work()

    async def _delay(self, exchange: Exchange, http: web.BaseRequest, stage: str) -> None:
        """Wait as long as the delays of a stage. Raises DataReplaced if the sandbox's data is replaced meanwhile."""
        seconds = exchange.faults.delays.get(stage, 0)
        if seconds:
            self._held.hold(exchange)
            self._recorder.begin(exchange)
            with delaying(http, seconds):
                await asyncio.sleep(seconds)
            exchange.ensure_current()

"""The pipeline of a server with a store: what a request changes is stored before its response is sent."""

from typing import ClassVar

from aiohttp import web

from mockorders.apis.dialect import RequestContract
from mockorders.apis.messages import Response
from mockorders.emulator import Emulator
from mockorders.errors import ProblemError
from mockorders.http.exchange import NO_ACCESS, Exchange
from mockorders.pipeline.delivery import Delivery
from mockorders.pipeline.error_responses import ErrorResponses
from mockorders.pipeline.execution import CachedExecution
from mockorders.pipeline.journaling import JournalingDelivery, JournalingRecorder
from mockorders.pipeline.pipeline import Pipeline
from mockorders.sandbox.stored_registry import StoredRegistry


class StoringExecution(CachedExecution):
    """Executes requests, and stores what those have changed that are responded to at once."""

    def __init__(self, emulator: Emulator, contract: RequestContract, errors: ErrorResponses) -> None:
        super().__init__(emulator, contract, errors)
        assert isinstance(emulator.sandboxes, StoredRegistry)
        self._sandboxes = emulator.sandboxes

    def respond_at_once(self, exchange: Exchange) -> Response | None:
        """Return the response to a request, whose changes are stored, or None."""
        response = super().respond_at_once(exchange)
        if response is not None and exchange.access.writes:
            self._save(exchange)
        return response

    def _save(self, exchange: Exchange) -> None:
        sandbox = exchange.sandbox
        try:
            self._sandboxes.save_at_once(sandbox, request_of(exchange), of_api=True)
        except ProblemError:
            exchange.access = NO_ACCESS
            raise


class SyncedExecution(StoringExecution):
    """Leaves requests to the pipeline, which can wait, unless they change nothing and everything is on the disk."""

    def __init__(self, emulator: Emulator, contract: RequestContract, errors: ErrorResponses) -> None:
        super().__init__(emulator, contract, errors)
        self._store = emulator.file_store
        self._has_journal = emulator.settings.store_journal

    def respond_at_once(self, exchange: Exchange) -> Response | None:
        """Return the response to a request, or None if the disk may have to be waited for."""
        if self._has_journal or exchange.head.method != "GET" or not self._store.is_settled:
            return None
        return super().respond_at_once(exchange)


class StoringPipeline(Pipeline):
    """Responds to requests like a pipeline, once what they have changed is stored.

    If it cannot be stored, the response is that error, and the sandbox is as it was before the request.
    """

    execution_type: ClassVar[type[CachedExecution]] = StoringExecution

    def __init__(self, emulator: Emulator) -> None:
        super().__init__(emulator)
        assert isinstance(emulator.sandboxes, StoredRegistry)
        self._sandboxes = emulator.sandboxes

    def new_delivery(self, emulator: Emulator) -> Delivery:
        """Return what records the responses, also in the store if that has the journal, and sends them."""
        if not emulator.settings.store_journal:
            return super().new_delivery(emulator)
        recorder = JournalingRecorder(emulator.metrics, emulator.sandboxes)
        return JournalingDelivery(self._errors, recorder, emulator.sandboxes)

    async def _check(self, exchange: Exchange, http: web.BaseRequest) -> Response:
        try:
            response = await super()._check(exchange, http)
        except Exception:
            await self._keep(exchange)  # faults count rejected requests too
            raise
        await self._keep(exchange)
        return response

    async def _keep(self, exchange: Exchange) -> None:
        """Store what a request has changed. Raises StoreUnavailableError, and it has changed nothing then."""
        sandbox = exchange.sandbox
        try:
            if exchange.is_authenticated and (exchange.access.writes or sandbox.faults):
                await self._sandboxes.save(sandbox, request_of(exchange), of_api=True)
            elif exchange.is_authenticated:
                await self._sandboxes.ended(sandbox)
        except ProblemError:
            exchange.access = NO_ACCESS
            raise
        await self._sandboxes.settle()


def request_of(exchange: Exchange) -> str:
    """Return the id that a request has in the journal, or will have."""
    return str(exchange.sandbox.journal.issued + 1) if exchange.entry is None else exchange.entry.id


class SyncedPipeline(StoringPipeline):
    """A pipeline that responds once what was changed is on the disk."""

    execution_type: ClassVar[type[CachedExecution]] = SyncedExecution

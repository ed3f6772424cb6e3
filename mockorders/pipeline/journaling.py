"""Keep journal entries in the store before their responses are sent."""

from contextlib import suppress

from aiohttp import web

from mockorders.apis.messages import Response
from mockorders.http.exchange import Exchange
from mockorders.observability.entry import JournalEntry
from mockorders.pipeline.delivery import Delivery
from mockorders.pipeline.error_responses import ErrorResponses
from mockorders.pipeline.recorder import Recorder
from mockorders.sandbox.registry import SandboxRegistry
from mockorders.store.records import StoreUnavailableError


class JournalingRecorder(Recorder):
    """Records exchanges, and stores what changes in their entries later."""

    def replace(self, entry: JournalEntry, response: Response) -> None:
        """Replace the response of a recorded exchange, also in the store if that works."""
        super().replace(entry, response)
        self._keep_again(entry)

    def interrupt(self, entry: JournalEntry, note: str) -> None:
        """Note that a response was not sent as a whole, also in the store if that works."""
        super().interrupt(entry, note)
        self._keep_again(entry)

    def _keep_again(self, entry: JournalEntry) -> None:
        with suppress(StoreUnavailableError):
            self._sandboxes.keep_entry(entry.exchange.sandbox, entry)


class JournalingDelivery(Delivery):
    """Delivers responses once their entries are stored. If that fails, the response is the error."""

    def __init__(self, errors: ErrorResponses, recorder: Recorder, sandboxes: SandboxRegistry) -> None:
        super().__init__(errors, recorder)
        self._sandboxes = sandboxes

    def _record(self, exchange: Exchange, response: Response, started: float) -> tuple[JournalEntry, Response]:
        entry, response = super()._record(exchange, response, started)
        try:
            self._sandboxes.keep_entry(exchange.sandbox, entry)
        except StoreUnavailableError as error:
            response = self._replace(entry, error)
        return entry, response

    async def _write(self, http: web.BaseRequest, response: Response, entry: JournalEntry) -> web.StreamResponse:
        try:
            await self._sandboxes.settle()
        except StoreUnavailableError as error:
            response = self._replace(entry, error)
        return await super()._write(http, response, entry)

    def _replace(self, entry: JournalEntry, error: StoreUnavailableError) -> Response:
        response = self._errors.render_unkept(entry.exchange, error)
        self.recorder.replace(entry, response)
        return response

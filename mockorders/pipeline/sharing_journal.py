"""Record requests in journals that several servers share, before their responses are sent."""

import asyncio
from contextlib import suppress
from weakref import WeakKeyDictionary

from aiohttp import web

from mockorders.apis.messages import Response
from mockorders.http.exchange import Exchange
from mockorders.observability.entry import JournalEntry
from mockorders.observability.metrics import RequestMetrics
from mockorders.pipeline.delivery import Delivery
from mockorders.pipeline.error_responses import ErrorResponses
from mockorders.pipeline.recorder import Recorder
from mockorders.real_time import monotonic
from mockorders.sandbox.replicated_sandbox import ReplicatedSandbox
from mockorders.sandbox.sharing_registry import SharingRegistry
from mockorders.store.journal_records import Place
from mockorders.store.records import StoreUnavailableError


class SharedRecorder(Recorder):
    """Records exchanges in the shared journal only. They get their ids there, when they are complete."""

    def __init__(self, metrics: RequestMetrics, sandboxes: SharingRegistry) -> None:
        super().__init__(metrics, sandboxes)
        self._shared = sandboxes
        self._places: WeakKeyDictionary[JournalEntry, asyncio.Future[Place]] = WeakKeyDictionary()

    def begin(self, exchange: Exchange) -> None:
        """Do nothing: a request is in the journal once it is complete."""

    def prepare(self, exchange: Exchange, response: Response | None) -> JournalEntry:
        """Return the entry of an exchange, without an id."""
        sandbox = exchange.sandbox
        now = sandbox.clock.now()
        exchange.now = exchange.now or now
        exchange.frozen = sandbox.clock.frozen
        entry = JournalEntry("", now, exchange)
        entry.complete(response, now, monotonic() - exchange.started)
        return entry

    def kept(self, entry: JournalEntry, place: Place) -> None:
        """Note that the journal has an entry, together with what the request has changed."""
        entry.id = str(place.number)
        entry.exchange.kept = entry
        self._places[entry] = asyncio.get_running_loop().create_future()
        self._places[entry].set_result(place)

    def record(self, exchange: Exchange, response: Response | None, started: float) -> JournalEntry:
        """Return the entry of an exchange, without an id unless it is kept; without a response, it is added later."""
        exchange.sandbox.used_at = started
        exchange.started = started
        kept: JournalEntry | None = exchange.kept
        if kept is not None and response is not None and _is_of(kept, response):
            entry = kept
        else:
            entry = self.prepare(exchange, response)
            if kept is not None:
                self._keep_instead(kept, entry)
            elif response is None:
                self._shared.later(self._add_later(entry))
        self._metrics.add(exchange, entry.status, entry.seconds)
        return entry

    def _keep_instead(self, kept: JournalEntry, entry: JournalEntry) -> None:
        """Replace the entry that the journal has already."""
        entry.id = kept.id
        self._places[entry] = self._places[kept]
        self._shared.later(self._replace(entry))

    async def add(self, entry: JournalEntry) -> None:
        """Add an entry to the journal of its sandbox, and set its id. Raises StoreUnavailableError."""
        task = self._places[entry] = asyncio.create_task(self._shared.add_entry(entry.exchange.sandbox, entry))
        place = await asyncio.shield(task)
        entry.id = str(place.number)

    def replace(self, entry: JournalEntry, response: Response) -> None:
        """Replace the response of a recorded exchange by that to an error."""
        super().replace(entry, response)
        self._shared.later(self._replace(entry))

    def interrupt(self, entry: JournalEntry, note: str) -> None:
        """Note in a recorded exchange that its response was not sent as a whole."""
        super().interrupt(entry, note)
        self._shared.later(self._replace(entry))

    async def keep_errors(self, exchange: Exchange) -> None:
        """Keep the emulator's error in an exchange; later, if the store cannot be used now."""
        if exchange.problem is not None and not isinstance(exchange.problem, StoreUnavailableError):
            await self._shared.try_to_keep_errors(exchange.sandbox.name)

    async def _add_later(self, entry: JournalEntry) -> None:
        with suppress(StoreUnavailableError):
            await self.add(entry)

    async def _replace(self, entry: JournalEntry) -> None:
        task = self._places.get(entry)
        if task is not None:
            with suppress(StoreUnavailableError):
                await self._shared.replace_entry(entry.exchange.sandbox, await task, entry)


class SharedDelivery(Delivery):
    """Delivers responses once their entries are in the shared journal. If that fails, the response is the error."""

    def __init__(self, errors: ErrorResponses, recorder: SharedRecorder) -> None:
        super().__init__(errors, recorder)
        self._shared = recorder

    async def _write(self, http: web.BaseRequest, response: Response, entry: JournalEntry) -> web.StreamResponse:
        return await super()._write(http, await self._added(response, entry), entry)

    async def _added(self, response: Response, entry: JournalEntry) -> Response:
        """Add an entry to the journal, unless the store has failed; return the response to send.

        A request that is older than a reset is not added, as in a journal in memory.
        """
        exchange = entry.exchange
        try:
            if not (entry.id or _is_late(exchange) or isinstance(exchange.problem, StoreUnavailableError)):
                await self._shared.add(entry)
        except StoreUnavailableError as error:
            response = self._errors.render_unkept(exchange, error)
            self._shared.replace(entry, response)
        else:
            self._shared.add_error(exchange, entry.id)
        await self._shared.keep_errors(exchange)
        return response


def _is_late(exchange: Exchange) -> bool:
    """Check whether this server has deleted the journal while a request was in progress."""
    sandbox = exchange.sandbox
    assert isinstance(sandbox, ReplicatedSandbox)
    return exchange.generation is not None and exchange.generation < sandbox.reset_generation


def _is_of(entry: JournalEntry, response: Response) -> bool:
    """Check whether an entry has recorded a response."""
    if entry.status != response.status or entry.response_headers != response.headers:
        return False
    body = response.recorded_body
    return body is entry.response_body or body.text == entry.response_body.text

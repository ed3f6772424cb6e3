"""The pipeline of a server that shares its sandboxes: a response is sent once the store confirms what it depends on.

A request is executed on what this server knows of its sandbox. The store then keeps what it has changed, or confirms
that nothing was changed meanwhile, in one round trip. If another server was first, the request is executed again.
"""

from contextlib import AbstractAsyncContextManager, nullcontext
from typing import ClassVar

from aiohttp import web

from mockorders.apis.checks import Check
from mockorders.apis.messages import Response
from mockorders.emulator import Emulator
from mockorders.errors import DataReplaced
from mockorders.http.exchange import NO_ACCESS, Exchange
from mockorders.http.known_requests import KnownResponse
from mockorders.http.parsed_head import ReceivedHead
from mockorders.http.response import finish_response
from mockorders.observability.entry import JournalEntry
from mockorders.pipeline.delivery import Delivery
from mockorders.pipeline.execution import CachedExecution
from mockorders.pipeline.fast_path import FastPath
from mockorders.pipeline.fault_injection import HEADER
from mockorders.pipeline.pipeline import Pipeline
from mockorders.pipeline.sharing_journal import SharedDelivery, SharedRecorder
from mockorders.real_time import monotonic
from mockorders.sandbox.fault_decisions import NO_FAULTS
from mockorders.sandbox.replicated_registry import BUSY, MAX_ATTEMPTS
from mockorders.sandbox.replicated_sandbox import ReplicatedSandbox
from mockorders.sandbox.sharing_registry import SharingRegistry
from mockorders.store.records import Head, StoreUnavailableError

SAFE_METHODS = {"GET", "HEAD"}
REQUEST = "request"  # the id is only known once the change is kept


class Conflict(Exception):
    """Another server, or another request, has changed the sandbox first."""


class NoFastPath(FastPath):
    """Leaves every request to the pipeline, because the store has to be asked."""

    def handle(self, data: bytes) -> KnownResponse | None:
        """Return None."""
        return None

    def learn(self, http: web.BaseRequest, received: ReceivedHead) -> None:
        """Do nothing."""


class ReplicatedPipeline(Pipeline):
    """Responds to requests like a pipeline, as if all servers with the same store were one."""

    execution_type: ClassVar[type[CachedExecution]] = CachedExecution
    fast_path_type: ClassVar[type[FastPath]] = NoFastPath

    def __init__(self, emulator: Emulator) -> None:
        super().__init__(emulator)
        assert isinstance(emulator.sandboxes, SharingRegistry)
        self._sandboxes = emulator.sandboxes

    def new_delivery(self, emulator: Emulator) -> Delivery:
        """Return what records the responses in the shared journal, and sends them."""
        assert isinstance(emulator.sandboxes, SharingRegistry)
        self._shared = SharedRecorder(emulator.metrics, emulator.sandboxes)
        return SharedDelivery(self._errors, self._shared)

    async def _check(self, exchange: Exchange, http: web.BaseRequest) -> Response:
        exchange.started = monotonic()
        return await super()._check(exchange, http)

    async def _apply(self, exchange: Exchange, http: web.BaseRequest) -> Response:
        with self._sandboxes.using(exchange.sandbox.name):
            return await self._repeat(exchange, http)

    async def _repeat(self, exchange: Exchange, http: web.BaseRequest) -> Response:
        """Attempt to respond to a request until no other one is in the way."""
        notes = exchange.notes
        body = exchange.body
        for attempt in range(MAX_ATTEMPTS):
            await self._sandboxes.prepare(exchange.sandbox.name, attempt)
            try:
                return await self._attempt(exchange, http)
            except Conflict:
                _start_again(exchange, notes)
                exchange.body = body  # an entry has its start only
        raise StoreUnavailableError(BUSY)

    async def _attempt(self, exchange: Exchange, http: web.BaseRequest) -> Response:
        """Apply faults, and execute a request. Raises Conflict."""
        if exchange.faults is NO_FAULTS:
            sandbox = await self._enter(exchange)
            exchange.check = Check.FAULTS
            is_decided = bool(sandbox.faults.candidates(exchange.head.traits) or HEADER in exchange.headers)
            if is_decided:
                await self._decide(exchange)
            if exchange.faults is not NO_FAULTS:
                replacement = await self._faults.apply_before(exchange, http)
                if replacement is not None:
                    return replacement
            return await self._execute(exchange, is_decided=is_decided)
        return await self._execute(exchange)

    async def _decide(self, exchange: Exchange) -> None:
        """Decide which faults apply, and keep what they count. Raises Conflict."""
        async with _sandbox(exchange).writing:
            sandbox = await self._enter(exchange)
            base = sandbox.position.head
            await self._faults.decide(exchange)
            faults = exchange.faults
            exchange.faults = NO_FAULTS
            await self._commit(exchange, sandbox, base)
            exchange.faults = faults

    async def _execute(self, exchange: Exchange, *, is_decided: bool = True) -> Response:
        """Execute a request, and keep what it has changed. Raises Conflict.

        `is_decided` is false if there was no fault that could match; there may be one since, which is known by now.
        """
        async with self._turn(exchange):
            sandbox = await self._enter(exchange)
            if not is_decided and sandbox.faults.candidates(exchange.head.traits):
                raise Conflict
            base = sandbox.position.head
            exchange.check = Check.ROUTE
            try:
                response = await self._execution.respond(exchange, self._recorder)
            except BaseException:
                sandbox.revert()
                raise
            if isinstance(exchange.error, DataReplaced):
                sandbox.revert()
                raise Conflict
            entry = None
            if exchange.faults is NO_FAULTS:
                entry = self._shared.prepare(exchange, finish_response(exchange.head, response))
            await self._commit(exchange, sandbox, base, entry)
            return response

    def _turn(self, exchange: Exchange) -> AbstractAsyncContextManager[None]:
        """Return the lock of a sandbox for a request that may change it, so that those of a server do not conflict."""
        if exchange.head.method in SAFE_METHODS:
            return nullcontext()
        return _sandbox(exchange).writing

    async def _enter(self, exchange: Exchange) -> ReplicatedSandbox:
        """Return the sandbox of a request, and enter it again if its data was replaced while the request waited."""
        name = exchange.sandbox.name
        current = self._sandboxes.find(name) or await self._sandboxes.get_or_create(name)
        if current is not exchange.sandbox or exchange.is_outdated:
            exchange.enter(current, exchange.suffix)
        exchange.default_customer = current.current_customer
        return _sandbox(exchange)

    async def _commit(
        self, exchange: Exchange, sandbox: ReplicatedSandbox, base: Head, entry: JournalEntry | None = None
    ) -> None:
        """Keep what a request has changed, and its entry if that is complete. Raises Conflict."""
        is_kept = False
        try:
            packed = None if entry is None else self._sandboxes.packed(entry)
            outcome = await self._sandboxes.commit(sandbox, REQUEST, base, packed)
            is_kept = outcome.is_accepted
        finally:
            if not is_kept:
                exchange.access = NO_ACCESS
        if not is_kept:
            raise Conflict
        if entry is not None and outcome.place is not None:
            self._shared.kept(entry, outcome.place)


def _sandbox(exchange: Exchange) -> ReplicatedSandbox:
    assert isinstance(exchange.sandbox, ReplicatedSandbox)
    return exchange.sandbox


def _start_again(exchange: Exchange, notes: tuple[str, ...]) -> None:
    """Forget what an execution has set."""
    exchange.notes = notes
    exchange.error = None
    exchange.problem = None
    exchange.time = None
    exchange.reads_name = False
    exchange.access = NO_ACCESS

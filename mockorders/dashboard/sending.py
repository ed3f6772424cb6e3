"""Send requests to the emulator itself, over its own listener, so that they are handled and recorded as any other."""

import asyncio
import ssl
from contextlib import suppress
from typing import Any

from aiohttp import web

from mockorders.control.inputs import get_emulator
from mockorders.dashboard.request_draft import Draft
from mockorders.errors import ProblemError
from mockorders.observability.entry import JournalEntry
from mockorders.observability.request_outline import REPEATS_HEADER
from mockorders.sandbox.sandbox import Sandbox

MAX_SENDING = 20
RECORD_SECONDS = 10
RESPONSE_SECONDS = 660  # more than all delays of faults together
CHUNK_BYTES = 2**16


class Sender:
    """The requests of one server that are being sent, at most `MAX_SENDING`. `close` aborts them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    async def send(self, request: web.Request, draft: Draft, sandbox: Sandbox, mark: str) -> JournalEntry | None:
        """Send a draft to the address that a request was sent to; return its entry in the journal of a sandbox.

        Returns None if there is no entry after 10 s. The entry may still be in progress: the response is awaited
        in the background. Raises ProblemError (503) if too many are being sent.
        """
        if len(self._tasks) >= MAX_SENDING:
            raise ProblemError(503, "Too many repeated requests", f"{MAX_SENDING} are in progress already.")
        marked = draft._replace(headers=[*draft.headers, (REPEATS_HEADER, mark)])
        arrival = Arrival(sandbox.journal.issued, mark)
        with sandbox.journal.subscribed(arrival):
            task = asyncio.create_task(_exchange(request, marked.encode(request.host)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            waited: list[asyncio.Future[Any]] = [task, arrival.entry]
            await asyncio.wait(waited, timeout=RECORD_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not arrival.entry.done():
                await get_emulator(request).sandboxes.read_journal(sandbox)
        return arrival.entry.result() if arrival.entry.done() else None

    async def close(self, _: web.Application) -> None:
        """Abort the requests that are being sent."""
        for task in self._tasks:
            task.cancel()


class Arrival:
    """Waits for the entry of a request with a mark; a `JournalListener`."""

    def __init__(self, last_id: int, mark: str) -> None:
        self._last_id = last_id
        self._mark = mark
        self.entry: asyncio.Future[JournalEntry] = asyncio.get_running_loop().create_future()

    def changed(self, entry: JournalEntry) -> None:
        """Keep the first entry that has the mark."""
        is_marked = entry.exchange.headers.get(REPEATS_HEADER) == self._mark
        if is_marked and int(entry.id) > self._last_id and not self.entry.done():
            self.entry.set_result(entry)

    def evicted(self, _: JournalEntry) -> None:
        """Do nothing."""

    def cleared(self) -> None:
        """Do nothing."""


async def _exchange(request: web.Request, message: bytes) -> None:
    """Send a message to the listener that received a request, and read the response to its end."""
    with suppress(OSError, TimeoutError):
        reader, writer = await _connect(request)
        try:
            writer.write(message)
            async with asyncio.timeout(RESPONSE_SECONDS):
                while await reader.read(CHUNK_BYTES):
                    pass
        finally:
            writer.close()


async def _connect(request: web.Request) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to the local address of a request's connection."""
    transport = request.transport
    if transport is None:
        raise ConnectionResetError
    address = transport.get_extra_info("sockname")
    if isinstance(address, str):
        return await asyncio.open_unix_connection(address)
    context = _client_context() if transport.get_extra_info("sslcontext") is not None else None
    return await asyncio.open_connection(address[0], address[1], ssl=context)


def _client_context() -> ssl.SSLContext:
    """Return a context that accepts any certificate: the peer is this process."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


SENDER = web.AppKey("sender", Sender)

"""New and completed requests as server-sent events, in batches of at most `MAX_BATCH`.

A stream only stores the position of the last request it sent. It reads newer ones from the journal once its client has
received the previous batch, so a slow client uses no memory; it gets the number of requests it missed.
"""

import asyncio
import re
from collections.abc import Iterator
from contextlib import suppress

from aiohttp import web

from mockorders.concurrency import run_in_steps
from mockorders.dashboard.event_streams import EVENT_STREAMS, EventStreams
from mockorders.dashboard.inputs import viewed_sandbox
from mockorders.dashboard.request_row import RequestRow
from mockorders.dashboard.requests import read_search, select
from mockorders.dashboard.templating import template
from mockorders.observability.entry import JournalEntry
from mockorders.sandbox.journal import Journal
from mockorders.sandbox.sandbox import Sandbox

TEMPLATE = template("request_rows.html")
MAX_BATCH = 50
MAX_OPEN = 200  # the rows of the page
INTERVAL_SECONDS = 0.4  # between batches
HEARTBEAT_SECONDS = 15
WRITE_SECONDS = 20
NO_STORE = {"Cache-Control": "no-store"}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Type": "text/event-stream",
    "X-Accel-Buffering": "no",  # nginx would hold events back until its buffer is full
    "X-Content-Type-Options": "nosniff",
}
_POSITION = re.compile(r"([0-9]{1,18})-([0-9]{1,18})", re.ASCII)


class JournalFeed:
    """The unsent requests of a journal that match the search of one stream, and those that are complete meanwhile.

    The page names the requests that it shows as in progress in the parameter `open`.
    A position, the id of an event, is the journal's generation and the id of the last request sent, as in `1-17`.
    """

    def __init__(self, request: web.Request, sandbox: Sandbox) -> None:
        self._journal: Journal[JournalEntry] = sandbox.journal
        self._name = sandbox.name
        self._search = read_search(request)
        position = request.headers.get("Last-Event-ID") or request.query.get("from", "")
        match = _POSITION.fullmatch(position)
        self._generation = int(match[1]) if match else self._journal.generation
        self._last = int(match[2]) if match else 0
        shown = request.query.get("open", "").split(",")
        self._shown_by_open_id = {entry.id: entry.id in shown for entry in self._journal if entry.in_progress}
        self._shown_by_open_id |= dict.fromkeys(shown[:MAX_OPEN], True)

    @property
    def is_closed(self) -> bool:
        """Whether the page must reload: its requests were deleted or belong to another server."""
        return self._generation != self._journal.generation or self._last > self._journal.issued

    async def count_unsent(self) -> int:
        """Return the number of matching requests that were not sent yet; 0 if the page must reload."""
        if self.is_closed:
            return 0
        return len(await run_in_steps(select(self._journal.since(self._last), self._search)))

    async def next_event(self) -> str:
        """Return the event with the requests since the last one, or an empty string if there are none."""
        if self.is_closed:
            return event("reload", "")
        completed = self._take_completed()
        newer = self._journal.since(self._last)
        if newer:
            self._last = int(newer[0].id)
        matching = await run_in_steps(select(newer, self._search))
        self._shown_by_open_id |= {entry.id: entry in matching for entry in newer if entry.in_progress}
        matching += completed
        if not matching:
            return ""
        rows = [RequestRow.of(entry) for entry in matching[:MAX_BATCH]]
        text = TEMPLATE.render(rows=rows, name=self._name, missed=len(matching) - len(rows))
        return event("requests", text, f"{self._generation}-{self._last}")

    def _take_completed(self) -> list[JournalEntry]:
        """Return the requests that are not in progress anymore, if the page shows them or its search matches now."""
        entries = [self._journal.get(identifier) for identifier in self._shown_by_open_id]
        completed = [entry for entry in entries if entry is not None and not entry.in_progress]
        taken = [entry for entry in completed if self._shown_by_open_id[entry.id] or self._search.matches(entry)]
        for entry in completed:
            del self._shown_by_open_id[entry.id]
        return taken


class Waker:
    """Sets an event when requests are added, changed or cleared; a `JournalListener`."""

    def __init__(self, woken: asyncio.Event) -> None:
        self._woken = woken

    def changed(self, _: JournalEntry) -> None:
        """Wake the stream."""
        self._woken.set()

    def evicted(self, _: JournalEntry) -> None:
        """Do nothing: the page keeps its rows."""

    def cleared(self) -> None:
        """Wake the stream, which tells the page to reload."""
        self._woken.set()


async def unseen(request: web.Request) -> web.Response:
    """Return the number of matching requests since `?from=`, as text. Raises ProblemError (422) for a bad search."""
    sandbox = viewed_sandbox(request)
    return web.Response(text=str(await JournalFeed(request, sandbox).count_unsent()), headers=NO_STORE)


async def stream(request: web.Request) -> web.StreamResponse:
    """Stream matching requests as they arrive. Raises ProblemError (503) if too many streams are open."""
    sandbox = viewed_sandbox(request)
    streams = request.app[EVENT_STREAMS]
    feed = JournalFeed(request, sandbox)
    response = web.StreamResponse(headers=HEADERS)
    with streams.open() as woken, sandbox.journal.subscribed(Waker(woken)), suppress(ConnectionError):
        await response.prepare(request)
        try:
            await _send_events(response, feed, streams, woken)
        except TimeoutError:
            _abort(request)
    return response


def _abort(request: web.Request) -> None:
    """Close the connection of a client that does not read, dropping what is buffered for it."""
    if request.transport is not None:
        request.transport.abort()


async def _send_events(
    response: web.StreamResponse, feed: JournalFeed, streams: EventStreams, woken: asyncio.Event
) -> None:
    """Send events until the page must reload or the server stops. Raises TimeoutError if the client does not read."""
    await _write(response, "retry: 1000\n\n")
    while not streams.closed.is_set():
        woken.clear()
        is_last = feed.is_closed
        await _write(response, await feed.next_event())
        if is_last:
            return
        await _wait(streams, woken, response)


async def _wait(streams: EventStreams, woken: asyncio.Event, response: web.StreamResponse) -> None:
    """Wait at least `INTERVAL_SECONDS`, then for a request; send a comment after `HEARTBEAT_SECONDS` without one."""
    with suppress(TimeoutError):
        await asyncio.wait_for(streams.closed.wait(), INTERVAL_SECONDS)
    try:
        await asyncio.wait_for(woken.wait(), HEARTBEAT_SECONDS)
    except TimeoutError:
        await _write(response, ":\n\n")


async def _write(response: web.StreamResponse, text: str) -> None:
    if text:
        async with asyncio.timeout(WRITE_SECONDS):
            await response.write(text.encode("utf-8", "replace"))


def event(name: str, data: str, identifier: str = "") -> str:
    """Encode one event; a line of its data may end with any line break."""
    return "".join(_lines(name, data, identifier)) + "\n"


def _lines(name: str, data: str, identifier: str) -> Iterator[str]:
    yield f"event: {name}\n"
    if identifier:
        yield f"id: {identifier}\n"
    for line in re.split("\r\n|\r|\n", data):
        yield f"data: {line}\n"

"""Requests as they happen, as server-sent events: in batches, and never more than a page can show.

A stream remembers how far it has told, and nothing else: what it tells it takes from the journal when its client has
taken what came before. So a slow client costs no memory; it is told how many requests it missed.
"""

import asyncio
import re
from collections.abc import Iterator
from contextlib import suppress

from aiohttp import web

from mockorders.control.inputs import get_emulator
from mockorders.control.journal import compile_filters
from mockorders.dashboard.event_streams import EVENT_STREAMS, EventStreams
from mockorders.dashboard.inputs import viewed_sandbox
from mockorders.dashboard.requests import RequestRow, read_filters
from mockorders.dashboard.templating import render
from mockorders.sandbox.sandbox import Sandbox

MAX_BATCH = 50
INTERVAL_SECONDS = 0.4  # between two batches
HEARTBEAT_SECONDS = 15
WRITE_SECONDS = 20
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Type": "text/event-stream",
    "X-Content-Type-Options": "nosniff",
}
_POSITION = re.compile(r"([0-9]{1,18})-([0-9]{1,18})", re.ASCII)


class JournalFeed:
    """What one stream tells of a journal: `position` is the journal's era and the last request that was told."""

    def __init__(self, request: web.Request, sandbox: Sandbox) -> None:
        self._journal = sandbox.journal
        self._name = sandbox.name
        self._matches = compile_filters(get_emulator(request), read_filters(request))
        sent = request.headers.get("Last-Event-ID") or request.query.get("from", "")
        found = _POSITION.fullmatch(sent)
        self._generation, self._last = (int(found[1]), int(found[2])) if found else (self._journal.generation, 0)

    @property
    def is_closed(self) -> bool:
        """Whether the page must be loaded anew: what it shows was let go, or is another server's."""
        return self._generation != self._journal.generation or self._last > self._journal.issued

    def next_event(self) -> str:
        """Give the event of what came since the last one; empty where nothing did."""
        if self.is_closed:
            return event("reload", "")
        newer = self._journal.since(self._last)
        if not newer:
            return ""
        self._last = int(newer[0].id)
        found = [entry for entry in newer if self._matches(entry)]
        if not found:
            return ""
        lines = [RequestRow.of(entry) for entry in found[:MAX_BATCH]]
        text = render("lines.html", lines=lines, name=self._name, missed=len(found) - len(lines))
        return event("requests", text, f"{self._generation}-{self._last}")


async def stream(request: web.Request) -> web.StreamResponse:
    """Tell of the requests that match as they come; Problem 503 where there are too many streams."""
    sandbox, streams = viewed_sandbox(request), request.app[EVENT_STREAMS]
    feed = JournalFeed(request, sandbox)
    response = web.StreamResponse(headers=HEADERS)
    with streams.open() as woken, sandbox.journal.subscribed(woken.set), suppress(ConnectionError):
        await response.prepare(request)
        try:
            await _send_events(response, feed, streams, woken)
        except TimeoutError:  # what it did not take is not kept for it
            if request.transport is not None:
                request.transport.abort()
    return response


async def _send_events(
    response: web.StreamResponse, feed: JournalFeed, streams: EventStreams, woken: asyncio.Event
) -> None:
    """Write what there is to tell, until the page or the server is done; TimeoutError where it is not taken."""
    await _write(response, "retry: 1000\n\n")
    while not streams.closed.is_set():
        woken.clear()
        over = feed.is_closed
        await _write(response, feed.next_event())
        if over:
            return
        await _wait(streams, woken, response)


async def _wait(streams: EventStreams, woken: asyncio.Event, response: web.StreamResponse) -> None:
    """Wait a moment, and then for something to tell; a comment finds out who has gone."""
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
    """Write an event as it is sent."""
    return "".join(_lines(name, data, identifier)) + "\n"


def _lines(name: str, data: str, identifier: str) -> Iterator[str]:
    yield f"event: {name}\n"
    if identifier:
        yield f"id: {identifier}\n"
    for line in re.split("\r\n|\r|\n", data):
        yield f"data: {line}\n"

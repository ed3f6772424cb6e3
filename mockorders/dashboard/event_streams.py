"""The open event streams of one server: how many there may be, and how they end."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from mockorders.errors import ProblemError

MAX_STREAMS = 32


class EventStreams:
    """Counts the streams, and wakes them all when the server stops; each waits on its own event."""

    def __init__(self) -> None:
        self._open: set[asyncio.Event] = set()
        self.closed = asyncio.Event()

    def __len__(self) -> int:
        return len(self._open)

    @contextmanager
    def open(self) -> Iterator[asyncio.Event]:
        """Open a stream for as long as the block lasts; gives the event that wakes it. Problem 503 for one too many."""
        if len(self._open) >= MAX_STREAMS:
            raise ProblemError(503, "Too many streams", f"{MAX_STREAMS} pages are live already; close some.")
        woken = asyncio.Event()
        self._open.add(woken)
        try:
            yield woken
        finally:
            self._open.discard(woken)

    async def close(self, _: web.Application) -> None:
        """End all streams."""
        self.closed.set()
        for woken in self._open:
            woken.set()


EVENT_STREAMS = web.AppKey("streams", EventStreams)

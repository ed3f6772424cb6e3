"""The open event streams of one server: their limit and their shutdown."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from mockorders.errors import ProblemError

MAX_STREAMS = 32


class EventStreams:
    """The open streams, at most `MAX_STREAMS`. Each waits on its own event; `close` sets them all."""

    def __init__(self) -> None:
        self._open: set[asyncio.Event] = set()
        self.closed = asyncio.Event()

    def __len__(self) -> int:
        return len(self._open)

    @contextmanager
    def open(self) -> Iterator[asyncio.Event]:
        """Register a stream while the block runs; yield its event. Raises ProblemError (503) at the limit."""
        if len(self._open) >= MAX_STREAMS:
            raise ProblemError(503, "Too many streams", f"{MAX_STREAMS} live pages are open already; close some.")
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

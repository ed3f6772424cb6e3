"""Write the responses to requests that arrived together at once, after the last of them is handled.

Each write wakes a client that waits, which takes longer than the write itself if the client's processor sleeps. A
client with many connections is woken once for all of them.
"""

import asyncio

MAX_RESPONSES = 32
MAX_BYTES = 2**14  # of a response that is not written at once


class WriteBatch:
    """The responses of a server that are not written yet.

    Only the event loops of asyncio say whether other events wait; with others, responses are written at once.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._events = getattr(loop, "_ready", ())
        self._unwritten: list[tuple[asyncio.Transport, bytes]] = []

    @property
    def is_last(self) -> bool:
        """Whether no event waits to be handled after the current one."""
        return not self._events

    def write(self, transport: asyncio.Transport, response: bytes, *, is_last: bool) -> None:
        """Write a response, and those before; later if others follow. Nothing else may be written there before."""
        if len(response) > MAX_BYTES:
            transport.write(response)
            return
        if is_last and not self._unwritten:
            transport.write(response)
            return
        self._unwritten.append((transport, response))
        if is_last or len(self._unwritten) == MAX_RESPONSES:
            self._flush()
        elif len(self._unwritten) == 1:
            self._loop.call_soon(self._flush)  # the events that follow may be others than requests

    def _flush(self) -> None:
        unwritten = self._unwritten
        self._unwritten = []
        for transport, response in unwritten:
            transport.write(response)

"""A load of keep-alive connections, each with one request under way: as many answers as fit into a window."""

import asyncio
import time


class Connection(asyncio.Protocol):
    """Sends the same request again as soon as its answer is complete."""

    def __init__(self, request: bytes, until: float) -> None:
        self._request = request
        self._until = until
        self._missing = -1
        self._head = b""
        self.answers = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Count the answer's bytes down; at its end send the next request."""
        if self._missing < 0:
            self._head += data
            head, found, body = self._head.partition(b"\r\n\r\n")
            if not found:
                return
            self._missing = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            self._head, data = b"", body
        self._missing -= len(data)
        if self._missing == 0:
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop."""
        if not self.done.done():
            self.done.set_result(None)

    def _next(self) -> None:
        self.answers += 1
        self._missing = -1
        if time.perf_counter() < self._until:
            self._transport.write(self._request)
        else:
            self._transport.close()


async def rate(port: int, request: bytes, connections: int, seconds: float) -> float:
    """Give answers per second."""
    loop, until = asyncio.get_running_loop(), time.perf_counter() + seconds
    made = [
        (await loop.create_connection(lambda: Connection(request, until), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(each.done for each in made))
    return sum(each.answers for each in made) / seconds

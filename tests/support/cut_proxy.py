"""A TCP proxy in front of a database, which can cut connections once a statement was sent to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

CHUNK_BYTES = 2**16


class CutProxy:
    """Forwards connections.

    `cut_after` is text of a statement whose responses are dropped, with the connection. Without `speaks`, they wait.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._tasks: set[asyncio.Task[None]] = set()
        self.cut_after: bytes | None = None
        self.speaks = asyncio.Event()
        self.speaks.set()
        self.cuts = 0

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward a connection until one side closes it."""
        upstream = await asyncio.open_connection("127.0.0.1", self._port)
        cut = asyncio.Event()
        both = [
            asyncio.create_task(self._send(reader, upstream[1], cut)),
            asyncio.create_task(self._return(upstream[0], writer, cut)),
        ]
        self._tasks |= set(both)
        with suppress(asyncio.CancelledError):
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for each in (writer, upstream[1]):
            each.close()

    async def _send(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, cut: asyncio.Event) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK_BYTES):
                if self.cut_after is not None and self.cut_after in data:
                    self.cut_after = None
                    cut.set()
                writer.write(data)

    async def _return(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, cut: asyncio.Event) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK_BYTES):
                if cut.is_set():  # the statement is done
                    self.cuts += 1
                    return
                await self.speaks.wait()
                writer.write(data)

    def close(self) -> None:
        """End all connections."""
        for task in self._tasks:
            task.cancel()


@asynccontextmanager
async def cut_proxy(database: str) -> AsyncIterator[tuple[CutProxy, str]]:
    """Run a proxy until the block ends; yields it with the URL of the database through it."""
    port = urlsplit(database).port
    assert port is not None
    proxy = CutProxy(port)
    server = await asyncio.start_server(proxy.accept, "127.0.0.1", 0)
    own = server.sockets[0].getsockname()[1]
    try:
        yield proxy, database.replace(f":{port}", f":{own}")
    finally:
        server.close()
        proxy.close()

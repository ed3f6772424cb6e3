"""Serve an application on a socket until it is stopped."""

import asyncio
import contextlib
import signal
import ssl
from typing import NamedTuple

from aiohttp import web

from mockorders.http.dispatch import DISPATCHER

SHUTDOWN_SECONDS = 0.2


class BindAddress(NamedTuple):
    """The address to listen on; `port` 0 selects a free port."""

    host: str = "127.0.0.1"
    port: int = 8080
    tls: ssl.SSLContext | None = None

    @property
    def scheme(self) -> str:
        """`http`, or `https` with certificates."""
        return "https" if self.tls else "http"

    def url(self, port: int) -> str:
        """Return the base URL at a port."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - printed, not bound
        if ":" in host:
            host = f"[{host}]"
        return f"{self.scheme}://{host}:{port}"


class Listener:
    """Serves an application: `start` begins to listen, `stop` ends all connections."""

    def __init__(self, app: web.Application, address: BindAddress) -> None:
        self._runner = web.AppRunner(app, shutdown_timeout=SHUTDOWN_SECONDS, access_log=None)
        self._address = address
        self._dispatcher = app[DISPATCHER]

    async def start(self) -> str:
        """Start to listen and return the base URL. Raises OSError if the address is not available."""
        await self._runner.setup()
        server = self._runner.server
        if server is not None:
            server.request_handler = self._dispatcher.wrap(server.request_handler)
        try:
            await web.TCPSite(
                self._runner, self._address.host, self._address.port, ssl_context=self._address.tls, backlog=1024
            ).start()
        except BaseException:
            await self._runner.cleanup()
            raise
        return self._address.url(int(self._runner.addresses[0][1]))

    async def stop(self) -> None:
        """Stop listening. Responses in progress get 0.2 s to finish, then their connections are closed.

        All other tasks of the event loop are canceled too, because the loop belongs to the server.
        """
        others = asyncio.all_tasks() - {asyncio.current_task()}
        stopping = asyncio.create_task(self._runner.cleanup())
        await asyncio.wait({stopping}, timeout=SHUTDOWN_SECONDS)
        for task in others:  # aiohttp would wait as long again before it closes them
            task.cancel()
        await stopping


def shutdown_signal() -> asyncio.Event:
    """Return an event that SIGINT and SIGTERM set from now on."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl+C arrives as KeyboardInterrupt
            loop.add_signal_handler(number, stop.set)
    return stop

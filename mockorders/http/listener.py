"""Serving an application on a socket, until it is told to stop."""

import asyncio
import contextlib
import signal
import ssl
from typing import NamedTuple

from aiohttp import web

from mockorders.http.dispatch import DISPATCHER

SHUTDOWN_SECONDS = 0.2


class BindAddress(NamedTuple):
    """Where to listen; `port` 0 takes a free one."""

    host: str = "127.0.0.1"
    port: int = 8080
    tls: ssl.SSLContext | None = None

    @property
    def scheme(self) -> str:
        """`http`, or `https` with certificates."""
        return "https" if self.tls else "http"

    def url(self, port: int) -> str:
        """Give the base URL at the port that was taken."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - shown, not bound
        return f"{self.scheme}://{f'[{host}]' if ':' in host and '[' not in host else host}:{port}"


class Listener:
    """An application that listens: started by `start`, ended by `stop`."""

    def __init__(self, app: web.Application, address: BindAddress) -> None:
        self._runner = web.AppRunner(app, shutdown_timeout=SHUTDOWN_SECONDS, access_log=None)
        self._address = address
        self._dispatcher = app[DISPATCHER]

    async def start(self) -> str:
        """Listen; gives the base URL. OSError where the address cannot be had."""
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
        """Stop listening; answers that are under way have a fifth of a second to be finished, then they are cut.

        All other tasks of the loop are ended with them: the loop is the server's own.
        """
        others = asyncio.all_tasks() - {asyncio.current_task()}
        stopping = asyncio.create_task(self._runner.cleanup())
        await asyncio.wait({stopping}, timeout=SHUTDOWN_SECONDS)
        for task in others:  # aiohttp alone would wait as long again before it cuts them
            task.cancel()
        await stopping


def shutdown_signal() -> asyncio.Event:
    """Give the event that SIGINT and SIGTERM set from now on."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl+C arrives as KeyboardInterrupt
            loop.add_signal_handler(number, stop.set)
    return stop

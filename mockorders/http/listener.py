"""Serve an application on a socket until it is stopped."""

import asyncio
import contextlib
import errno
import signal
import socket
import ssl
from collections.abc import Iterable
from typing import Any, NamedTuple

from aiohttp import web

from mockorders.http.connection_server import CONNECTION_OPTIONS, ConnectionServer
from mockorders.http.dispatch import DISPATCHER
from mockorders.http.resource_limit import report_resource_limit

SHUTDOWN_SECONDS = 0.2
BACKLOG = 1024
ACCEPTED_AT_ONCE = 32
PORT_ATTEMPTS = 20
LOCALHOST = "localhost"


class BindAddress(NamedTuple):
    """The address to listen on; `port` 0 selects a free port.

    The host `localhost` is 127.0.0.1 and, if this machine has IPv6, also ::1, because clients may resolve the name to
    either of them.
    """

    host: str = LOCALHOST
    port: int = 8080
    tls: ssl.SSLContext | None = None

    @property
    def scheme(self) -> str:
        """`http`, or `https` with certificates."""
        return "https" if self.tls else "http"

    def url(self, port: int) -> str:
        """Return the base URL at a port; it needs no name resolution if the server listens on this machine."""
        addresses = {LOCALHOST: "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - printed, not bound
        host = addresses.get(self.host, self.host)
        if ":" in host:
            host = f"[{host}]"
        return f"{self.scheme}://{host}:{port}"


class _Runner(web.AppRunner):
    """Runs an application with the connections and the dispatcher of the emulator."""

    async def _make_server(self) -> ConnectionServer:
        server = await super()._make_server()
        app = self.app
        dispatcher = app[DISPATCHER]
        handler = dispatcher.wrap(server.request_handler)
        options = app[CONNECTION_OPTIONS]
        factory = server.request_factory
        handlers = (handler, dispatcher.malformed_handler, dispatcher.known_handler)
        return ConnectionServer(*handlers, request_factory=factory, **options)


class Listener:
    """Serves an application: `start` begins to listen, `stop` ends all connections."""

    def __init__(self, app: web.Application, address: BindAddress) -> None:
        self._runner = _Runner(app, shutdown_timeout=SHUTDOWN_SECONDS)
        self._address = address

    async def start(self) -> str:
        """Start to listen and return the base URL. Raises OSError if the address is not available."""
        await self._runner.setup()
        sockets: list[socket.socket] = []
        try:
            sockets += await self._sockets()
            for listening in sockets:
                await self._serve(listening)
        except BaseException:
            await self._runner.cleanup()
            for listening in sockets:
                listening.close()
            raise
        report_resource_limit()
        return self._address.url(int(self._runner.addresses[0][1]))

    async def _sockets(self) -> list[socket.socket]:
        host, port, _ = self._address
        if host == LOCALHOST:
            return _localhost_sockets(port)
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        return _bound_sockets(dict.fromkeys((family, address) for family, *_, address in found))

    async def _serve(self, listening: socket.socket) -> None:
        """Serve a socket.

        An event loop accepts as many connections in one iteration as the backlog that it knows, so it is given a
        small one. Others wait in the queue of the operating system.
        """
        await web.SockSite(self._runner, listening, ssl_context=self._address.tls, backlog=ACCEPTED_AT_ONCE).start()
        listening.listen(BACKLOG)

    async def stop(self) -> None:
        """Stop listening. Responses in progress get 0.2 s to finish, then they are canceled."""
        server = self._runner.server
        stopping = asyncio.create_task(self._runner.cleanup())
        await asyncio.wait({stopping}, timeout=SHUTDOWN_SECONDS)
        if isinstance(server, ConnectionServer):  # aiohttp would wait as long again before it closes them
            server.cancel_requests()
        await stopping


def _bound_sockets(addresses: Iterable[tuple[int, Any]]) -> list[socket.socket]:
    """Bind each pair of family and address. Raises OSError, and binds none, if one is not available."""
    with contextlib.ExitStack() as opened:
        bound = [
            opened.enter_context(socket.create_server(address, family=family, backlog=BACKLOG))
            for family, address in addresses
        ]
        opened.pop_all()
    return bound


def _localhost_sockets(port: int) -> list[socket.socket]:
    """Bind 127.0.0.1 and, if it exists, ::1 to the same port; 0 selects a port that is free on both.

    Raises OSError if one of them is in use: `localhost` would reach another server for some clients.
    """
    for _ in range(PORT_ATTEMPTS):
        ipv4 = socket.create_server(("127.0.0.1", port), backlog=BACKLOG)
        try:
            ipv6 = _ipv6_socket(ipv4.getsockname()[1])
        except OSError:
            ipv4.close()
            if port:
                raise
            continue
        return [ipv4] if ipv6 is None else [ipv4, ipv6]
    raise OSError(errno.EADDRINUSE, f"no free port on both 127.0.0.1 and ::1 in {PORT_ATTEMPTS} attempts")


def _ipv6_socket(port: int) -> socket.socket | None:
    """Bind ::1 to a port; None if this machine has no IPv6. Raises OSError if the port is in use."""
    try:
        return socket.create_server(("::1", port), family=socket.AF_INET6, backlog=BACKLOG)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            return None
        message = "another program uses it on ::1; --host 127.0.0.1 listens on IPv4 only"
        raise OSError(error.errno, message) from error


def shutdown_signal() -> asyncio.Event:
    """Return an event that SIGINT and SIGTERM set from now on."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl+C arrives as KeyboardInterrupt
            loop.add_signal_handler(number, stop.set)
    return stop

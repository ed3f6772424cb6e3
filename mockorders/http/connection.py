"""Connections of clients: when they end, and what that means for a request in progress."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from aiohttp import web

from mockorders.http.response import SERVER

HALF_CLOSED_POLL_SECONDS = 0.02

# what an application's server and its connections are created with: limits, logger, cancellation
CONNECTION_OPTIONS: web.AppKey[Mapping[str, Any]] = web.AppKey("mockorders.connection_options", Mapping)


class Connection(web.RequestHandler):
    """The connection of one client, which gets its responses even if it has closed its sending side.

    TCP does not tell a client that will send no more from one that is gone: both have closed their sending side. So the
    requests that are complete are responded to, but a request that a fault delays ends, and so does one whose body is
    incomplete. With TLS, the sending side cannot be closed alone.
    """

    __slots__ = ("is_delaying",)

    def __init__(self, manager: web.Server, **options: Any) -> None:
        super().__init__(manager, **options)
        self.is_delaying = False

    def handle_error(self, *arguments: Any, **options: Any) -> web.StreamResponse:
        """Return aiohttp's response to what it cannot parse, with the emulator's name."""
        response = super().handle_error(*arguments, **options)
        response.headers["Server"] = SERVER
        return response

    def eof_received(self) -> bool:  # type: ignore[override]
        """Return whether to keep the connection open although the client sends no more."""
        if self.is_delaying or self._is_idle or self.ssl_context is not None or not self._is_complete():
            return False
        self._loop.call_later(HALF_CLOSED_POLL_SECONDS, self._close_if_unneeded)
        return True

    def cancel(self) -> None:
        """Cancel the request in progress, and close the connection."""
        if self._task_handler is not None:
            self._task_handler.cancel()

    @property
    def _is_idle(self) -> bool:
        return self._waiter is not None and not self._waiter.done()

    def _is_complete(self) -> bool:
        """Check whether the last request has arrived as a whole."""
        try:
            return self._parser is not None and self._parser.feed_eof() is None
        except Exception:  # a different one for each transfer coding
            return False

    def _close_if_unneeded(self) -> None:
        """Close the connection once all responses are sent; polled, so that other connections have no cost."""
        if self.transport is None:
            return
        if self.is_delaying or self._is_idle:
            self.transport.close()
        else:
            self._loop.call_later(HALF_CLOSED_POLL_SECONDS, self._close_if_unneeded)


class ConnectionServer(web.Server):
    """Creates a `Connection` for each client; a request in progress is canceled if its client disconnects."""

    def __call__(self) -> Connection:
        """Return the protocol of a new connection."""
        return Connection(self, loop=asyncio.get_running_loop(), **self._kwargs)

    def cancel_requests(self) -> None:
        """Cancel all requests in progress."""
        for connection in self.connections:
            if isinstance(connection, Connection):
                connection.cancel()


def is_connected(http: web.BaseRequest) -> bool:
    """Check whether the client of a request can still get a response."""
    return http.transport is not None


@contextmanager
def delaying(http: web.BaseRequest) -> Iterator[None]:
    """Let a request end as soon as its client closes its sending side, while the block runs."""
    connection = http.protocol
    if not isinstance(connection, Connection):
        yield
        return
    connection.is_delaying = True
    try:
        yield
    finally:
        connection.is_delaying = False

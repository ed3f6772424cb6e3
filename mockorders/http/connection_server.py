"""Create the connections of clients, and cancel the requests of all of them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from mockorders.http.connection import Connection
from mockorders.http.known_requests import KnownResponse
from mockorders.http.malformed import MalformedRequest
from mockorders.http.write_batch import WriteBatch

KnownHandler = Callable[[bytes], KnownResponse | None]
MalformedHandler = Callable[[web.BaseRequest, MalformedRequest], Awaitable[web.StreamResponse]]
# what an application's server and its connections are created with: limits, logger, cancellation
CONNECTION_OPTIONS: web.AppKey[Mapping[str, Any]] = web.AppKey("mockorders.connection_options", Mapping)


class ConnectionServer(web.Server):
    """Creates a `Connection` for each client; a request in progress is canceled if its client disconnects.

    `malformed_handler` responds to input that is not a valid HTTP request. `known_handler` returns the response to the
    bytes of a request, if it is known.
    """

    def __init__(
        self, handler: Any, malformed_handler: MalformedHandler, known_handler: KnownHandler, **options: Any
    ) -> None:
        super().__init__(handler, **options)
        self.malformed_handler = malformed_handler
        self.known_handler = known_handler
        self.writes = WriteBatch(asyncio.get_running_loop())

    def __call__(self) -> Connection:
        """Return the protocol of a new connection."""
        return Connection(self, loop=asyncio.get_running_loop(), **self._kwargs)

    def cancel_requests(self) -> None:
        """Cancel all requests in progress."""
        for connection in self.connections:
            if isinstance(connection, Connection):
                connection.cancel()

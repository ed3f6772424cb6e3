"""Connections of clients: when they end, and what that means for a request in progress."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from aiohttp import web
from aiohttp.streams import EMPTY_PAYLOAD, StreamReader
from aiohttp.web_protocol import _ErrInfo

from mockorders.http.known_requests import RequestBoundary
from mockorders.http.malformed import describe
from mockorders.http.response import SERVER

if TYPE_CHECKING:
    from mockorders.http.connection_server import ConnectionServer

HALF_CLOSED_POLL_SECONDS = 0.02
READ_CALLBACK = "_read_ready_cb"  # of asyncio's transports, a bound method; others have none


class Connection(web.RequestHandler):
    """The connection of one client, which gets its responses even if it has closed its sending side.

    TCP does not tell a client that will send no more from one that is gone: both have closed their sending side. So the
    requests that are complete are responded to, but a request that a fault delays ends, and so does one whose body is
    incomplete. With TLS, the sending side cannot be closed alone.
    """

    __slots__ = (
        "_body",
        "_boundary",
        "_head",
        "_known_handler",
        "_malformed_handler",
        "_received",
        "_writes",
        "delay_end",
        "is_delaying",
    )

    def __init__(self, manager: "ConnectionServer", **options: Any) -> None:
        super().__init__(manager, **options)
        self.is_delaying = False
        self.delay_end = 0.0  # in the time of the loop
        self._malformed_handler = manager.malformed_handler
        self._known_handler = manager.known_handler
        self._writes = manager.writes
        self._boundary = RequestBoundary()
        self._head: tuple[bytes, Any] = (b"", None)  # the last one, if it is certain, and what it was parsed to
        self._body: StreamReader = EMPTY_PAYLOAD  # of the last request that arrived
        self._received = b""  # the start of the connection's input, once that is malformed

    def data_received(self, data: bytes) -> None:
        """Parse requests. A malformed body fails the request in progress; other malformed input is one of its own.

        A known request is responded to at once.
        """
        if self._boundary.is_certain and self._is_idle and not self._paused and self._respond_if_known(data):
            return
        head = self._boundary.feed(data)
        super().data_received(data)
        if not self._messages:
            return
        message, body = self._messages[-1]
        if type(message) is _ErrInfo:
            self._receive_malformed(data)
            return
        self._body = body
        if head:
            self._head = (head, message)

    def head_of(self, http: web.BaseRequest) -> bytes:
        """Return the bytes of a request's head if they are certain and no other request arrived since, else nothing."""
        data, message = self._head
        return data if message is not None and message.raw_headers is http.raw_headers else b""

    def _respond_if_known(self, data: bytes) -> bool:
        transport = self.transport
        manager = self._manager
        if transport is None or manager is None or transport.is_closing() or self._force_close or self._close:
            return False
        is_last = self._writes.is_last
        response = self._known_handler(data)
        if response is None:
            return False
        manager.requests_count += 1
        if len(response.pieces) == 1 and not response.closes:
            self._writes.write(transport, response.pieces[0], is_last=is_last)
        else:
            for piece in response.pieces:
                transport.write(piece)
        if response.closes:
            transport.close()
        else:
            self._keep_open()
        return True

    def _keep_open(self) -> None:
        """Restart the time after which an idle connection is closed, as aiohttp does after its responses."""
        self._keepalive = True
        self._next_keepalive_close_time = self._loop.time() + self._keepalive_timeout
        if self._keepalive_handle is None:
            self._keepalive_handle = self._loop.call_at(self._next_keepalive_close_time, self._process_keepalive)

    def _receive_malformed(self, data: bytes) -> None:
        """Report malformed input to the request whose body it is in, if there is one, and accept no others."""
        if self._request_count == 1:
            self._received = data
        if self._body.is_eof():
            return
        self._messages.pop()
        self.close()
        self._lingering_time = 0  # do not wait for the rest of the body once the response is sent
        if self._messages or self._current_request is not None:
            self._fail_body()
        else:
            self._loop.call_soon(self._end_body)  # the request is about to start, or was responded to

    def _fail_body(self) -> None:
        self._body.set_exception(web.RequestPayloadError("malformed chunk"))

    def _end_body(self) -> None:
        """End the body of the last request, if that was responded to, else report the error to it."""
        if self._current_request is None:
            self._body.feed_eof()
        else:
            self._fail_body()

    def _make_error_handler(self, err_info: _ErrInfo) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
        """Return the handler of a malformed request."""
        malformed = describe(err_info.exc, self._received)
        return lambda request: self._malformed_handler(request, malformed)

    def handle_error(self, *arguments: Any, **options: Any) -> web.StreamResponse:
        """Return aiohttp's response to an error that nothing handled, with the emulator's name."""
        response = super().handle_error(*arguments, **options)
        response.headers["Server"] = SERVER
        return response

    def connection_lost(self, exc: BaseException | None) -> None:
        """Release the connection; without the transport's reference to itself, it does not wait for a collection."""
        callbacks: dict[str, Any] = getattr(self.transport, "__dict__", {})
        super().connection_lost(exc)
        self._body = EMPTY_PAYLOAD  # refers to the connection
        if READ_CALLBACK in callbacks:
            callbacks[READ_CALLBACK] = None  # is not called anymore

    def eof_received(self) -> bool:  # type: ignore[override]
        """Return whether to keep the connection open although the client sends no more."""
        if self.is_delaying or self._is_idle or self.ssl_context is not None or not self._is_complete():
            return False
        self._loop.call_later(HALF_CLOSED_POLL_SECONDS, self._close_if_unneeded)
        return True

    async def shutdown(self, timeout: float | None = 15.0) -> None:  # noqa: ASYNC109 - of the base class
        """Close the connection. A request in progress has `timeout` seconds to end, unless a fault delays it longer."""
        task = self._task_handler
        is_late = timeout is not None and self.delay_end > self._loop.time() + timeout
        if task is None or not (self.is_delaying and is_late):
            await super().shutdown(timeout)
            return
        task.cancel()
        await asyncio.wait({task})

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


def received_head(http: web.BaseRequest) -> bytes:
    """Return the bytes of a request's head if they are certain, else nothing."""
    connection = http.protocol
    return connection.head_of(http) if isinstance(connection, Connection) else b""


def is_connected(http: web.BaseRequest) -> bool:
    """Check whether the client of a request can still get a response."""
    return http.transport is not None


@contextmanager
def delaying(http: web.BaseRequest, seconds: float) -> Iterator[None]:
    """Let a request end as soon as its client closes its sending side, while the block runs for some seconds."""
    connection = http.protocol
    if not isinstance(connection, Connection):
        yield
        return
    connection.delay_end = asyncio.get_running_loop().time() + seconds
    connection.is_delaying = True
    try:
        yield
    finally:
        connection.is_delaying = False

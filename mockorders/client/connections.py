"""Blocking HTTP connections to one server: one for each request, or kept and reused."""

import os
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult

if TYPE_CHECKING:
    from http.client import HTTPConnection

MAX_IDLE = 4
IDEMPOTENT_METHODS = {"GET", "PUT", "DELETE"}


class HttpRequest(NamedTuple):
    """One request: `target` is its path and query, `timeout` is in seconds."""

    method: str
    target: str
    body: bytes | None
    headers: dict[str, str]
    timeout: float


class Connections:
    """The connections to one server. With `keep`, up to four idle ones are reused, until `close`.

    Threads can share an instance. A process that was forked opens its own connections.
    """

    def __init__(self, address: SplitResult, *, keep: bool = False) -> None:
        self._address = address
        self._max_idle = MAX_IDLE if keep else 0
        self._idle: list[HTTPConnection] = []
        self._process = os.getpid()

    @property
    def is_open(self) -> bool:
        """Whether there is an idle connection that the server has not closed."""
        connection = self._take()
        if connection is None:
            return False
        self._keep(connection)
        return True

    def send(self, request: HttpRequest) -> tuple[int, bytes]:
        """Send a request, and return the status and the body of the response. Raises OSError or HTTPException.

        If the server closes a reused connection while a request is sent, an idempotent request is sent again.
        """
        connection = self._take()
        if connection is None:
            return self._exchange(self._connect(), request)
        try:
            return self._exchange(connection, request)
        except ConnectionError:
            if request.method not in IDEMPOTENT_METHODS:
                raise
        return self._exchange(self._connect(), request)

    def close(self) -> None:
        """Close the idle connections. Later requests open new ones."""
        while self._idle:
            self._idle.pop().close()

    def _exchange(self, connection: "HTTPConnection", request: HttpRequest) -> tuple[int, bytes]:
        try:
            connection.timeout = request.timeout
            if connection.sock is not None:
                connection.sock.settimeout(request.timeout)
            connection.request(request.method, request.target, request.body, request.headers)
            response = connection.getresponse()
            raw = response.read()
        except BaseException:
            connection.close()
            raise
        self._keep(connection)
        return response.status, raw

    def _connect(self) -> "HTTPConnection":
        from http.client import HTTPConnection, HTTPSConnection

        connection_class = HTTPSConnection if self._address.scheme == "https" else HTTPConnection
        return connection_class(self._address.hostname or "", self._address.port)

    def _take(self) -> "HTTPConnection | None":
        """Return an idle connection of this process that is still open, or None."""
        if self._process != os.getpid():
            self.close()  # the copies of this process: those of the other one stay open
            self._process = os.getpid()
        while self._idle:
            connection = self._idle.pop()
            if _is_quiet(connection):
                return connection
            connection.close()
        return None

    def _keep(self, connection: "HTTPConnection") -> None:
        if len(self._idle) < self._max_idle:
            self._idle.append(connection)
        else:
            connection.close()


def _is_quiet(connection: "HTTPConnection") -> bool:
    """Check whether there is nothing to read on an idle connection; otherwise the server has closed it."""
    import select

    if connection.sock is None:  # closed after the response
        return False
    if not hasattr(select, "poll"):  # on Windows
        return not select.select([connection.sock], [], [], 0)[0]
    waiting = select.poll()
    waiting.register(connection.sock, select.POLLIN)
    return not waiting.poll(0)

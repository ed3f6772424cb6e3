"""Send control requests over HTTP, blocking or asynchronous."""

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mockorders.client.connections import Connections, HttpRequest
from mockorders.client.descriptors import ControlRequest, T
from mockorders.client.errors import ControlError, UnreachableError

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from aiohttp import ClientSession


BASE_PATH = "/_mockorders"


class BaseTransport:
    """Base of transports: encodes requests and decodes responses. Raises ValueError for an invalid URL."""

    def __init__(self, url: str, token: str | None, *, below: str = "") -> None:
        address = urlsplit(url)
        if address.scheme not in {"http", "https"} or not address.hostname or address.query or address.fragment:
            message = f"url: expected a URL such as http://127.0.0.1:8080, got {url!r}"
            raise ValueError(message)
        self._address = address
        self._base = url.rstrip("/") + BASE_PATH + below
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    def _body(self, call: ControlRequest[Any]) -> tuple[bytes | None, dict[str, str]]:
        if call.body is None:
            return None, self._headers
        return json.dumps(call.body).encode(), {**self._headers, "Content-Type": "application/json"}

    def _read(self, call: ControlRequest[T], status: int, raw: bytes) -> T:
        """Decode a response. Raises ControlError for a problem document or any other unexpected response."""
        __tracebackhide__ = True
        if status == 204:
            return call.read(None)
        try:
            response = json.loads(raw)
        except ValueError:
            response = None
        if status not in {200, 201} or response is None:
            raise ControlError(status, response if isinstance(response, dict) else {"detail": self._where(call)})
        return call.read(response)

    def _unreachable(self, call: ControlRequest[Any], error: Exception) -> UnreachableError:
        return UnreachableError(f"{self._where(call)}: {str(error) or type(error).__name__}")

    def _where(self, call: ControlRequest[Any]) -> str:
        return f"{call.method} {self._base}{call.path}"


class SyncTransport(BaseTransport):
    """Blocking transport. Threads can share an instance: each request uses its own connection or an idle one."""

    def __init__(self, url: str, token: str | None, *, below: str = "", connections: Connections | None = None) -> None:
        super().__init__(url, token, below=below)
        self._connections = connections or Connections(self._address)
        self._path = urlsplit(self._base).path

    def send(self, call: ControlRequest[T]) -> T:
        """Send a request and return its result. Raises ControlError or UnreachableError."""
        __tracebackhide__ = True
        from http.client import HTTPException

        body, headers = self._body(call)
        request = HttpRequest(call.method, self._path + call.path, body, headers, call.timeout)
        try:
            status, raw = self._connections.send(request)
        except (OSError, HTTPException) as error:
            raise self._unreachable(call, error) from error
        return self._read(call, status, raw)


class AsyncTransport(BaseTransport):
    """Asynchronous transport. Event loops can share an instance.

    Between `open` and `close`, requests of that event loop reuse connections. All others use their own connection, so
    nothing stays open in a loop that ends.
    """

    def __init__(self, url: str, token: str | None, *, below: str = "") -> None:
        super().__init__(url, token, below=below)
        self._sessions: dict[AbstractEventLoop, ClientSession] = {}

    async def send(self, call: ControlRequest[T]) -> T:
        """Send a request and return its result. Raises ControlError or UnreachableError."""
        __tracebackhide__ = True
        from asyncio import get_running_loop

        from aiohttp import ClientSession

        session = self._sessions.get(get_running_loop())
        if session is not None:
            return await self._send(session, call)
        async with ClientSession() as own:
            return await self._send(own, call)

    async def _send(self, session: "ClientSession", call: ControlRequest[T]) -> T:
        __tracebackhide__ = True
        from aiohttp import ClientError, ClientTimeout
        from yarl import URL

        url = URL(self._base + call.path, encoded=True)
        timeout = ClientTimeout(total=None, sock_connect=call.timeout, sock_read=call.timeout)
        body, headers = self._body(call)
        try:
            async with session.request(
                call.method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                status = response.status
                raw = await response.read()
        except (OSError, ClientError) as error:
            raise self._unreachable(call, error) from error
        return self._read(call, status, raw)

    async def open(self) -> None:
        """Reuse connections in the running event loop from now on."""
        from asyncio import get_running_loop

        from aiohttp import ClientSession

        loop = get_running_loop()
        if loop not in self._sessions:
            self._sessions[loop] = ClientSession()

    async def close(self) -> None:
        """Close the connections of the running event loop; later requests use their own."""
        from asyncio import get_running_loop

        session = self._sessions.pop(get_running_loop(), None)
        if session is not None:
            await session.close()

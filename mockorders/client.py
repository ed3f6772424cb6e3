"""The typed client of the control API: Sandbox waits for its answers, AsyncSandbox is awaited for them.

    sandbox = Sandbox("http://127.0.0.1:8080", "docs.checkout")
    sandbox.fault("reset", method="POST", stage="after", times=1)

Importing this costs next to nothing: what carries the requests is imported by the first one. Every call raises
ControlError where the control API refuses, Unreachable where nothing answers.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from mockorders.calls import Async, Call, ClockCalls, SandboxCalls, ServerCalls, Sync, T, escape

if TYPE_CHECKING:
    from aiohttp import ClientSession


BASE = "/_mockorders"


class ControlError(Exception):
    """The control API refused: `document` is its problem document, `pointer` the place in what was sent, if any."""

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        super().__init__(status, document)
        self.status = status
        self.document = document
        self.title = str(document.get("title", "Not an answer of the control API"))
        self.detail = str(document.get("detail", ""))
        self.pointer: str | None = document.get("pointer")

    def __str__(self) -> str:
        return f"{self.status} {self.title}: {self.detail}"


class Unreachable(ConnectionError):
    """Nothing answers at the URL, or not in time."""


class Sandbox(SandboxCalls, Sync):
    """One sandbox of the emulator at a URL; each call waits for its answer, over a connection of its own.

    `name` is that of its credential, without `@CUSTOMER`; `token` that of --control-token. Raises ValueError for a URL
    that is none.
    """

    def __init__(self, url: str, name: str, *, token: str | None = None) -> None:
        super().__init__(_Waiting(url, token, below=f"/sandboxes/{escape(name)}").send)
        self.name = name
        self.clock = SyncClock(self.send)


class AsyncSandbox(SandboxCalls, Async):
    """A Sandbox whose calls are awaited. An async context manager; else `close` ends its connections."""

    def __init__(self, url: str, name: str, *, token: str | None = None) -> None:
        self._connection = _Awaiting(url, token, below=f"/sandboxes/{escape(name)}")
        super().__init__(self._connection.send)
        self.name = name
        self.clock = AsyncClock(self.send)

    async def close(self) -> None:
        """End the connections; a later call opens one anew."""
        await self._connection.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class SyncClock(ClockCalls, Sync):
    """The time of a Sandbox."""


class AsyncClock(ClockCalls, Async):
    """The time of an AsyncSandbox."""


class Server(ServerCalls, Sync):
    """A whole emulator: `Server(url).health()`, `.sandboxes()`, `.reset_all()`; for async code, in a thread."""

    def __init__(self, url: str, *, token: str | None = None) -> None:
        super().__init__(_Waiting(url, token).send)
        self.url = url.rstrip("/")
        self.token = token


class _Connection:
    """Where the calls go, and what every request and answer has."""

    def __init__(self, url: str, token: str | None, *, below: str = "") -> None:
        address = urlsplit(url)
        if address.scheme not in {"http", "https"} or not address.hostname or address.query or address.fragment:
            message = f"url: expected one such as http://127.0.0.1:8080, got {url!r}"
            raise ValueError(message)
        self._address = address
        self._base = url.rstrip("/") + BASE + below
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    def _body(self, call: Call[Any]) -> tuple[bytes | None, dict[str, str]]:
        if call.body is None:
            return None, self._headers
        return json.dumps(call.body).encode(), {**self._headers, "Content-Type": "application/json"}

    def _read(self, call: Call[T], status: int, raw: bytes) -> T:
        """Read an answer; ControlError for a problem document, and for what is no answer of the control API."""
        if status == 204:
            return call.read(None)
        try:
            answer = json.loads(raw)
        except ValueError:
            answer = None
        if status not in {200, 201} or answer is None:
            raise ControlError(status, answer if isinstance(answer, dict) else {"detail": self._where(call)})
        return call.read(answer)

    def _unreachable(self, call: Call[Any], error: Exception) -> Unreachable:
        return Unreachable(f"{self._where(call)}: {str(error) or type(error).__name__}")

    def _where(self, call: Call[Any]) -> str:
        return f"{call.method} {self._base}{call.path}"


class _Waiting(_Connection):
    """Waits for answers; each request has a connection of its own, so threads may share it."""

    def send(self, call: Call[T]) -> T:
        from http.client import HTTPConnection, HTTPException, HTTPSConnection

        kind = HTTPSConnection if self._address.scheme == "https" else HTTPConnection
        connection = kind(self._address.hostname or "", self._address.port, timeout=call.seconds)
        body, headers = self._body(call)
        try:
            connection.request(call.method, urlsplit(self._base).path + call.path, body, headers)
            response = connection.getresponse()
            status, raw = response.status, response.read()
        except (OSError, HTTPException) as error:
            raise self._unreachable(call, error) from error
        finally:
            connection.close()
        return self._read(call, status, raw)


class _Awaiting(_Connection):
    """Is awaited for answers; keeps its connections."""

    _session: "ClientSession | None" = None

    async def send(self, call: Call[T]) -> T:
        from aiohttp import ClientError, ClientSession, ClientTimeout
        from yarl import URL

        if self._session is None:
            self._session = ClientSession()
        url = URL(self._base + call.path, encoded=True)
        timeout = ClientTimeout(total=None, sock_connect=call.seconds, sock_read=call.seconds)
        body, headers = self._body(call)
        try:
            async with self._session.request(
                call.method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                status, raw = response.status, await response.read()
        except (OSError, ClientError) as error:
            raise self._unreachable(call, error) from error
        return self._read(call, status, raw)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

"""The typed clients of the control API: Sandbox is blocking, AsyncSandbox is asynchronous.

    sandbox = Sandbox("http://127.0.0.1:8080", "docs.checkout")
    sandbox.fault("reset", method="POST", stage="after", times=1)

Every call raises ControlError if the control API rejects it, and UnreachableError if there is no response. HTTP
libraries are imported with the first request, so importing this module is fast.
"""

from typing import Self
from urllib.parse import urlsplit

from mockorders.client.apis.cratejoy import AsyncCratejoy, SyncCratejoy
from mockorders.client.apis.universe import AsyncUniverse, SyncUniverse
from mockorders.client.connections import Connections
from mockorders.client.descriptors import AsyncCaller, SyncCaller
from mockorders.client.endpoints import ClockApi, SandboxApi, ServerApi
from mockorders.client.expectations import Expectations
from mockorders.client.paths import quote_segment
from mockorders.client.transport import AsyncTransport, SyncTransport


class Sandbox(SandboxApi, Expectations, SyncCaller):
    """A blocking client of one sandbox. Each call uses its own connection, so threads can share an instance.

    `url` is that of the emulator, `name` the sandbox's credential without `@CUSTOMER`, `token` the server's
    --control-token. `clock` reads and sets the sandbox's time. `cratejoy` and `universe` have the base URL and the
    credential of an API, and methods that add records. `connections` are kept connections of an EmulatorClient
    to reuse. Raises ValueError for an invalid URL.
    """

    def __init__(
        self, url: str, name: str, *, token: str | None = None, connections: Connections | None = None
    ) -> None:
        below = f"/sandboxes/{quote_segment(name)}"
        super().__init__(SyncTransport(url, token, below=below, connections=connections).send)
        self.name = name
        self.clock = SyncClock(self.send)
        self.cratejoy = SyncCratejoy(url, name, self.send)
        self.universe = SyncUniverse(url, name, self.send)


class AsyncSandbox(SandboxApi, Expectations, AsyncCaller):
    """An asynchronous client of one sandbox, with the same methods as `Sandbox`, as coroutines.

    In an `async with` block, its calls reuse connections; without one, each call uses its own. Event loops can share an
    instance. Raises ValueError for an invalid URL.
    """

    def __init__(self, url: str, name: str, *, token: str | None = None) -> None:
        self._transport = AsyncTransport(url, token, below=f"/sandboxes/{quote_segment(name)}")
        super().__init__(self._transport.send)
        self.name = name
        self.clock = AsyncClock(self.send)
        self.cratejoy = AsyncCratejoy(url, name, self.send)
        self.universe = AsyncUniverse(url, name, self.send)

    async def close(self) -> None:
        """Close the connections of the running event loop; later calls use their own."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        await self._transport.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class SyncClock(ClockApi, SyncCaller):
    """The clock of a `Sandbox`."""


class AsyncClock(ClockApi, AsyncCaller):
    """The clock of an `AsyncSandbox`."""


class EmulatorClient(ServerApi, SyncCaller):
    """A blocking client of a whole emulator, such as `EmulatorClient(url).health()`.

    With `keep_connections`, calls reuse `connections` until `close`; otherwise each call uses its own. In asynchronous
    code, call it in a thread. Raises ValueError for an invalid URL.
    """

    def __init__(self, url: str, *, token: str | None = None, keep_connections: bool = False) -> None:
        self.connections = Connections(urlsplit(url), keep=keep_connections)
        super().__init__(SyncTransport(url, token, connections=self.connections).send)
        self.url = url.rstrip("/")
        self.token = token

    def close(self) -> None:
        """Close the kept connections; later calls open new ones."""
        self.connections.close()

"""The typed client of the control API: Sandbox waits for its answers, AsyncSandbox is awaited for them.

    sandbox = Sandbox("http://127.0.0.1:8080", "docs.checkout")
    sandbox.fault("reset", method="POST", stage="after", times=1)

Importing this costs next to nothing: what carries the requests is imported by the first one. Every call raises
ControlError where the control API refuses, Unreachable where nothing answers.
"""

from typing import Self

from mockorders.client.endpoints import AsyncCaller, ClockApi, SandboxApi, ServerApi, SyncCaller, escape_step
from mockorders.client.transport import AsyncTransport, SyncTransport


class Sandbox(SandboxApi, SyncCaller):
    """One sandbox of the emulator at a URL; each call waits for its answer, over a connection of its own.

    `name` is that of its credential, without `@CUSTOMER`; `token` that of --control-token. Raises ValueError for a URL
    that is none.
    """

    def __init__(self, url: str, name: str, *, token: str | None = None) -> None:
        super().__init__(SyncTransport(url, token, below=f"/sandboxes/{escape_step(name)}").send)
        self.name = name
        self.clock = SyncClock(self.send)


class AsyncSandbox(SandboxApi, AsyncCaller):
    """A Sandbox whose calls are awaited. An async context manager; else `close` ends its connections."""

    def __init__(self, url: str, name: str, *, token: str | None = None) -> None:
        self._transport = AsyncTransport(url, token, below=f"/sandboxes/{escape_step(name)}")
        super().__init__(self._transport.send)
        self.name = name
        self.clock = AsyncClock(self.send)

    async def close(self) -> None:
        """End the connections; a later call opens one anew."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class SyncClock(ClockApi, SyncCaller):
    """The time of a Sandbox."""


class AsyncClock(ClockApi, AsyncCaller):
    """The time of an AsyncSandbox."""


class EmulatorClient(ServerApi, SyncCaller):
    """A whole emulator: `EmulatorClient(url).health()`, `.sandboxes()`, `.reset_all()`; for async code, in a thread."""

    def __init__(self, url: str, *, token: str | None = None) -> None:
        super().__init__(SyncTransport(url, token).send)
        self.url = url.rstrip("/")
        self.token = token

"""Clients of both kinds, connected to one server."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from support.client import NUMBERS, TOKEN, Client, Connect
from support.emulator import Start

from mockorders import MockServer
from mockorders.client.sandbox import AsyncSandbox, Sandbox


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """Run an emulator in a thread; yields its URL."""
    with MockServer(fixtures="docs") as server:
        yield server.url


@pytest.fixture(params=["sync", "async"])
async def connect(request: pytest.FixtureRequest, served: str, start: Start) -> AsyncIterator[Connect]:
    """Return a function that creates a client of each kind with the given options; `url` is one of them."""
    opened: list[AsyncSandbox] = []

    async def connects(name: str | None = None, **options: Any) -> Client:
        name = f"docs.{next(NUMBERS)}" if name is None else name
        url = options.pop("url", None)
        if request.param == "sync":
            return Client(url or served, Sandbox(url or served, name, **options))
        url = url or (await start()).url
        opened.append(AsyncSandbox(url, name, **options))
        return Client(url, opened[-1])

    yield connects
    for sandbox in opened:
        await sandbox.close()


@pytest.fixture
async def client(connect: Connect) -> Client:
    """Create a client of a fresh sandbox."""
    return await connect()


@pytest.fixture(scope="session")
def guarded() -> Iterator[str]:
    """Run an emulator that requires a token; yields its URL."""
    with MockServer(fixtures="docs", control_token=TOKEN) as server:
        yield server.url

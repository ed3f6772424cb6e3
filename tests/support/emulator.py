"""An emulator on a real socket, and helpers to call both APIs."""

import asyncio
import base64
import inspect
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, CookieJar, web

from mockorders.http.listener import BindAddress, Listener
from support.control_document import check_control_reply

POLL_SECONDS = 0.005
EXAMPLES = Path(__file__).parents[1] / "examples"


@dataclass(frozen=True)
class Reply:
    """A response whose body has been read."""

    status: int
    headers: Any
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def basic(user: str, password: str = "any") -> dict[str, str]:
    """Return the header of a Basic credential."""
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


class RunningEmulator:
    """Both APIs and the control API of one emulator at a URL, and the session that calls them."""

    def __init__(self, url: str, session: ClientSession) -> None:
        self.url = url
        self.session = session

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    async def request(self, method: str, path: str, **options: Any) -> Reply:
        """Send any request; the path is sent unchanged."""
        from yarl import URL

        options.setdefault("allow_redirects", False)
        async with self.session.request(method, URL(self.url + path, encoded=True), **options) as response:
            return Reply(response.status, response.headers, await response.read())

    async def universe(self, path: str, key: str = "docs@2", **headers: str) -> Reply:
        """Send a GET request to Universe with a key; `_` in header names stands for `-`."""
        joined = f"{path}{'&' if '?' in path else '?'}key={key}"
        return await self.request("GET", joined, headers={k.replace("_", "-"): v for k, v in headers.items()})

    async def cratejoy(self, method: str, path: str, user: str = "docs", **options: Any) -> Reply:
        """Send a request to Cratejoy with a client id; `json` or `data` is the body."""
        headers = {**basic(user), **options.pop("headers", {})}
        return await self.request(method, f"/v1{path}", headers=headers, **options)

    async def control(self, method: str, path: str, **options: Any) -> Reply:
        """Send a request to the control API; the response is as its OpenAPI document says."""
        reply = await self.request(method, f"/_mockorders{path}", **options)
        check_control_reply(method, path, reply)
        return reply


@asynccontextmanager
async def running(app: web.Application) -> AsyncIterator[RunningEmulator]:
    """Serve an application on a free port, as the product does, while the block runs."""
    listener = Listener(app, BindAddress(port=0))
    url = await listener.start()
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        session._retry_connection = False  # one call is one request, as in aiohttp's test client
        yield RunningEmulator(url, session)
    await listener.stop()


Start = Callable[..., Awaitable[RunningEmulator]]
Serve = Callable[[web.Application], Awaitable[RunningEmulator]]


async def eventually(condition: Callable[[], Any], seconds: float = 30) -> Any:
    """Return the result of `condition`, a function or coroutine function, once it is true; fails after `seconds`."""
    async with asyncio.timeout(seconds):
        while True:
            found = condition()
            if inspect.isawaitable(found):
                found = await found
            if found:
                return found
            await asyncio.sleep(POLL_SECONDS)


async def settle(emulator: RunningEmulator) -> None:
    """Wait until the server has processed earlier input: its loop has run many times after two more responses."""
    for _ in range(2):
        await emulator.control("GET", "/health")


def skip_time(seconds: float) -> None:
    """Let all timers of the running event loop, which is also that of the server, end this much earlier."""
    loop = asyncio.get_running_loop()
    time = loop.time
    loop.time = lambda: time() + seconds  # type: ignore[method-assign]


def example(name: str) -> Any:
    """Return a documented example."""
    return json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))

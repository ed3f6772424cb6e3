"""MockServer: the emulator in a background thread, for code that is not asynchronous."""

import asyncio
import sys
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar, Unpack
from urllib.parse import urlsplit

from aiohttp import web

from mockorders.app import make_app, make_settings
from mockorders.config import AppOptions, Settings
from mockorders.emulator import Emulator
from mockorders.formats.hosts import browser_url
from mockorders.http.listener import BindAddress, Listener
from mockorders.real_time import monotonic
from mockorders.signatures import lists_options

if sys.platform == "win32":
    from asyncio import ProactorEventLoop as EventLoop
else:
    from asyncio import SelectorEventLoop as EventLoop


T = TypeVar("T")


class ServerLoop(EventLoop):
    """An event loop whose timers use the real time, also while a test has frozen or moved it."""

    def time(self) -> float:
        """Return the real monotonic time in seconds."""
        return monotonic()


MAX_PORT = 65_535


class MockServer:
    """An emulator on a free port of this machine, as a context manager: `with MockServer() as server: server.url`.

    `url` has the address 127.0.0.1; `browser_url` has the name localhost, for web pages. Takes the options of
    `create_app`, and `port`. After `stop` it can be started again: on the same port, with the sandboxes it had. Threads
    can share an instance. Raises what `create_app` raises, and ValueError for an invalid port.
    """

    @lists_options(Settings())
    def __init__(self, *, port: int = 0, **options: Unpack[AppOptions]) -> None:
        if not 0 <= port <= MAX_PORT:
            message = f"port: expected an integer from 0 to {MAX_PORT}, got {port}"
            raise ValueError(message)
        self._emulator = Emulator.of(make_settings(**options))
        self._address = BindAddress(port=port)
        self._lock = threading.Lock()
        self._run: _Run | None = None
        self.url = ""

    def start(self) -> Self:
        """Start serving, and return once requests are accepted; does nothing if running.

        Raises OSError if the port is in use.
        """
        with self._lock:
            if self._run is None or not self._run.thread.is_alive():
                self._run = _start(self._make_app, self._address)
                self.url = self._run.started.result().url
                self._address = self._address._replace(port=urlsplit(self.url).port or 0)
        return self

    def stop(self) -> None:
        """Stop serving; does nothing if not running."""
        with self._lock:
            if self._run is not None:
                self._run.end()
                self._run = None

    @property
    def browser_url(self) -> str:
        """The URL for web pages, which share cookies with pages on other ports of localhost."""
        return browser_url(self.url)

    def _submit(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine in the event loop of the server, which is running."""
        assert self._run is not None
        return asyncio.run_coroutine_threadsafe(coroutine, self._run.started.result().loop)

    def _make_app(self) -> web.Application:
        return make_app(self._emulator)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.stop()


class _Started(NamedTuple):
    """A server that accepts requests: its URL and its event loop."""

    url: str
    loop: asyncio.AbstractEventLoop


class _Run(NamedTuple):
    """One run of a server: its thread, the result of its start, and a future that is canceled to stop it."""

    thread: threading.Thread
    started: "Future[_Started]"
    stop: "Future[None]"

    def end(self) -> None:
        """Stop the server, also while it starts, and wait for the end of its thread."""
        self.stop.cancel()
        self.thread.join()


def _start(create: Callable[[], web.Application], address: BindAddress) -> _Run:
    """Start a server in a thread, and return once it accepts requests. Raises what prevents that."""
    started: Future[_Started] = Future()
    stop: Future[None] = Future()
    thread = threading.Thread(target=_run, args=(create, address, started, stop), name="mockorders", daemon=True)
    thread.start()
    run = _Run(thread, started, stop)
    try:
        started.result()
    except BaseException:
        run.end()
        raise
    return run


def _run(
    create: Callable[[], web.Application], address: BindAddress, started: "Future[_Started]", stop: "Future[None]"
) -> None:
    """Serve until `stop` is canceled: the body of the thread."""
    try:
        with asyncio.Runner(loop_factory=ServerLoop) as runner:
            runner.run(_serve(Listener(create(), address), started, stop))
    except BaseException as error:
        if started.done():
            raise
        started.set_exception(error)


async def _serve(listener: Listener, started: "Future[_Started]", stop: "Future[None]") -> None:
    started.set_result(_Started(await listener.start(), asyncio.get_running_loop()))
    await asyncio.wait({asyncio.wrap_future(stop)})
    await listener.stop()

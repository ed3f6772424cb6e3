"""MockServer: the emulator in a background thread, for code that is not asynchronous."""

import asyncio
import threading
from types import TracebackType
from typing import Self, Unpack

from mockorders.app import create_app
from mockorders.config import AppOptions, Settings
from mockorders.http.listener import BindAddress, Listener
from mockorders.signatures import lists_options


class MockServer:
    """An emulator on a free port of 127.0.0.1, as a context manager: `with MockServer() as server: server.url`.

    Takes the options of `create_app`, and `port`. Raises what `create_app` raises, OSError if the port is in use, and
    OverflowError for an invalid port.
    """

    @lists_options(Settings())
    def __init__(self, *, port: int = 0, **options: Unpack[AppOptions]) -> None:
        self._app = create_app(**options)
        self._address = BindAddress(port=port)
        self._started = threading.Event()
        self._startup_error: BaseException | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop_requested: asyncio.Event | None = None
        self.url = ""

    def start(self) -> Self:
        """Start serving, and return once requests are accepted."""
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="mockorders", daemon=True)
        self._thread.start()
        self._started.wait()
        if self._startup_error is not None:
            self._thread.join()
            raise self._startup_error
        return self

    def stop(self) -> None:
        """Stop serving; does nothing if not running."""
        if self._thread is None or self._loop is None or self._stop_requested is None:
            return
        self._loop.call_soon_threadsafe(self._stop_requested.set)
        self._thread.join()
        self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.stop()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop_requested = asyncio.Event()
        listener = Listener(self._app, self._address)
        try:
            self.url = await listener.start()
        except (OSError, OverflowError) as error:
            self._startup_error = error
            return
        finally:
            self._started.set()
        await self._stop_requested.wait()
        await listener.stop()

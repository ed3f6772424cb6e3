"""A local emulator of the Universe orders API and the Cratejoy Merchant API, for integration tests.

`create_app` returns the aiohttp application, and `MockServer` runs it in a thread; `AppOptions` is the type of their
keyword arguments. `Sandbox` and `AsyncSandbox` control a sandbox of a running emulator; `Mockorders` is the type of the
pytest fixture. Each name is imported on first use, so importing this package is cheap.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mockorders.__version__ import __version__

if TYPE_CHECKING:
    from mockorders.app import create_app
    from mockorders.client.sandbox import AsyncSandbox, Sandbox
    from mockorders.config import AppOptions
    from mockorders.server import MockServer
    from mockorders.testing.fixture import Mockorders

__all__ = ["AppOptions", "AsyncSandbox", "MockServer", "Mockorders", "Sandbox", "__version__", "create_app"]

_MODULES = {
    "AppOptions": "mockorders.config",
    "AsyncSandbox": "mockorders.client.sandbox",
    "MockServer": "mockorders.server",
    "Mockorders": "mockorders.testing.fixture",
    "Sandbox": "mockorders.client.sandbox",
    "create_app": "mockorders.app",
}


if not TYPE_CHECKING:  # mypy would accept any name

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        return getattr(import_module(_MODULES[name]), name)

"""Types of the pytest fixtures, for annotations in tests, imported on first use."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockorders.client.api_access import ApiAccess
    from mockorders.testing.factory import MockordersFactory
    from mockorders.testing.fixture import Mockorders

__all__ = ["ApiAccess", "Mockorders", "MockordersFactory"]

_MODULES = {
    "ApiAccess": "mockorders.client.api_access",
    "Mockorders": "mockorders.testing.fixture",
    "MockordersFactory": "mockorders.testing.factory",  # needs pytest
}


if not TYPE_CHECKING:  # mypy would accept any name

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        return getattr(import_module(_MODULES[name]), name)

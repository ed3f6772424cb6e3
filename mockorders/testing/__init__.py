"""Types of the pytest fixtures, for annotations in tests. Only `MockordersFactory` needs pytest."""

from typing import TYPE_CHECKING, Any

from mockorders.client.api_access import ApiAccess
from mockorders.testing.fixture import Mockorders

if TYPE_CHECKING:
    from mockorders.testing.factory import MockordersFactory

__all__ = ["ApiAccess", "Mockorders", "MockordersFactory"]


if not TYPE_CHECKING:  # mypy would accept any name

    def __getattr__(name: str) -> Any:
        if name != "MockordersFactory":
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        from mockorders.testing.factory import MockordersFactory

        return MockordersFactory

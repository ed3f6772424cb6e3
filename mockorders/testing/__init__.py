"""Types of the pytest fixtures, for annotations in tests."""

from mockorders.client.api_access import ApiAccess
from mockorders.testing.factory import MockordersFactory
from mockorders.testing.fixture import Mockorders

__all__ = ["ApiAccess", "Mockorders", "MockordersFactory"]

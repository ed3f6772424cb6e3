"""Support for tests: the type of the pytest fixture."""

from mockorders.testing.fixture import ApiAccess, MockordersSandbox

__all__ = ["ApiAccess", "MockordersSandbox"]

"""Types of the pytest fixture, for annotations in tests."""

from mockorders.testing.fixture import ApiAccess, MockordersSandbox

__all__ = ["ApiAccess", "MockordersSandbox"]

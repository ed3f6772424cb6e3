"""Support for tests: the type of the pytest fixture."""

from mockorders.testing.fixture import Access, Mockorders

__all__ = ["Access", "Mockorders"]

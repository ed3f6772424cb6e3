"""The typed client of the control API."""

from mockorders.client.errors import ControlError, UnreachableError
from mockorders.client.sandbox import AsyncClock, AsyncSandbox, Sandbox, Server, SyncClock

__all__ = ["AsyncClock", "AsyncSandbox", "ControlError", "Sandbox", "Server", "SyncClock", "UnreachableError"]

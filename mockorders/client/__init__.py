"""The typed client of the control API."""

from mockorders.client.errors import ControlError, UnreachableError
from mockorders.client.sandbox import AsyncClock, AsyncSandbox, EmulatorClient, Sandbox, SyncClock

__all__ = ["AsyncClock", "AsyncSandbox", "ControlError", "EmulatorClient", "Sandbox", "SyncClock", "UnreachableError"]

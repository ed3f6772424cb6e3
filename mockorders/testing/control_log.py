"""The control requests of a test, in their order among its requests to the APIs: for the script that replays it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from mockorders.client.descriptors import ControlRequest
from mockorders.client.journal_endpoints import describe_requests

READING_METHODS = {"GET"}
RESTARTING_CALLS = {("POST", "/reset"), ("PUT", "")}  # what happened before has no effect anymore
IGNORED_CALLS = {("DELETE", ""), ("POST", "/finish"), ("DELETE", "/requests")}


class LoggedCall(NamedTuple):
    """A control request that changed something, and the id of the last request to an API before it, or 0."""

    after: int
    method: str
    path: str
    body: Any


class ControlLog:
    """Records the control requests of one sandbox. `created` are the options that it was recreated with, if it was."""

    def __init__(self, send: Callable[[ControlRequest[Any]], Any]) -> None:
        self.calls: list[LoggedCall] = []
        self.created: Any = None
        self._send = send
        self._last_id = 0

    def add(self, call: ControlRequest[Any]) -> None:
        """Record a request that is about to be sent."""
        key = (call.method, call.path)
        if call.method in READING_METHODS or key in IGNORED_CALLS:
            return
        if key in RESTARTING_CALLS:
            self.calls.clear()
            self.created = call.body or self.created
            self._last_id = 0
            return
        recorded = self._send(describe_requests({"since": str(self._last_id)}))
        if recorded:
            self._last_id = int(recorded[-1]["id"])
        self.calls.append(LoggedCall(self._last_id, *key, call.body))

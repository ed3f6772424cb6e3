"""The value of the pytest fixture: a client of the test's sandbox."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from mockorders.apis import discover
from mockorders.client.api_access import ApiAccess
from mockorders.client.connections import Connections
from mockorders.client.descriptors import ControlRequest
from mockorders.client.models import SandboxInfo
from mockorders.client.sandbox import Sandbox
from mockorders.formats.suggestions import did_you_mean
from mockorders.testing.checks import response_failures
from mockorders.testing.control_log import ControlLog

# requests that delete the recorded errors
CLEARING_CALLS = {("POST", "/reset"), ("PUT", ""), ("DELETE", "")}
# requests that do not create a sandbox which does not exist yet
NOT_CREATING_CALLS = {("GET", ""), ("DELETE", "")}
CREATE_IF_MISSING: ControlRequest[SandboxInfo] = ControlRequest("PATCH", "", {})


class Mockorders(Sandbox):
    """A client of one test's sandbox, with an `ApiAccess` attribute for each emulated API.

    `is_created` is true after the first control request; before, the sandbox exists only if an API has used it.
    """

    def __init__(
        self, url: str, name: str, *, token: str | None = None, connections: Connections | None = None
    ) -> None:
        super().__init__(url, name, token=token, connections=connections)
        self.url = url
        self.is_created = False
        self._earlier_failures: list[str] = []
        self._send_request = self.send
        self._log: ControlLog | None = None
        for client in (self, self.clock, self.cratejoy, self.universe):
            client.send = self._send_and_save_failures

    if not TYPE_CHECKING:  # other APIs have an ApiAccess too, but mypy still rejects misspelled names

        def __getattr__(self, name: str) -> ApiAccess:
            __tracebackhide__ = True
            base = None if name.startswith("_") else _base_paths().get(name)
            if base is None:
                known = (each for each in (*dir(self), *_base_paths()) if not each.startswith("_"))
                message = f"{type(self).__name__!r} object has no attribute {name!r}{did_you_mean(name, known)}"
                raise AttributeError(message)
            return ApiAccess(self.url + base, self.name)

    @property
    def had_failures(self) -> bool:
        """Whether there were failures before a reset."""
        return bool(self._earlier_failures)

    def start_log(self) -> ControlLog:
        """Record all further control requests that change something, and return the log."""
        self._log = ControlLog(self._send_request)
        return self._log

    def failures(self) -> list[str]:
        """Return a message for each failed response that no fault caused, also before a reset."""
        return [*self._earlier_failures, *response_failures(self.errors())]

    def _send_and_save_failures(self, call: ControlRequest[Any]) -> Any:
        """Send a request; first create the sandbox if necessary, or save the failures if they are deleted."""
        __tracebackhide__ = True
        if not self.is_created and (call.method, call.path) in NOT_CREATING_CALLS:
            self._send_request(CREATE_IF_MISSING)
        self.is_created = True
        if self._log is not None:
            self._log.add(call)
        if (call.method, call.path) in CLEARING_CALLS:
            self._earlier_failures = self.failures()
        return self._send_request(call)


@cache
def _base_paths() -> Mapping[str, str]:
    return {api.name: api.base_paths[0] for api in discover()}

"""What a test is given by the pytest plugin: a sandbox of its own, which knows what broke in it."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from mockorders.apis import discover
from mockorders.client.endpoints import ControlRequest
from mockorders.client.sandbox import Sandbox
from mockorders.observability.curl import PASSWORD
from mockorders.testing.checks import response_failures

# calls after which the journal no longer has what broke
CLEARING_CALLS = {("POST", "/reset"), ("PUT", ""), ("DELETE", ""), ("DELETE", "/requests")}


class ApiAccess(NamedTuple):
    """How one API is reached: its base URL, and the sandbox's credential as text that needs no quoting."""

    base_url: str
    key: str

    @property
    def auth(self) -> tuple[str, str]:
        """The credential as user and password."""
        return self.key, PASSWORD


class MockordersSandbox(Sandbox):
    """A test's own sandbox; it has an Access for each emulated API, by the API's name."""

    universe: ApiAccess
    cratejoy: ApiAccess

    def __init__(self, url: str, name: str, *, token: str | None = None) -> None:
        super().__init__(url, name, token=token)
        self.url = url
        self._earlier_failures: list[str] = []
        self._send_request = self.send
        self.send = self._send

    if not TYPE_CHECKING:  # an API that is not declared above has an Access too; a typo is still an error of mypy

        def __getattr__(self, name: str) -> ApiAccess:
            base = None if name.startswith("_") else _bases().get(name)
            if base is None:
                message = f"{type(self).__name__!r} object has no attribute {name!r}"
                raise AttributeError(message)
            return ApiAccess(self.url + base, self.name)

    def failures(self) -> list[str]:
        """Say what broke until now that no fault broke on purpose: a sentence each."""
        return [*self._earlier_failures, *response_failures(self.requests())]

    def _send(self, call: ControlRequest[Any]) -> Any:
        """Make a call; before the journal lets go of it, keep what broke."""
        if (call.method, call.path) in CLEARING_CALLS:
            self._earlier_failures = self.failures()
        return self._send_request(call)


@cache
def _bases() -> Mapping[str, str]:
    return {api.name: api.base_paths[0] for api in discover()}

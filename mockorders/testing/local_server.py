"""The session's own server, in a thread of this process."""

from functools import partial

from mockorders.client.descriptors import TIMEOUT_SECONDS
from mockorders.client.errors import ControlError, UnreachableError
from mockorders.client.models import SandboxOutcome
from mockorders.client.sandbox import EmulatorClient
from mockorders.control.sandboxes import finish
from mockorders.errors import ProblemError
from mockorders.server import MockServer


class LocalServer(MockServer):
    """A server in this process, which ends tests without a request: in a fifth of the time."""

    def finish(self, name: str, timeout: float = TIMEOUT_SECONDS) -> SandboxOutcome:
        """Do what `Sandbox.finish` does, in the server's event loop. Raises ControlError or UnreachableError."""
        __tracebackhide__ = True
        work = partial(finish, self._emulator, name)
        outcome = self._submit(self._emulator.sandboxes.transact(name, "finish", work))
        try:
            found: SandboxOutcome = outcome.result(timeout)
        except ProblemError as problem:
            raise ControlError(problem.status, problem.document()) from problem
        except TimeoutError as error:
            message = f"{self.url}: no response within {timeout:g} s"
            raise UnreachableError(message) from error
        return found


class LocalClient(EmulatorClient):
    """A client of the session's own server."""

    def __init__(self, server: LocalServer, token: str | None) -> None:
        super().__init__(server.url, token=token, keep_connections=True)
        self.finish_sandbox = server.finish

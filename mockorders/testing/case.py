"""The sandbox of one pytest test: created in set-up, checked in teardown, deleted after it."""

import re
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from mockorders.client.errors import ControlError, UnreachableError
from mockorders.client.sandbox import EmulatorClient, Sandbox
from mockorders.errors import FixtureError
from mockorders.testing.checks import unused_faults
from mockorders.testing.fixture import MockordersSandbox
from mockorders.testing.report import render_report

if TYPE_CHECKING:
    from mockorders.testing.remote import RemoteOptions

SECTION_TITLE = "mockorders"
MARKER_OPTIONS = ("fixtures", "profile", "clock", "allow_unused_faults")
MAX_NAME_LENGTH = 100
CREDENTIALS_LIST = (
    "mockorders: the server accepts only the credentials of its list, and each test has a new one; start the server "
    "without --credentials (in mockorders_options: without `credentials`)"
)


class TestCaseSandbox:
    """The sandbox of one test, and the results of the test's phases so far."""

    def __init__(self, item: pytest.Item, server: EmulatorClient) -> None:
        self._session = item.session
        self._options = _marker_options(item)
        self._allow_unused_faults = self._options.pop("allow_unused_faults", False)
        self._passed = False
        self._failed = False
        self._control = Sandbox(server.url, _credential(item.name), token=server.token)
        self.sandbox = MockordersSandbox(server.url, self._control.name, token=server.token)

    def create(self, remote: "RemoteOptions | None") -> None:
        """Create the sandbox on the server; `remote` are options of the session to apply to it."""
        try:
            options = self._options if remote is None else remote.sandbox(self._options)
            info = self._control.create(**options)
        except UnreachableError as error:
            exit_session(self._session, f"mockorders: {error}")
        except (ControlError, FixtureError, TypeError, ValueError) as error:
            if isinstance(error, ControlError) and error.status == 401:
                exit_session(self._session, f"--mockorders-token: expected the server's --control-token: {error}")
            message = f"the test's sandbox cannot be created: {error}"
        else:
            if not info.get("accepted", True):
                exit_session(self._session, CREDENTIALS_LIST)
            return
        pytest.fail(message, pytrace=False)

    def delete(self) -> None:
        """Delete the sandbox, if it exists."""
        with suppress(ControlError, UnreachableError):
            self._control.delete()

    def check(self) -> None:
        """Fail a passed test if its sandbox has failures or unused faults."""
        if self._failed or not self._passed:
            return
        try:
            failures = self.sandbox.failures()
            failures += [] if self._allow_unused_faults else unused_faults(self.sandbox.faults())
        except (ControlError, UnreachableError) as error:
            failures = [f"the sandbox cannot be checked: {error}"]
        if failures:
            pytest.fail("\n".join(failures), pytrace=False)

    def add_report(self, report: pytest.TestReport) -> None:
        """Handle one phase's report: add a section on failure."""
        self._passed |= report.when == "call" and report.passed
        self._failed |= report.failed
        if report.failed:
            report.sections.append((SECTION_TITLE, render_report(self.sandbox)))


def connect(session: pytest.Session, url: str, token: str | None) -> EmulatorClient:
    """Return a client of the server at a URL. Ends the session if there is no response."""
    try:
        server = EmulatorClient(url, token=token)
        server.health()
    except (ControlError, UnreachableError, ValueError) as error:
        exit_session(session, f"--mockorders-url {url}: expected a running emulator: {error}")
    return server


def exit_session(session: pytest.Session, message: str) -> NoReturn:
    """End the session with a message; otherwise every test would fail with a traceback."""
    session.shouldstop = message  # pytest-xdist reports this if a worker ends early
    pytest.exit(message, returncode=pytest.ExitCode.USAGE_ERROR)


def _marker_options(item: pytest.Item) -> dict[str, Any]:
    """Merge the options of the test's markers; the closest marker takes precedence."""
    merged: dict[str, Any] = {}
    for marker in item.iter_markers("mockorders"):
        unknown = [*map(repr, marker.args), *(name for name in marker.kwargs if name not in MARKER_OPTIONS)]
        if unknown:
            pytest.fail(f"the mockorders marker: expected {', '.join(MARKER_OPTIONS)}, got {unknown[0]}", pytrace=False)
        merged = {**marker.kwargs, **merged}
    return merged


def _credential(test: str) -> str:
    """Return a credential that is unique to this test and run, and needs no quoting anywhere."""
    readable = re.sub("[^A-Za-z0-9_]+", "-", test).strip("-")[:MAX_NAME_LENGTH]
    return f"{readable}-{secrets.token_hex(4)}"

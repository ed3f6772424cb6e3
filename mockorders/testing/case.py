"""The sandbox of one pytest test: created in set-up or by its first request, checked and deleted after the test."""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from mockorders.client.api_access import with_texts
from mockorders.client.connections import Connections
from mockorders.client.errors import ControlError, UnreachableError
from mockorders.client.models import SandboxOutcome
from mockorders.client.sandbox import EmulatorClient, Sandbox
from mockorders.fixture_sets.errors import FixtureError
from mockorders.formats.suggestions import did_you_mean
from mockorders.testing.checks import response_failures, unused_faults
from mockorders.testing.fixture import Mockorders
from mockorders.testing.outcome import add_section, describe_failure, keeps_sandboxes
from mockorders.testing.session_server import exit_session

if TYPE_CHECKING:
    from _pytest.nodes import Node

    from mockorders.testing.remote import RemoteOptions

SECTION_TITLE = "mockorders"
MARKER_OPTIONS = ("fixtures", "profile", "clock", "allow_unused_faults")
MAX_NAME_LENGTH = 100
CREDENTIALS_LIST = (
    "mockorders: the server accepts only the credentials of its list, and each test has a new one; start the server "
    "without --credentials (in mockorders_options: without `credentials`)"
)
HAS_CREATED: pytest.StashKey[bool] = pytest.StashKey()  # a sandbox was created, so the server accepts new ones


class SandboxCase:
    """A sandbox for tests: created, checked, reported and deleted. `label` is the name of the test or the fixture.

    `is_over` is true if it can be deleted with the next report.
    """

    title = SECTION_TITLE
    subfolder = ""  # of a test's artifacts

    def __init__(self, session: pytest.Session, server: EmulatorClient, label: str, options: Mapping[str, Any]) -> None:
        self.session = session
        self.label = label
        self.is_over = False
        self._options = {**options}
        self._allow_unused_faults = self._options.pop("allow_unused_faults", False)
        self._passed = False
        self._failed = False
        self._deleted = False
        # a fixture of the user may return another object with the same `url` and `token`
        self._connections: Connections | None = getattr(server, "connections", None)
        name = _credential(label)
        self._control = Sandbox(server.url, name, token=server.token, connections=self._connections)
        self._finish_local: Callable[[str], SandboxOutcome] | None = getattr(server, "finish_sandbox", None)
        self.sandbox = Mockorders(server.url, name, token=server.token, connections=self._connections)
        self.log = self.sandbox.start_log() if session.config.getoption("mockorders_artifacts") else None

    def create(self, remote: "RemoteOptions | None") -> None:
        """Create the sandbox on the server; `remote` are options of the session to apply to it.

        Without options, its first request creates it, if the server is known to run and to accept new sandboxes.
        """
        __tracebackhide__ = True
        if remote is None and not self._options and self._is_server_ready():
            return
        try:
            self._options = self._options if remote is None else remote.sandbox(self._options)
            info = self._control.create(**self._options)
        except UnreachableError as error:
            exit_session(self.session, f"mockorders: {error}")
        except (ControlError, FixtureError, TypeError, ValueError) as error:
            if isinstance(error, ControlError) and error.status == 401:
                exit_session(self.session, f"--mockorders-token: expected the server's --control-token: {error}")
            message = f"the test's sandbox cannot be created: {error}"
        else:
            if not info.get("accepted", True):
                exit_session(self.session, CREDENTIALS_LIST)
            self.session.stash[HAS_CREATED] = True
            self.sandbox.is_created = True
            return
        pytest.fail(message, pytrace=False)

    def delete(self) -> None:
        """Delete the sandbox, if it exists and is not to be kept."""
        if self._deleted or (self._failed and keeps_sandboxes(self.session.config)):
            return
        with suppress(ControlError, UnreachableError):
            self._control.delete()

    @property
    def options(self) -> dict[str, Any]:
        """The options that the sandbox was created with, if it has any of its own, as JSON."""
        options: dict[str, Any] = with_texts(
            {name: value for name, value in self._options.items() if value is not None}
        )
        return options

    def _is_server_ready(self) -> bool:
        connected = self._connections is not None and self._connections.is_open
        return connected and self.session.stash.get(HAS_CREATED, False)

    def add_report(self, item: pytest.Item, report: pytest.TestReport) -> None:
        """Handle the report of one phase of a test: add a section on failure."""
        self._passed |= report.when == "call" and report.passed
        self._failed |= report.failed
        if report.failed:
            add_section(report, self.title, describe_failure(self, item))


class TestCaseSandbox(SandboxCase):
    """The sandbox of one test, and the results of the test's phases so far."""

    def __init__(self, item: pytest.Item, server: EmulatorClient) -> None:
        super().__init__(item.session, server, item.name, marker_options(item))

    def finish(self, *, keep: bool) -> BaseException | None:
        """Return what a passed test fails with if its sandbox has failures or unused faults.

        Otherwise delete the sandbox, unless `keep` is true because a report will need it.
        """
        self.is_over = True
        if self._failed or not self._passed:
            return None
        try:
            failures = self._failures(keep=keep or self.sandbox.had_failures)
        except (ControlError, UnreachableError) as error:
            failures = [f"the sandbox cannot be checked: {error}"]
        return failure_of(failures)

    def _failures(self, *, keep: bool) -> list[str]:
        if keep:
            failures = self.sandbox.failures()
            faults = unused_faults(self.sandbox.faults())
        else:
            outcome = self._outcome()
            self._deleted = outcome["deleted"]
            failures = [*response_failures(outcome["errors"])]
            faults = unused_faults(outcome["unused_faults"])
        return failures if self._allow_unused_faults else [*failures, *faults]

    def _outcome(self) -> SandboxOutcome:
        """Return what went wrong in the sandbox, which is deleted if nothing did."""
        if self._finish_local is None:
            return self._control.finish()
        return self._finish_local(self.sandbox.name)


def failure_of(failures: Sequence[str]) -> BaseException | None:
    """Return the exception for a list of failures, or None if it is empty."""
    return pytest.fail.Exception("\n".join(failures), pytrace=False) if failures else None


def marker_options(node: "Node") -> dict[str, Any]:
    """Merge the options of the markers of a test or a collector; the closest marker takes precedence."""
    merged: dict[str, Any] = {}
    for marker in node.iter_markers("mockorders"):
        unknown = [*map(repr, marker.args), *(name for name in marker.kwargs if name not in MARKER_OPTIONS)]
        if unknown:
            advice = did_you_mean(unknown[0], MARKER_OPTIONS)
            message = f"the mockorders marker: expected {', '.join(MARKER_OPTIONS)}, got {unknown[0]}{advice}"
            pytest.fail(message, pytrace=False)
        merged = {**marker.kwargs, **merged}
    return merged


def _credential(test: str) -> str:
    """Return a credential that is unique to this test and run, and needs no quoting anywhere."""
    readable = re.sub("[^A-Za-z0-9_]+", "-", test).strip("-")[:MAX_NAME_LENGTH]
    return f"{readable}-{secrets.token_hex(4)}"

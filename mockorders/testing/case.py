"""One test under pytest, from its set-up to its last report."""

import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NoReturn

import pytest

from mockorders.client.errors import ControlError, UnreachableError
from mockorders.client.sandbox import EmulatorClient, Sandbox
from mockorders.testing.checks import unused_faults
from mockorders.testing.fixture import MockordersSandbox
from mockorders.testing.report import render_report

TITLE = "mockorders"
MARKER_OPTIONS = ("fixtures", "profile", "clock", "allow_unused_faults")
MAX_NAME_LENGTH = 100


class TestCaseSandbox:
    """One test and its sandbox."""

    def __init__(self, item: pytest.Item, server: EmulatorClient) -> None:
        marks = _marks(item)
        self._allowed = marks.pop("allow_unused_faults", False)
        self._passed = self._failed = False
        self._control = Sandbox(server.url, _credential(item.name), token=server.token)
        self._create(item.session, marks)
        self.sandbox = MockordersSandbox(server.url, self._control.name, token=server.token)

    def _create(self, session: pytest.Session, marks: Mapping[str, Any]) -> None:
        try:
            self._control.create(**marks)
        except UnreachableError as error:
            exit_session(session, f"mockorders: {error}")
        except (ControlError, TypeError, ValueError) as error:
            if isinstance(error, ControlError) and error.status == 401:
                exit_session(session, f"--mockorders-token: expected the server's --control-token: {error}")
            wrong = f"the test's sandbox cannot be made: {error}"
        else:
            return
        pytest.fail(wrong, pytrace=False)

    def check(self) -> None:
        """Fail a test that passed for what broke in its sandbox."""
        if self._failed or not self._passed:
            return
        try:
            failures = self.sandbox.failures()
            failures += [] if self._allowed else unused_faults(self.sandbox.faults())
        except (ControlError, UnreachableError) as error:
            failures = [f"what broke is not known: {error}"]
        if failures:
            pytest.fail("\n".join(failures), pytrace=False)

    def add_report(self, report: pytest.TestReport) -> None:
        """Take note of one of the test's reports: a failure's gains a section; with the last the sandbox goes."""
        self._passed |= report.when == "call" and report.passed
        self._failed |= report.failed
        if report.failed:
            report.sections.append((TITLE, render_report(self.sandbox)))
        if report.when == "teardown":
            with suppress(ControlError, UnreachableError):
                self._control.delete()


def connect(session: pytest.Session, url: str, token: str | None) -> EmulatorClient:
    """Give the server at a URL; where none answers, the session ends with a sentence."""
    try:
        server = EmulatorClient(url, token=token)
        server.health()
    except (ControlError, UnreachableError, ValueError) as error:
        exit_session(session, f"--mockorders-url {url}: expected an emulator that runs: {error}")
    return server


def exit_session(session: pytest.Session, message: str) -> NoReturn:
    """End the session with a sentence, where otherwise each of its tests would fail with a traceback."""
    session.shouldstop = message  # what pytest-xdist tells of a worker that ends early
    pytest.exit(message, returncode=pytest.ExitCode.USAGE_ERROR)


def _marks(item: pytest.Item) -> dict[str, Any]:
    """Merge the test's markers, the closest first."""
    merged: dict[str, Any] = {}
    for marker in item.iter_markers("mockorders"):
        unknown = [*map(repr, marker.args), *(name for name in marker.kwargs if name not in MARKER_OPTIONS)]
        if unknown:
            pytest.fail(f"the mockorders marker: expected {', '.join(MARKER_OPTIONS)}, got {unknown[0]}", pytrace=False)
        merged = {**marker.kwargs, **merged}
    return merged


def _credential(test: str) -> str:
    """Give a name that is the test's own, in this run and every other, and needs no quoting anywhere."""
    readable = re.sub("[^A-Za-z0-9_]+", "-", test).strip("-")[:MAX_NAME_LENGTH]
    return f"{readable}-{secrets.token_hex(4)}"

"""The pytest plugin: one server per session and one sandbox per test.

Every pytest run imports it if mockorders is installed, so other modules are imported by the first test that uses it.
"""

from __future__ import annotations  # so that no types are evaluated on import

import sys
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from mockorders.client.sandbox import EmulatorClient
    from mockorders.config import AppOptions
    from mockorders.testing.case import TestCaseSandbox
    from mockorders.testing.fixture import Mockorders
    from mockorders.testing.remote import RemoteOptions

CASE: pytest.StashKey[TestCaseSandbox] = pytest.StashKey()
OPEN_CASES: pytest.StashKey[set[TestCaseSandbox]] = pytest.StashKey()  # not yet deleted
REMOTE_OPTIONS: pytest.StashKey[RemoteOptions] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the command-line options."""
    group = parser.getgroup("mockorders", "a local emulator of two order APIs")
    group.addoption("--mockorders-url", metavar="URL", help="Use a running emulator instead of starting one.")
    group.addoption(
        "--mockorders-token", metavar="TOKEN", help="The --control-token of the emulator at --mockorders-url."
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers",
        "mockorders(fixtures, clock, profile, allow_unused_faults=False): configure the test's sandbox: the name of a "
        "fixture set or a fixture document, a time to freeze the clock at, the profile (documented or observed), and "
        "whether faults that were never triggered are allowed.",
    )


@pytest.fixture(scope="session")
def mockorders_options() -> AppOptions:
    """Return options of `mockorders.create_app` for the test server; override this fixture to set them."""
    return {}


@pytest.fixture(scope="session")
def mockorders_server(request: pytest.FixtureRequest, mockorders_options: AppOptions) -> EmulatorClient:
    """Return a client of the session's emulator: the one at --mockorders-url, otherwise a new one."""
    with _real_file_system():
        return _connect(request, mockorders_options)


@contextmanager
def _real_file_system() -> Iterator[None]:
    """Pause pyfakefs while the block runs, if it is active."""
    pyfakefs = sys.modules.get("pyfakefs.fake_filesystem_unittest")
    patcher = None if pyfakefs is None else pyfakefs.Patcher.PATCHER
    if pyfakefs is None or patcher is None:
        yield
        return
    with pyfakefs.Pause(patcher):
        yield


def _connect(request: pytest.FixtureRequest, options: AppOptions) -> EmulatorClient:
    from mockorders.errors import ApiDefinitionError
    from mockorders.testing.case import connect, exit_session
    from mockorders.testing.preload import preload

    try:
        preload()
    except ApiDefinitionError as error:
        exit_session(request.session, str(error))
    url = request.config.getoption("mockorders_url")
    if url is None:
        return _start(request.session, options)
    server = connect(request.session, url, request.config.getoption("mockorders_token"))
    if options:
        _apply(options, request.session, url)
    return server


def _apply(options: AppOptions, session: pytest.Session, url: str) -> None:
    """Apply options to the sandboxes of a running server, and warn of those that cannot be applied."""
    from mockorders.errors import FixtureError
    from mockorders.testing.case import exit_session
    from mockorders.testing.remote import RemoteOptions, inapplicable

    try:
        session.stash[REMOTE_OPTIONS] = RemoteOptions(options)
    except (FixtureError, OSError, TypeError, ValueError) as error:
        exit_session(session, f"mockorders_options: {error}")
    ignored = inapplicable(options)
    if ignored:
        message = f"mockorders_options: {', '.join(ignored)}: not applied to {url}; start that server with them"
        warnings.warn(pytest.PytestWarning(message), stacklevel=2)


def _start(session: pytest.Session, options: AppOptions) -> EmulatorClient:
    """Start a server that runs until the end of the session; the report of the last test still needs it."""
    from mockorders.client.sandbox import EmulatorClient
    from mockorders.errors import FixtureError
    from mockorders.server import MockServer
    from mockorders.testing.case import exit_session
    from mockorders.testing.preload import preload_fixtures

    try:
        server = MockServer(**options).start()
    except (FixtureError, OSError, TypeError, ValueError) as error:
        exit_session(session, f"mockorders_options: {error}")
    session.config.add_cleanup(server.stop)
    client = EmulatorClient(server.url, token=options.get("control_token"), keep_connections=True)
    session.config.add_cleanup(client.close)
    preload_fixtures(client)
    return client


@pytest.fixture
def mockorders(request: pytest.FixtureRequest, mockorders_server: EmulatorClient) -> Mockorders:
    """Return the test's sandbox: base URLs and credentials, faults, clock, journal, state, snapshots.

    The test fails in teardown if a response violated its schema, an error was unhandled, or a fault never triggered.
    It is checked and deleted after the teardown of all fixtures.
    """
    from mockorders.testing.case import TestCaseSandbox

    case = TestCaseSandbox(request.node, mockorders_server)
    request.session.stash.setdefault(OPEN_CASES, set()).add(case)
    case.create(request.session.stash.get(REMOTE_OPTIONS, None))
    request.node.stash[CASE] = case
    return case.sandbox


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Check the test's sandbox after all of its fixtures are torn down; delete it if there is nothing to report."""
    try:
        yield
    except (Exception, pytest.fail.Exception) as error:
        failure = _failure(item, keep=True)
        if failure is None:
            raise
        message = f"errors while tearing down {item!r}"
        raise BaseExceptionGroup(message, [error, failure]) from None
    failure = _failure(item, keep=False)
    if failure is not None:
        raise failure


def _failure(item: pytest.Item, *, keep: bool) -> BaseException | None:
    """Return what the check of the test's sandbox fails with, if the test has one."""
    case = item.stash.get(CASE, None)
    return None if case is None else case.finish(keep=keep)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Pass the report of each phase to the test's sandbox."""
    report = yield
    case = item.stash.get(CASE, None)
    if case is not None:
        case.add_report(report)
    if report.when == "teardown":
        _delete_sandboxes(item.session)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    """Delete the sandbox of a test that was interrupted, such as by Ctrl-C, after its fixtures are torn down."""
    try:
        yield
    finally:
        _delete_sandboxes(session)


def _delete_sandboxes(session: pytest.Session) -> None:
    open_cases = session.stash.get(OPEN_CASES, set())
    while open_cases:
        open_cases.pop().delete()

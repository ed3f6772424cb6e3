"""The pytest plugin: one server per session and one sandbox per test.

Every pytest run imports it if mockorders is installed, so other modules are imported by the first test that uses it.
"""

from __future__ import annotations  # so that no types are evaluated on import

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from mockorders.client.sandbox import EmulatorClient
    from mockorders.config import AppOptions
    from mockorders.testing.case import TestCaseSandbox
    from mockorders.testing.factory import MockordersFactory, Owner
    from mockorders.testing.fixture import Mockorders

CASE: pytest.StashKey[TestCaseSandbox] = pytest.StashKey()
OPEN_CASES: pytest.StashKey[set[TestCaseSandbox]] = pytest.StashKey()  # not yet deleted
FACTORY: pytest.StashKey[MockordersFactory] = pytest.StashKey()
OWNERS: pytest.StashKey[list[Owner]] = pytest.StashKey()  # the current test, and the fixtures that are being set up


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the command-line options."""
    group = parser.getgroup("mockorders", "a local emulator of two order APIs")
    group.addoption("--mockorders-url", metavar="URL", help="Use a running emulator instead of starting one.")
    group.addoption(
        "--mockorders-token", metavar="TOKEN", help="The --control-token of the emulator at --mockorders-url."
    )
    group.addoption(
        "--mockorders-artifacts",
        metavar="DIR",
        help="Write a folder for each failed test: report, HAR, explanations, changes, and a script that replays it.",
    )
    group.addoption(
        "--mockorders-keep",
        action="store_true",
        help="Keep the sandboxes of failed tests and the server, until Enter is pressed at the end of the session.",
    )
    group.addoption(
        "--mockorders-keep-minutes",
        metavar="MINUTES",
        type=float,
        help="Like --mockorders-keep, but for at most this many minutes.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker. Raises UsageError for options that exclude each other."""
    keeps = config.getoption("mockorders_keep") or config.getoption("mockorders_keep_minutes")
    has_workers = config.getoption("dist", "no") != "no" and not hasattr(config, "workerinput")  # of pytest-xdist
    if keeps and has_workers and config.getoption("mockorders_url") is None:
        message = "--mockorders-keep: with pytest-xdist, start a server and pass its URL as --mockorders-url"
        raise pytest.UsageError(message)
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
    from mockorders.testing.imports import faster_imports
    from mockorders.testing.real_files import real_file_system

    with real_file_system(), faster_imports(request.config):
        from mockorders.testing.session_server import open_server  # a file system of a test may not have the module

        return open_server(request.session, mockorders_options)


@pytest.fixture(scope="session")
def mockorders_factory(request: pytest.FixtureRequest, mockorders_server: EmulatorClient) -> MockordersFactory:
    """Return a function that creates a sandbox for a fixture of any scope: `mockorders_factory(fixtures="docs")`.

    Tests that use the fixture fail as with `mockorders`. When its scope ends, the sandbox is checked and deleted.
    """
    from mockorders.testing.factory import MockordersFactory
    from mockorders.testing.session_server import REMOTE_OPTIONS

    session = request.session
    remote = session.stash.get(REMOTE_OPTIONS, None)
    session.stash[FACTORY] = MockordersFactory(mockorders_server, _owners(session), remote)
    return session.stash[FACTORY]


@pytest.fixture
def mockorders(request: pytest.FixtureRequest, mockorders_server: EmulatorClient) -> Mockorders:
    """Return the test's sandbox: base URLs and credentials, faults, clock, journal, state, snapshots.

    The test fails in teardown if a response violated its schema, an error was unhandled, or a fault never triggered.
    It is checked and deleted after the teardown of all fixtures.
    """
    from mockorders.testing.case import TestCaseSandbox
    from mockorders.testing.session_server import REMOTE_OPTIONS

    case = TestCaseSandbox(request.node, mockorders_server)
    request.session.stash.setdefault(OPEN_CASES, set()).add(case)
    case.create(request.session.stash.get(REMOTE_OPTIONS, None))
    request.node.stash[CASE] = case
    return case.sandbox


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Note the current test, which can create sandboxes."""
    _owners(item.session)[:] = [item]


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(request: pytest.FixtureRequest) -> Generator[None, Any, Any]:
    """Note the fixture that is being set up, which can create sandboxes."""
    owners = _owners(request.session)
    owners.append(request)
    try:
        return (yield)
    finally:
        owners.pop()


def _owners(session: pytest.Session) -> list[Owner]:
    return session.stash.setdefault(OWNERS, [])


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Check the test's sandboxes after all of its fixtures are torn down; delete its own if there is nothing to report.

    A test fails with all errors of its teardown.
    """
    errors: list[BaseException] = []
    try:
        yield
    except (Exception, pytest.fail.Exception) as error:
        errors.append(error)
    errors += _failures(item, keep=bool(errors))
    if len(errors) == 1:
        raise errors[0]
    if errors:
        message = f"errors while tearing down {item!r}"
        raise BaseExceptionGroup(message, errors) from None


def _failures(item: pytest.Item, *, keep: bool) -> list[BaseException]:
    """Return what the checks of the sandboxes fail with that a test uses."""
    case = item.stash.get(CASE, None)
    factory = item.session.stash.get(FACTORY, None)
    shared = [] if factory is None else [each.check_test() for each in factory.used_by(item) if not each.is_over]
    found = [None if case is None else case.finish(keep=keep or any(shared)), *shared]
    return [failure for failure in found if failure is not None]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Pass the report of each phase to the test's sandboxes."""
    report = yield
    case = item.stash.get(CASE, None)
    if case is not None:
        case.add_report(item, report)
    factory = item.session.stash.get(FACTORY, None)
    if factory is not None:
        for shared in factory.used_by(item):
            shared.add_report(item, report)
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
        factory = session.stash.get(FACTORY, None)
        if factory is not None:
            factory.delete_all()


def _delete_sandboxes(session: pytest.Session) -> None:
    open_cases = session.stash.get(OPEN_CASES, set())
    while open_cases:
        open_cases.pop().delete()
    factory = session.stash.get(FACTORY, None)
    if factory is not None:
        factory.delete_finished()


def pytest_terminal_summary(config: pytest.Config) -> None:
    """List the sandboxes that are kept."""
    if _has_kept(config):
        from mockorders.testing.keep import announce

        announce(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let the session's server run until it is not needed anymore, if sandboxes are kept."""
    if _has_kept(config) and config.getoption("mockorders_url") is None:
        from mockorders.testing.keep import wait

        wait(config)


def _has_kept(config: pytest.Config) -> bool:
    if not config.getoption("mockorders_keep", False) and not config.getoption("mockorders_keep_minutes", None):
        return False
    from mockorders.testing.outcome import KEPT

    return bool(config.stash.get(KEPT, None))

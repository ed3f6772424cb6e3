"""The pytest plugin: a server for the session, and for each test a sandbox of its own.

It is imported by every pytest run where mockorders is installed, so what it needs is imported by the first test that
uses it.
"""

from __future__ import annotations  # so that importing this evaluates no types

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from mockorders.client.sandbox import EmulatorClient
    from mockorders.config import AppOptions
    from mockorders.testing.case import TestCaseSandbox
    from mockorders.testing.fixture import MockordersSandbox

CASE: pytest.StashKey[TestCaseSandbox] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("mockorders", "a local emulator of two order APIs")
    group.addoption("--mockorders-url", metavar="URL", help="Use the emulator that runs there, and start none.")
    group.addoption("--mockorders-token", metavar="TOKEN", help="That emulator's --control-token.")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers",
        "mockorders(fixtures, clock, profile, allow_unused_faults=False): what the test's sandbox starts from: the name "
        "of a fixture set or a fixture document, a time to freeze its clock at, documented or observed; and whether "
        "faults may be set that no request meets.",
    )


@pytest.fixture(scope="session")
def mockorders_options() -> AppOptions:
    """Return the options of `mockorders.create_app` for the server of the tests; override it to set them."""
    return {}


@pytest.fixture(scope="session")
def mockorders_server(request: pytest.FixtureRequest, mockorders_options: AppOptions) -> EmulatorClient:
    """Give an emulator for the whole session, at `.url`: the one of --mockorders-url, else one that is started now."""
    from mockorders.testing.case import connect

    url = request.config.getoption("mockorders_url")
    if url is None:
        return _start(request.session, mockorders_options)
    return connect(request.session, url, request.config.getoption("mockorders_token"))


def _start(session: pytest.Session, options: AppOptions) -> EmulatorClient:
    """Start a server that lives until the session's last report, which may ask it."""
    from mockorders.client.sandbox import EmulatorClient
    from mockorders.errors import FixtureError
    from mockorders.server import MockServer
    from mockorders.testing.case import exit_session

    try:
        started = MockServer(**options).start()
    except (FixtureError, OSError, TypeError, ValueError) as error:
        exit_session(session, f"mockorders_options: {error}")
    session.config.add_cleanup(started.stop)
    return EmulatorClient(started.url, token=options.get("control_token"))


@pytest.fixture
def mockorders(request: pytest.FixtureRequest, mockorders_server: EmulatorClient) -> Iterator[MockordersSandbox]:
    """Give a sandbox of the test's own: where its clients connect, and its faults, clock, journal, state, snapshots.

    When the test ends, it fails for answers that broke their schema, unhandled errors, and faults that were never met.
    """
    from mockorders.testing.case import TestCaseSandbox

    case = request.node.stash[CASE] = TestCaseSandbox(request.node, mockorders_server)
    yield case.sandbox
    case.check()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show every report of a test to its case."""
    report = yield
    case = item.stash.get(CASE, None)
    if case is not None:
        case.add_report(report)
    return report

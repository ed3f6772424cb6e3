"""The emulator of a pytest session: the one at --mockorders-url, otherwise one in a thread."""

import warnings
from typing import NoReturn

import pytest

from mockorders.client.errors import ControlError, UnreachableError
from mockorders.client.sandbox import EmulatorClient
from mockorders.config import AppOptions
from mockorders.errors import ApiDefinitionError
from mockorders.fixture_sets.errors import FixtureError
from mockorders.testing.local_server import LocalClient, LocalServer
from mockorders.testing.preload import preload, preload_fixtures
from mockorders.testing.remote import RemoteOptions, inapplicable

REMOTE_OPTIONS: pytest.StashKey[RemoteOptions] = pytest.StashKey()


def open_server(session: pytest.Session, options: AppOptions) -> EmulatorClient:
    """Return a client of the session's emulator. Ends the session if it cannot be used."""
    try:
        preload()
    except ApiDefinitionError as error:
        exit_session(session, str(error))
    url = session.config.getoption("mockorders_url")
    if url is None:
        return _start(session, options)
    server = _connect(session, url, session.config.getoption("mockorders_token"))
    if options:
        _apply(options, session, url)
    return server


def _start(session: pytest.Session, options: AppOptions) -> EmulatorClient:
    """Start a server that runs until the end of the session; the report of the last test still needs it."""
    try:
        server = LocalServer(**options).start()
    except (FixtureError, OSError, TypeError, ValueError) as error:
        exit_session(session, f"mockorders_options: {error}")
    session.config.add_cleanup(server.stop)
    client = LocalClient(server, options.get("control_token"))
    session.config.add_cleanup(client.close)
    preload_fixtures(client)
    return client


def _connect(session: pytest.Session, url: str, token: str | None) -> EmulatorClient:
    """Return a client of the server at a URL. Ends the session if there is no response."""
    try:
        server = EmulatorClient(url, token=token, keep_connections=True)
        session.config.add_cleanup(server.close)
        server.health()
    except (ControlError, UnreachableError, ValueError) as error:
        exit_session(session, f"--mockorders-url {url}: expected a running emulator: {error}")
    return server


def _apply(options: AppOptions, session: pytest.Session, url: str) -> None:
    """Apply options to the sandboxes of a running server, and warn of those that cannot be applied."""
    try:
        session.stash[REMOTE_OPTIONS] = RemoteOptions(options)
    except (FixtureError, OSError, TypeError, ValueError) as error:
        exit_session(session, f"mockorders_options: {error}")
    ignored = inapplicable(options)
    if ignored:
        message = f"mockorders_options: {', '.join(ignored)}: not applied to {url}; start that server with them"
        warnings.warn(pytest.PytestWarning(message), stacklevel=2)


def exit_session(session: pytest.Session, message: str) -> NoReturn:
    """End the session with a message; otherwise every test would fail with a traceback."""
    session.shouldstop = message  # pytest-xdist reports this if a worker ends early
    pytest.exit(message, returncode=pytest.ExitCode.USAGE_ERROR)

"""Pytest sessions of a user."""

from collections.abc import Iterator

import asyncpg  # noqa: F401 - cannot be imported again, after a session in this process has removed what it imported
import pytest
from support.plugin_session import Session, server_with_bugs

from mockorders.client.sandbox import EmulatorClient


@pytest.fixture(scope="session")
def buggy() -> Iterator[EmulatorClient]:
    """Run an emulator of the documented examples with a handler that has bugs."""
    with server_with_bugs() as server:
        yield server


@pytest.fixture
def session(pytester: pytest.Pytester, buggy: EmulatorClient, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Return a session of a user with only this plugin."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # the other installed plugins take seconds to import
    return Session(pytester, buggy)

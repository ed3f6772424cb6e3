"""Keep the session's server running after failed tests, so that their sandboxes can be looked at."""

import sys
import threading
from contextlib import suppress
from typing import TextIO

import pytest

from mockorders.testing.outcome import KEPT

SECONDS_PER_MINUTE = 60


def announce(config: pytest.Config) -> None:
    """Print where the dashboards of the failed tests are."""
    reporter = config.pluginmanager.getplugin("terminalreporter")
    if reporter is not None:
        reporter.section("kept sandboxes of mockorders")
        for kept in config.stash[KEPT]:
            reporter.line(f"{kept.test}: {kept.dashboard}")


def wait(config: pytest.Config) -> None:
    """Wait until a line is entered, or for a number of minutes, or for Ctrl-C."""
    minutes = config.getoption("mockorders_keep_minutes")
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture is not None:
        capture.suspend_global_capture(in_=True)
    limit = "" if minutes is None else f", for at most {minutes:g} minutes"
    print(f"The server keeps running{limit}. Press Enter to stop it.", flush=True)
    with suppress(KeyboardInterrupt):
        _wait_for_line(sys.stdin, minutes)


def _wait_for_line(stream: TextIO, minutes: float | None) -> None:
    """Wait for a line. If there is no input, wait for the minutes, or not at all without a number."""
    entered = threading.Event()

    def read() -> None:
        if stream.readline() or minutes is None:
            entered.set()

    threading.Thread(target=read, daemon=True).start()
    entered.wait(None if minutes is None else minutes * SECONDS_PER_MINUTE)

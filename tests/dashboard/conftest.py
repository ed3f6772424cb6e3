"""Fixtures of the dashboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from support.browser_dashboard import FROZEN, Dashboard
from support.emulator import RunningEmulator

from mockorders import MockServer
from mockorders.client.sandbox import EmulatorClient, Sandbox


@pytest.fixture
async def docs(emulator: RunningEmulator) -> RunningEmulator:
    """Start an emulator whose sandbox `docs` has handled one request."""
    await emulator.universe("/orders", key="docs")
    return emulator


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    """Run an emulator."""
    with MockServer(fixtures="default") as server:
        yield server


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    """Open a tab for all tests, because a new one takes longer than most of them."""
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


@pytest.fixture
def tab(window: Page, server: MockServer) -> Iterator[Page]:
    """Return the tab without anything that earlier tests left in it."""
    window.set_viewport_size({"width": 1280, "height": 800})
    window.emulate_media(color_scheme="light", reduced_motion="no-preference")
    window.goto(f"{server.url}/_mockorders/health")
    window.evaluate("localStorage.clear(); sessionStorage.clear()")
    yield window
    for other in window.context.pages:
        if other is not window:
            other.close()
    window.goto(f"{server.url}/_mockorders/health")  # before the sandbox that the page shows is deleted


@pytest.fixture
def dashboard(server: MockServer, tab: Page) -> Iterator[Dashboard]:
    """Open the dashboard of a fresh sandbox; it must log no errors and request no other host."""
    for each in EmulatorClient(server.url).sandboxes():
        Sandbox(server.url, each["name"]).delete()
    opened = Dashboard(server.url, tab.context, tab)
    opened.sandbox.create(clock=FROZEN)
    yield opened
    opened.release()
    assert [] == opened.wrong

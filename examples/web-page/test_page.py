"""The page in a real browser, against an emulator; each test has its own sandbox."""

import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from mockorders import MockServer, Sandbox

OpenPage = Callable[[str], Page]
FAILURE_MESSAGE = "Your orders cannot be shown now. Please try again."


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves the page without logging."""

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="session")
def emulator() -> Iterator[MockServer]:
    with MockServer(fixtures="docs") as server:
        yield server


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    handler = partial(QuietHandler, directory=Path(__file__).parent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://localhost:{server.server_port}/index.html"
        server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    installed = shutil.which("chromium") or shutil.which("chromium-browser")  # otherwise Playwright's own
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def sandbox(emulator: MockServer, request: pytest.FixtureRequest) -> Sandbox:
    return Sandbox(emulator.url, f"docs.{request.node.name}")


@pytest.fixture
def open_page(browser: Browser, site: str, emulator: MockServer, sandbox: Sandbox) -> Iterator[OpenPage]:
    """Return a function that opens the page with a customer logged in."""
    context = browser.new_context()

    def open_as(customer: str) -> Page:
        context.add_cookies([{"name": "mockorders_customer", "value": customer, "url": emulator.browser_url}])
        page = context.new_page()
        page.goto(f"{site}?{urlencode({'api': f'{emulator.browser_url}/api/v1', 'key': sandbox.name})}")
        return page

    yield open_as
    context.close()


def test_it_lists_the_orders(open_page: OpenPage) -> None:
    page = open_page("2")
    expect(page.get_by_role("status")).to_have_text("2 orders")
    rows = page.get_by_role("table", name="All orders").get_by_role("row")
    expect(rows).to_have_text(
        ["OrderPlanPaidTotal", "2Plan Name 2January 30, 2013$55.0", "3Plan Name 3January 30, 2013Free"]
    )


def test_it_lists_the_newest_first(open_page: OpenPage, sandbox: Sandbox) -> None:
    page = open_page("2")
    page.get_by_label("Newest first").check()
    expect(page.get_by_role("row").nth(1)).to_contain_text("Plan Name 3")
    assert ["ASC", "DESC"] == [request["query"]["order"] for request in sandbox.requests(path="/orders")]


def test_it_shows_the_latest_order(open_page: OpenPage) -> None:
    latest = open_page("164").get_by_role("region", name="Latest order")
    expect(latest).to_contain_text("Order 489: Plan Name 30, paid on January 30, 2013")
    expect(latest.get_by_role("listitem")).to_have_text(["Item 1: Shipped on Jaunary 1, 2013"])


def test_it_shows_that_a_customer_has_no_orders(open_page: OpenPage) -> None:
    page = open_page("1")
    expect(page.get_by_role("status")).to_have_text("You have no orders yet.")
    expect(page.get_by_role("table")).to_be_hidden()


def test_it_asks_customers_to_log_in(open_page: OpenPage) -> None:
    expect(open_page("none").get_by_role("status")).to_have_text("Please log in to access your online benefits.")


@pytest.mark.parametrize("effect", ["reset", "malformed"])
def test_it_reports_a_failure(open_page: OpenPage, sandbox: Sandbox, effect: Literal["reset", "malformed"]) -> None:
    sandbox.fault(effect)
    expect(open_page("2").get_by_role("status")).to_have_text(FAILURE_MESSAGE)


def test_it_reports_an_error_status(open_page: OpenPage, sandbox: Sandbox) -> None:
    sandbox.fault("status", status=503)
    expect(open_page("2").get_by_role("status")).to_have_text(FAILURE_MESSAGE)

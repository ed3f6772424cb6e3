"""The API documentation page in a browser: no external resources, a filled-in credential, keyboard only."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from support.emulator import RunningEmulator, Start
from support.processes import wait_until

from mockorders import MockServer, Sandbox

OPEN_MILLISECONDS = 3_000


async def test_docs_page_forbids_external_and_inline_resources(emulator: RunningEmulator) -> None:
    reply = await emulator.control("GET", "/docs")
    policy = dict(each.split(" ", 1) for each in reply.headers["Content-Security-Policy"].split("; "))
    assert {"'none'"} == {policy[name] for name in ("default-src", "frame-ancestors", "form-action", "base-uri")}
    assert {"'self'"} == {policy[name] for name in ("script-src", "style-src", "connect-src")}
    assert (200, "text/html; charset=utf-8", 0) == (
        reply.status,
        reply.headers["Content-Type"],
        reply.text.count("http:") + reply.text.count("https:"),
    )


async def test_example_credential_is_accepted(start: Start) -> None:
    emulator = await start(credentials={"a<b": 's"t'})
    assert (
        'data-credential="[&quot;a&lt;b&quot;,&quot;s\\&quot;t&quot;]"' in (await emulator.control("GET", "/docs")).text
    )


async def test_cross_site_link_to_the_docs_page_is_allowed(emulator: RunningEmulator) -> None:
    sent = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    found = [(await emulator.control("GET", path, headers=sent)).status for path in ("/docs", "/openapi.json")]
    assert [200, 403] == found


class Viewer:
    """The page in a tab, with the URLs of its requests and the messages of its console."""

    def __init__(self, page: Page, server: MockServer) -> None:
        self.page = page
        self.server = server
        self.requested: list[str] = []
        self.console: list[str] = []
        page.on("request", lambda request: self.requested.append(request.url))
        page.on("console", lambda message: self.console.append(message.text))
        page.on("pageerror", lambda error: self.console.append(str(error)))

    def open(self, path: str = "/docs") -> None:
        """Open a page, and wait until it shows operations."""
        self.page.goto(f"{self.server.url}/_mockorders{path}")
        self.page.wait_for_selector(".opblock")

    def send(self, operation: str) -> Any:
        """Send a request of an operation; return the last journal entry."""
        self.execute(f"#operations-{operation.partition('_')[0]}-{operation}")
        return Sandbox(self.server.url, "demo").requests()[-1]

    def execute(self, block: str) -> None:
        """Expand an operation and send its request with the keyboard."""
        wait_until(lambda: self.expand(block), "expanding the operation")
        self.page.wait_for_selector(f"{block} button.execute")
        for _ in range(60):
            if self.page.evaluate("document.activeElement.classList.contains('execute')"):
                break
            self.page.keyboard.press("Tab")
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(f"{block} .live-responses-table .response-col_status")

    def expand(self, block: str) -> bool:
        """Open an operation by Enter; return whether it is open. The viewer can replace it while the page loads."""
        if self.page.query_selector(f"{block}.is-open") is None:
            self.page.press(f"{block} button.opblock-summary-control", "Enter")
        try:
            self.page.wait_for_selector(f"{block}.is-open", timeout=OPEN_MILLISECONDS)
        except PlaywrightTimeoutError:
            return False
        return True

    def response(self) -> str:
        """Return the response that the page shows."""
        return self.page.inner_text(".live-responses-table .highlight-code")


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    """Run an emulator."""
    with MockServer(fixtures="default") as server:
        yield server


@pytest.fixture(scope="module")
def viewer(server: MockServer, browser: Browser) -> Viewer:
    """Open the page in a tab that the tests of this module share, because it takes seconds."""
    Sandbox(server.url, "demo").create()
    viewer = Viewer(browser.new_page(), server)
    viewer.open()
    return viewer


@pytest.mark.browser
def test_request_is_sent_with_the_keyboard_only(viewer: Viewer) -> None:
    sent = viewer.send("universe_get_order")
    assert ("/orders/489", {"key": "***"}, 200) == (sent["path"], sent["query"], sent["status"])
    assert '"id": 489' in viewer.response()
    assert {urlsplit(viewer.server.url).netloc} == {urlsplit(url).netloc for url in viewer.requested}
    assert [] == viewer.console


@pytest.mark.browser
def test_body_and_filters_are_sent_as_documented(viewer: Viewer) -> None:
    sent = viewer.send("cratejoy_update_order")
    note = {"note": "Drop package off at the front office"}
    assert ("/v1/orders/75572230/", 200, note) == (sent["path"], sent["status"], sent["request"]["body"])
    sent = viewer.send("cratejoy_list_orders")
    assert ({"limit": "10", "placed_at__gt": "2017-03-15T20:00:24Z"}, 200) == (sent["query"], sent["status"])


@pytest.mark.browser
def test_control_api_has_its_own_page(viewer: Viewer) -> None:
    viewer.page.click("nav >> text=Control API")
    viewer.page.wait_for_selector("#operations-sandboxes-list_sandboxes")
    viewer.execute("#operations-sandboxes-list_sandboxes")
    assert '"name": "demo"' in viewer.response()
    assert ["Control API"] == viewer.page.locator("nav [aria-current=page]").all_inner_texts()
    assert [] == viewer.console

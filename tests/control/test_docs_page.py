"""The API documentation page in a browser: no external resources, a filled-in credential, keyboard only."""

import shutil
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, async_playwright
from support.emulator import RunningEmulator, Start

SWITCHES = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


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
    """The page in a tab; `requested` has the URLs of all requests, `said` the messages of the console."""

    def __init__(self, page: Page, emulator: RunningEmulator) -> None:
        self.page = page
        self.emulator = emulator
        self.requested: list[str] = []
        self.console: list[str] = []
        page.on("request", lambda request: self.requested.append(request.url))
        page.on("console", lambda message: self.console.append(message.text))
        page.on("pageerror", lambda error: self.console.append(str(error)))

    async def open(self) -> None:
        """Open the page, and wait until it shows operations."""
        await self.page.goto(f"{self.emulator.url}/_mockorders/docs")
        await self.page.wait_for_selector(".opblock")

    async def send(self, operation: str) -> Any:
        """Expand an operation and send its request with the keyboard; return the last journal entry."""
        tag = operation.partition("_")[0]
        block = f"#operations-{tag}-{operation}"
        await self.page.focus(f"{block} button.opblock-summary-control")
        await self.page.keyboard.press("Enter")
        await self.page.wait_for_selector(f"{block} button.execute")
        for _ in range(60):
            if await self.page.evaluate("document.activeElement.classList.contains('execute')"):
                break
            await self.page.keyboard.press("Tab")
        await self.page.keyboard.press("Enter")
        await self.page.wait_for_selector(f"{block} .live-responses-table .response-col_status")
        return (await self.emulator.control("GET", "/sandboxes/demo/requests")).json["requests"][-1]

    async def response(self) -> str:
        """Return the response that the page shows."""
        return await self.page.inner_text(".live-responses-table .highlight-code")


@pytest.fixture
async def viewer(start: Start) -> AsyncIterator[Viewer]:
    """Open the page of an emulator in a separate browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
        viewer = Viewer(await browser.new_page(), await start(fixtures="default"))
        await viewer.open()
        yield viewer
        await browser.close()


@pytest.mark.browser
async def test_request_is_sent_with_the_keyboard_only(viewer: Viewer) -> None:
    sent = await viewer.send("universe_get_order")
    assert ("/orders/489", {"key": "***"}, 200) == (sent["path"], sent["query"], sent["status"])
    assert '"id": 489' in await viewer.response()
    assert {urlsplit(viewer.emulator.url).netloc} == {urlsplit(url).netloc for url in viewer.requested}
    assert [] == viewer.console


@pytest.mark.browser
async def test_body_and_filters_are_sent_as_documented(viewer: Viewer) -> None:
    sent = await viewer.send("cratejoy_update_order")
    note = {"note": "Drop package off at the front office"}
    assert ("/v1/orders/75572230/", 200, note) == (sent["path"], sent["status"], sent["request"]["body"])
    sent = await viewer.send("cratejoy_list_orders")
    assert ({"limit": "10", "placed_at__gt": "2017-03-15T20:00:24Z"}, 200) == (sent["query"], sent["status"])

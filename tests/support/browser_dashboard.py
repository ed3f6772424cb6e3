"""The dashboard in a real Chromium."""

import urllib.request
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from mockorders.client.sandbox import Sandbox

FROZEN = "2017-03-21T00:00:00Z"
MILLISECONDS = 30_000


class Dashboard:
    """The dashboard of one sandbox in tabs of one browser. Fails if a page logs errors or requests another host."""

    def __init__(self, url: str, context: BrowserContext, tab: Page | None = None) -> None:
        self.url = url
        self.context = context
        self.sandbox = Sandbox(url, "docs")
        self.wrong: list[str] = []
        self._handlers: dict[Any, Any] = {
            "pageerror": lambda error: self.wrong.append(str(error)),
            "console": self._note,
            "request": lambda sent: self.wrong.extend([sent.url] * (not sent.url.startswith(self.url))),
            "dialog": lambda dialog: dialog.accept(),
        }
        self.tab = tab or context.new_page()
        self._watch(self.tab)

    def open(self) -> Page:
        """Open another tab."""
        return self.open_in(self.context)

    def open_in(self, context: BrowserContext) -> Page:
        """Open a tab of another window."""
        tab = context.new_page()
        self._watch(tab)
        return tab

    def _watch(self, tab: Page) -> None:
        tab.set_default_timeout(MILLISECONDS)
        for event, handler in self._handlers.items():
            tab.on(event, handler)

    def release(self) -> None:
        """Stop watching the tab, which another test uses next."""
        for event, handler in self._handlers.items():
            self.tab.remove_listener(event, handler)

    def _note(self, message: ConsoleMessage) -> None:
        expected = "the server responded with a status of 4" in message.text  # browsers log error pages
        if message.type in {"error", "warning"} and not expected:
            self.wrong.append(message.text)

    def go(self, path: str = "", tab: Page | None = None) -> Page:
        """Show a page of the sandbox."""
        target = tab or self.tab
        target.goto(f"{self.url}/_mockorders/ui/docs/{path}")
        return target

    def press(self, name: str) -> None:
        """Press a button, and wait for the message of the page."""
        self.tab.get_by_role("button", name=name, exact=True).click()

    def choose_effect(self, name: str) -> None:
        """Choose an effect in the form of faults."""
        self.unfold("Any other fault")
        self.tab.locator(f"label[for=effect-{name}]").click()

    def unfold(self, title: str) -> None:
        """Open a folded part of the page, unless it is open."""
        part = self.tab.locator("details", has=self.tab.locator("> summary", has_text=title)).last
        if part.get_attribute("open") is None:
            part.locator("> summary").click()

    def done(self, text: str) -> None:
        """Check the message of the page."""
        expect(self.tab.get_by_role("status").filter(has_text=text)).to_be_visible()

    def request(self, path: str = "/orders?key=docs", times: int = 1) -> None:
        """Send a request to the emulator."""
        for _ in range(times):
            urllib.request.urlopen(self.url + path).close()

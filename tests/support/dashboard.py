"""Helpers for the pages of the dashboard, and parsers of their HTML."""

import re
from html.parser import HTMLParser
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from support.emulator import Reply, RunningEmulator

ORDER = "/ui/docs/records/cratejoy/orders/75572230"
HTML = {"Accept": "text/html"}


async def post(emulator: RunningEmulator, path: str, **fields: str) -> Reply:
    """Send a form as a browser does."""
    body = urlencode(fields).encode()
    headers = {"Origin": emulator.url, "Content-Type": "application/x-www-form-urlencoded", **HTML}
    return await emulator.control("POST", path, data=body, headers=headers)


async def visible_state(emulator: RunningEmulator) -> Any:
    """Return what reading pages and sending invalid forms must not change."""
    names = [each["name"] for each in (await emulator.control("GET", "/sandboxes")).json["sandboxes"]]
    parts = ("diff", "faults", "requests")
    return names, [(await emulator.control("GET", f"/sandboxes/docs/{part}")).json for part in parts]


class Reader(HTMLParser):
    """A parsed page: its resources, links, and anything that a policy without inline code forbids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    @property
    def forbidden(self) -> list[str]:
        inline = [tag for tag, attrs in self.tags if tag == "style" or (tag == "script" and "src" not in attrs)]
        names = chain.from_iterable(attrs for _, attrs in self.tags)
        return inline + [name for name in names if name == "style" or name.startswith("on")]

    @property
    def addresses(self) -> list[str]:
        pairs = chain.from_iterable(attrs.items() for _, attrs in self.tags)
        return [value for name, value in pairs if value is not None and name in {"src", "href", "action"}]

    def messages(self, text: str) -> dict[str, str]:
        """Return the error messages by field."""
        found = re.findall(r'<p class="error" id="([^"]+)-error">([^<]+)</p>', text)
        return {name.removeprefix("preset-").removeprefix("f-").replace("-", "/"): message for name, message in found}


class Fields(HTMLParser):
    """The fields that a browser would send for a page's forms, with CRLF line ends."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.name = self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "textarea":
            self.name = attributes["name"]
            self.text = ""
        elif tag == "select":
            self.name = attributes["name"]
            self.sent[attributes["name"]] = ""
        elif tag == "option" and "selected" in attributes:
            self.sent[self.name] = attributes.get("value", "")
        elif tag == "input" and (attributes.get("type") not in {"checkbox", "radio"} or "checked" in attributes):
            self.sent[attributes["name"]] = attributes.get("value", "on")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.sent[self.name] = re.sub("\r\n|\r|\n", "\r\n", self.text.removeprefix("\n"))


def form_of(text: str) -> dict[str, str]:
    """Return the fields of the first form in a page's main part, or in a part of a page."""
    main = text.partition("<main")[2] or text
    return Fields(main.partition('<form method="post"')[2].partition("</form>")[0]).sent

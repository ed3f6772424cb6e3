"""The claims of docs/how-to/web-pages.md: cookies, CORS, JSONP and proxies, in a real Chromium."""

import json
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from support.snippets import snippets

from mockorders import MockServer, Sandbox

pytestmark = pytest.mark.browser

PAGE = Path(__file__).parents[1] / "docs/how-to/web-pages.md"
SHOWN_URL = "http://localhost:8080"
SITE_HTML = b"<!DOCTYPE html><meta charset='utf-8'><title>page</title><link rel='icon' href='data:,'>"
GET_ORDERS, _, LOG_IN = (block.text for block in snippets(PAGE, "js"))
JSONP = next(block.text for block in snippets(PAGE, "html"))
README_START = snippets(PAGE.parents[2] / "README.md", "js")[0].text
PROXIED = ("/api/v1", "/v1", "/_mockorders")


class Site(ThreadingHTTPServer):
    """The server of a page; forwards the API's paths to `target` as the proxy of vite does, with the Host header."""

    daemon_threads = True
    target = ""
    jsonp = b""


class SiteHandler(BaseHTTPRequestHandler):
    """Serves an empty page, or a response of the target."""

    server: Site

    def do_GET(self) -> None:
        if not self.path.startswith(PROXIED):
            self._respond(200, SITE_HTML + self.server.jsonp * (self.path == "/jsonp"), "text/html")
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))) or None
        request = urllib.request.Request(self.server.target + self.path, body, dict(self.headers), method=self.command)
        try:
            with urllib.request.urlopen(request) as response:
                self._respond(response.status, response.read(), response.headers["Content-Type"])
        except urllib.error.HTTPError as error:
            with error:
                self._respond(error.code, error.read(), error.headers["Content-Type"])

    do_PATCH = do_GET  # noqa: N815 - the base class looks up these names

    def _respond(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer(fixtures="docs") as server:
        yield server


@pytest.fixture(scope="module")
def site(server: MockServer) -> Iterator[str]:
    """Serve the page on another port of localhost; yields its URL."""
    with Site(("127.0.0.1", 0), SiteHandler) as site:
        site.target = server.url
        site.jsonp = JSONP.replace(SHOWN_URL, server.browser_url).encode()
        threading.Thread(target=site.serve_forever).start()
        yield f"http://localhost:{site.server_port}"
        site.shutdown()


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """Open a tab for all tests, because a new one takes longer than most of them."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def page(tab: Page, site: str, server: MockServer) -> Page:
    """Open the page without cookies, with a fresh sandbox."""
    tab.context.clear_cookies()
    tab.goto(site)
    Sandbox(server.url, "docs").create()
    return tab


def orders(page: Page, url: str, code: str = "") -> Any:
    """Run code and `getOrders` of the guide in the page; return the ids of the orders, or the error."""
    source = GET_ORDERS.replace(SHOWN_URL, url)
    get = "getOrders().then(orders => orders.map(order => order.id), error => error.message)"
    return page.evaluate(f"async () => {{ {source}\n{code};\nreturn {get}; }}")


def test_start_of_the_readme_works_in_a_page(page: Page, server: MockServer) -> None:
    page.evaluate(f"async () => {{ {README_START.replace(SHOWN_URL, server.browser_url)} }}")
    assert re.fullmatch(r"ok: order \d+", page.title())


def cookies() -> dict[str, str]:
    """Return the cookie lines of the guide, by what they are for."""
    row = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| cookie |"))
    log_in, log_out = [cell.strip(" `") for cell in row.split("|")[3:5]]
    return {"in": log_in, "out": log_out, "remove": 'document.cookie = "mockorders_customer=; path=/; max-age=0"'}


LOGGED_OUT = "Please log in to access your online benefits."


def test_page_on_another_port_logs_in_by_cookie(page: Page, server: MockServer) -> None:
    found = [orders(page, server.browser_url, code) for code in ("", cookies()["in"], cookies()["out"])]
    assert [[2, 3], [489], LOGGED_OUT] == found
    assert cookies()["remove"] in PAGE.read_text(encoding="utf-8")
    assert [2, 3] == orders(page, server.browser_url, cookies()["remove"])


def test_dashboard_shows_that_the_cookie_selected_the_customer(page: Page, server: MockServer) -> None:
    orders(page, server.browser_url, cookies()["in"])
    page.goto(f"{server.browser_url}/_mockorders/ui/docs/requests")
    expect(page.locator("[data-rows]")).to_contain_text("164 by cookie")


def test_cookie_does_not_reach_the_address(page: Page, server: MockServer) -> None:
    assert [2, 3] == orders(page, server.url, cookies()["in"])


def test_cookie_is_not_sent_without_credentials(page: Page, server: MockServer) -> None:
    page.evaluate(cookies()["in"])
    source = GET_ORDERS.replace(', { credentials: "include" }', "").replace(SHOWN_URL, server.browser_url)
    assert source != GET_ORDERS
    found = page.evaluate(f"async () => {{ {source}\nreturn (await getOrders()).map(order => order.id); }}")
    assert [2, 3] == found


FETCH = "async ([url, headers]) => (await (await fetch(url, {headers, credentials: 'include'})).json())"


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("?key=docs@164", "ok"),
        ("?key=docs@none", LOGGED_OUT),
        ("Authorization: Bearer customer-164", "ok"),
        ("Authorization: Bearer none", LOGGED_OUT),
    ],
)
def test_page_logs_in_and_out_for_one_request(page: Page, server: MockServer, shown: str, expected: str) -> None:
    assert f"`{shown}`" in PAGE.read_text(encoding="utf-8")
    name, is_header, value = shown.partition(": ")
    url = f"{server.browser_url}/api/v1/orders/489{'?key=docs' if is_header else shown}"
    body = page.evaluate(FETCH, [url, {name: value} if is_header else {}])
    assert expected == (body["status"] if body["status"] == "ok" else body["messages"][0])


def test_foreign_page_gets_403_and_a_note(server: MockServer) -> None:
    request = urllib.request.Request(f"{server.url}/orders?key=docs", headers={"Origin": "https://shop.example"})
    with pytest.raises(urllib.error.HTTPError, match="403") as caught:
        urllib.request.urlopen(request)
    with caught.value as response:
        assert "--allow-origin" in response.headers["X-Mockorders-Note"]
        assert "https://shop.example" in json.load(response)["messages"][0]


def test_script_element_sends_the_cookie(page: Page, site: str) -> None:
    page.evaluate(cookies()["in"])
    page.goto(f"{site}/jsonp")
    expect(page).to_have_title("1 orders")


def test_proxy_needs_no_credentials_and_keeps_the_cookie(page: Page) -> None:
    page.evaluate(cookies()["in"])
    body = page.evaluate("async () => (await fetch('/api/v1/orders?key=docs')).json()")
    assert [489] == [order["id"] for order in body["orders"]]
    config = next(block.text for block in snippets(PAGE, "js") if "proxy" in block.text)
    assert all(f'"{path}": "{SHOWN_URL}"' in config for path in PROXIED)


def test_page_behind_the_proxy_uses_the_control_api(page: Page, server: MockServer) -> None:
    assert 200 == page.evaluate(f"async () => {{ {LOG_IN}\nreturn (await logIn(164)).status; }}")
    assert 164 == Sandbox(server.url, "docs").info()["current_customer"]

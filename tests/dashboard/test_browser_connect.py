"""The code examples of the page Connect for web pages, run on a page of another port."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from threading import Thread

import pytest
from playwright.sync_api import Page, expect
from support.browser_dashboard import Dashboard
from support.http_server import QuietServer

from mockorders import MockServer

pytestmark = pytest.mark.browser

AXIOS = """const axios = {get: async (url, options = {}) => {
    const credentials = options.withCredentials ? "include" : "same-origin";
    const response = await fetch(url, {headers: options.headers, credentials});
    return {data: await response.json()};
}};"""
APIS = ("Cratejoy Merchant API", "Universe orders API")


class EmptyPage(BaseHTTPRequestHandler):
    """Responds to every request with an empty page."""

    def do_GET(self) -> None:
        """Send the page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>empty</title>")

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def codes(dashboard: Dashboard, server: MockServer) -> dict[str, str]:
    """Return the code examples by label, with URLs on localhost."""
    tab = dashboard.context.new_page()
    tab.goto(f"{server.browser_url}/_mockorders/ui/docs/connect")
    regions = tab.locator("main pre")
    labels = [str(each.get_attribute("aria-label")) for each in regions.all()]
    return dict(zip(labels, regions.all_inner_texts(), strict=True))


@pytest.fixture
def web_page(dashboard: Dashboard) -> Iterator[Page]:
    """Open an empty page on localhost at another port."""
    with QuietServer(("127.0.0.1", 0), EmptyPage) as pages:
        Thread(target=pages.serve_forever, daemon=True).start()
        tab = dashboard.context.new_page()
        tab.goto(f"http://localhost:{pages.server_port}/")
        yield tab
        dashboard.context.clear_cookies()
        pages.shutdown()


def test_fetch_and_axios_lines_run(codes: dict[str, str], web_page: Page) -> None:
    for api in APIS:
        for label, before in ((f"fetch for the {api}", ""), (f"axios for the {api}", AXIOS)):
            orders = web_page.evaluate(f"async () => {{ {before} {codes[label]}; return orders; }}")
            assert 2 == len(orders), label


def test_cookie_of_the_login_line_is_sent(codes: dict[str, str], web_page: Page) -> None:
    web_page.evaluate(codes[f"Log in, in the browser for the {APIS[1]}"].replace("=2;", "=164;"))
    code = codes[f"fetch for the {APIS[1]}"]
    orders = web_page.evaluate(f"async () => {{ {code}; return orders; }}")
    assert [489] == [order["id"] for order in orders]


def test_jsonp_lines_run(codes: dict[str, str], web_page: Page) -> None:
    code = codes[f"JSONP for the {APIS[1]}"]
    web_page.evaluate("code => { document.open(); document.write(code); document.close(); }", code)
    expect(web_page).to_have_title("ok")

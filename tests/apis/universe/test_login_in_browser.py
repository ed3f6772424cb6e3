"""The pages for logging in and out in Chromium, from a site that uses the API: the round of the vendor's clients."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

from mockorders import MockServer, Sandbox

pytestmark = pytest.mark.browser

MILLISECONDS = 30_000
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
NAMES = ["access_token", "access_token_expiration", "refresh_token", "refresh_token_expiration", "redirect"]
STORE_TOKENS = """
<script>
  const given = new URLSearchParams(location.search);
  for (const [name, value] of given) localStorage.setItem(name, value);
  location.replace(given.get("redirect"));
</script>
"""
GET = """
async ({path, key}) => {
  const headers = {};
  const token = localStorage.getItem("access_token");
  if (token) headers.Authorization = `Bearer ${token}`;
  const reply = await fetch(`${path}?key=${key}`, {headers, credentials: "include"});
  return reply.json();
}
"""
REFRESH = """
async (path) => {
  const body = JSON.stringify({refresh_token: localStorage.getItem("refresh_token")});
  const reply = await fetch(path, {method: "POST", headers: {"Content-Type": "application/json"}, body});
  const {access} = await reply.json();
  for (const name in access) localStorage.setItem(name, access[name]);
}
"""
STATUS = """
(url) => new Promise((resolve, reject) => {
  window.shown = resolve;
  const script = document.createElement("script");
  script.src = `${url}?callback=shown`;
  script.onerror = reject;
  document.head.append(script);
})
"""


class SiteHandler(BaseHTTPRequestHandler):
    """Serves the page of a site, and the one that takes over the tokens."""

    links: ClassVar[dict[str, str]] = {}

    def do_GET(self) -> None:
        body = STORE_TOKENS if self.path.startswith("/login/reload") else ""
        anchors = "".join(f'<a href="{url}">{name}</a> ' for name, url in self.links.items())
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(f"<!DOCTYPE html><link rel='icon' href='data:,'>{anchors}{body}".encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    """Run an emulator."""
    with MockServer(fixtures="docs") as server:
        yield server


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Serve the site on another port; yields its URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), SiteHandler) as site:
        threading.Thread(target=site.serve_forever).start()
        yield f"http://localhost:{site.server_port}"
        site.shutdown()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """Open a tab without cookies, local storage and errors."""
    context = browser.new_context()
    tab = context.new_page()
    tab.set_default_timeout(MILLISECONDS)
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    yield tab
    context.close()
    assert [] == wrong


def open_site(tab: Page, server: MockServer, site: str, query: str) -> None:
    """Show the page of the site, which links to the pages of a sandbox as `/fanclub` does."""
    base = f"{server.browser_url}/api/v1"
    name = query.partition("?")[0]
    SiteHandler.links = {"Log in": f"{base}/login/{query}&redirect={site}/members", "Log out": f"{base}/logout/{name}"}
    tab.goto(f"{site}/members")


def account(tab: Page, server: MockServer, name: str) -> Any:
    """Return the id of the customer in the response to the site's request."""
    arguments = {"path": f"{server.browser_url}/api/v1/account", "key": f"{name}@none"}
    return tab.evaluate(GET, arguments).get("customer", {}).get("id")


def test_cookie_logs_in_and_out(tab: Page, server: MockServer, site: str) -> None:
    open_site(tab, server, site, "docs.cookie?")
    assert account(tab, server, "docs.cookie") is None
    tab.get_by_text("Log in").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Log in")
    tab.get_by_role("link", name="Joe Jackson").click()
    tab.wait_for_url(f"{site}/members")
    assert 164 == account(tab, server, "docs.cookie")
    assert {"status": "ok", "logged_in": True} == tab.evaluate(STATUS, f"{server.browser_url}/api/v1/account/status")
    tab.get_by_text("Log out").click()
    tab.wait_for_url(f"{site}/")
    assert account(tab, server, "docs.cookie") is None
    assert {"status": "ok", "logged_in": False} == tab.evaluate(STATUS, f"{server.browser_url}/api/v1/account/status")


def test_tokens_are_handed_over_and_refreshed(tab: Page, server: MockServer, site: str) -> None:
    sandbox = Sandbox(server.url, "docs.tokens")
    sandbox.create()
    open_site(tab, server, site, "docs.tokens?popup=1")
    tab.get_by_text("Log in").click()
    tab.get_by_role("link", name="Maria Santos").click()
    tab.wait_for_url(f"{site}/members")
    assert NAMES == tab.evaluate("names => names.filter(name => localStorage.getItem(name))", NAMES)
    assert ([], 2) == (tab.context.cookies(server.browser_url), account(tab, server, "docs.tokens"))
    sandbox.clock.advance(minutes=16)
    assert account(tab, server, "docs.tokens") is None
    tab.evaluate(REFRESH, f"{server.browser_url}/api/v1/refresh?key=docs.tokens")
    assert 2 == account(tab, server, "docs.tokens")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_is_accessible_and_fits_a_small_window(tab: Page, server: MockServer, scheme: Any) -> None:
    tab.emulate_media(color_scheme=scheme)
    tab.set_viewport_size({"width": 320, "height": 400})
    tab.goto(f"{server.browser_url}/login/edge")
    assert [] == [each["id"] for each in Axe().run(tab, options=RULES).response["violations"]]
    assert 320 == tab.evaluate("document.documentElement.scrollWidth")


# ---- what the vendor's clients call before they are ready, in their order

SPARKART = [
    "/account/status.json?callback=shown&jsonp=true&key=KEY&_method=GET&_=1",
    "/fanclub.json?key=KEY",
    "/account.json?key=KEY",
]
UNIVERSE = ["/fanclub?key=KEY", "/account?t=1&key=KEY", "/account/status?callback=shown"]
CALL = """
async (url) => {
  if (url.includes("callback=")) {
    return new Promise((resolve, reject) => {
      window.shown = resolve;
      document.head.append(Object.assign(document.createElement("script"), {src: url, onerror: reject}));
    });
  }
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.withCredentials = true;
    request.onload = () => resolve(JSON.parse(request.responseText));
    request.onerror = reject;
    request.send();
  });
}
"""


SEND_FORM = """
async (url) => {
  const body = new URLSearchParams({key: "docs.form@164", first_name: "Ann", password: "", username: ""});
  return (await fetch(url, {method: "POST", body, credentials: "include"})).json();
}
"""


@pytest.fixture
def visitor(tab: Page, site: str) -> Page:
    """Open the site."""
    tab.goto(site)
    return tab


@pytest.mark.parametrize("paths", [SPARKART, UNIVERSE], ids=["sparkart.js", "universe.js"])
@pytest.mark.parametrize("customer", [164, None])
def test_clients_start(visitor: Page, server: MockServer, paths: list[str], customer: int | None) -> None:
    cookie = {"name": "mockorders_customer", "value": str(customer).lower(), "url": server.browser_url}
    visitor.context.add_cookies([cookie])  # type: ignore[list-item]
    urls = [f"{server.browser_url}/api/v1{path.replace('KEY', 'docs.calls')}" for path in paths]
    together: dict[str, Any] = {}
    for url in urls:
        together |= visitor.evaluate(CALL, url)
    assert ("ok", customer is not None) == (together["status"], together["logged_in"])
    assert customer == together.get("customer", {}).get("id")
    assert {"links", "authentications", "tracking", "name"} <= set(together["fanclub"])


def test_form_of_the_older_client_is_accepted(visitor: Page, server: MockServer) -> None:
    reply = visitor.evaluate(SEND_FORM, f"{server.browser_url}/api/v1/account.json")
    assert ("ok", "Ann") == (reply["status"], reply["customer"]["first_name"])

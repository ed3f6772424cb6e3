"""A real Chromium: pages of local names can use both APIs, foreign pages cannot."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page
from support.browser import async_chromium
from support.contracts import shared_data
from support.emulator import RunningEmulator, example, running
from xstatic.pkg import jquery  # type: ignore[import-untyped]

from mockorders import create_app

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]  # all tests share one browser

FOREIGN = "evil.example"
RESOLVER = f"--host-resolver-rules=MAP {FOREIGN} 127.0.0.1"
HTML = "<!DOCTYPE html><meta charset='utf-8'><title>shop</title><script src='/jquery.js'></script>"

# The samples of the documented page, unchanged except for the host.
HOST = "https://api.cratejoy.com"
LIST = """$.ajax({
  url: 'https://api.cratejoy.com/v1/orders/',
  method: 'GET'
});"""
FILTERED = """$.ajax({
  url: 'https://api.cratejoy.com/v1/orders/?placed_at__gt=2017-03-15T20:00:24Z',
  method: 'GET'
})"""
GET = """$.ajax({
  url: 'https://api.cratejoy.com/v1/orders/75572230/',
  method: 'GET'
});"""
PUT_NOTE = """$.ajax({
    url: 'https://api.cratejoy.com/v1/orders/75572230/',
    method: 'PUT',
    data: {
      note: "Drop package off at the front office"
    }
});"""
PUT_GIFT = """$.ajax({
    url: 'https://api.cratejoy.com/v1/orders/75572230/',
    method: 'PUT',
    data: {
      order_gift_info: { gift_message: "Hi, I got you this gift." }
    }
});"""
POST = """$.ajax({
    url: 'https://api.cratejoy.com/v1/orders/',
    method: 'POST',
    data: {
      customer: {
        // Customer ID or Customer email address
        id: 586402305
      },
      ship_address_id: 8675309, // Optional
      cust_pay_id: 1234, // Optional
      coupons: ['CODE1', 'CODE2'], // Optional
      products: [{
       product_instance: {
          // The product instance ID
          id: 645769439
        },
        term: { // Only for subscription products
          num_cycles: 1 // Prepayment term. (e.g. 3 for a 3 month prepay)
        },
        quantity: 1 // Optional; default is 1
      }],
      // Optional:
      order_gift_info: {
        gift_message: 'I bought you a nice new sweater!',
        gift_recipient_name: 'Mr. Rogers',
        gift_recipient_email: 'fred@example.com'
        }
    }
});"""

RUN_SAMPLE = """source => new Promise(resolve => {
  $.ajaxSetup({headers: {Authorization: "Basic " + btoa("docs:secret")}});
  eval(source).always((_, __, ___) => {}).then(finish, finish);
  function finish(a, _, c) {
    const xhr = c && c.status !== undefined ? c : a;
    resolve({status: xhr.status, json: xhr.responseJSON, note: xhr.getResponseHeader("X-Mockorders-Note"),
             id: xhr.getResponseHeader("X-Mockorders-Request")});
  }
})"""
FETCH = """async ([url, options]) => {
  const response = await fetch(url, options);
  return {type: response.type, status: response.status, json: await response.json(),
          id: response.headers.get("X-Mockorders-Request")};
}"""
TRY = """async ([url, options]) => {
  try {
    const response = await fetch(url, options);
    return [response.type, response.status, await response.text()];
  } catch (error) {
    return [error.name];
  }
}"""
JSONP = """([url, data]) => new Promise((resolve, reject) =>
  $.ajax({url, data, dataType: "jsonp", success: resolve, error: (_, status) => reject(status)}))"""


@dataclass(frozen=True)
class Site:
    """An emulator, pages on another port, and a browser tab."""

    emulator: RunningEmulator
    port: int
    page: Page

    @property
    def api(self) -> str:
        """The emulator's base URL."""
        return self.emulator.url

    def home(self, host: str) -> str:
        """Return the URL of the page under a host name."""
        return f"http://{host}:{self.port}/"

    async def sample(self, source: str) -> Any:
        """Run a documented sample in the tab."""
        return await self.page.evaluate(RUN_SAMPLE, source.replace(HOST, self.api))

    async def fetch(self, path: str, **options: Any) -> Any:
        """Fetch from the emulator in the tab; fails if the page cannot read the response."""
        return await self.page.evaluate(FETCH, [self.api + path, options])

    async def attempt(self, path: str, **options: Any) -> Any:
        """Try to fetch from the emulator in the tab."""
        return await self.page.evaluate(TRY, [self.api + path, options])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pages() -> AsyncIterator[TestServer]:
    """Serve a page with jQuery."""
    library = Path(jquery.BASE_DIR) / "jquery.js"

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=HTML, content_type="text/html")

    async def script(_: web.Request) -> web.FileResponse:
        return web.FileResponse(library)

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_get("/jquery.js", script)
    server = TestServer(app)
    async with server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Run a Chromium."""
    async with async_chromium(RESOLVER) as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tab(browser: Browser) -> AsyncIterator[Page]:
    """Open a tab for all tests, because a new one takes longer than most of them."""
    context = await browser.new_context()
    yield await context.new_page()
    await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def site(pages: TestServer, tab: Page) -> AsyncIterator[Site]:
    """Run a fresh emulator, for a tab without cookies."""
    with shared_data(preload=True):
        app = create_app(fixtures="docs")
    await tab.context.clear_cookies()
    async with running(app) as emulator:
        yield Site(emulator, int(pages.port or 0), tab)
        await tab.goto("about:blank")


@pytest_asyncio.fixture(loop_scope="module")
async def local(site: Site) -> Site:
    """Open the page at a local name."""
    await site.page.goto(site.home("localhost"))
    return site


@pytest_asyncio.fixture(loop_scope="module")
async def foreign(site: Site) -> Site:
    """Open the page at a foreign name."""
    await site.page.goto(site.home(FOREIGN))
    assert await site.page.evaluate("location.origin") == f"http://{FOREIGN}:{site.port}"
    return site


async def note_of(emulator: RunningEmulator) -> Any:
    """Return the note of the order that the samples change."""
    return (await emulator.cratejoy("GET", "/orders/75572230/")).json["note"]


# The documented samples of Cratejoy


@pytest.mark.parametrize(
    ("source", "path"),
    [(LIST, "/orders/"), (FILTERED, "/orders/?placed_at__gt=2017-03-15T20:00:24Z"), (GET, "/orders/75572230/")],
)
async def test_samples_read_orders(local: Site, source: str, path: str) -> None:
    expected = (await local.emulator.cratejoy("GET", path)).json
    reply = await local.sample(source)
    assert (200, expected, None) == (reply["status"], reply["json"], reply["note"])
    assert reply["id"]


@pytest.mark.parametrize(("source", "name"), [(PUT_NOTE, "update_note"), (PUT_GIFT, "update_gift")])
async def test_samples_update_orders(local: Site, source: str, name: str) -> None:
    reply = await local.sample(source)
    order = (await local.emulator.cratejoy("GET", "/orders/75572230/")).json
    assert (200, order) == (reply["status"], reply["json"])
    for key, value in example(f"cratejoy/{name}").items():
        assert value == order[key] if isinstance(value, str) else value.items() <= order[key].items()
    assert "accepts JSON only" in reply["note"]


async def test_sample_creates_an_order(local: Site) -> None:
    reply = await local.sample(POST)
    expected = {"customer_id": 586402305, "is_gift": True, "sub_total": 3500, "status": "closed"}
    assert (201, expected) == (reply["status"], {name: reply["json"][name] for name in expected})
    assert example("cratejoy/create_order")["order_gift_info"] == reply["json"]["order_gift_info"]
    assert (await local.emulator.cratejoy("GET", f"/orders/{reply['json']['id']}/")).json == reply["json"]


async def test_page_can_read_error_messages(local: Site) -> None:
    await local.sample(POST)
    again = await local.sample(POST)
    assert (400, ["errors"]) == (again["status"], list(again["json"]))


# Universe


async def test_fetch_with_credentials_sends_the_cookie(local: Site) -> None:
    await local.page.goto(local.home("127.0.0.1"))
    await local.page.evaluate("document.cookie = 'mockorders_customer=164'")
    reply = await local.fetch("/orders/489?key=docs", credentials="include")
    assert ("cors", 200, example("universe/order_489")) == (reply["type"], reply["status"], reply["json"])
    assert reply["id"]


async def test_fetch_without_credentials_does_not(local: Site) -> None:
    await local.page.goto(local.home("127.0.0.1"))
    await local.page.evaluate("document.cookie = 'mockorders_customer=164'")
    reply = await local.fetch("/orders/489?key=docs", credentials="omit")
    assert example("universe/order_not_yours") == reply["json"]


async def test_fetch_with_a_token_passes_the_preflight(local: Site) -> None:
    headers = {"Authorization": "Bearer customer-164"}
    reply = await local.fetch("/api/v1/orders/489?key=docs", headers=headers, credentials="include")
    assert (200, example("universe/order_489")) == (reply["status"], reply["json"])


@pytest.mark.parametrize(
    ("data", "name"),
    [({"order": "DESC", "key": "docs@2"}, "orders_desc"), ({"key": "docs-queued@2"}, "orders_queued")],
)
async def test_jsonp_calls_back_with_the_response(local: Site, data: dict[str, str], name: str) -> None:
    assert example(f"universe/{name}") == await local.page.evaluate(JSONP, [f"{local.api}/orders.json", data])


async def test_jsonp_calls_back_with_errors(local: Site) -> None:
    reply = await local.page.evaluate(JSONP, [f"{local.api}/orders/489", {"key": "docs@2"}])
    assert example("universe/order_not_yours") == reply


# Foreign pages

BASIC = {"Authorization": "Basic ZG9jczp4"}


UNREADABLE: list[tuple[str, dict[str, Any]]] = [
    ("/orders?key=docs", {}),
    ("/orders?key=docs", {"credentials": "include"}),
    ("/orders?key=docs", {"headers": {"Authorization": "Bearer customer-164"}}),
    ("/v1/orders/", {"headers": BASIC}),
    ("/v1/orders/", {"headers": BASIC, "credentials": "include"}),
    ("/_mockorders/health", {}),
    ("/_mockorders/sandboxes", {}),
    ("/_mockorders/sandboxes/docs/state", {}),
    ("/_mockorders/sandboxes/docs/clock", {"method": "PUT", "body": "{}"}),
]


async def test_foreign_page_cannot_read_responses(foreign: Site) -> None:
    expected = [(path, ["TypeError"]) for path, _ in UNREADABLE]
    assert expected == [(path, await foreign.attempt(path, **options)) for path, options in UNREADABLE]


async def test_no_cors_request_of_a_foreign_page_is_opaque(foreign: Site) -> None:
    assert ["opaque", 0, ""] == await foreign.attempt("/orders?key=docs", mode="no-cors")


@pytest.mark.parametrize("path", ["/_mockorders/reset", "/_mockorders/sandboxes/docs/reset"])
async def test_foreign_page_cannot_reset(foreign: Site, path: str) -> None:
    await foreign.emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "kept"})
    blind = {"method": "POST", "mode": "no-cors"}
    attempts = [await foreign.attempt(path, **options) for options in (blind, {**blind, "credentials": "include"})]
    assert ([["opaque", 0, ""]] * 2, "kept") == (attempts, await note_of(foreign.emulator))
    assert (["TypeError"], "kept") == (await foreign.attempt(path, method="POST"), await note_of(foreign.emulator))


@pytest.mark.parametrize("path", ["/_mockorders/reset", "/_mockorders/sandboxes/docs/reset"])
async def test_form_of_a_foreign_page_cannot_reset(foreign: Site, path: str) -> None:
    await foreign.emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "kept"})
    await foreign.page.set_content(f"<form method='post' action='{foreign.api}{path}'></form>")
    async with foreign.page.expect_navigation() as navigation:
        await foreign.page.evaluate("document.forms[0].submit()")
    response = await navigation.value
    assert response is not None
    assert (403, "kept") == (response.status, await note_of(foreign.emulator))


async def test_local_page_of_another_port_cannot_reset(local: Site) -> None:
    await local.emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "kept"})
    assert ["TypeError"] == await local.attempt("/_mockorders/reset", method="POST")
    await local.attempt("/_mockorders/reset", method="POST", mode="no-cors")
    assert "kept" == await note_of(local.emulator)


async def test_dns_rebinding_reads_nothing(site: Site) -> None:
    port = urlsplit(site.api).port
    for path in ("/_mockorders/", "/_mockorders/sandboxes", "/_mockorders/sandboxes/docs/state"):
        response = await site.page.goto(f"http://{FOREIGN}:{port}{path}")
        assert response is not None
        assert (403, True) == (response.status, "Host not allowed" in await response.text())


async def test_same_origin_page_can_reset(site: Site) -> None:
    await site.emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "gone"})
    await site.page.goto(f"{site.api}/_mockorders/health")
    assert ["basic", 204, ""] == await site.attempt("/_mockorders/reset", method="POST")
    assert await note_of(site.emulator) is None


async def test_foreign_page_creates_no_sandbox(foreign: Site) -> None:
    await foreign.attempt("/orders?key=made-by-evil")
    await foreign.attempt("/v1/orders/", headers={"Authorization": "Basic bWFkZTp4"})
    assert 0 == (await foreign.emulator.control("GET", "/sandboxes")).json["count"]

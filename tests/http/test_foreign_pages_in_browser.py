"""Foreign pages in a real Chromium cannot use the emulated APIs; allowed pages can, in the same ways."""

import base64
import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Frame, Page
from support.hostile_pages import FOREIGN, HTML, READ, SIMPLE, TRY
from support.processes import wait_until

from mockorders import MockServer
from mockorders.client.sandbox import EmulatorClient, Sandbox

pytestmark = pytest.mark.browser

ORDERS = "/v1/orders/"
NEW_ORDER = {
    "customer": {"id": 586402305},
    "products": [{"product_instance": {"id": 645769439}, "term": {"num_cycles": 1}}],
    "order_gift_info": {"gift_message": ""},  # a text form puts a `=` between name and value: into this text
}
NAVIGATIONS = {
    "link": "url => element('a', {href: url}).then(() => null, () => null) && document.links[0].click()",
    "script": "url => { location.href = url; }",
    "redirect": "url => { location.href = '/away?' + url; }",
    "form": "url => submit(url, null, 'application/x-www-form-urlencoded', '_self')",
}
NO_REFERRER = "<meta name='referrer' content='no-referrer'>"
# a page cannot be told from a local file by the requests that a sandboxed frame sends with CORS
WITH_CORS = {"fetch", "fetch with credentials", "fetch the head", "fetch preflighted", "XMLHttpRequest", "EventSource"}
WITH_CORS |= {"module", "worker"}


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer(fixtures="docs") as server:
        yield server


class Target(NamedTuple):
    """An emulator under attack, and its only sandbox, `docs`."""

    server: MockServer
    docs: Sandbox

    @property
    def url(self) -> str:
        """The base URL."""
        return self.server.url

    @property
    def names(self) -> set[str]:
        """The names of the sandboxes, without the one that holds requests without a sandbox."""
        return {each["name"] for each in EmulatorClient(self.url).sandboxes()} - {"_"}

    @property
    def orders(self) -> int:
        """The number of orders in the sandbox."""
        return len(self.docs.state["cratejoy"]["orders"])

    def state(self) -> Any:
        """Return everything that a page could have changed."""
        return self.names, self.docs.state, [each["id"] for each in self.docs.requests()]

    def count_rejected(self) -> int:
        """Return the number of requests that were rejected because of their origin."""
        entries = Sandbox(self.url, "_").requests()
        return sum("cors.foreign-pages" in each["rules"] for each in entries)


@pytest.fixture
def target(server: MockServer) -> Target:
    """Create the only sandbox."""
    client = EmulatorClient(server.url)
    for each in client.sandboxes():
        Sandbox(server.url, each["name"]).delete()
    sandbox = Sandbox(server.url, "docs")
    sandbox.create(clock="2017-03-21T00:00:00Z")
    urllib.request.urlopen(f"{server.url}/orders?key=docs").close()
    return Target(server, sandbox)


def foreign(tab: Page, site: int) -> Page:
    """Open a page on the internet."""
    tab.goto(f"http://{FOREIGN}:{site}/")
    return tab


def nameless(tab: Page, site: int) -> Page:
    """Open a page on the internet that does not send its address."""
    foreign(tab, site).evaluate(f'document.head.innerHTML += "{NO_REFERRER}"')
    return tab


def sandboxed(tab: Page, site: int) -> Frame:
    """Open a page of the origin `null`."""
    html = f"<iframe sandbox='allow-scripts allow-forms allow-popups' srcdoc=\"{HTML}\"></iframe>"
    foreign(tab, site).set_content(html)
    tab.frames[1].wait_for_load_state()
    return tab.frames[1]


Home = Callable[[Page, int], Page | Frame]
HOMES: dict[str, Home] = {"foreign": foreign, "nameless": nameless, "sandboxed": sandboxed}
each_home = pytest.mark.parametrize("home", HOMES)


def attempt(page: Page | Frame, script: str, argument: Any) -> Any:
    return page.evaluate(TRY.replace("SCRIPT", script), argument)


def submit_order(page: Page | Frame, base: str) -> None:
    """Submit a text form that creates an order, with the credential in the URL, in another window."""
    script = """([action, name, value]) => {
        const form = Object.assign(document.createElement('form'),
            {action, method: 'post', enctype: 'text/plain', target: '_blank'});
        form.append(Object.assign(document.createElement('input'), {name, value}));
        document.documentElement.append(form);
        form.submit();
    }"""
    body = json.dumps(NEW_ORDER)
    page.evaluate(script, [base.replace("://", "://docs:any@") + ORDERS, body[:-3], body[-3:]])


@each_home
def test_requests_that_read_leave_no_trace(tab: Page, site: int, target: Target, home: str) -> None:
    page = HOMES[home](tab, site)
    kinds = set(READ) - {"WebSocket"} - (WITH_CORS if home == "sandboxed" else set())
    before = target.state()
    start = target.count_rejected()
    for number, kind in enumerate(sorted(kinds)):
        assert (kind, None) == (kind, attempt(page, READ[kind], f"{target.url}/orders?key=evil{number}"))
    wait_until(lambda: target.count_rejected() >= start + len(kinds))
    assert before == target.state()


@each_home
def test_requests_that_write_leave_no_trace(tab: Page, site: int, target: Target, home: str) -> None:
    page = HOMES[home](tab, site)
    kinds = set(SIMPLE) - ({"XMLHttpRequest"} if home == "sandboxed" else set())
    before = target.state()
    start = target.count_rejected()
    for kind in kinds:
        attempt(page, SIMPLE[kind], [f"{target.url}/orders?key=evil&_method=POST", "POST", "{}"])
    wait_until(lambda: target.count_rejected() >= start + len(kinds))
    assert before == target.state()


@each_home
def test_form_with_a_credential_creates_no_order(tab: Page, site: int, target: Target, home: str) -> None:
    before = target.state()
    start = target.count_rejected()
    submit_order(HOMES[home](tab, site), target.url)
    wait_until(lambda: target.count_rejected() >= start + 1)
    assert before == target.state()


def test_fetch_with_a_credential_leaves_no_trace(tab: Page, site: int, target: Target) -> None:
    before = target.state()
    script = """([url, login, body]) =>
        fetch(url, {method: 'POST', body, headers: {Authorization: 'Basic ' + login}}).then(r => r.status)"""
    login = base64.b64encode(b"docs:any").decode()
    assert attempt(foreign(tab, site), script, [target.url + ORDERS, login, json.dumps(NEW_ORDER)]) is None
    assert before == target.state()


@pytest.mark.parametrize("kind", NAVIGATIONS)
def test_navigation_leaves_no_trace(tab: Page, site: int, target: Target, kind: str) -> None:
    before = target.state()
    url = f"{target.url}/orders?key=evil"
    foreign(tab, site)
    with tab.expect_navigation(url=lambda there: there.startswith(target.url)) as navigation:
        attempt(tab, NAVIGATIONS[kind], url)
    assert navigation.value is not None
    assert 403 == navigation.value.status
    assert before == target.state()


@pytest.mark.slow
def test_many_images_change_nothing(tab: Page, site: int, target: Target) -> None:
    foreign(tab, site)
    before = target.state()
    script = """async url => { await Promise.all([...Array(1100).keys()].map(
        number => element('img', {src: url + number}).catch(() => null))); }"""
    attempt(tab, script, f"{target.url}/orders?key=evil")
    assert before == target.state()


# Allowed pages


def local(tab: Page, site: int) -> Page:
    """Open a page on another port of this machine."""
    tab.goto(f"http://localhost:{site}/")
    return tab


@pytest.mark.parametrize("kind", ["img", "script", "fetch", "fetch blindly", "XMLHttpRequest", "iframe", "style"])
def test_local_page_can_read_in_every_way(tab: Page, site: int, target: Target, kind: str) -> None:
    local(tab, site)
    for name, url in (("same-site", target.server.browser_url), ("cross-site", target.url)):
        attempt(tab, READ[kind], f"{url}/orders?key={name}")
    assert {"docs", "same-site", "cross-site"} == target.names


def test_local_page_without_referrer_can_use_jsonp(tab: Page, site: int, target: Target) -> None:
    local(tab, site).evaluate(f'document.head.innerHTML += "{NO_REFERRER}"')
    script = """url => new Promise((resolve, reject) => {
        window.show = body => resolve(body.status);
        element('script', {src: url + '&callback=show'}).catch(reject);
    })"""
    assert "ok" == attempt(tab, script, f"{target.server.browser_url}/orders?key=docs")


def test_form_of_a_local_page_creates_an_order(tab: Page, site: int, target: Target) -> None:
    orders = target.orders
    submit_order(local(tab, site), target.url)
    wait_until(lambda: target.orders == orders + 1)


def test_typed_url_is_accepted(tab: Page, target: Target) -> None:
    response = tab.goto(f"{target.url}/orders?key=typed")
    assert response is not None
    assert (200, True) == (response.status, "typed" in target.names)


def test_allowed_page_of_another_site_can_use_jsonp(tab: Page, site: int) -> None:
    with MockServer(fixtures="docs", allow_origins=(f"http://{FOREIGN}:{site}",)) as server:
        foreign(tab, site)
        assert "ran" == attempt(tab, READ["script"], f"{server.url}/orders?key=docs&callback=console.log")
        assert {"docs"} == {each["name"] for each in EmulatorClient(server.url).sandboxes()}

"""Hostile pages in a real Chromium can neither read from the control API nor change anything."""

import json
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from playwright.sync_api import Frame, Page
from support.hostile_pages import FETCH, FOREIGN, HTML, READ, SIMPLE, TRY, UNTRUSTED, WRITE, hostile_site
from support.processes import wait_until

from mockorders import MockServer
from mockorders.client.errors import ControlError
from mockorders.client.sandbox import EmulatorClient, Sandbox

pytestmark = pytest.mark.browser

ORDER = 75572230
STATE = "/_mockorders/sandboxes/docs/state"
JOURNAL = "/_mockorders/sandboxes/docs/requests"
FROZEN = "2017-03-21T00:00:00Z"

# Requests that would change something, each with a valid body.
WRITES: list[tuple[str, str, Any]] = [
    ("POST", "/reset", None),
    ("POST", "/sandboxes/docs/reset", None),
    ("POST", "/sandboxes/docs/faults", {"effect": {"type": "reset"}}),
    ("POST", "/sandboxes/docs/clock/advance", {"seconds": 61}),
    ("POST", "/sandboxes/docs/snapshots/kept/restore", None),
    ("PATCH", f"/sandboxes/docs/records/cratejoy/orders/{ORDER}", {"note": "evil"}),
    ("DELETE", "/sandboxes/docs/records/universe/orders/489", None),
    ("PUT", "/sandboxes/docs", {"fixtures": "empty"}),
    ("PUT", "/sandboxes/docs/state", {"extends": "empty"}),
    ("PUT", "/sandboxes/new", {}),
    ("PUT", "/sandboxes/docs/clock", {"frozen": False}),
    ("DELETE", "/sandboxes/docs/requests", None),
    ("DELETE", "/sandboxes/docs", None),
]


class NotedServer(MockServer):
    """An emulator with another middleware."""

    def __init__(self, middleware: Any, port: int) -> None:
        super().__init__(fixtures="docs", port=port)
        self._middleware = middleware

    def _make_app(self) -> web.Application:
        app = super()._make_app()
        app.middlewares.append(self._middleware)
        return app


class Target:
    """An emulator under attack; `control_requests` has the requests to its control API as (method, path, status)."""

    def __init__(self, port: int = 0) -> None:
        self.control_requests: list[tuple[str, str, int]] = []
        self.server = NotedServer(self._note(), port)

    def _note(self) -> Any:
        @web.middleware
        async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
            response = await handler(request)
            if "Chrome" in request.headers.get("User-Agent", "") and request.path.startswith("/_mockorders"):
                self.control_requests.append((request.method, request.path, response.status))
            return response

        return note

    @property
    def url(self) -> str:
        """The base URL."""
        return self.server.url

    @property
    def port(self) -> int:
        """The port."""
        return int(self.url.rpartition(":")[2])

    def prepare(self) -> None:
        """Create one sandbox in which every change is visible, and clear `control_requests`."""
        for other in EmulatorClient(self.url).sandboxes():
            Sandbox(self.url, other["name"]).delete()
        sandbox = Sandbox(self.url, "docs")
        sandbox.create(clock=FROZEN)
        sandbox.patch_record("cratejoy", "orders", ORDER, {"note": "snapshot"})
        sandbox.snapshot("kept")
        sandbox.patch_record("cratejoy", "orders", ORDER, {"note": "kept"})
        sandbox.fault("delay", ms=1, path="/never")
        urllib.request.urlopen(f"{self.url}/orders?key=docs").close()
        self.control_requests.clear()

    def visible_state(self) -> Any:
        """Return everything that a hostile page could have changed."""
        sandbox = Sandbox(self.url, "docs")
        journal = [each["id"] for each in sandbox.requests(api="universe")]
        diffs = [sandbox.diff(), sandbox.diff("kept")]
        return EmulatorClient(self.url).sandboxes(), sandbox.state, sandbox.faults(), journal, diffs

    def wait(self, number: int) -> None:
        """Wait until the control API has received this many requests."""
        wait_until(lambda: len(self.control_requests) >= number, f"{number} requests")


@pytest.fixture(scope="module")
def running() -> Iterator[Target]:
    """Run an emulator."""
    target = Target()
    with target.server:
        yield target


@pytest.fixture
def target(running: Target) -> Target:
    """Prepare the emulator for a test."""
    running.prepare()
    return running


# Kinds of hostile pages

Home = Callable[[Page, int, Target], Page | Frame]


def foreign(tab: Page, site: int, _: Target) -> Page:
    """Open a page on the internet."""
    tab.goto(f"http://{FOREIGN}:{site}/")
    return tab


def allowed(tab: Page, site: int, _: Target) -> Page:
    """Open a page of a local name, which is allowed to use the emulated APIs."""
    tab.goto(f"http://localhost:{site}/")
    return tab


def neighbor(tab: Page, site: int, _: Target) -> Page:
    """Open a page of the emulator's host at another port; browsers treat it as the same site."""
    tab.goto(f"http://127.0.0.1:{site}/")
    return tab


def other_name(tab: Page, _: int, target: Target) -> Page:
    """Open a page at the emulator's port under another of its names."""
    tab.goto(f"http://localhost:{target.port}/v1/nothing")
    return tab


def sandboxed(tab: Page, site: int, target: Target) -> Frame:
    """Open a page with the origin `null`: a sandboxed frame."""
    foreign(tab, site, target)
    return framed(tab, f'<iframe sandbox="allow-scripts allow-forms allow-popups" srcdoc="{HTML}"></iframe>')


def data(tab: Page, site: int, target: Target) -> Frame:
    """Open a page with the origin `null`: a data URL."""
    foreign(tab, site, target)
    return framed(tab, f'<iframe src="data:text/html,{quote(HTML)}"></iframe>')


def framed(tab: Page, html: str) -> Frame:
    tab.set_content(html)
    frame = tab.frames[1]
    frame.wait_for_load_state()
    assert "null" == frame.evaluate("origin")
    return frame


# Each page tries everything that a browser can do; `make test` runs the two kinds that differ most.
QUICK_HOMES: list[Home] = [foreign, sandboxed]
SLOW_HOMES: list[Home] = [allowed, neighbor, other_name, data]
each_home = pytest.mark.parametrize(
    "home",
    [
        *(pytest.param(home, id=home.__name__) for home in QUICK_HOMES),
        *(pytest.param(home, id=home.__name__, marks=pytest.mark.slow) for home in SLOW_HOMES),
    ],
)


# Attempts


def read(page: Page | Frame, url: str, methods: dict[str, str] = READ) -> dict[str, Any]:
    """Try to read a URL in every way; return what the page learned."""
    return {name: page.evaluate(TRY.replace("SCRIPT", script), url) for name, script in methods.items()}


def write(page: Page | Frame, base: str, methods: dict[str, str] = WRITE | SIMPLE) -> dict[tuple[str, str, str], Any]:
    """Try every change in every way; return what the page learned of each attempt."""
    learned = {}
    for method, path, body in WRITES:
        argument = [f"{base}/_mockorders{path}", method, None if body is None else json.dumps(body)]
        for kind, script in methods.items():
            if kind in WRITE or method == "POST":
                learned[method, path, kind] = page.evaluate(TRY.replace("SCRIPT", script), argument)
    return learned


@each_home
def test_hostile_page_reads_nothing(tab: Page, site: int, target: Target, home: Home) -> None:
    page = home(tab, site, target)
    before = target.visible_state()
    for path, methods in (
        (STATE, READ),
        ("/_mockorders/sandboxes/docs/requests", FETCH),
        ("/_mockorders/health", FETCH),
    ):
        target.control_requests.clear()
        assert dict.fromkeys(methods) == read(page, target.url + path, methods)
        target.wait(len(methods))
        assert {(path, 403)} == {(path, status) for _, path, status in target.control_requests}
        assert len(methods) <= len(target.control_requests)
    assert before == target.visible_state()


@each_home
def test_hostile_page_cannot_read_the_start_page(tab: Page, site: int, target: Target, home: Home) -> None:
    assert dict.fromkeys(READ) == read(home(tab, site, target), f"{target.url}/_mockorders/")


@each_home
def test_hostile_page_changes_nothing(tab: Page, site: int, target: Target, home: Home) -> None:
    page = home(tab, site, target)
    before = target.visible_state()
    learned = write(page, target.url)
    assert {} == {attempt: status for attempt, status in learned.items() if status is not None}
    target.wait(len(learned))
    arrived = Counter(path for _, path, _ in target.control_requests)
    assert arrived == Counter(f"/_mockorders{path}" for _, path, _ in learned)
    assert {403} == {status for _, _, status in target.control_requests}
    assert before == target.visible_state()


@pytest.mark.slow
@pytest.mark.parametrize("home", [foreign, sandboxed], ids=["foreign", "sandboxed"])
def test_host_without_fetch_metadata_is_rejected_too(tab: Page, site: int, target: Target, home: Home) -> None:
    page = home(tab, site, target)
    before = target.visible_state()
    base = f"http://{UNTRUSTED}:{target.port}"
    assert dict.fromkeys(READ) == read(page, base + STATE)
    target.control_requests.clear()
    learned = write(page, base)
    assert {None} == set(learned.values())
    target.wait(len(learned))
    assert {403} == {status for _, _, status in target.control_requests}
    assert before == target.visible_state()


@pytest.mark.slow
def test_dns_rebinding_reads_nothing(tab: Page) -> None:
    with hostile_site() as port:
        tab.goto(f"http://{FOREIGN}:{port}/")
    target = Target(port)
    with target.server:
        target.prepare()
        before = target.visible_state()
        base = f"http://{FOREIGN}:{port}"
        assert base == tab.evaluate("origin")
        results = {name: what for name, what in read(tab, base + STATE).items() if what is not None}
        assert results["fetch"]
        assert {} == {name: what for name, what in results.items() if what != 403 and "Host not allowed" not in what}
        assert {403} == {status for status in write(tab, base).values() if status is not None}
        assert {403} == {status for _, _, status in target.control_requests}
        assert before == target.visible_state()


# The same attempts from an allowed page


def test_same_origin_page_reads(tab: Page, target: Target) -> None:
    tab.goto(f"{target.url}/_mockorders/health")
    state = Sandbox(target.url, "docs").state
    methods = ("fetch", "fetch with credentials", "fetch preflighted", "XMLHttpRequest", "iframe", "popup")
    results = read(tab, target.url + STATE, {name: READ[name] for name in methods})
    assert dict.fromkeys(methods, state) == {name: json.loads(text) for name, text in results.items()}


def test_same_origin_page_changes(tab: Page, target: Target) -> None:
    tab.goto(f"{target.url}/_mockorders/health")
    learned = write(tab, target.url, {"fetch JSON": WRITE["fetch JSON"]})
    assert set(learned.values()) <= {200, 201, 204}
    with pytest.raises(ControlError, match="404"):
        Sandbox(target.url, "docs").info()
    assert "new" in {each["name"] for each in EmulatorClient(target.url).sandboxes()}


@pytest.mark.parametrize("kind", ["form in a frame", "text form in a frame", "beacon", "fetch text", "fetch blindly"])
def test_same_origin_page_resets(tab: Page, target: Target, kind: str) -> None:
    tab.goto(f"{target.url}/_mockorders/health")
    target.control_requests.clear()
    tab.evaluate(TRY.replace("SCRIPT", SIMPLE[kind]), [f"{target.url}/_mockorders/reset", "POST", None])
    target.wait(1)
    assert [("POST", "/_mockorders/reset", 204)] == target.control_requests[:1]
    assert [] == Sandbox(target.url, "docs").diff()["patch"]


# Navigation

GO = {
    "a link": "url => element('a', {href: url}).click()",
    "a script": "url => { location.href = url; }",
    "a redirect": "url => { location.href = '/away?' + url; }",
    "a form": "url => element('form', {action: url}).submit()",
}
GOING = """url => {
    const element = (name, values) => {
        const made = Object.assign(document.createElement(name), values);
        document.body.append(made);
        return made;
    };
    (SCRIPT)(url);
}"""


def go(tab: Page, kind: str, url: str) -> int:
    """Navigate a tab to a URL; return the status of the response."""
    with tab.expect_navigation(url=lambda there: there.startswith(url)) as navigation:
        tab.evaluate(GOING.replace("SCRIPT", GO[kind]), url)
    assert navigation.value is not None
    return navigation.value.status


@pytest.mark.slow
@pytest.mark.parametrize("home", [foreign, allowed, neighbor], ids=["foreign", "allowed", "neighbor"])
def test_cross_site_navigation_to_the_start_page_is_allowed(tab: Page, site: int, target: Target, home: Home) -> None:
    for kind in GO:
        home(tab, site, target)
        assert (kind, 200) == (kind, go(tab, kind, f"{target.url}/_mockorders/"))
        assert "mockorders" in tab.title()


@pytest.mark.parametrize("path", [STATE, "/_mockorders/sandboxes", "/_mockorders/sandboxes/new/state"])
def test_other_cross_site_navigation_is_rejected(tab: Page, site: int, target: Target, path: str) -> None:
    before = target.visible_state()
    for kind in GO:
        foreign(tab, site, target)
        assert (kind, 403) == (kind, go(tab, kind, target.url + path))
    assert before == target.visible_state()


def test_typed_urls_are_allowed(tab: Page, target: Target) -> None:
    response = tab.goto(target.url + STATE)
    assert response is not None
    assert (200, Sandbox(target.url, "docs").state) == (response.status, response.json())


def test_start_page_cannot_be_shown_in_a_frame(tab: Page, site: int, target: Target) -> None:
    foreign(tab, site, target)
    tab.set_content(f"<iframe src='{target.url}/_mockorders/'></iframe>")
    assert [("GET", "/_mockorders/", 403)] == target.control_requests
    assert "credential" not in tab.frames[1].content()

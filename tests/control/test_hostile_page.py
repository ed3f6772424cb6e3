"""Hostile pages in a real Chromium: whatever they try, the control API tells them nothing and does nothing for them."""

import json
import shutil
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from playwright.sync_api import Browser, Frame, Page, sync_playwright

from mockorders import MockServer
from mockorders.client.errors import ControlError
from mockorders.client.sandbox import EmulatorClient, Sandbox

pytestmark = pytest.mark.browser

EVIL = "evil.example"
UNTRUSTED = "emulator.test"  # no loopback name: browsers send it no Sec-Fetch headers over plain HTTP
SWITCHES = [
    *"--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-popup-blocking".split(),
    f"--host-resolver-rules=MAP {EVIL} 127.0.0.1, MAP {UNTRUSTED} 127.0.0.1",
]
HTML = "<!DOCTYPE html><meta charset='utf-8'><title>nice</title><body>"
ORDER = 75572230
STATE = "/_mockorders/sandboxes/docs/state"
FROZEN = "2017-03-21T00:00:00Z"
SECONDS = 10

# Ways to read: each gives what the page learned of the answer, or null.
READ = {
    "fetch": "async url => (await fetch(url)).text()",
    "fetch with credentials": "async url => (await fetch(url, {credentials: 'include'})).text()",
    "fetch blindly": "async url => (await fetch(url, {mode: 'no-cors'})).text()",
    "fetch preflighted": "async url => (await fetch(url, {headers: {'X-Any': 'a'}})).text()",
    "fetch the head": "async url => (await fetch(url, {method: 'HEAD'})).status",
    "XMLHttpRequest": """url => new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open('GET', url);
        request.onload = () => resolve(request.responseText);
        request.onerror = reject;
        request.send();
    })""",
    "img": "url => element('img', {src: url}).then(made => made.naturalWidth)",
    "script": "url => element('script', {src: url}).then(() => 'ran')",
    "module": "url => import(url)",
    "style": "url => element('link', {rel: 'stylesheet', href: url}).then(made => made.sheet.cssRules.length)",
    "video": "url => element('video', {src: url, preload: 'auto'}).then(() => 'played')",
    "iframe": "url => element('iframe', {src: url}).then(made => made.contentDocument.body.innerText)",
    "object": """url =>
        element('object', {data: url, type: 'text/html'}).then(made => made.contentDocument.body.innerText)""",
    "popup": """async url => {
        const popup = open(url);
        await new Promise(resolve => setTimeout(resolve, 300));
        try { return popup.document.body.innerText; } finally { popup.close(); }
    }""",
    "EventSource": """url => new Promise((resolve, reject) => {
        const source = new EventSource(url);
        source.onopen = () => resolve('open');
        source.onerror = () => { source.close(); reject(); };
    })""",
    "WebSocket": """url => new Promise((resolve, reject) => {
        const socket = new WebSocket(url.replace('http', 'ws'));
        socket.onopen = () => resolve('open');
        socket.onerror = reject;
    })""",
    "worker": """url => new Promise((resolve, reject) => {
        const source = `fetch('${url}').then(r => r.text()).then(postMessage, () => postMessage(null))`;
        const worker = new Worker(URL.createObjectURL(new Blob([source])));
        worker.onmessage = event => resolve(event.data);
        worker.onerror = reject;
    })""",
}

# Requests that would change something, each with a body that would be taken.
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

# Ways to write: each gives the status that the page learned, or null. Those of SIMPLE need no leave from the server.
WRITE = {
    "fetch": "([url, method, body]) => fetch(url, {method, body}).then(r => r.status)",
    "fetch JSON": """([url, method, body]) =>
        fetch(url, {method, body, headers: {'Content-Type': 'application/json'}}).then(r => r.status)""",
    "fetch with credentials": """([url, method, body]) =>
        fetch(url, {method, body, credentials: 'include'}).then(r => r.status)""",
}
SIMPLE = {
    "fetch blindly": "([url, method, body]) => fetch(url, {method, body, mode: 'no-cors'}).then(r => r.status)",
    "fetch a form": """([url, method, body]) => fetch(url, {method, body, mode: 'no-cors', credentials: 'include',
        headers: {'Content-Type': 'application/x-www-form-urlencoded'}}).then(r => r.status)""",
    "fetch text": """([url, method, body]) => fetch(url, {method, body, mode: 'no-cors',
        headers: {'Content-Type': 'text/plain'}}).then(r => r.status)""",
    "fetch and be gone": """([url, method, body]) =>
        fetch(url, {method, body, mode: 'no-cors', keepalive: true}).then(r => r.status)""",
    "XMLHttpRequest": """([url, method, body]) => new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open(method, url);
        request.onload = () => resolve(request.status);
        request.onerror = reject;
        request.send(body);
    })""",
    "beacon": "([url, _, body]) => navigator.sendBeacon(url, body || '') && null",
    "form in a frame": "([url, _, body]) => submit(url, body, 'application/x-www-form-urlencoded', frame())",
    "text form in a frame": "([url, _, body]) => submit(url, body, 'text/plain', frame())",
    "file form in a frame": "([url, _, body]) => submit(url, body, 'multipart/form-data', frame())",
    "form in a popup": "([url, _, body]) => submit(url, body, 'text/plain', '_blank')",
}

# As text/plain the form's body is its one field's name, `=` and its value: JSON.
HELPERS = """
const element = (name, values) => new Promise((resolve, reject) => {
    const made = Object.assign(document.createElement(name), values);
    for (const type of ['load', 'canplay']) made.addEventListener(type, () => resolve(made));
    made.addEventListener('error', reject);
    document.documentElement.append(made);
});
const frame = () => {
    const made = Object.assign(document.createElement('iframe'), {name: Math.random().toString()});
    document.documentElement.append(made);
    return made.name;
};
const submit = (action, body, enctype, target) => {
    const form = Object.assign(document.createElement('form'), {action, method: 'post', enctype, target});
    const name = `${(body || '{}').slice(0, -1)}${body && body !== '{}' ? ',' : ''}"x":"`;
    form.append(Object.assign(document.createElement('input'), {name, value: '"}'}));
    document.documentElement.append(form);
    form.submit();
    return null;
};
"""
TRY = f"""async argument => {{ {HELPERS}
    try {{ return (await (SCRIPT)(argument)) || null; }} catch (error) {{ return null; }}
}}"""


class Hostile(BaseHTTPRequestHandler):
    """Serves the hostile site: an empty page, whose scripts the tests bring; `/away?URL` redirects."""

    def do_GET(self) -> None:
        away = self.path.startswith("/away?")
        self.send_response(302 if away else 200)
        if away:
            self.send_header("Location", self.path.partition("?")[2])
        body = b"" if away else HTML.encode()
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def hostile_site() -> Iterator[int]:
    """Serve the hostile site; gives its port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Hostile) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


class Target:
    """An emulator under attack, which notes what the control API was asked in `asked`: (method, path, status)."""

    def __init__(self, port: int = 0) -> None:
        self.asked: list[tuple[str, str, int]] = []
        self.server = MockServer(fixtures="docs", port=port)
        self.server._app.middlewares.append(self._note())

    def _note(self) -> Any:
        @web.middleware
        async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
            response = await handler(request)
            if "Chrome" in request.headers.get("User-Agent", "") and request.path.startswith("/_mockorders"):
                self.asked.append((request.method, request.path, response.status))
            return response

        return note

    @property
    def url(self) -> str:
        """Its URL."""
        return self.server.url

    @property
    def port(self) -> int:
        """Its port."""
        return int(self.url.rpartition(":")[2])

    def prepare(self) -> None:
        """Make a sandbox in which every change would show, the only one, and forget what was asked."""
        for other in EmulatorClient(self.url).sandboxes():
            Sandbox(self.url, other["name"]).delete()
        sandbox = Sandbox(self.url, "docs")
        sandbox.create(clock=FROZEN)
        sandbox.patch_record("cratejoy", "orders", ORDER, {"note": "snapshot"})
        sandbox.snapshot("kept")
        sandbox.patch_record("cratejoy", "orders", ORDER, {"note": "kept"})
        sandbox.fault("delay", ms=1, path="/never")
        urllib.request.urlopen(f"{self.url}/orders?key=docs").close()
        self.asked.clear()

    def picture(self) -> Any:
        """Give all that a hostile page could have changed."""
        sandbox = Sandbox(self.url, "docs")
        journal = [each["id"] for each in sandbox.requests(api="universe")]
        diffs = [sandbox.diff(), sandbox.diff("kept")]
        return EmulatorClient(self.url).sandboxes(), sandbox.state, sandbox.faults(), journal, diffs

    def wait(self, number: int) -> None:
        """Wait until the control API was asked so many times."""
        deadline = time.monotonic() + SECONDS
        while len(self.asked) < number and time.monotonic() < deadline:
            time.sleep(0.01)


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


@pytest.fixture(scope="module")
def site() -> Iterator[int]:
    """Serve the hostile site; gives its port."""
    with hostile_site() as port:
        yield port


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run a Chromium."""
    found = shutil.which("chromium")
    assert found is not None, "these tests need chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, headless=True, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """Open a tab that shares nothing with other tests."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


# Where a hostile page can stand

Home = Callable[[Page, int, Target], Page | Frame]


def foreign(tab: Page, site: int, _: Target) -> Page:
    """Open a page of the internet."""
    tab.goto(f"http://{EVIL}:{site}/")
    return tab


def allowed(tab: Page, site: int, _: Target) -> Page:
    """Open a page of a local name, which may use the two APIs."""
    tab.goto(f"http://localhost:{site}/")
    return tab


def neighbour(tab: Page, site: int, _: Target) -> Page:
    """Open a page of the emulator's host at another port: the same site, to a browser."""
    tab.goto(f"http://127.0.0.1:{site}/")
    return tab


def other_name(tab: Page, _: int, target: Target) -> Page:
    """Open a page at the emulator's own port, under another of its names."""
    tab.goto(f"http://localhost:{target.port}/v1/nothing")
    return tab


def sandboxed(tab: Page, site: int, target: Target) -> Frame:
    """Open a page whose origin is `null`: a sandboxed frame."""
    foreign(tab, site, target)
    return framed(tab, f'<iframe sandbox="allow-scripts allow-forms allow-popups" srcdoc="{HTML}"></iframe>')


def data(tab: Page, site: int, target: Target) -> Frame:
    """Open a page whose origin is `null`: a data URL."""
    foreign(tab, site, target)
    return framed(tab, f'<iframe src="data:text/html,{quote(HTML)}"></iframe>')


def framed(tab: Page, html: str) -> Frame:
    tab.set_content(html)
    frame = tab.frames[1]
    frame.wait_for_load_state()
    assert "null" == frame.evaluate("origin")
    return frame


HOMES: list[Home] = [foreign, allowed, neighbour, other_name, sandboxed, data]
each_home = pytest.mark.parametrize("home", HOMES, ids=[home.__name__ for home in HOMES])


# What it tries


def read(page: Page | Frame, url: str, ways: dict[str, str] = READ) -> dict[str, Any]:
    """Try to read a URL in every way; gives what was learned."""
    return {name: page.evaluate(TRY.replace("SCRIPT", script), url) for name, script in ways.items()}


def write(page: Page | Frame, base: str, ways: dict[str, str] = WRITE | SIMPLE) -> dict[tuple[str, str, str], Any]:
    """Try to change everything in every way; gives what was learned of each attempt."""
    learned = {}
    for method, path, body in WRITES:
        argument = [f"{base}/_mockorders{path}", method, None if body is None else json.dumps(body)]
        for way, script in ways.items():
            if way in WRITE or method == "POST":
                learned[method, path, way] = page.evaluate(TRY.replace("SCRIPT", script), argument)
    return learned


@each_home
def test_nothing_can_be_read(tab: Page, site: int, target: Target, home: Home) -> None:
    page, before = home(tab, site, target), target.picture()
    for path in (STATE, "/_mockorders/sandboxes/docs/requests", "/_mockorders/health"):
        target.asked.clear()
        assert dict.fromkeys(READ) == read(page, target.url + path)
        target.wait(len(READ))
        assert {(path, 403)} == {(path, status) for _, path, status in target.asked}
        assert len(READ) <= len(target.asked)
    assert before == target.picture()


@each_home
def test_the_page_that_may_be_visited_cannot_be_read(tab: Page, site: int, target: Target, home: Home) -> None:
    assert dict.fromkeys(READ) == read(home(tab, site, target), f"{target.url}/_mockorders/")


@each_home
def test_nothing_can_be_changed(tab: Page, site: int, target: Target, home: Home) -> None:
    page, before = home(tab, site, target), target.picture()
    learned = write(page, target.url)
    assert {} == {attempt: status for attempt, status in learned.items() if status is not None}
    target.wait(len(learned))
    arrived = Counter(path for _, path, _ in target.asked)
    assert arrived == Counter(f"/_mockorders{path}" for _, path, _ in learned)
    assert {403} == {status for _, _, status in target.asked}
    assert before == target.picture()


@pytest.mark.parametrize("home", [foreign, sandboxed], ids=["foreign", "sandboxed"])
def test_a_host_to_which_browsers_say_less_is_closed_too(tab: Page, site: int, target: Target, home: Home) -> None:
    page, before, base = home(tab, site, target), target.picture(), f"http://{UNTRUSTED}:{target.port}"
    assert dict.fromkeys(READ) == read(page, base + STATE)
    target.asked.clear()
    learned = write(page, base)
    assert {None} == set(learned.values())
    target.wait(len(learned))
    assert {403} == {status for _, _, status in target.asked}
    assert before == target.picture()


def test_a_rebound_name_opens_nothing(tab: Page) -> None:
    with hostile_site() as port:
        tab.goto(f"http://{EVIL}:{port}/")
    target = Target(port)
    with target.server:
        target.prepare()
        before = target.picture()
        base = f"http://{EVIL}:{port}"
        assert base == tab.evaluate("origin")
        told = {name: what for name, what in read(tab, base + STATE).items() if what is not None}
        assert told["fetch"]
        assert {} == {name: what for name, what in told.items() if what != 403 and "Host not allowed" not in what}
        assert {403} == {status for status in write(tab, base).values() if status is not None}
        assert {403} == {status for _, _, status in target.asked}
        assert before == target.picture()


# What the same attempts do where they may


def test_the_emulator_s_own_page_reads(tab: Page, target: Target) -> None:
    tab.goto(f"{target.url}/_mockorders/health")
    state = Sandbox(target.url, "docs").state
    ways = ("fetch", "fetch with credentials", "fetch preflighted", "XMLHttpRequest", "iframe", "popup")
    told = read(tab, target.url + STATE, {name: READ[name] for name in ways})
    assert dict.fromkeys(ways, state) == {name: json.loads(text) for name, text in told.items()}


def test_the_emulator_s_own_page_changes(tab: Page, target: Target) -> None:
    tab.goto(f"{target.url}/_mockorders/health")
    learned = write(tab, target.url, {"fetch JSON": WRITE["fetch JSON"]})
    assert set(learned.values()) <= {200, 201, 204}
    with pytest.raises(ControlError, match="404"):
        Sandbox(target.url, "docs").info()
    assert "new" in {each["name"] for each in EmulatorClient(target.url).sandboxes()}


@pytest.mark.parametrize("way", ["form in a frame", "text form in a frame", "beacon", "fetch text", "fetch blindly"])
def test_the_emulator_s_own_page_resets(tab: Page, target: Target, way: str) -> None:
    tab.goto(f"{target.url}/_mockorders/health")
    target.asked.clear()
    tab.evaluate(TRY.replace("SCRIPT", SIMPLE[way]), [f"{target.url}/_mockorders/reset", "POST", None])
    target.wait(1)
    assert [("POST", "/_mockorders/reset", 204)] == target.asked[:1]
    assert [] == Sandbox(target.url, "docs").diff()["patch"]


# Going there

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


def go(tab: Page, way: str, url: str) -> int:
    """Lead a tab to a URL; gives the status of what it shows there."""
    with tab.expect_navigation(url=lambda there: there.startswith(url)) as navigation:
        tab.evaluate(GOING.replace("SCRIPT", GO[way]), url)
    assert navigation.value is not None
    return navigation.value.status


@pytest.mark.parametrize("home", [foreign, allowed, neighbour], ids=["foreign", "allowed", "neighbour"])
def test_one_may_go_to_the_page_from_elsewhere(tab: Page, site: int, target: Target, home: Home) -> None:
    for way in GO:
        home(tab, site, target)
        assert (way, 200) == (way, go(tab, way, f"{target.url}/_mockorders/"))
        assert "mockorders" in tab.title()


@pytest.mark.parametrize("path", [STATE, "/_mockorders/sandboxes", "/_mockorders/sandboxes/new/state"])
def test_one_may_go_nowhere_else(tab: Page, site: int, target: Target, path: str) -> None:
    before = target.picture()
    for way in GO:
        foreign(tab, site, target)
        assert (way, 403) == (way, go(tab, way, target.url + path))
    assert before == target.picture()


def test_one_may_type_any_address(tab: Page, target: Target) -> None:
    response = tab.goto(target.url + STATE)
    assert response is not None
    assert (200, Sandbox(target.url, "docs").state) == (response.status, response.json())


def test_the_page_is_shown_in_no_frame(tab: Page, site: int, target: Target) -> None:
    foreign(tab, site, target)
    tab.set_content(f"<iframe src='{target.url}/_mockorders/'></iframe>")
    assert [("GET", "/_mockorders/", 403)] == target.asked
    assert "credential" not in tab.frames[1].content()

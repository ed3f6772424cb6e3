"""The dashboard in a real Chromium: buttons, live requests, load, accessibility and screenshots."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, expect
from support.browser_dashboard import FROZEN, Dashboard
from support.processes import spawn

from mockorders import MockServer
from mockorders.client.sandbox import EmulatorClient, Sandbox

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).parents[2] / "docs/images"
TAKE = "MOCKORDERS_PICTURES"  # if set, the screenshots in docs/images/ are taken again
ORDER = "records/cratejoy/orders/75572230"
REQUESTS = 3_000
RATE = 1_000


# Buttons


def test_sandbox_is_created_opened_and_deleted(dashboard: Dashboard) -> None:
    tab = dashboard.tab
    tab.goto(f"{dashboard.url}/_mockorders/")
    tab.get_by_text("Create a sandbox").click()
    tab.get_by_label("Name").fill("shop.one")
    tab.get_by_label("Fixtures").select_option("empty")
    dashboard.press("Create sandbox")
    dashboard.done("Sandbox created.")
    assert "empty" == Sandbox(dashboard.url, "shop.one").info()["fixtures"]
    tab.get_by_text("Sandbox shop.one").click()
    tab.get_by_role("navigation", name="Sandboxes").get_by_role("link", name="docs").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Orders Cratejoy")
    tab.goto(f"{dashboard.url}/_mockorders/ui/shop.one/state")
    dashboard.press("Delete sandbox")
    dashboard.done("Sandbox deleted.")
    assert ["docs"] == [each["name"] for each in EmulatorClient(dashboard.url).sandboxes()]


def test_reset_snapshot_and_restore(dashboard: Dashboard) -> None:
    tab = dashboard.go("state")
    sandbox = dashboard.sandbox
    sandbox.patch_record("cratejoy", "orders", 75572230, {"note": "one"})
    tab.get_by_label("Name").fill("before & after")
    dashboard.press("Take snapshot")
    sandbox.patch_record("cratejoy", "orders", 75572230, {"note": "two"})
    tab.get_by_role("link", name="Compare with before & after").click()
    expect(tab.locator(".changes li li")).to_have_text('note "one" → "two"')
    dashboard.press("Restore before & after")
    dashboard.done("Snapshot restored.")
    assert "one" == sandbox.record("cratejoy", "orders", 75572230)["note"]
    dashboard.press("Reset")
    dashboard.done("Sandbox reset to its fixtures.")
    assert [] == sandbox.diff()["patch"]
    dashboard.press("Delete before & after")
    dashboard.done("Snapshot deleted.")


def test_clock_is_resumed_frozen_set_and_moved(dashboard: Dashboard) -> None:
    tab = dashboard.go("state")
    dashboard.press("Resume")
    dashboard.done("Clock set.")
    assert not dashboard.sandbox.info()["clock"]["frozen"]
    dashboard.press("Freeze")
    expect(tab.get_by_text("frozen", exact=True)).to_be_visible()
    tab.get_by_label("Freeze at").fill("2020-01-01T00:00")
    dashboard.press("Set")
    expect(tab.locator(".now time")).to_have_text("2020-01-01 00:00:00")
    dashboard.press("+ 61 seconds")
    expect(tab.locator(".now time")).to_have_text("2020-01-01 00:01:01")
    tab.get_by_label("By (negative to move back)").fill("-1")
    dashboard.press("Advance")
    expect(tab.locator(".now time")).to_have_text("2020-01-01 00:01:00")
    assert {"now": "2020-01-01T00:01:00Z", "frozen": True} == dashboard.sandbox.info()["clock"]


def test_search_is_kept_in_the_address(dashboard: Dashboard) -> None:
    tab = dashboard.go("records/cratejoy/orders")
    tab.get_by_role("searchbox", name="Search").press_sequentially("7557")
    expect(tab.locator("#results tbody tr")).to_have_count(1)
    tab.reload()
    expect(tab.get_by_role("searchbox", name="Search")).to_have_value("7557")
    expect(tab.locator("#results tbody tr")).to_have_count(1)


def test_record_is_found_edited_and_deleted(dashboard: Dashboard) -> None:
    tab = dashboard.go("records/cratejoy/orders")
    tab.get_by_role("searchbox", name="Search").press_sequentially("7557")
    expect(tab.locator("#results tbody tr")).to_have_count(1)
    tab.get_by_role("link", name="75572230").click()
    tab.get_by_role("link", name="Edit").click()
    tab.get_by_label("total", exact=True).fill("much")
    tab.get_by_label("note", exact=True).fill("Front office")
    dashboard.press("Save")
    expect(tab.locator("#f-total-error")).to_contain_text("expected an integer")
    expect(tab.get_by_label("total", exact=True)).to_be_focused()
    expect(tab.get_by_label("note", exact=True)).to_have_value("Front office")
    tab.get_by_label("total", exact=True).fill("4200")
    dashboard.press("Save")
    dashboard.done("Record saved.")
    assert 2 == len(dashboard.sandbox.diff()["patch"])
    dashboard.go("records/universe/orders/489")
    tab.get_by_role("link", name="Delete").click()
    dashboard.press("Delete order")
    dashboard.done("Record deleted.")
    assert [2, 3] == [each["id"] for each in dashboard.sandbox.records("universe", "orders")]


def test_copied_text_is_the_shown_text(dashboard: Dashboard) -> None:
    tab = dashboard.go("connect")
    for name in ("base URL of the Universe orders API", "curl for the Cratejoy Merchant API"):
        tab.get_by_role("button", name=f"Copy {name}").click()
        target = tab.get_by_role("region", name=name).inner_text()
        assert target == tab.evaluate("navigator.clipboard.readText()")


def test_token_is_requested_once(browser: Browser) -> None:
    context = browser.new_context()
    with MockServer(fixtures="docs", control_token="s3cret") as server:
        Sandbox(server.url, "docs", token="s3cret").create()
        closed = Dashboard(server.url, context)
        closed.go("state").get_by_label("Token (the value of --control-token)").fill("s3cret")
        closed.press("Open")
        expect(closed.tab.get_by_role("heading", level=1)).to_have_text("Clock & state")
        assert f"{server.url}/_mockorders/ui/docs/state" == closed.tab.url
        assert "" == closed.tab.evaluate("document.cookie")
        closed.press("Freeze")
        closed.done("Clock set.")
        closed.go("requests")
        expect(closed.tab.get_by_text("Live", exact=True)).to_be_visible()
        context.close()
    assert [] == closed.wrong


# Without a mouse, without scripts


def test_everything_is_reachable_by_keyboard(dashboard: Dashboard) -> None:
    tab = dashboard.go("records/cratejoy/orders")
    tab.keyboard.press("Tab")
    assert "Skip to content" == tab.evaluate("document.activeElement.textContent")
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert "Cratejoy 2" == tab.evaluate("document.activeElement.textContent")
    tab.keyboard.press("/")
    assert "q" == tab.evaluate("document.activeElement.id")
    tab.keyboard.type("closed")
    expect(tab.locator("#results tbody tr")).to_have_count(1)
    tab.locator("#results a").first.focus()
    tab.keyboard.press("j")
    assert "730837920" == tab.evaluate("document.activeElement.textContent")
    tab.keyboard.press("o")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Order 730837920")


def test_it_works_without_scripts(server: MockServer, browser: Browser, dashboard: Dashboard) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = Dashboard(server.url, context)
    plain.go("faults")
    plain.choose_effect("delay")
    plain.unfold("When")
    plain.tab.locator("#f-times").fill("3")
    plain.tab.get_by_label("Ms").fill("x")
    plain.press("Add fault")
    expect(plain.tab.get_by_label("Ms")).to_be_focused()
    expect(plain.tab.locator("#f-times")).to_have_value("3")
    plain.tab.get_by_label("Ms").fill("1")
    plain.press("Add fault")
    plain.done("Fault added.")
    plain.go("records/cratejoy/orders")
    plain.tab.get_by_role("searchbox").fill("closed")
    plain.press("Search")
    expect(plain.tab.locator("#results tbody tr")).to_have_count(1)
    plain.go("records/cratejoy/orders/new")
    plain.press("Add product")
    plain.tab.get_by_label("quantity").fill("3")
    plain.press("Add order")
    plain.done("Record added, with the records that it refers to.")
    plain.request()
    plain.go("requests")
    expect(plain.tab.locator("[data-rows] tr")).to_have_count(1)
    context.close()


# Live requests


@pytest.mark.slow
def test_two_tabs_show_the_same_stream(dashboard: Dashboard) -> None:
    tabs = [dashboard.go("requests"), dashboard.go("requests", dashboard.open())]
    for tab in tabs:
        expect(tab.get_by_text("No requests yet")).to_be_visible()
        expect(tab.get_by_text("Live", exact=True)).to_be_visible()
    dashboard.request(times=3)
    for tab in tabs:
        expect(tab.locator("[data-rows] tr")).to_have_count(3)
        expect(tab.get_by_text("No requests yet")).to_have_count(0)
        expect(tab.locator("#chart svg rect")).to_have_count(1)
    dashboard.sandbox.clear_requests()
    for tab in tabs:
        expect(tab.get_by_text("No requests yet")).to_be_visible()
    dashboard.request()
    for tab in tabs:
        expect(tab.locator("[data-rows] tr")).to_have_count(1)
    tabs[0].get_by_role("link", name="/orders?key=***").click()
    expect(tabs[0].get_by_role("heading", level=1)).to_have_text("GET /orders?key=***")


def test_filter_applies_to_new_requests(dashboard: Dashboard) -> None:
    tab = dashboard.go("requests")
    dashboard.request(times=2)
    tab.get_by_role("searchbox", name="Search").fill("path:/orders/latest")
    expect(tab.get_by_text("No matching requests")).to_be_visible()
    dashboard.request("/orders/latest?key=docs")
    dashboard.request()
    expect(tab.locator("[data-rows] tr")).to_have_count(1)
    assert tab.url.endswith("?q=path%3A%2Forders%2Flatest")


def test_invalid_filter_is_not_live_until_it_is_corrected(dashboard: Dashboard) -> None:
    dashboard.request("/orders/0?key=docs")
    tab = dashboard.go("requests?q=status:4x")
    expect(tab.get_by_role("alert")).to_contain_text("classes such as 4xx")
    expect(tab.get_by_role("button", name="Pause")).to_be_hidden()
    tab.get_by_role("searchbox", name="Search").fill("rejected")
    expect(tab.get_by_text("Live", exact=True)).to_be_visible()
    dashboard.request()
    dashboard.request("/orders/0?key=docs")
    expect(tab.locator("[data-rows] tr")).to_have_count(2)
    tab.get_by_role("link", name="2xx").click()
    expect(tab.get_by_role("searchbox", name="Search")).to_have_value("rejected status:2xx")
    expect(tab.locator("[data-rows] tr")).to_have_count(2)


def test_pause_stops_the_updates(dashboard: Dashboard) -> None:
    tab = dashboard.go("requests")
    dashboard.press("Pause")
    expect(tab.get_by_text("Paused", exact=True)).to_be_visible()
    dashboard.request()
    tab.wait_for_timeout(600)
    expect(tab.locator("[data-rows] tr")).to_have_count(0)
    dashboard.press("Pause")
    expect(tab.locator("[data-rows] tr")).to_have_count(1)


# Sends requests at a steady rate over ten connections from a separate process; prints the seconds it took.
FLOOD = """
import asyncio, sys, time

async def connection(port, count, rate):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    begun = time.monotonic()
    for number in range(count):
        await asyncio.sleep(max(0, begun + number / rate - time.monotonic()))
        writer.write(b"GET /orders/latest?key=docs@2 HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n")
        head = await reader.readuntil(b"\\r\\n\\r\\n")
        await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split()[0]))
    writer.close()

async def main(port, count, rate):
    begun = time.monotonic()
    await asyncio.gather(*(connection(port, count // 10, rate / 10) for _ in range(10)))
    print(time.monotonic() - begun)

asyncio.run(main(*map(int, sys.argv[1:])))
"""

# The longest time that the page's event loop was blocked, in milliseconds.
WATCH = """() => {
  let last = performance.now();
  window.longest = 0;
  window.watching = setInterval(() => {
    const now = performance.now();
    window.longest = Math.max(window.longest, now - last - 20);
    last = now;
  }, 20);
}"""


@pytest.mark.slow
@pytest.mark.timing
def test_page_stays_responsive_at_1000_requests_a_second(dashboard: Dashboard) -> None:
    tab = dashboard.go("requests")
    expect(tab.get_by_text("Live", exact=True)).to_be_visible()
    tab.evaluate(WATCH)
    port = dashboard.url.rpartition(":")[2]
    command = [sys.executable, "-c", FLOOD, port, str(REQUESTS), str(RATE)]
    with spawn(command, stdout=subprocess.PIPE) as flood:
        while flood.poll() is None:
            tab.wait_for_timeout(200)
        seconds = float(flood.communicate()[0])
    expect(tab.locator("[data-rows] a").filter(has_text="/orders").first).to_have_attribute(
        "href", f"/_mockorders/ui/docs/requests/{REQUESTS}"
    )
    rows = tab.locator("[data-rows] tr").count()
    longest = tab.evaluate("window.longest")
    print(f"{REQUESTS} requests in {seconds:.1f} s; {rows} rows; the page was held up {longest:.0f} ms at most")
    assert rows <= 200
    assert longest < 1_000
    tab.get_by_role("link", name="Faults").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Faults")


# The customer switch


@pytest.mark.parametrize("scripts", [True, False])
def test_customer_is_changed_in_the_header(dashboard: Dashboard, browser: Browser, scripts: bool) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=scripts)
    tab = dashboard.go("faults", dashboard.open_in(context))
    tab.locator("summary", has_text="Customer").click()
    tab.get_by_label("Universe customer").select_option("164")
    box = tab.locator(".switcher .menu").bounding_box()
    assert box is not None
    assert (True, True) == (box["x"] >= 0, box["x"] + box["width"] <= 360)
    tab.get_by_role("button", name="Log in", exact=True).click()
    expect(tab.get_by_role("status").filter(has_text="Customer logged in.")).to_be_visible()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Faults")
    expect(tab.locator("summary", has_text="Customer")).to_contain_text("(164)")
    assert 164 == dashboard.sandbox.info()["current_customer"]
    context.close()


def test_customer_is_changed_with_the_keyboard(dashboard: Dashboard) -> None:
    tab = dashboard.go("requests")
    tab.locator("summary", has_text="Customer").focus()
    tab.keyboard.press("Enter")
    for key in ("Tab", "1", "Tab", "Enter"):  # the list, the customer whose name begins so, the button
        tab.keyboard.press(key)
    dashboard.done("Customer logged in.")
    tab.locator("summary", has_text="Customer").press("Enter")
    tab.get_by_label("Universe customer").focus()
    tab.keyboard.press("Escape")
    expect(tab.get_by_label("Universe customer")).to_be_hidden()
    expect(tab.locator("summary", has_text="Customer")).to_be_focused()


def test_customer_page_logs_in_and_out(dashboard: Dashboard) -> None:
    dashboard.go("records/universe/customers/1")
    dashboard.press("Log in as this customer")
    dashboard.done("Customer logged in.")
    assert 1 == dashboard.sandbox.info()["current_customer"]
    dashboard.tab.locator("main").get_by_role("button", name="Log out").click()
    dashboard.done("Logged out.")
    assert dashboard.sandbox.info()["current_customer"] is None


# Appearance


def busy(dashboard: Dashboard) -> None:
    """Fill the sandbox with data to show, always the same."""
    sandbox = dashboard.sandbox
    sandbox.create(fixtures="default", clock=FROZEN)
    paths = ["/orders?key=docs", "/orders/489?key=docs@164", "/nowhere?key=docs", "/orders/latest?key=docs@164"]
    for number in range(24):
        with_trouble = urllib.request.Request(dashboard.url + paths[number * 7 % 4])
        if number % 9 == 4:
            with_trouble.add_header("X-Mockorders-Fault", "status=503")
        try:
            urllib.request.urlopen(with_trouble).close()
        except urllib.error.HTTPError as error:
            error.close()
        sandbox.clock.advance(seconds=number % 3)
    sandbox.patch_record("cratejoy", "orders", 75572230, {"note": "Front office"})
    sandbox.fault("delay", ms=200, api="cratejoy", times=3)
    sandbox.fault("status", status=503, method="POST", stage="after", probability=0.5)
    sandbox.snapshot("before the sale")


PAGES = {
    "sandboxes": "../../",
    "orders": "records/cratejoy/orders",
    "order": ORDER,
    "requests": "requests",
    "request": "requests/3",
    "edit-request": "requests/3/edit",
    "rejections": "requests/rejections",
    "comparison": "requests/compare?a=3&b=4",
    "history": f"{ORDER}/history",
    "search": "requests?q=statsu:4xx",
    "edit-fault": "faults/1/edit",
    "faults": "faults?effect=delay",
    "state": "state",
    "connect": "connect",
    "edit": f"{ORDER}/edit",
    "universe edit": "records/universe/orders/489/edit",
    "new": "records/universe/orders/new",
    "delete": "records/cratejoy/customers/586402305/delete",
    "customer": "records/universe/customers/164",
    "rules": "../../pages/rules",
    "openapi": "../../pages/openapi",
    "metrics": "../../pages/metrics",
    "missing": "records/cratejoy/orders/1",
}
SIMILAR = {"universe edit", "new", "delete", "customer", "openapi", "metrics", "missing"}  # to other pages
VARIANTS = [
    (1280, "light", [name for name in PAGES if name not in SIMILAR]),
    pytest.param(360, "dark", list(PAGES), marks=pytest.mark.slow),
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
SERIOUS = {"serious", "critical"}


@pytest.mark.parametrize(("width", "scheme", "names"), VARIANTS)
def test_pages_are_accessible(dashboard: Dashboard, width: int, scheme: Any, names: list[str]) -> None:
    busy(dashboard)
    dashboard.tab.emulate_media(color_scheme=scheme)
    dashboard.tab.set_viewport_size({"width": width, "height": 800})
    found = []
    for name in names:
        violations = Axe().run(dashboard.go(PAGES[name]), options=RULES).response["violations"]
        found += [(name, each["id"], each["nodes"][0]["html"]) for each in violations if each["impact"] in SERIOUS]
    assert [] == found


def test_no_page_is_wider_than_the_window(dashboard: Dashboard) -> None:
    busy(dashboard)
    for name, path in PAGES.items():
        tab = dashboard.go(path)
        for width in (360, 768, 1920):
            tab.set_viewport_size({"width": width, "height": 800})
            assert (name, width) == (name, tab.evaluate("document.documentElement.scrollWidth"))


@pytest.mark.skipif(TAKE not in os.environ, reason=f"takes pictures for docs/images/ where {TAKE} is set")
@pytest.mark.parametrize("name", ["orders", "order", "requests", "request", "faults", "state"])
def test_pictures_are_taken(dashboard: Dashboard, name: str) -> None:
    busy(dashboard)
    dashboard.tab.emulate_media(color_scheme="light", reduced_motion="reduce")
    tab = dashboard.go(PAGES[name])
    tab.wait_for_timeout(500)
    file = PICTURES / f"dashboard-{name}.png"
    tab.screenshot(path=file, clip={"x": 0, "y": 0, "width": 1280, "height": 720})
    assert file.stat().st_size < 150_000

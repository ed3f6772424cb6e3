"""Repeating, comparing and following in a real Chromium, with and without scripts."""

import pytest
from playwright.sync_api import Browser, expect
from support.browser_dashboard import Dashboard

pytestmark = pytest.mark.browser

ORDER = "records/universe/orders/489"


@pytest.mark.parametrize("scripts", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_request_is_found_repeated_edited_compared_and_followed(
    dashboard: Dashboard, browser: Browser, scripts: bool
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=scripts)
    dashboard.request("/orders/489?key=docs@164")
    dashboard.request("/orders/0?key=docs@164")
    tab = dashboard.go("requests?q=rejected", dashboard.open_in(context))
    tab.locator("[data-rows] a").click()
    tab.get_by_role("button", name="Repeat", exact=True).click()
    expect(tab.get_by_role("status").filter(has_text="Request repeated.")).to_be_visible()
    tab.get_by_role("link", name="Edit and repeat").click()
    tab.get_by_label("Path and query").fill("/orders/489?key=docs@164")
    tab.get_by_role("button", name="Send", exact=True).click()
    expect(tab.get_by_text("repeats request 3")).to_be_visible()
    tab.get_by_role("button", name="Pin").click()
    tab.get_by_label("Compare with").select_option("3")
    tab.get_by_role("button", name="Compare").click()
    expect(tab.get_by_role("row", name="path /orders/489 /orders/0")).to_be_visible()
    dashboard.go(f"{ORDER}/history", tab)
    expect(tab.locator(".history .read")).to_have_count(2)
    context.close()


def test_history_is_updated_and_keeps_the_focus(dashboard: Dashboard) -> None:
    dashboard.request("/orders/489?key=docs@164")
    tab = dashboard.go(f"{ORDER}/history")
    tab.locator(".history .read a").focus()
    dashboard.sandbox.patch_record("universe", "orders", 489, {"completed": False})
    dashboard.request("/orders/489?key=docs@164")
    expect(tab.locator(".history .read")).to_have_count(2)
    expect(tab.locator(".history .read a").first).to_be_focused()
    expect(tab.locator(".history .properties")).to_contain_text("completed")

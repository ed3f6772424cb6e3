"""The dashboard with keys only, and clicks on rows, in a real Chromium."""

import pytest
from playwright.sync_api import Page, expect
from support.browser_dashboard import Dashboard

pytestmark = pytest.mark.browser


def focused(tab: Page) -> str:
    """Return the text of the element with the focus."""
    return str(tab.evaluate("document.activeElement.textContent"))


def test_rows_are_visited_and_opened_with_keys(dashboard: Dashboard) -> None:
    tab = dashboard.go("records/cratejoy/orders")
    for key, text in (("j", "730837920"), ("j", "75572230"), ("j", "75572230"), ("k", "730837920")):
        tab.keyboard.press(key)
        assert (key, text) == (key, focused(tab))
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Order 730837920")


def test_keys_in_a_field_are_text(dashboard: Dashboard) -> None:
    tab = dashboard.go("records/cratejoy/orders")
    tab.keyboard.press("/")
    tab.keyboard.type("jo/?")
    expect(tab.get_by_role("searchbox")).to_have_value("jo/?")


def test_shortcuts_are_listed_and_turned_off(dashboard: Dashboard) -> None:
    tab = dashboard.go("records/cratejoy/orders")
    tab.keyboard.press("?")
    expect(tab.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    tab.get_by_label("Use shortcuts of a single key").uncheck()
    tab.keyboard.press("Escape")
    tab.keyboard.press("j")
    assert "730837920" != focused(tab)
    tab.get_by_role("button", name="Keyboard shortcuts").click()
    tab.get_by_label("Use shortcuts of a single key").check()
    tab.get_by_role("button", name="Close").click()
    tab.keyboard.press("j")
    assert "730837920" == focused(tab)


def test_a_click_on_a_row_opens_it(dashboard: Dashboard) -> None:
    tab = dashboard.go("records/cratejoy/orders")
    tab.get_by_role("cell", name="Grace Holloway").first.click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Order 730837920")


def test_live_updates_keep_the_focus(dashboard: Dashboard) -> None:
    dashboard.request()
    tab = dashboard.go("requests")
    expect(tab.get_by_text("Live", exact=True)).to_be_visible()
    legend = tab.get_by_role("link", name="2xx").first
    legend.focus()
    dashboard.request()
    expect(tab.locator("[data-rows] tr")).to_have_count(2)
    expect(tab.locator("#chart figcaption")).to_contain_text("2xx 2")
    expect(tab.get_by_role("link", name="2xx").first).to_be_focused()

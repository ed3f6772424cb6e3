"""The page of faults in a real Chromium."""

import pytest
from playwright.sync_api import expect
from support.browser_dashboard import Dashboard

pytestmark = pytest.mark.browser


def test_fault_is_added_triggered_and_deleted(dashboard: Dashboard) -> None:
    tab = dashboard.go("faults")
    dashboard.choose_effect("delay")
    expect(tab.get_by_role("group", name="Effect: delay")).to_be_visible()
    tab.get_by_label("Lognormal median").fill("x")
    dashboard.press("Add fault")
    expect(tab.get_by_label("Lognormal median")).to_be_focused()
    expect(tab.get_by_label("Lognormal median")).to_have_attribute("aria-invalid", "true")
    expect(tab.locator("#f-delay-effect-lognormal-median-error")).to_contain_text("expected a number")
    dashboard.choose_effect("status")
    tab.get_by_role("textbox", name="status", exact=True).fill("200")
    dashboard.unfold("Which requests")
    tab.locator("#f-match-path").fill("/orders")
    dashboard.press("Add fault")
    dashboard.done("Fault added.")
    tab.get_by_role("button", name="Pause fault 1: status").focus()
    dashboard.request()
    expect(tab.locator(".fault .hits")).to_have_text("1 hit")
    expect(tab.get_by_role("button", name="Pause fault 1: status")).to_be_focused()
    tab.keyboard.press("Enter")
    dashboard.done("Fault paused.")
    dashboard.press("Remove fault 1: status")
    dashboard.done("Fault removed.")
    assert [] == dashboard.sandbox.faults()


def test_page_counts_what_is_typed(dashboard: Dashboard) -> None:
    dashboard.request(times=2)
    tab = dashboard.go("faults?effect=reset")
    expect(tab.locator("#would")).to_have_text("Of 2 requests in the journal, 2 match.")
    dashboard.unfold("Which requests")
    tab.locator("#f-match-path").press_sequentially("/v1/*")
    expect(tab.locator("#would")).to_have_text("Of 2 requests in the journal, 0 match.")
    expect(tab.locator("#f-match-path")).to_be_focused()


def test_another_effect_keeps_what_was_typed_and_the_focus(dashboard: Dashboard) -> None:
    tab = dashboard.go("faults?effect=status")
    dashboard.unfold("Which requests")
    dashboard.unfold("When")
    tab.locator("#f-match-path").fill("/orders/*")
    tab.locator("#f-times").fill("3")
    tab.get_by_role("textbox", name="status", exact=True).fill("503")
    tab.get_by_role("radio", name="status").focus()
    tab.keyboard.press("ArrowRight")
    expect(tab.get_by_role("radio", name="delay")).to_be_focused()
    expect(tab.get_by_role("group", name="Effect: delay")).to_be_visible()
    expect(tab.get_by_role("group", name="Effect: status")).to_be_hidden()
    tab.get_by_label("Ms").fill("1")
    tab.locator("#f-match-path").fill("/orders*")
    dashboard.press("Add fault")
    (fault,) = dashboard.sandbox.faults()
    assert ({"type": "delay", "ms": 1}, {"path": "/orders*"}, 3) == (fault["effect"], fault["match"], fault["times"])


def test_fault_form_survives_a_reload_and_a_visit_to_another_page(dashboard: Dashboard) -> None:
    tab = dashboard.go("faults")
    dashboard.choose_effect("drift")
    dashboard.unfold("Which requests")
    dashboard.unfold("When")
    tab.get_by_label("Pointer").fill("/id")
    tab.locator("#f-times").fill("3")
    tab.locator("#f-match-path").fill("/orders/*")
    tab.locator("#f-match-path").blur()
    for leave in (tab.reload, lambda: (dashboard.go("state"), tab.go_back())):
        leave()
        expect(tab.get_by_role("radio", name="drift")).to_be_checked()
        expect(tab.get_by_label("Pointer")).to_have_value("/id")
        expect(tab.locator("#f-times")).to_have_value("3")
        expect(tab.locator("#f-match-path")).to_have_value("/orders/*")

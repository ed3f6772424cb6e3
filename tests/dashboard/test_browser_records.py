"""Records in a real Chromium: nested forms, unsaved changes, suggestions, and work without a mouse."""

import pytest
from playwright.sync_api import expect
from support.browser_dashboard import Dashboard

pytestmark = pytest.mark.browser

ORDER = "records/cratejoy/orders/75572230"


def test_elements_are_added_in_place_and_saved(dashboard: Dashboard) -> None:
    tab = dashboard.go(f"{ORDER}/edit")
    tab.get_by_label("note", exact=True).fill("typed before")
    dashboard.press("Add coupon")
    expect(tab.locator("#f-coupons-0-id")).to_be_focused()
    expect(tab.get_by_label("note", exact=True)).to_have_value("typed before")
    tab.locator("#f-coupons-0-id").fill("7")
    tab.locator("#f-coupons-0-coupon_id").select_option("2001")
    tab.locator("#f-coupons-0-code_used").fill("SPRING")
    dashboard.press("Save")
    dashboard.done("Record saved.")
    order = dashboard.sandbox.record("cratejoy", "orders", 75572230)
    assert ("typed before", [{"id": 7, "coupon_id": 2001, "code_used": "SPRING"}]) == (order["note"], order["coupons"])


def test_changed_fields_are_marked_and_leaving_is_confirmed(dashboard: Dashboard) -> None:
    tab = dashboard.go(f"{ORDER}/edit")
    field = tab.locator(".field", has=tab.locator("#f-status"))
    tab.locator("#f-status").select_option("closed")
    expect(field).to_have_class("field changed")
    dialogs: list[str] = []
    tab.once("dialog", lambda dialog: dialogs.append(dialog.type))
    tab.get_by_role("link", name="Cancel").click()
    tab.wait_for_url(f"**/{ORDER}")
    assert ["beforeunload"] == dialogs
    tab.go_back()
    tab.locator("#f-status").select_option("closed")
    tab.locator("#f-status").select_option("open")
    expect(field).to_have_class("field")


def test_customer_of_many_is_found_by_name(dashboard: Dashboard) -> None:
    dashboard.sandbox.create(fixtures="default")
    tab = dashboard.go("records/universe/orders/new")
    tab.get_by_label("customer", exact=True).press_sequentially("jackson")
    option = tab.locator("#f-customer_id-list option").first
    expect(option).to_have_text("Joe Jackson (164)")
    tab.get_by_label("customer", exact=True).fill("164")
    dashboard.press("Add order")
    dashboard.done("Record added.")
    assert 164 == dashboard.sandbox.records("universe", "orders")[-1]["customer_id"]


def test_current_customer_of_many_is_found_by_name(dashboard: Dashboard) -> None:
    customers = [{"id": number, "last_name": f"Number{number}"} for number in range(1_000, 1_120)]
    dashboard.sandbox.add_records({"universe": {"customers": customers}})
    tab = dashboard.go("faults")
    tab.locator("summary", has_text="Customer").click()
    tab.get_by_label("Another customer").press_sequentially("number1101")
    expect(tab.locator("#other-universe-list option")).to_have_text("Number1101 (1101)")
    tab.get_by_label("Another customer").fill("1101")
    tab.get_by_label("Another customer").press("Enter")
    dashboard.done("Customer logged in.")
    assert 1_101 == dashboard.sandbox.info()["current_customer"]

"""The customer switch of the dashboard, and the customers of requests."""

import re
from html import unescape
from typing import Any

import pytest
from support.dashboard import form_of, post
from support.emulator import RunningEmulator, basic
from support.universe import ids

LOG_IN = "/ui/docs/customer"
CUSTOMERS = "/ui/docs/records/universe/customers"


async def header(emulator: RunningEmulator, path: str = "/ui/docs/requests") -> str:
    """Return the header of a page."""
    return (await emulator.control("GET", path)).text.partition("<main")[0]


async def current(emulator: RunningEmulator) -> Any:
    return (await emulator.control("GET", "/sandboxes/docs")).json["current_customer"]


def shown(head: str) -> str:
    """Return the current customer that a header shows."""
    (text,) = re.findall(r'<span class="label">Customer</span> <bdi>([^<]*)</bdi>', head)
    return unescape(text)


async def test_header_shows_the_current_customer_and_the_others(docs: RunningEmulator) -> None:
    head = await header(docs)
    options = re.findall(r'<option value="(\d+)"( selected)?>', head)
    assert ("Maria Santos (2)", [("1", ""), ("2", " selected"), ("164", "")]) == (shown(head), options)


async def test_header_shows_that_no_customer_is_logged_in(docs: RunningEmulator) -> None:
    await post(docs, LOG_IN, customer="")
    assert "logged out" == shown(await header(docs))


async def test_header_shows_an_unknown_customer(docs: RunningEmulator) -> None:
    await docs.control("PUT", "/sandboxes/docs", json={"fixtures": {"extends": "docs", "current_customer": 999}})
    assert "999, unknown" == shown(await header(docs))


async def test_switch_has_the_first_hundred_customers_and_a_link_to_all(docs: RunningEmulator) -> None:
    customers = [{"id": number, "first_name": "x" * 500} for number in range(1, 151)]
    await docs.control("PUT", "/sandboxes/docs", json={"fixtures": {"universe": {"customers": customers}}})
    head = await header(docs)
    labels = re.findall(r"<option value[^>]*>([^<]*)", head)
    assert (100, f"{'x' * 60}… (100)") == (len(labels), labels[-1])
    assert f'<a href="/_mockorders{CUSTOMERS}">The first 100 of 150 customers</a>' in head


async def test_sandbox_without_customers_has_no_choices(docs: RunningEmulator) -> None:
    await docs.control("PUT", "/sandboxes/docs", json={"fixtures": {"current_customer": None}})
    head = await header(docs)
    assert ("logged out", False) == (shown(head), "<select" in head)


@pytest.mark.parametrize("path", ["/", "/ui/_/requests", "/ui/nobody/requests"])
async def test_page_without_a_sandbox_has_no_switch(docs: RunningEmulator, path: str) -> None:
    assert 'class="label">Customer' not in await header(docs, path)


async def test_switch_logs_in_and_returns_to_the_page(docs: RunningEmulator) -> None:
    reply = await post(docs, LOG_IN, customer="164", page="/_mockorders/ui/docs/faults")
    assert (303, "/_mockorders/ui/docs/faults?notice=logged-in") == (reply.status, reply.headers["Location"])
    assert (164, [489]) == (await current(docs), await ids(docs, "/orders", "docs"))


async def test_switch_logs_out_and_returns_to_the_page(docs: RunningEmulator) -> None:
    reply = await post(docs, LOG_IN, customer="", page="/_mockorders/ui/docs/faults")
    assert (303, "/_mockorders/ui/docs/faults?notice=logged-out") == (reply.status, reply.headers["Location"])
    assert await current(docs) is None


@pytest.mark.parametrize(
    "page",
    [
        "",
        "/",
        "//evil.example/",
        "https://evil.example/",
        "/_mockorders/ui/other/faults",
        "/_mockorders/ui/docsx/faults",
        "/_mockorders/ui/docs/a\r\nX: y",
        "/_mockorders/ui/docs/a?b=c",
        "/_mockorders/ui/docs/é",
    ],
)
async def test_only_pages_of_the_sandbox_are_returned_to(docs: RunningEmulator, page: str) -> None:
    reply = await post(docs, LOG_IN, customer="164", page=page)
    assert (303, "/_mockorders/ui/docs?notice=logged-in") == (reply.status, reply.headers["Location"])


async def test_rejected_form_of_another_page_returns_to_the_sandbox(docs: RunningEmulator) -> None:
    """A page that answers a POST has an address that cannot be shown again."""
    page = (await post(docs, "/ui/docs/state/clock", now="noon")).text
    (field,) = set(re.findall(r'name="page" value="([^"]*)"', page))
    assert "" == field


@pytest.mark.parametrize("customer", ["999", "x", "1.5", "-1", "9" * 60, "1 2", "null"])
async def test_unknown_customer_is_rejected(docs: RunningEmulator, customer: str) -> None:
    reply = await post(docs, LOG_IN, customer=customer)
    assert (422, True, 2) == (reply.status, "current_customer: expected" in reply.text, await current(docs))


async def test_unknown_sandbox_is_404(docs: RunningEmulator) -> None:
    assert 404 == (await post(docs, "/ui/nobody/customer", customer="1")).status


async def test_page_of_a_customer_logs_in_and_out(docs: RunningEmulator) -> None:
    text = (await docs.control("GET", f"{CUSTOMERS}/164")).text
    assert "Log in as this customer" in text
    await post(docs, LOG_IN, **form_of(text))
    assert 164 == await current(docs)
    text = (await docs.control("GET", f"{CUSTOMERS}/164")).text
    assert "Log in as this customer" not in text
    await post(docs, LOG_IN, **{**form_of(text), "customer": ""})
    assert await current(docs) is None


@pytest.mark.parametrize("path", ["universe/orders/489", "cratejoy/customers/586402305"])
async def test_other_records_have_no_login(docs: RunningEmulator, path: str) -> None:
    text = (await docs.control("GET", f"/ui/docs/records/{path}")).text
    assert "Log in as this customer" not in text


# The customers of requests


@pytest.mark.parametrize(
    ("target", "headers", "shown"),
    [
        ("/orders?key=docs", {}, ("2 by sandbox", "the sandbox, as it selects nobody itself")),
        ("/orders?key=docs@164", {}, ("164 by credential", "the end of its credential")),
        ("/orders?key=docs", {"Cookie": "mockorders_customer=164"}, ("164 by cookie", "its cookie")),
        ("/orders?key=docs", {"Authorization": "Bearer x"}, ("nobody by bearer", "its bearer token")),
        ("/v1/orders/", basic("docs"), ("", "")),
    ],
)
async def test_requests_show_their_customer(
    docs: RunningEmulator, target: str, headers: dict[str, str], shown: tuple[str, str]
) -> None:
    customer, reason = shown
    await docs.request("GET", target, headers=headers)
    listed = (await docs.control("GET", "/ui/docs/requests")).text.partition("<tbody data-rows>")[2]
    assert f'<td class="extra">{customer or chr(0x2013)}</td>' in listed.partition("</tr>")[0]
    page = (await docs.control("GET", "/ui/docs/requests/2")).text
    assert ([reason] if reason else []) == re.findall("selected by ([^<]*)</span>", page)
    link = f'/records/universe/customers/{customer.partition(" ")[0]}">'
    assert customer[:1].isdigit() == (link in page.partition("selected by")[0].rpartition("<p class")[2])

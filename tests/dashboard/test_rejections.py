"""Rejected requests by rule, and the comparison of two requests."""

import re
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.emulator import RunningEmulator
from support.faults import fault
from support.journal import fill

from mockorders.dashboard.comparison import _leaves
from mockorders.formats import pointer


async def page(emulator: RunningEmulator, path: str) -> str:
    """Return the main part of a page without tags."""
    reply = await emulator.control("GET", f"/ui/docs/requests{path}")
    assert 200 == reply.status
    main = re.sub("<[^>]*>", " ", reply.text.partition("<main")[2].partition("</main>")[0])
    return unescape(" ".join(main.split()))


async def test_rejections_are_grouped_by_rule(emulator: RunningEmulator) -> None:
    await fill(emulator)
    for identifier in (1, 2, 3):
        await emulator.cratejoy("GET", f"/orders/{identifier}/")
    text = await page(emulator, "/rejections")
    names = re.findall(r"(\S+) Show (\d+) requests?", text)
    assert [("cratejoy.not-found", "4"), ("http.no-route", "1")] == names
    group = text.partition("http.no-route")[0]
    assert re.search("First [0-9:]+ GET /v1/orders/1/ Last [0-9:]+ GET /v1/orders/3/", group)
    assert re.search("Once [0-9:]+ GET /nothing", text)


async def test_rejection_has_the_message_and_the_documented_sentence(emulator: RunningEmulator) -> None:
    await emulator.universe("/orders/0", "docs@2")
    text = await page(emulator, "/rejections")
    explained = (await emulator.control("GET", "/sandboxes/docs/requests/1/explain")).json["rejection"]
    assert explained["messages"][0] in text
    assert explained["sentence"] in text


async def test_group_links_to_its_requests(emulator: RunningEmulator) -> None:
    await fill(emulator)
    text = (await emulator.control("GET", "/ui/docs/requests/rejections")).text
    link = re.search(r'href="/_mockorders(/ui/docs/requests\?q=rejected[^"]+no-route)"', text)
    assert link is not None
    listed = (await emulator.control("GET", link[1])).text
    assert ["4"] == re.findall(r'data-request="(\d+)"', listed)


async def test_page_without_rejections_leads_on(docs: RunningEmulator) -> None:
    assert "No request was rejected" in await page(docs, "/rejections")


# Comparison


async def differences(emulator: RunningEmulator, first: int, second: int) -> dict[str, tuple[str, str]]:
    """Return the fields that the page shows with their values."""
    text = (await emulator.control("GET", f"/ui/docs/requests/compare?a={first}&b={second}")).text
    rows = re.findall(r'<th scope="row"><bdi>(.*?)</bdi></th><td>(.*?)</td><td>(.*?)</td>', text, re.DOTALL)
    plain = [[unescape(re.sub("<[^>]*>", "", each)) for each in row] for row in rows]
    return {name: (one, other) for name, one, other in plain}


async def test_requests_are_compared_field_by_field(emulator: RunningEmulator) -> None:
    await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "a"})
    await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "b"}, headers={"X-Test": "1"})
    expected = {
        "request header X-Test": (NOTHING, "1"),
        "request body /note": ("a", "b"),
        "response body /note": ("a", "b"),
    }
    assert expected == await differences(emulator, 1, 2)


async def test_customer_query_status_fault_and_rule_are_compared(emulator: RunningEmulator) -> None:
    await emulator.universe("/orders/489", "docs@164")
    await fault(emulator, {"type": "status", "status": 418}, times=1)
    await emulator.universe("/orders/0?x=1", "docs@1")
    await emulator.universe("/orders/0", "docs@1")
    found = await differences(emulator, 1, 2)
    assert ("/orders/489", "/orders/0") == found["path"]
    assert ("164", "1") == found["customer /id"]
    assert ("200", "418") == found["status"]
    assert (NOTHING, "status") == found["fault"]
    assert (NOTHING, "1") == found["query /x"]
    assert "rejected by" in await differences(emulator, 1, 3)


async def test_equal_requests_do_not_differ(docs: RunningEmulator) -> None:
    await docs.universe("/orders", key="docs")
    assert "Nothing differs;" in await page(docs, "/compare?a=1&b=2")


async def test_long_comparison_is_short(emulator: RunningEmulator) -> None:
    for value in (1, 2):
        await emulator.cratejoy("PUT", "/orders/75572230/", json={str(name): value for name in range(3_000)})
    reply = await emulator.control("GET", "/ui/docs/requests/compare?a=1&b=2")
    assert "3,000 fields differ, the first 100 are shown" in " ".join(reply.text.split())
    assert len(reply.body) < 100_000


@pytest.mark.parametrize("query", ["", "?a=1", "?a=1&b=9"])
async def test_comparison_with_an_unknown_request_is_404(docs: RunningEmulator, query: str) -> None:
    assert 404 == (await docs.control("GET", f"/ui/docs/requests/compare{query}")).status


async def test_request_page_offers_requests_to_the_same_route_first(emulator: RunningEmulator) -> None:
    await fill(emulator)
    text = (await emulator.control("GET", "/ui/docs/requests/1")).text
    offered = re.findall(r'<option value="(\d+)"', text.partition('id="b"')[2].partition("</select>")[0])
    assert ["8", "3", "7", "6", "5", "4", "2"] == offered


NOTHING = "\N{EN DASH}"
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(VALUES)
def test_every_leaf_has_its_pointer(value: Any) -> None:
    for name, _ in _leaves("x", value):
        assert pointer.find(value, name.removeprefix("x").removeprefix(" "))

"""The page of requests: search, chart, and what is not shown."""

import re

import pytest
from support.emulator import RunningEmulator

from mockorders.sandbox.journal import MAX_ENTRIES


async def test_requests_are_filtered_by_outcome(docs: RunningEmulator) -> None:
    await docs.universe("/orders/0", key="docs")
    text = (await docs.control("GET", "/ui/docs/requests?q=status:rejected,5xx")).text
    assert ["2"] == re.findall(r'/requests/(\d+)"><bdi>', text)
    assert "1 of 2 requests matches" in text


async def test_invalid_filter_has_no_live_stream(docs: RunningEmulator) -> None:
    text = (await docs.control("GET", "/ui/docs/requests?q=status:4x")).text
    assert "data-live=" not in text
    assert 'id="q-error">status: expected codes, classes such as 4xx' in text


async def test_legend_of_the_chart_filters_by_class(docs: RunningEmulator) -> None:
    await docs.universe("/nothing", key="docs")
    text = (await docs.control("GET", "/ui/docs/requests?q=api:universe")).text
    links = re.findall(r'class="key k\w+" id="key-\w+" href="([^"]+)"', text)
    path = "/_mockorders/ui/docs/requests?q=api%3Auniverse+status%3A"
    assert [f"{path}2xx", f"{path}4xx"] == links


async def test_chosen_class_of_the_legend_is_a_link_to_all(docs: RunningEmulator) -> None:
    text = (await docs.control("GET", "/ui/docs/requests?q=path:/orders+status:2xx")).text
    assert 'href="/_mockorders/ui/docs/requests?q=path%3A%2Forders" aria-current="true"' in text


async def test_requests_page_says_what_is_not_shown(docs: RunningEmulator) -> None:
    for _ in range(MAX_ENTRIES + 1):
        await docs.universe("/orders", key="docs")
    text = " ".join((await docs.control("GET", "/ui/docs/requests")).text.split())
    assert "1,000 of 1,000 requests in the journal; the latest 100 are shown." in text
    assert "2 older ones were evicted: the journal holds the last 1,000, or fewer with long bodies." in text


@pytest.mark.parametrize(
    ("query", "expected"), [("from=1-1", "2"), ("from=1-1&q=rejected", "1"), ("from=1-3", "0"), ("from=9-1", "0")]
)
async def test_new_requests_are_counted(docs: RunningEmulator, query: str, expected: str) -> None:
    await docs.universe("/orders/0", key="docs")
    await docs.universe("/orders", key="docs")
    reply = await docs.control("GET", f"/ui/docs/requests/unseen?{query}")
    assert (200, expected) == (reply.status, reply.text)


@pytest.mark.parametrize("now", ["0001-01-01T00:00:00Z", "1970-01-01", "9999-12-31T23:59:59Z"])
async def test_chart_works_at_the_limits_of_time(docs: RunningEmulator, now: str) -> None:
    await docs.control("PUT", "/sandboxes/docs/clock", json={"now": now, "frozen": True})
    await docs.universe("/orders", key="docs")
    text = (await docs.control("GET", "/ui/docs/requests")).text
    assert 2 == text.count("<rect ")
    assert re.findall(r'<th scope="row">(.{19})</th><td', text)

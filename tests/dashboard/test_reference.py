"""The pages about the whole server: rules, endpoints and metrics."""

import re
from html import unescape
from itertools import chain

import pytest
from support.dashboard import Reader
from support.emulator import RunningEmulator, Start

from mockorders.apis import discover
from mockorders.rules import CORE


async def rule_names(emulator: RunningEmulator, query: str) -> list[str]:
    """Return the rules on the page, in order."""
    text = (await emulator.control("GET", f"/pages/rules?{query}")).text
    return re.findall(r'<div id="rule-([^"]+)">', text)


async def test_all_rules_are_listed_once(emulator: RunningEmulator) -> None:
    names = await rule_names(emulator, "")
    rules = chain(CORE, *(api.rules for api in discover()))
    assert sorted(rule.name for rule in rules) == sorted(names)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=sandbox.watch", ["sandbox.watch"]),
        ("q=JSONP&api=universe&evidence=assumed", []),
        ("q=%3Cno+such+rule%3E", []),
        ("api=emulator&q=X-Mockorders-Fault&evidence=documented", []),
    ],
)
async def test_rules_are_searched_and_filtered(emulator: RunningEmulator, query: str, names: list[str]) -> None:
    found = await rule_names(emulator, query)
    assert names == [name for name in found if name in names]
    assert len(found) < 20


async def test_endpoints_are_those_that_are_emulated(emulator: RunningEmulator) -> None:
    text = unescape((await emulator.control("GET", "/pages/openapi")).text)
    shown = re.findall("<code>([A-Z?]+ /[^<]*)</code>", text)
    expected = chain.from_iterable(map(api.endpoint, api.routes) for api in discover())
    assert [] == [each for each in expected if each not in shown]
    assert "endpoints of the real service are not emulated" in text


async def test_links_to_documents_exist(emulator: RunningEmulator) -> None:
    page = Reader((await emulator.control("GET", "/pages/openapi")).text)
    links = [each for each in page.addresses if each.startswith("/_mockorders/")]
    replies = [await emulator.request("GET", each) for each in links]
    assert [] == [link for link, reply in zip(links, replies, strict=True) if reply.status != 200]


async def test_metrics_are_shown_with_labels(start: Start) -> None:
    emulator = await start()
    await emulator.universe("/orders", key="docs")
    text = (await emulator.control("GET", "/pages/metrics")).text
    assert "<dt>api universe, route /orders, method GET, status 200</dt>" in text
    assert "_bucket" not in text


@pytest.mark.parametrize("name", ["rules", "openapi", "metrics"])
async def test_pages_lead_back_and_to_each_other(emulator: RunningEmulator, name: str) -> None:
    text = (await emulator.control("GET", f"/pages/{name}")).text
    page = Reader(text)
    assert {"/_mockorders/", "/_mockorders/pages/rules", "/_mockorders/pages/metrics"} <= set(page.addresses)
    assert f'/pages/{name}" aria-current="page"' in text


async def test_pages_need_the_token(start: Start) -> None:
    emulator = await start(control_token="s3cret")
    assert 401 == (await emulator.control("GET", "/pages/rules", headers={"Accept": "text/html"})).status

"""Faults in one click, on the page of faults and on that of a request."""

import re
from html import unescape
from typing import Any

import pytest
from aiohttp import ClientError
from support.dashboard import Fields, post
from support.emulator import RunningEmulator

from mockorders.dashboard.fault_presets import PRESETS

LOGIN = "Please log in to access your online benefits."


async def add(docs: RunningEmulator, preset: str, **fields: str) -> list[dict[str, Any]]:
    """Press the button of a preset; return the faults."""
    assert 303 == (await post(docs, "/ui/docs/faults", preset=preset, **fields)).status
    return list((await docs.control("GET", "/sandboxes/docs/faults")).json["faults"])


async def test_page_offers_every_preset_with_its_explanation(docs: RunningEmulator) -> None:
    text = unescape((await docs.control("GET", "/ui/docs/faults")).text)
    assert list(PRESETS) == re.findall(r'<button name="preset" value="([^"]+)"', text)
    assert all(preset.explanation in text for preset in PRESETS.values())


async def test_server_error_is_500_in_the_format_of_each_api(docs: RunningEmulator) -> None:
    await add(docs, "server-error")
    universe = await docs.universe("/orders", key="docs")
    cratejoy = await docs.cratejoy("GET", "/v1/orders/")
    assert (500, "error") == (universe.status, universe.json["status"])
    assert (500, ["errors"]) == (cratejoy.status, list(cratejoy.json))


async def test_slow_delays_by_three_seconds(docs: RunningEmulator) -> None:
    (fault,) = await add(docs, "slow")
    assert {"type": "delay", "ms": 3000} == fault["effect"]


async def test_offline_is_a_network_error(docs: RunningEmulator) -> None:
    await add(docs, "offline")
    with pytest.raises(ClientError):
        await docs.universe("/orders", key="docs")


async def test_broken_json_is_200_and_cannot_be_parsed(docs: RunningEmulator) -> None:
    await add(docs, "broken-json")
    reply = await docs.universe("/orders", key="docs")
    assert 200 == reply.status
    with pytest.raises(ValueError, match="Expecting"):
        reply.json  # noqa: B018 - parses the body


async def test_rate_limit_rejects_the_eleventh_request_of_a_minute(docs: RunningEmulator) -> None:
    await add(docs, "rate-limit")
    assert [200] * 10 + [429] == [(await docs.universe("/orders", key="docs")).status for _ in range(11)]


async def test_log_out_is_the_response_of_each_api_to_a_missing_login(docs: RunningEmulator) -> None:
    await add(docs, "log-out")
    universe = await docs.universe("/orders", key="docs@164")
    cratejoy = await docs.cratejoy("GET", "/v1/orders/")
    assert (200, {"status": "error", "messages": [LOGIN]}) == (universe.status, universe.json)
    assert (401, 'Basic realm="Cratejoy Merchant API"') == (cratejoy.status, cratejoy.headers["WWW-Authenticate"])


async def test_preset_is_narrowed(docs: RunningEmulator) -> None:
    fields = {"/match/api": '"universe"', "/match/method": '"GET"', "/match/path": "/orders/*", "/times": "2"}
    (fault,) = await add(docs, "log-out", **fields)
    assert ({"api": "universe", "method": "GET", "path": "/orders/*"}, 2) == (fault["match"], fault["times"])


async def test_invalid_narrowing_adds_nothing_and_keeps_what_was_typed(docs: RunningEmulator) -> None:
    reply = await post(docs, "/ui/docs/faults", preset="slow", **{"/match/path": "orders", "/times": "2"})
    sent = Fields(reply.text[reply.text.index('class="presets"') :].partition("</form>")[0]).sent
    assert (422, "orders", "2") == (reply.status, sent["/match/path"], sent["/times"])
    assert 0 == (await docs.control("GET", "/sandboxes/docs/faults")).json["count"]


async def test_unknown_preset_is_rejected(docs: RunningEmulator) -> None:
    assert 422 == (await post(docs, "/ui/docs/faults", preset="fire")).status


async def test_request_that_failed_leads_to_its_fault_for_requests_like_it(docs: RunningEmulator) -> None:
    headers = {"X-Mockorders-Fault": "status=503; stage=after"}
    await docs.request("GET", "/orders?key=docs", headers=headers)
    text = (await docs.control("GET", "/ui/docs/requests/2")).text
    link = re.search(r'<a href="/_mockorders([^"]+)">make requests like it fail again', text)
    assert link is not None
    page = (await docs.control("GET", unescape(link[1]))).text
    form = Fields(page[page.index('<details class="card custom"') :].partition("</form>")[0]).sent
    assert 303 == (await post(docs, "/ui/docs/faults", **form)).status
    (fault,) = (await docs.control("GET", "/sandboxes/docs/faults")).json["faults"]
    assert ({"type": "status", "status": 503}, "after") == (fault["effect"], fault["stage"])
    assert {"api": "universe", "method": "GET", "path": "/orders"} == fault["match"]


@pytest.mark.parametrize("preset", PRESETS)
async def test_request_page_makes_that_request_fail(docs: RunningEmulator, preset: str) -> None:
    text = (await docs.control("GET", "/ui/docs/requests/1")).text
    form = Fields(text[text.index('id="fail"') :].partition("</form>")[0]).sent
    conditions = {name: value for name, value in form.items() if name.startswith("/match")}
    (fault,) = await add(docs, preset, **conditions)
    assert {"api": "universe", "method": "GET", "path": "/orders"} == fault["match"]

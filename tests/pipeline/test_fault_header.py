"""Faults for one request by header, and faults for requests other than orders."""

import json
import time
from typing import Any

import aiohttp
import pytest
from support.emulator import Reply, RunningEmulator, basic
from support.faults import EXAMPLES, GET, ORDER, TEAPOT, fault, hits, last, length_and_body, raw, state

# For one request


async def request_with_fault(emulator: RunningEmulator, header: str, **options: Any) -> Reply:
    """Send a request to Cratejoy with a fault in its header."""
    options = {"method": "GET", "path": "/orders/", **options}
    method = options.pop("method")
    path = options.pop("path")
    return await emulator.cratejoy(method, path, headers={"X-Mockorders-Fault": header}, **options)


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("status=503", 503),
        (" status = 503 ;", 503),
        ("delay=1", 200),
        ("status=503; delay=1", 503),
        ("delay=1;status=503", 503),
        ("status=503; status=404", 503),
        ("status=503; stage=after", 503),
        ("stage=after; status=503", 503),
        ("malformed", 200),
        ("drift=/count", 200),
        ("drip=1000000", 200),
    ],
)
async def test_header_fault_applies_to_its_request_only(emulator: RunningEmulator, header: str, status: int) -> None:
    assert status == (await request_with_fault(emulator, header)).status
    assert (200, []) == ((await emulator.cratejoy("GET", "/orders/")).status, await hits(emulator))


async def test_header_faults_have_the_given_effects(emulator: RunningEmulator) -> None:
    started = time.perf_counter()
    assert 503 == (await request_with_fault(emulator, "delay=200; status=503; delay=150")).status
    assert time.perf_counter() - started >= 0.35
    full = (await emulator.cratejoy("GET", "/orders/")).json
    assert {"count"} == full.keys() - (await request_with_fault(emulator, "drift=/count")).json.keys()
    assert "drift" == (await last(emulator))["fault"]["type"]
    for header, error in (
        ("truncate=5", aiohttp.ClientPayloadError),
        ("reset", aiohttp.ClientConnectionError),
        ("close", aiohttp.ClientConnectionError),
    ):
        with pytest.raises(error):
            await request_with_fault(emulator, header)


@pytest.mark.parametrize(("stage", "orders"), [("before", 2), ("after", 3)])
async def test_header_fault_has_a_stage(emulator: RunningEmulator, stage: str, orders: int) -> None:
    reply = await request_with_fault(emulator, f"status=500; stage={stage}", method="POST", json=ORDER)
    assert (500, orders) == (reply.status, (await emulator.cratejoy("GET", "/orders/")).json["count"])


async def test_header_fault_takes_precedence_over_those_of_the_sandbox(emulator: RunningEmulator) -> None:
    await fault(emulator, TEAPOT)
    assert (500, [0]) == ((await request_with_fault(emulator, "status=500")).status, await hits(emulator))


@pytest.mark.parametrize(
    "header",
    [
        "",
        ";",
        "bogus",
        "bogus=1",
        "status",
        "status=",
        "status=abc",
        "status=99",
        "status=600",
        "status=503.5",
        "status=-503",
        "status=503, delay=5",
        "=503",
        "delay=-1",
        "delay=700000",
        "truncate=x",
        "drip=0",
        "drift=count",
        "rate_limit=5",
        "reset=1",
        "status=503; stage=never",
        "stage=never",
        "status=503; bogus",
        "status=" + "9" * 5000,
    ],
)
async def test_malformed_fault_header_is_rejected_in_the_format_of_the_api(
    emulator: RunningEmulator, header: str
) -> None:
    before = await state(emulator)
    cratejoy = await request_with_fault(emulator, header, method="PUT", path="/orders/75572230/", json={"note": "n"})
    universe = await emulator.universe("/orders", X_Mockorders_Fault=header)
    assert (400, {"errors"}) == (cratejoy.status, set(cratejoy.json))
    assert (200, "error") == (universe.status, universe.json["status"])
    assert "X-Mockorders-Fault" in cratejoy.json["errors"][0]
    assert "X-Mockorders-Fault" in universe.json["messages"][0]
    assert before == await state(emulator)


# Other requests


@pytest.mark.parametrize("path", ["/nothing", "/orders/1/2", "/api/v1/customers", "/v1/nothing", "/v1/carts/"])
async def test_faults_apply_to_unknown_paths(emulator: RunningEmulator, path: str) -> None:
    await fault(emulator, {"type": "status", "status": 503})
    assert 503 == (await emulator.request("GET", f"{path}?key=docs", headers=basic("docs"))).status


async def test_faults_apply_to_unsupported_methods(emulator: RunningEmulator) -> None:
    await fault(emulator, TEAPOT)
    assert 418 == (await emulator.cratejoy("PUT", "/orders/", json={})).status


async def test_faults_do_not_apply_to_preflights_or_the_control_api(emulator: RunningEmulator) -> None:
    await fault(emulator, TEAPOT)
    assert 200 == (await emulator.request("OPTIONS", "/orders?key=docs")).status
    assert 200 == (await emulator.control("GET", "/sandboxes/docs")).status


async def test_status_fault_is_wrapped_for_jsonp(emulator: RunningEmulator) -> None:
    await fault(emulator, {"type": "status", "status": 503})
    reply = await emulator.universe("/orders?callback=cb")
    assert (503, "application/javascript; charset=utf-8") == (reply.status, reply.headers["Content-Type"])
    assert reply.text.startswith("cb(")
    assert "error" == json.loads(reply.text.removeprefix("cb(").removesuffix(");"))["status"]


async def test_jsonp_is_truncated_and_slowed(emulator: RunningEmulator) -> None:
    request = GET.replace(b"?", b"?callback=cb&")
    length, full = length_and_body(await raw(emulator, request))
    identifier = await fault(emulator, {"type": "truncate", "bytes": 20})
    assert (length, full[:20]) == length_and_body(await raw(emulator, request))
    await emulator.control("DELETE", f"/sandboxes/docs/faults/{identifier}")
    await fault(emulator, {"type": "drip", "bytes_per_second": len(full) * 2})
    started = time.perf_counter()
    assert (length, full) == length_and_body(await raw(emulator, request))
    assert time.perf_counter() - started > 0.35


async def test_jsonp_is_malformed_and_drifts(emulator: RunningEmulator) -> None:
    right = (await emulator.universe("/orders?callback=cb")).text
    reply = await emulator.universe("/orders?callback=cb", X_Mockorders_Fault="malformed")
    assert (200, False) == (reply.status, reply.text == right)
    with pytest.raises(json.JSONDecodeError):
        json.loads(reply.text.removeprefix("cb(").removesuffix(");"))
    reply = await emulator.universe("/orders?callback=cb", X_Mockorders_Fault="drift=/orders")
    assert {"status": "ok"} == json.loads(reply.text.removeprefix("cb(").removesuffix(");"))


@pytest.mark.parametrize(("effect", "status"), [(TEAPOT, 418), (EXAMPLES["malformed"], 200), (EXAMPLES["drip"], 200)])
async def test_faults_of_get_apply_to_head_without_a_body(
    emulator: RunningEmulator, effect: dict[str, Any], status: int
) -> None:
    await fault(emulator, effect, match={"method": "GET"})
    reply = await emulator.request("HEAD", "/orders?key=docs")
    assert (status, b"", [1]) == (reply.status, reply.body, await hits(emulator))


async def test_responses_of_faults_have_request_id_and_cors_headers(emulator: RunningEmulator) -> None:
    await fault(emulator, TEAPOT)
    reply = await emulator.universe("/orders", Origin="http://localhost:3000")
    assert "http://localhost:3000" == reply.headers["Access-Control-Allow-Origin"]
    assert (await last(emulator))["id"] == reply.headers["X-Mockorders-Request"]

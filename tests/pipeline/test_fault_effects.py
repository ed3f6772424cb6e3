"""The effects of faults, seen by a client."""

import json
import time
from contextlib import suppress
from typing import Any

import aiohttp
import pytest
from support.emulator import RunningEmulator, Start
from support.faults import CHANGES, GET, ORDER, TEAPOT, fault, last, length_and_body, raw


@pytest.mark.parametrize("status", [200, 201, 299, 400, 404, 429, 500, 503, 599])
async def test_status_fault_uses_the_error_format_of_the_api(emulator: RunningEmulator, status: int) -> None:
    await fault(emulator, {"type": "status", "status": status})
    universe = await emulator.universe("/orders")
    cratejoy = await emulator.cratejoy("GET", "/orders/")
    assert [status, status] == [universe.status, cratejoy.status]
    assert ("error", [str]) == (universe.json["status"], [type(each) for each in universe.json["messages"]])
    assert ({"status", "messages"}, {"errors"}) == (set(universe.json), set(cratejoy.json))
    assert [str] == [type(each) for each in cratejoy.json["errors"]]
    assert ["application/json; charset=utf-8", "application/json"] == [
        reply.headers["Content-Type"] for reply in (universe, cratejoy)
    ]


@pytest.mark.parametrize("status", [204, 304])
async def test_status_without_a_body_sends_none(emulator: RunningEmulator, status: int) -> None:
    await fault(emulator, {"type": "status", "status": status}, times=1)
    assert (status, b"") == ((reply := await emulator.cratejoy("GET", "/orders/")).status, reply.body)
    assert 2 == (await emulator.cratejoy("GET", "/orders/")).json["count"]


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        ({"oops": [1, 1.5, None, "é"]}, "application/json", '{"oops":[1,1.5,null,"é"]}'),
        ([], "application/json", "[]"),
        (None, "application/json", "null"),
        (0, "application/json", "0"),
        (False, "application/json", "false"),
        ("<h1>Bad gateway</h1>", "text/plain; charset=utf-8", "<h1>Bad gateway</h1>"),
        ("", "text/plain; charset=utf-8", ""),
    ],
)
async def test_status_fault_sends_the_given_body(
    emulator: RunningEmulator, body: Any, content_type: str, expected: str
) -> None:
    await fault(emulator, {"type": "status", "status": 502, "body": body})
    reply = await emulator.cratejoy("GET", "/orders/")
    assert (502, content_type, expected) == (reply.status, reply.headers["Content-Type"], reply.text)


@pytest.mark.parametrize("name", ["Content-Type", "content-type"])
async def test_status_fault_sends_the_given_headers(emulator: RunningEmulator, name: str) -> None:
    headers = {"Retry-After": "7", "X-Shop": "closed", name: "text/html"}
    await fault(emulator, {"type": "status", "status": 503, "body": "<b>", "headers": headers})
    reply = await emulator.cratejoy("GET", "/orders/")
    assert [["7"], ["closed"], ["text/html"]] == [reply.headers.getall(each) for each in headers]


@pytest.mark.timing
@pytest.mark.parametrize(
    ("effect", "low", "high"),
    [
        ({"type": "delay", "ms": 200}, 0.2, 2),
        ({"type": "delay", "ms": 0.5}, 0, 1),
        ({"type": "delay", "uniform": [150, 250]}, 0.15, 2),
        ({"type": "delay", "lognormal": {"median": 200, "sigma": 0}}, 0.19, 2),
    ],
)
@pytest.mark.parametrize("stage", ["before", "after"])
async def test_delay_fault_sends_the_response_later(
    emulator: RunningEmulator, effect: dict[str, Any], low: float, high: float, stage: str
) -> None:
    right = (await emulator.universe("/orders")).body
    await fault(emulator, effect, stage=stage)
    started = time.perf_counter()
    reply = await emulator.universe("/orders")
    assert (200, right, True) == (reply.status, reply.body, low <= time.perf_counter() - started < high)


@pytest.mark.parametrize("stage", ["before", "after"])
async def test_reset_fault_resets_the_connection(emulator: RunningEmulator, stage: str) -> None:
    await fault(emulator, {"type": "reset"}, stage=stage)
    with pytest.raises(ConnectionResetError):
        await raw(emulator)


@pytest.mark.parametrize("stage", ["before", "after"])
async def test_close_fault_sends_nothing(emulator: RunningEmulator, stage: str) -> None:
    await fault(emulator, {"type": "close"}, stage=stage)
    assert b"" == await raw(emulator)


@pytest.mark.parametrize("kind", ["reset", "close"])
async def test_client_library_sees_a_broken_connection(emulator: RunningEmulator, kind: str) -> None:
    await fault(emulator, {"type": kind})
    with pytest.raises(aiohttp.ClientConnectionError):
        await emulator.cratejoy("POST", "/orders/", json=ORDER)


@pytest.mark.parametrize("many", [0, 1, 100])
async def test_truncate_declares_the_length_and_sends_less(emulator: RunningEmulator, many: int) -> None:
    length, full = length_and_body(await raw(emulator))
    await fault(emulator, {"type": "truncate", "bytes": many})
    assert (length, full[:many]) == length_and_body(await raw(emulator))
    with pytest.raises(aiohttp.ClientPayloadError):
        await emulator.cratejoy("GET", "/orders/")


async def test_truncate_cuts_a_long_response_too(start: Start) -> None:
    emulator = await start(fixtures="default")
    request = GET.replace(b"/orders?key=docs", b"/orders?key=default@100")
    length, full = length_and_body(await raw(emulator, request))
    await fault(emulator, {"type": "truncate", "bytes": length - 1}, "default")
    assert (length, full[:-1]) == length_and_body(await raw(emulator, request))


async def test_truncate_past_the_end_sends_everything(emulator: RunningEmulator) -> None:
    length, full = length_and_body(await raw(emulator))
    await fault(emulator, {"type": "truncate", "bytes": 10**6})
    assert (length, full) == length_and_body(await raw(emulator))


@pytest.mark.timing
async def test_drip_fault_sends_the_response_slowly(emulator: RunningEmulator) -> None:
    right = (await emulator.universe("/orders/489", "docs@164")).body
    await fault(emulator, {"type": "drip", "bytes_per_second": len(right) * 2})
    started = time.perf_counter()
    assert right == (await emulator.universe("/orders/489", "docs@164")).body
    assert 0.35 < time.perf_counter() - started < 3


@pytest.mark.parametrize(("path", "status"), [("/orders/", 200), ("/orders/1/", 404), ("/nothing/", 404)])
async def test_malformed_fault_is_200_with_invalid_json(emulator: RunningEmulator, path: str, status: int) -> None:
    assert (await emulator.cratejoy("GET", path)).status == status
    await fault(emulator, {"type": "malformed"})
    reply = await emulator.cratejoy("GET", path)
    assert (200, "application/json") == (reply.status, reply.headers["Content-Type"])
    with pytest.raises(json.JSONDecodeError):
        json.loads(reply.body)


DRIFTS = [
    ("/orders/75572230/", "/note", "drop", "cratejoy/order"),
    ("/orders/75572230/", "/status", "null", "cratejoy/order"),
    ("/orders/75572230/", "/note", "wrong_type", "cratejoy/order"),
    ("/orders/75572230/", "/total", "wrong_type", "cratejoy/order"),
    ("/orders/75572230/", "/is_gift", "wrong_type", "cratejoy/order"),
    ("/orders/75572230/", "/products/0/quantity", "drop", "cratejoy/order"),
    ("/orders/75572230/", "/products/0/quantity", "null", "cratejoy/order"),
    ("/orders/", "/count", "drop", "cratejoy/orders-response"),
    ("/orders/", "/results", "wrong_type", "cratejoy/orders-response"),
    ("/orders/", "/results/1/id", "drop", "cratejoy/orders-response"),
    ("/orders/", "/results/1/id", "null", "cratejoy/orders-response"),
    ("/orders/1/", "/errors", "drop", "cratejoy/error"),
    ("/orders/1/", "/errors/0", "null", "cratejoy/error"),
    ("/nothing/", "/errors", "null", "cratejoy/error"),
]


@pytest.mark.parametrize(("path", "pointer", "how", "schema"), DRIFTS)
async def test_drift_violates_the_schema_and_the_journal_records_where(
    emulator: RunningEmulator, path: str, pointer: str, how: str, schema: str
) -> None:
    right = await emulator.cratejoy("GET", path)
    await fault(emulator, {"type": "drift", "pointer": pointer, "how": how})
    reply = await emulator.cratejoy("GET", path)
    was = found(right.json, pointer)
    now = found(reply.json, pointer)
    assert {"drop": [], "null": [None]}.get(how, now) == now
    assert [type(each) for each in was] != [type(each) for each in now]
    assert (right.status, without(right.json, pointer)) == (reply.status, without(reply.json, pointer))
    violations = (await last(emulator))["violations"]
    assert {(schema, pointer)} == {(each["schema"], each["pointer"]) for each in violations}


@pytest.mark.parametrize(
    ("path", "key", "pointer", "schema"),
    [
        ("/orders", "docs@2", "/orders/0/plan/price", "universe/orders-response"),
        ("/orders/489", "docs@164", "/order/totals/total", "universe/order-response"),
        ("/orders/489", "docs@2", "/messages", "universe/error"),
    ],
)
async def test_drift_changes_one_value_of_universe_and_no_other_digit(
    emulator: RunningEmulator, path: str, key: str, pointer: str, schema: str
) -> None:
    right = await emulator.universe(path, key)
    await fault(emulator, {"type": "drift", "pointer": pointer, "how": "wrong_type"})
    reply = await emulator.universe(path, key)
    violation = (await last(emulator))["violations"][0]
    assert (schema, pointer) == (violation["schema"], violation["pointer"])
    assert type(found(right.json, pointer)[0]) is not type(found(reply.json, pointer)[0])
    assert written(right.text, pointer) == written(reply.text, pointer)


async def test_drift_uses_the_schema_of_the_profile(start: Start) -> None:
    emulator = await start(profile="observed")
    await fault(emulator, {"type": "drift", "pointer": "/customer", "how": "wrong_type"})
    await emulator.cratejoy("GET", "/orders/75572230/")
    assert ["cratejoy/order-observed"] == [each["schema"] for each in (await last(emulator))["violations"]]


@pytest.mark.parametrize(
    ("pointer", "how"),
    [
        ("/note", "null"),
        ("/nothing", "drop"),
        ("/products/7/id", "wrong_type"),
        ("/note/inner", "drop"),
        ("/-", "null"),
    ],
)
async def test_drift_without_effect_leaves_the_response_and_adds_a_note(
    emulator: RunningEmulator, pointer: str, how: str
) -> None:
    right = await emulator.cratejoy("GET", "/orders/75572230/")
    await fault(emulator, {"type": "drift", "pointer": pointer, "how": how})
    reply = await emulator.cratejoy("GET", "/orders/75572230/")
    assert (right.status, right.body, []) == (reply.status, reply.body, (await last(emulator))["violations"])
    assert "drift" in reply.headers["X-Mockorders-Note"]


async def test_journal_names_the_fault(emulator: RunningEmulator) -> None:
    await fault(emulator, {"type": "delay", "ms": 5})
    effect = {"type": "status", "status": 503}
    identifier = await fault(emulator, effect, stage="after", match={"method": "get"})
    await emulator.universe("/orders")
    named = (await last(emulator))["fault"]
    assert (identifier, "status", "after") == (named["id"], named["type"], named["stage"])


@pytest.mark.parametrize("effect", [{"type": "reset"}, {"type": "close"}])
async def test_unsent_response_has_no_status_in_the_journal(emulator: RunningEmulator, effect: dict[str, str]) -> None:
    await fault(emulator, effect)
    with suppress(ConnectionResetError):
        await raw(emulator)
    entry = await last(emulator)
    assert (None, None, effect["type"]) == (entry["status"], entry["response"], entry["fault"]["type"])


async def test_faults_log_nothing(emulator: RunningEmulator, caplog: pytest.LogCaptureFixture) -> None:
    effects: list[dict[str, Any]] = [{"type": "reset"}, {"type": "close"}, *CHANGES, TEAPOT]
    for effect in effects:
        await emulator.control("DELETE", "/sandboxes/docs/faults")
        await fault(emulator, effect)
        for method in (b"GET", b"HEAD"):
            with suppress(ConnectionResetError):
                await raw(emulator, GET.replace(b"GET", method))
    assert [] == caplog.records
    await emulator.control("DELETE", "/sandboxes/docs/faults")
    assert "ok" == (await emulator.universe("/orders")).json["status"]


def found(value: Any, pointer: str) -> list[Any]:
    """Return the value at a pointer in a list, or an empty list if there is none."""
    for step in pointer.split("/")[1:]:
        try:
            value = value[int(step)] if isinstance(value, list) else value[step]
        except (KeyError, IndexError, TypeError):
            return []
    return [value]


def without(value: Any, pointer: str) -> Any:
    """Return a copy of a value without the value at a pointer."""
    copy = json.loads(json.dumps(value))
    parent, _, name = pointer.rpartition("/")
    holder = found(copy, parent)[0]
    if isinstance(holder, dict):
        holder.pop(name, None)
    else:
        holder[int(name)] = None
    return copy


def written(text: str, pointer: str) -> str:
    """Return a response without the value at a pointer, its numbers with all digits."""
    return json.dumps(without(json.loads(text, parse_float=lambda digits: f"<{digits}>"), pointer))

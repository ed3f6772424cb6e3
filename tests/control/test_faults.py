"""Faults: each effect as a real client meets it, when it strikes, and what it leaves behind."""

import asyncio
import json
import time
from contextlib import suppress
from typing import Any

import aiohttp
import pytest
from conftest import Emulator, Reply, Start, basic

ORDER = {
    "customer": {"id": 586402305},
    "products": [{"product_instance": {"id": 645769439}, "term": {"num_cycles": 1}}],
}
FROZEN = "2017-03-21T00:00:00Z"
TEAPOT = {"type": "status", "status": 418}
GET = b"GET /orders?key=docs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
SPOIL: list[dict[str, Any]] = [
    {"type": "truncate", "bytes": 10},
    {"type": "drip", "bytes_per_second": 10**6},
    {"type": "malformed"},
    {"type": "drift", "pointer": "/status"},
]


async def fault(emulator: Emulator, effect: dict[str, Any], user: str = "docs", **rule: Any) -> str:
    """Add a fault; give its id."""
    reply = await emulator.control("POST", f"/sandboxes/{user}/faults", json={"effect": effect, **rule})
    assert reply.status == 201, reply.text
    return str(reply.json["id"])


async def met(emulator: Emulator, user: str = "docs") -> list[int]:
    """Tell how often each fault was met."""
    return [each["met"] for each in (await emulator.control("GET", f"/sandboxes/{user}/faults")).json["faults"]]


async def state(emulator: Emulator, user: str = "docs") -> bytes:
    """Give the whole state."""
    return (await emulator.control("GET", f"/sandboxes/{user}/state")).body


async def last(emulator: Emulator, user: str = "docs") -> Any:
    """Give the journal's last entry."""
    return (await emulator.control("GET", f"/sandboxes/{user}/requests")).json["requests"][-1]


async def freeze(emulator: Emulator, user: str = "docs") -> None:
    """Let the clock stand still."""
    await emulator.control("PUT", f"/sandboxes/{user}/clock", json={"now": FROZEN, "frozen": True})


async def advance(emulator: Emulator, seconds: int, user: str = "docs") -> None:
    """Move the clock."""
    await emulator.control("POST", f"/sandboxes/{user}/clock/advance", json={"seconds": seconds})


async def raw(emulator: Emulator, request: bytes = GET) -> bytes:
    """Send bytes over a socket of its own and read to the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", emulator.client.port)
    try:
        writer.write(request)
        return await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def length_and_body(answer: bytes) -> tuple[int, bytes]:
    """Take the declared length and the body out of an answer's bytes."""
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = [line.partition(b":") for line in head.lower().split(b"\r\n")]
    return next(int(value) for name, _, value in lines if name == b"content-length"), body


# The effects


@pytest.mark.parametrize("status", [200, 201, 299, 400, 404, 429, 500, 503, 599])
async def test_status_answers_in_each_api_s_own_error_shape(emulator: Emulator, status: int) -> None:
    await fault(emulator, {"type": "status", "status": status})
    universe, cratejoy = await emulator.universe("/orders"), await emulator.cratejoy("GET", "/orders/")
    assert [status, status] == [universe.status, cratejoy.status]
    assert ("error", [str]) == (universe.json["status"], [type(each) for each in universe.json["messages"]])
    assert ({"status", "messages"}, {"errors"}) == (set(universe.json), set(cratejoy.json))
    assert [str] == [type(each) for each in cratejoy.json["errors"]]
    assert ["application/json; charset=utf-8", "application/json"] == [
        reply.headers["Content-Type"] for reply in (universe, cratejoy)
    ]


@pytest.mark.parametrize("status", [204, 304])
async def test_a_status_without_a_body_has_none(emulator: Emulator, status: int) -> None:
    await fault(emulator, {"type": "status", "status": status}, times=1)
    assert (status, b"") == ((reply := await emulator.cratejoy("GET", "/orders/")).status, reply.body)
    assert (await emulator.cratejoy("GET", "/orders/")).json["count"] == 2


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
async def test_status_answers_with_a_given_body(
    emulator: Emulator, body: Any, content_type: str, expected: str
) -> None:
    await fault(emulator, {"type": "status", "status": 502, "body": body})
    reply = await emulator.cratejoy("GET", "/orders/")
    assert (502, content_type, expected) == (reply.status, reply.headers["Content-Type"], reply.text)


@pytest.mark.parametrize("name", ["Content-Type", "content-type"])
async def test_status_answers_with_given_headers(emulator: Emulator, name: str) -> None:
    headers = {"Retry-After": "7", "X-Shop": "closed", name: "text/html"}
    await fault(emulator, {"type": "status", "status": 503, "body": "<b>", "headers": headers})
    reply = await emulator.cratejoy("GET", "/orders/")
    assert [["7"], ["closed"], ["text/html"]] == [reply.headers.getall(each) for each in headers]


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
async def test_delay_gives_the_right_answer_later(
    emulator: Emulator, effect: dict[str, Any], low: float, high: float, stage: str
) -> None:
    right = (await emulator.universe("/orders")).body
    await fault(emulator, effect, stage=stage)
    started = time.perf_counter()
    reply = await emulator.universe("/orders")
    assert (200, right, True) == (reply.status, reply.body, low <= time.perf_counter() - started < high)


@pytest.mark.parametrize("stage", ["before", "after"])
async def test_reset_is_a_reset_connection(emulator: Emulator, stage: str) -> None:
    await fault(emulator, {"type": "reset"}, stage=stage)
    with pytest.raises(ConnectionResetError):
        await raw(emulator)


@pytest.mark.parametrize("stage", ["before", "after"])
async def test_close_is_an_empty_read(emulator: Emulator, stage: str) -> None:
    await fault(emulator, {"type": "close"}, stage=stage)
    assert b"" == await raw(emulator)


@pytest.mark.parametrize("kind", ["reset", "close"])
async def test_a_client_library_sees_a_broken_connection(emulator: Emulator, kind: str) -> None:
    await fault(emulator, {"type": kind})
    with pytest.raises(aiohttp.ClientConnectionError):
        await emulator.cratejoy("POST", "/orders/", json=ORDER)


@pytest.mark.parametrize("many", [0, 1, 100])
async def test_truncate_declares_the_length_and_sends_less(emulator: Emulator, many: int) -> None:
    length, whole = length_and_body(await raw(emulator))
    await fault(emulator, {"type": "truncate", "bytes": many})
    assert (length, whole[:many]) == length_and_body(await raw(emulator))
    with pytest.raises(aiohttp.ClientPayloadError):
        await emulator.cratejoy("GET", "/orders/")


async def test_truncate_cuts_a_long_answer_too(start: Start) -> None:
    emulator = await start(fixtures="default")
    request = GET.replace(b"/orders?key=docs", b"/orders?key=default@100")
    length, whole = length_and_body(await raw(emulator, request))
    await fault(emulator, {"type": "truncate", "bytes": length - 1}, "default")
    assert (length, whole[:-1]) == length_and_body(await raw(emulator, request))


async def test_truncate_past_the_end_sends_all(emulator: Emulator) -> None:
    length, whole = length_and_body(await raw(emulator))
    await fault(emulator, {"type": "truncate", "bytes": 10**6})
    assert (length, whole) == length_and_body(await raw(emulator))


async def test_drip_gives_the_right_answer_slowly(emulator: Emulator) -> None:
    right = (await emulator.universe("/orders/489", "docs@164")).body
    await fault(emulator, {"type": "drip", "bytes_per_second": len(right) * 2})
    started = time.perf_counter()
    assert right == (await emulator.universe("/orders/489", "docs@164")).body
    assert 0.35 < time.perf_counter() - started < 3


@pytest.mark.parametrize(("path", "status"), [("/orders/", 200), ("/orders/1/", 404), ("/nothing/", 404)])
async def test_malformed_is_200_and_no_json(emulator: Emulator, path: str, status: int) -> None:
    assert (await emulator.cratejoy("GET", path)).status == status
    await fault(emulator, {"type": "malformed"})
    reply = await emulator.cratejoy("GET", path)
    assert (200, "application/json") == (reply.status, reply.headers["Content-Type"])
    with pytest.raises(json.JSONDecodeError):
        json.loads(reply.body)


DRIFTS = [
    ("/orders/75572230/", "/note", "drop", "cratejoy/order"),
    ("/orders/75572230/", "/status", "null", "cratejoy/order"),
    ("/orders/75572230/", "/note", "retype", "cratejoy/order"),
    ("/orders/75572230/", "/total", "retype", "cratejoy/order"),
    ("/orders/75572230/", "/is_gift", "retype", "cratejoy/order"),
    ("/orders/75572230/", "/products/0/quantity", "drop", "cratejoy/order"),
    ("/orders/75572230/", "/products/0/quantity", "null", "cratejoy/order"),
    ("/orders/", "/count", "drop", "cratejoy/orders-answer"),
    ("/orders/", "/results", "retype", "cratejoy/orders-answer"),
    ("/orders/", "/results/1/id", "drop", "cratejoy/orders-answer"),
    ("/orders/", "/results/1/id", "null", "cratejoy/orders-answer"),
    ("/orders/1/", "/errors", "drop", "cratejoy/error"),
    ("/orders/1/", "/errors/0", "null", "cratejoy/error"),
    ("/nothing/", "/errors", "null", "cratejoy/error"),
]


@pytest.mark.parametrize(("path", "pointer", "how", "schema"), DRIFTS)
async def test_drift_breaks_the_schema_and_the_journal_says_where(
    emulator: Emulator, path: str, pointer: str, how: str, schema: str
) -> None:
    right = await emulator.cratejoy("GET", path)
    await fault(emulator, {"type": "drift", "pointer": pointer, "how": how})
    reply = await emulator.cratejoy("GET", path)
    was, now = found(right.json, pointer), found(reply.json, pointer)
    assert {"drop": [], "null": [None]}.get(how, now) == now
    assert [type(each) for each in was] != [type(each) for each in now]
    assert (right.status, without(right.json, pointer)) == (reply.status, without(reply.json, pointer))
    breaches = (await last(emulator))["breaches"]
    assert {(schema, pointer)} == {(each["schema"], each["pointer"]) for each in breaches}


@pytest.mark.parametrize(
    ("path", "key", "pointer", "schema"),
    [
        ("/orders", "docs@2", "/orders/0/plan/price", "universe/orders-answer"),
        ("/orders/489", "docs@164", "/order/totals/total", "universe/order-answer"),
        ("/orders/489", "docs@2", "/messages", "universe/error"),
    ],
)
async def test_drift_bends_universe_s_answers_and_keeps_all_other_digits(
    emulator: Emulator, path: str, key: str, pointer: str, schema: str
) -> None:
    right = await emulator.universe(path, key)
    await fault(emulator, {"type": "drift", "pointer": pointer, "how": "retype"})
    reply = await emulator.universe(path, key)
    breach = (await last(emulator))["breaches"][0]
    assert (schema, pointer) == (breach["schema"], breach["pointer"])
    assert type(found(right.json, pointer)[0]) is not type(found(reply.json, pointer)[0])
    assert written(right.text, pointer) == written(reply.text, pointer)


async def test_drift_knows_the_shape_of_the_profile(start: Start) -> None:
    emulator = await start(profile="observed")
    await fault(emulator, {"type": "drift", "pointer": "/customer", "how": "retype"})
    await emulator.cratejoy("GET", "/orders/75572230/")
    assert ["cratejoy/order-observed"] == [each["schema"] for each in (await last(emulator))["breaches"]]


@pytest.mark.parametrize(
    ("pointer", "how"),
    [("/note", "null"), ("/nothing", "drop"), ("/products/7/id", "retype"), ("/note/inner", "drop"), ("/-", "null")],
)
async def test_a_drift_that_would_break_nothing_leaves_the_answer_and_says_so(
    emulator: Emulator, pointer: str, how: str
) -> None:
    right = await emulator.cratejoy("GET", "/orders/75572230/")
    await fault(emulator, {"type": "drift", "pointer": pointer, "how": how})
    reply = await emulator.cratejoy("GET", "/orders/75572230/")
    assert (right.status, right.body, []) == (reply.status, reply.body, (await last(emulator))["breaches"])
    assert "drift" in reply.headers["X-Mockorders-Note"]


async def test_faults_are_named_in_the_journal(emulator: Emulator) -> None:
    await fault(emulator, {"type": "delay", "ms": 5})
    effect = {"type": "status", "status": 503}
    identifier = await fault(emulator, effect, stage="after", match={"method": "get"})
    await emulator.universe("/orders")
    named = (await last(emulator))["fault"]
    assert (identifier, "status", "after") == (named["id"], named["type"], named["stage"])


@pytest.mark.parametrize("effect", [{"type": "reset"}, {"type": "close"}])
async def test_an_answer_that_was_never_sent_has_no_status_in_the_journal(
    emulator: Emulator, effect: dict[str, str]
) -> None:
    await fault(emulator, effect)
    with suppress(ConnectionResetError):
        await raw(emulator)
    entry = await last(emulator)
    assert (None, None, effect["type"]) == (entry["status"], entry["response"], entry["fault"]["type"])


async def test_faults_leave_nothing_in_the_log(emulator: Emulator, caplog: pytest.LogCaptureFixture) -> None:
    effects: list[dict[str, Any]] = [{"type": "reset"}, {"type": "close"}, *SPOIL, TEAPOT]
    for effect in effects:
        await emulator.control("DELETE", "/sandboxes/docs/faults")
        await fault(emulator, effect)
        for method in (b"GET", b"HEAD"):
            with suppress(ConnectionResetError):
                await raw(emulator, GET.replace(b"GET", method))
    assert [] == caplog.records
    await emulator.control("DELETE", "/sandboxes/docs/faults")
    assert (await emulator.universe("/orders")).json["status"] == "ok"


# Rate limits


async def test_past_the_quota_it_is_429_and_says_truly_when_it_ends(emulator: Emulator) -> None:
    await freeze(emulator)
    await fault(emulator, {"type": "rate_limit", "requests": 2, "window": 60})
    await advance(emulator, 10)  # the window begins with the first request that is counted
    story = []
    for seconds in (0, 0, 0, 20, 39, 1, 0, 0, 59, 1000, 0, 30):
        await advance(emulator, seconds)
        reply = await emulator.universe("/orders")
        story.append(reply.headers["Retry-After"] if reply.status == 429 else "ok")
    assert ["ok", "ok", "60", "40", "1", "ok", "ok", "60", "1", "ok", "ok", "30"] == story


@pytest.mark.parametrize("frozen", [True, False])
async def test_who_waits_as_told_by_the_sandbox_s_clock_gets_through(emulator: Emulator, frozen: bool) -> None:
    if frozen:
        await freeze(emulator)
    await fault(emulator, {"type": "rate_limit", "requests": 1, "window": 3600})
    replies = [await emulator.cratejoy("GET", "/orders/") for _ in range(2)]
    wait = int(replies[1].headers["Retry-After"])
    assert ([200, 429], True) == ([reply.status for reply in replies], 3590 <= wait <= 3600)
    await advance(emulator, wait)
    assert (await emulator.cratejoy("GET", "/orders/")).status == 200


async def test_a_quota_of_nothing_lets_nothing_through_and_counts_by_its_own_match(emulator: Emulator) -> None:
    await fault(emulator, {"type": "rate_limit", "requests": 0, "window": 60}, match={"api": "cratejoy"})
    universe, cratejoy = await emulator.universe("/orders"), await emulator.cratejoy("GET", "/orders/")
    assert [200, 429] == [universe.status, cratejoy.status]
    assert [str] == [type(each) for each in cratejoy.json["errors"]]


async def test_a_limited_write_changes_nothing(emulator: Emulator) -> None:
    before = await state(emulator)
    await fault(emulator, {"type": "rate_limit", "requests": 0, "window": 60})
    assert (await emulator.cratejoy("POST", "/orders/", json=ORDER)).status == 429
    assert before == await state(emulator)


# Stages


@pytest.mark.parametrize("effect", [{"type": "reset"}, {"type": "close"}, {"type": "status", "status": 503}])
@pytest.mark.parametrize(("stage", "orders"), [("before", 2), ("after", 3)])
async def test_a_post_is_lost_before_or_after_the_order_exists(
    emulator: Emulator, effect: dict[str, Any], stage: str, orders: int
) -> None:
    before = await state(emulator)
    await fault(emulator, effect, stage=stage, match={"method": "POST"}, times=1)
    with suppress(aiohttp.ClientConnectionError):
        assert (await emulator.cratejoy("POST", "/orders/", json=ORDER)).status == 503
    assert orders == (await emulator.cratejoy("GET", "/orders/")).json["count"]
    assert (stage == "before") == (before == await state(emulator))


async def test_who_retries_after_the_answer_was_lost_meets_the_one_minute_rule(emulator: Emulator) -> None:
    await fault(emulator, {"type": "reset"}, stage="after", times=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await emulator.cratejoy("POST", "/orders/", json=ORDER)
    assert (await emulator.cratejoy("POST", "/orders/", json=ORDER)).status == 400


@pytest.mark.parametrize(("stage", "note"), [("before", None), ("after", "new")])
async def test_a_put_is_lost_before_or_after_the_change(emulator: Emulator, stage: str, note: str | None) -> None:
    await fault(emulator, TEAPOT, stage=stage, times=1)
    assert (await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "new"})).status == 418
    assert note == (await emulator.cratejoy("GET", "/orders/75572230/")).json["note"]


@pytest.mark.parametrize("effect", SPOIL)
@pytest.mark.parametrize("stage", ["before", "after"])
async def test_what_spoils_an_answer_always_comes_after_the_change(
    emulator: Emulator, effect: dict[str, Any], stage: str
) -> None:
    await fault(emulator, effect, stage=stage, times=1)
    with suppress(aiohttp.ClientPayloadError):
        await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "new"})
    assert "new" == (await emulator.cratejoy("GET", "/orders/75572230/")).json["note"]


async def test_a_delay_before_or_after_changes_at_its_own_moment(emulator: Emulator) -> None:
    for stage, note in (("before", None), ("after", "new")):
        await fault(emulator, {"type": "delay", "ms": 600}, stage, stage=stage, match={"method": "PUT"})
        writing = asyncio.create_task(
            emulator.cratejoy("PUT", "/orders/75572230/", stage, json={"note": "new"}),
        )
        await asyncio.sleep(0.2)
        assert note == (await emulator.cratejoy("GET", "/orders/75572230/", stage)).json["note"]
        assert "new" == (await writing).json["note"]


# How often


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, "xxxxxx"),
        ({"times": None}, "xxxxxx"),
        ({"times": 1}, "x....."),
        ({"times": 3}, "xxx..."),
        ({"after": 2}, "..xxxx"),
        ({"after": 2, "times": 1}, "..x..."),
        ({"after": 9}, "......"),
        ({"probability": 0}, "......"),
        ({"probability": 1}, "xxxxxx"),
    ],
)
async def test_times_and_after_count_matching_requests(emulator: Emulator, rule: dict[str, Any], expected: str) -> None:
    await fault(emulator, TEAPOT, match={"path": "/orders"}, **rule)
    story = ""
    for _ in range(6):
        assert (await emulator.universe("/orders/latest", "docs@164")).status == 200  # matches nothing, counts nothing
        story += "x" if (await emulator.universe("/orders")).status == 418 else "."
    assert (expected, [expected.count("x")]) == (story, await met(emulator))


async def test_the_same_requests_meet_the_same_faults(start: Start) -> None:
    stories = []
    for emulator in [await start(), await start()]:
        for user in ("docs.a", "docs.b"):
            await fault(emulator, TEAPOT, user, probability=0.5)
            replies = [(await emulator.universe("/orders", user)).status for _ in range(40)]
            stories.append("".join("x" if status == 418 else "." for status in replies))
    assert [stories[0]] * 4 == stories
    assert 8 < stories[0].count("x") < 32


async def test_a_reset_throws_the_same_dice_again(emulator: Emulator) -> None:
    stories = []
    for _ in range(2):
        await fault(emulator, TEAPOT, probability=0.5)
        stories.append([(await emulator.universe("/orders")).status for _ in range(30)])
        await emulator.control("POST", "/sandboxes/docs/reset")
    assert stories[0] == stories[1]


async def test_a_probability_is_met_about_that_often_and_with_times_only_so_often(emulator: Emulator) -> None:
    await fault(emulator, TEAPOT, probability=0.5, times=5)
    statuses = [(await emulator.universe("/orders")).status for _ in range(40)]
    assert (5, [5]) == (statuses.count(418), await met(emulator))


# What it matches

U, C = "/orders?key=docs", "/v1/orders/"
MATCHES: list[tuple[dict[str, Any], str, str, Any, bool]] = [
    ({}, "GET", U, None, True),
    ({}, "GET", C, None, True),
    ({"api": "universe"}, "GET", U, None, True),
    ({"api": "universe"}, "GET", C, None, False),
    ({"api": "cratejoy"}, "GET", C, None, True),
    ({"api": "cratejoy"}, "GET", U, None, False),
    ({"method": "GET"}, "GET", U, None, True),
    ({"method": "get"}, "GET", U, None, True),
    ({"method": "GET"}, "HEAD", U, None, True),
    ({"method": "POST"}, "GET", U, None, False),
    ({"method": "POST"}, "POST", C, ORDER, True),
    ({"method": "POST"}, "GET", U + "&_method=POST", None, True),
    ({"method": "PUT"}, "PUT", "/v1/orders/75572230/", {"note": "n"}, True),
    ({"path": "/orders"}, "GET", U, None, True),
    ({"path": "/orders"}, "GET", "/orders/?key=docs", None, True),
    ({"path": "/orders"}, "GET", "/orders.json?key=docs", None, True),
    ({"path": "/orders"}, "GET", "/api/v1/orders?key=docs", None, True),
    ({"path": "/orders"}, "GET", "/api/v1/orders.json?key=docs", None, True),
    ({"path": "/orders/"}, "GET", "/orders/?key=docs", None, True),
    ({"path": "/orders/"}, "GET", U, None, False),
    ({"path": "/api/v1/orders"}, "GET", "/api/v1/orders?key=docs", None, True),
    ({"path": "/api/v1/orders"}, "GET", U, None, False),
    ({"path": "/api/*"}, "GET", "/api/v1/orders.json?key=docs", None, True),
    ({"path": "*.json"}, "GET", "/orders.json?key=docs", None, True),
    ({"path": "*.json"}, "GET", U, None, False),
    ({"path": "/orders/*"}, "GET", "/orders/489?key=docs", None, True),
    ({"path": "/orders/*"}, "GET", "/orders/489.json?key=docs", None, True),
    ({"path": "/orders/489"}, "GET", "/api/v1/orders/489.json?key=docs", None, True),
    ({"path": "/orders/48"}, "GET", "/orders/489?key=docs", None, False),
    ({"path": "/orders/*"}, "GET", U, None, False),
    ({"path": "/o*s/4*9"}, "GET", "/orders/489?key=docs", None, True),
    ({"path": "/orders/4*99"}, "GET", "/orders/49?key=docs", None, False),
    ({"path": "*"}, "GET", U, None, True),
    ({"path": "/Orders"}, "GET", U, None, False),
    ({"path": "/orders/[4]89"}, "GET", "/orders/489?key=docs", None, False),
    ({"path": "/orders/a b"}, "GET", "/orders/a%20b?key=docs", None, True),
    ({"path": "/v1/orders/"}, "GET", C, None, True),
    ({"path": "/v1/orders"}, "GET", C, None, True),
    ({"path": "/v1/*"}, "GET", C, None, True),
    ({"path": "/v1/*"}, "GET", U, None, False),
    ({"path": "/v1/orders/75572230"}, "GET", "/v1/orders/75572230/", None, True),
    ({"path": "/nothing"}, "GET", "/nothing?key=docs", None, True),
    ({"path": "/v1/nothing*"}, "GET", "/v1/nothing/", None, True),
    ({"query": {"order": "DESC"}}, "GET", U + "&order=DESC", None, True),
    ({"query": {"order": "DESC"}}, "GET", U + "&order=desc", None, False),
    ({"query": {"order": "DESC"}}, "GET", U, None, False),
    ({"query": {"order": "DESC"}}, "GET", U + "&order=ASC&order=DESC", None, True),
    ({"query": {"a b": "é"}}, "GET", U + "&a+b=%C3%A9", None, True),
    ({"query": {"order": ""}}, "GET", U + "&order=", None, True),
    ({"query": {"order": "DESC", "page": "2"}}, "GET", U + "&order=DESC", None, False),
    ({"query": {"order": "DESC", "page": "2"}}, "GET", U + "&order=DESC&page=2", None, True),
    ({"header": {"X-Test": "one"}}, "GET", U, None, True),
    ({"header": {"x-TEST": "one"}}, "GET", U, None, True),
    ({"header": {"X-Test": "One"}}, "GET", U, None, False),
    ({"header": {"X-Other": "one"}}, "GET", U, None, False),
    ({"body": {"/customer/id": 586402305}}, "POST", C, ORDER, True),
    ({"body": {"/customer/id": 1}}, "POST", C, ORDER, False),
    ({"body": {"/products/0/term/num_cycles": 1}}, "POST", C, ORDER, True),
    ({"body": {"/products/0/term": {"num_cycles": 1}}}, "POST", C, ORDER, True),
    ({"body": {"/products/1": None}}, "POST", C, ORDER, False),
    ({"body": {"/products/0/term/num_cycles": True}}, "POST", C, ORDER, False),
    ({"body": {"": {"note": None}}}, "PUT", "/v1/orders/75572230/", {"note": None}, True),
    ({"body": {"/note": None}}, "PUT", "/v1/orders/75572230/", {"note": None}, True),
    ({"body": {"/note": None}}, "PUT", "/v1/orders/75572230/", {}, False),
    ({"body": {"/note": "x"}}, "PUT", "/v1/orders/75572230/", "note=x", True),
    ({"body": {"/order_gift_info/gift_message": "x"}}, "PUT", C, "order_gift_info[gift_message]=x", True),
    ({"body": {"/note": "x"}}, "PUT", "/v1/orders/75572230/", "note=y", False),
    ({"body": {"/note": "x"}}, "PUT", "/v1/orders/75572230/", "{", False),
    ({"body": {"/note": "x"}}, "GET", C, None, False),
    ({"body": {"/a~1b/~0": 1.5}}, "PUT", "/v1/orders/75572230/", {"a/b": {"~": 1.5}}, True),
    ({"api": "cratejoy", "method": "PUT", "path": "/v1/*", "body": {"/note": "x"}}, "PUT", C, {"note": "x"}, True),
    ({"api": "cratejoy", "method": "GET", "path": "/v1/*", "body": {"/note": "x"}}, "PUT", C, {"note": "x"}, False),
]


@pytest.mark.parametrize(("match", "sent", "strikes"), [(row[0], row[1:4], row[4]) for row in MATCHES])
async def test_all_that_a_match_names_must_fit(
    emulator: Emulator, match: dict[str, Any], sent: tuple[str, str, Any], strikes: bool
) -> None:
    await fault(emulator, TEAPOT, match=match)
    method, target, body = sent
    headers = {"X-Test": "one"} | (basic("docs") if target.startswith("/v1") else {})
    options: dict[str, Any] = {"json": body} if isinstance(body, dict) else {"data": body}
    if isinstance(body, str):
        headers["Content-Type"] = "application/x-www-form-urlencoded" if "=" in body else "application/json"
    reply = await emulator.request(method, target, headers=headers, **options)
    assert strikes == (reply.status == 418)
    assert [int(strikes)] == await met(emulator)


# Several


async def test_all_delays_add_up_and_of_the_others_the_first_acts(emulator: Emulator) -> None:
    for effect in (
        {"type": "delay", "ms": 150},
        {"type": "status", "status": 503},
        {"type": "delay", "ms": 200},
        {"type": "status", "status": 404},
    ):
        await fault(emulator, effect)
    started = time.perf_counter()
    reply = await emulator.universe("/orders")
    assert (503, True, [1, 1, 1, 0]) == (reply.status, 0.35 <= time.perf_counter() - started, await met(emulator))
    assert 350 == (await last(emulator))["fault"]["delay_ms"]


async def test_when_the_first_is_used_up_the_next_acts(emulator: Emulator) -> None:
    for status, times in ((500, 2), (502, 1), (503, 1)):
        await fault(emulator, {"type": "status", "status": status}, times=times)
    statuses = [(await emulator.universe("/orders")).status for _ in range(5)]
    assert ([500, 500, 502, 503, 200], [2, 1, 1]) == (statuses, await met(emulator))


@pytest.mark.parametrize("other", ["docs", "docs.other"])
@pytest.mark.parametrize("effect", [{"type": "delay", "ms": 1500}, {"type": "drip", "bytes_per_second": 1000}])
async def test_a_slow_answer_delays_nobody_else(emulator: Emulator, effect: dict[str, Any], other: str) -> None:
    await fault(emulator, effect, match={"query": {"order": "DESC"}})
    slow = asyncio.create_task(emulator.universe("/orders?order=DESC"))
    await asyncio.sleep(0.1)
    started = time.perf_counter()
    replies = [(await emulator.universe("/orders", other)).status for _ in range(10)]
    assert ([200] * 10, True, False) == (replies, time.perf_counter() - started < 1, slow.done())
    assert (await slow).json["status"] == "ok"


# For one request


async def strike(emulator: Emulator, header: str, **options: Any) -> Reply:
    """Send a request to Cratejoy with a fault of its own."""
    options = {"method": "GET", "path": "/orders/", **options}
    method, path = options.pop("method"), options.pop("path")
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
async def test_a_header_strikes_its_own_request_only(emulator: Emulator, header: str, status: int) -> None:
    assert status == (await strike(emulator, header)).status
    assert (200, []) == ((await emulator.cratejoy("GET", "/orders/")).status, await met(emulator))


async def test_a_header_s_faults_do_what_they_say(emulator: Emulator) -> None:
    started = time.perf_counter()
    assert 503 == (await strike(emulator, "delay=200; status=503; delay=150")).status
    assert time.perf_counter() - started >= 0.35
    whole = (await emulator.cratejoy("GET", "/orders/")).json
    assert {"count"} == whole.keys() - (await strike(emulator, "drift=/count")).json.keys()
    assert "drift" == (await last(emulator))["fault"]["type"]
    for header, error in (
        ("truncate=5", aiohttp.ClientPayloadError),
        ("reset", aiohttp.ClientConnectionError),
        ("close", aiohttp.ClientConnectionError),
    ):
        with pytest.raises(error):
            await strike(emulator, header)


@pytest.mark.parametrize(("stage", "orders"), [("before", 2), ("after", 3)])
async def test_a_header_has_a_stage_too(emulator: Emulator, stage: str, orders: int) -> None:
    reply = await strike(emulator, f"status=500; stage={stage}", method="POST", json=ORDER)
    assert (500, orders) == (reply.status, (await emulator.cratejoy("GET", "/orders/")).json["count"])


async def test_a_header_comes_before_the_faults_of_the_sandbox(emulator: Emulator) -> None:
    await fault(emulator, TEAPOT)
    assert ((await strike(emulator, "status=500")).status, await met(emulator)) == (500, [0])


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
async def test_a_header_that_cannot_be_read_is_refused_in_the_api_s_shape(emulator: Emulator, header: str) -> None:
    before = await state(emulator)
    cratejoy = await strike(emulator, header, method="PUT", path="/orders/75572230/", json={"note": "n"})
    universe = await emulator.universe("/orders", X_Mockorders_Fault=header)
    assert (400, {"errors"}) == (cratejoy.status, set(cratejoy.json))
    assert (200, "error") == (universe.status, universe.json["status"])
    assert "X-Mockorders-Fault" in cratejoy.json["errors"][0]
    assert "X-Mockorders-Fault" in universe.json["messages"][0]
    assert before == await state(emulator)


# Where else


@pytest.mark.parametrize("path", ["/nothing", "/orders/1/2", "/api/v1/customers", "/v1/nothing", "/v1/products/"])
async def test_faults_strike_unknown_paths_too(emulator: Emulator, path: str) -> None:
    await fault(emulator, {"type": "status", "status": 503})
    assert 503 == (await emulator.request("GET", f"{path}?key=docs", headers=basic("docs"))).status


async def test_faults_strike_wrong_methods_too(emulator: Emulator) -> None:
    await fault(emulator, TEAPOT)
    assert 418 == (await emulator.cratejoy("PUT", "/orders/", json={})).status


async def test_faults_do_not_strike_preflights_or_the_control_api(emulator: Emulator) -> None:
    await fault(emulator, TEAPOT)
    assert 200 == (await emulator.request("OPTIONS", "/orders?key=docs")).status
    assert 200 == (await emulator.control("GET", "/sandboxes/docs")).status


async def test_a_status_is_wrapped_for_jsonp(emulator: Emulator) -> None:
    await fault(emulator, {"type": "status", "status": 503})
    reply = await emulator.universe("/orders?callback=cb")
    assert (503, "application/javascript; charset=utf-8") == (reply.status, reply.headers["Content-Type"])
    assert reply.text.startswith("cb(")
    assert "error" == json.loads(reply.text.removeprefix("cb(").removesuffix(");"))["status"]


async def test_jsonp_is_cut_and_slowed_too(emulator: Emulator) -> None:
    request = GET.replace(b"?", b"?callback=cb&")
    length, whole = length_and_body(await raw(emulator, request))
    identifier = await fault(emulator, {"type": "truncate", "bytes": 20})
    assert (length, whole[:20]) == length_and_body(await raw(emulator, request))
    await emulator.control("DELETE", f"/sandboxes/docs/faults/{identifier}")
    await fault(emulator, {"type": "drip", "bytes_per_second": len(whole) * 2})
    started = time.perf_counter()
    assert (length, whole) == length_and_body(await raw(emulator, request))
    assert time.perf_counter() - started > 0.35


async def test_jsonp_can_be_malformed_and_drift(emulator: Emulator) -> None:
    right = (await emulator.universe("/orders?callback=cb")).text
    reply = await emulator.universe("/orders?callback=cb", X_Mockorders_Fault="malformed")
    assert (200, False) == (reply.status, reply.text == right)
    with pytest.raises(json.JSONDecodeError):
        json.loads(reply.text.removeprefix("cb(").removesuffix(");"))
    reply = await emulator.universe("/orders?callback=cb", X_Mockorders_Fault="drift=/orders")
    assert {"status": "ok"} == json.loads(reply.text.removeprefix("cb(").removesuffix(");"))


@pytest.mark.parametrize(("effect", "status"), [(TEAPOT, 418), ({"type": "malformed"}, 200), (SPOIL[1], 200)])
async def test_head_meets_the_faults_of_get_without_a_body(
    emulator: Emulator, effect: dict[str, Any], status: int
) -> None:
    await fault(emulator, effect, match={"method": "GET"})
    reply = await emulator.request("HEAD", "/orders?key=docs")
    assert (status, b"", [1]) == (reply.status, reply.body, await met(emulator))


async def test_struck_answers_keep_their_id_and_their_cors_headers(emulator: Emulator) -> None:
    await fault(emulator, TEAPOT)
    reply = await emulator.universe("/orders", Origin="http://localhost:3000")
    assert "http://localhost:3000" == reply.headers["Access-Control-Allow-Origin"]
    assert (await last(emulator))["id"] == reply.headers["X-Mockorders-Request"]


# Kept, listed, removed


async def test_a_fault_is_given_back_with_its_id(emulator: Emulator) -> None:
    rule = {
        "match": {"api": "cratejoy", "method": "POST", "path": "/v1/*", "query": {"a": "b"}, "body": {"/x": [1, 1.5]}},
        "effect": {"type": "status", "status": 503, "body": {"price": 1.5}, "headers": {"Retry-After": "1"}},
        "times": 2,
        "after": 1,
        "probability": 0.5,
        "stage": "after",
    }
    made = await emulator.control("POST", "/sandboxes/docs/faults", json=rule)
    assert (201, rule) == (made.status, {name: made.json[name] for name in rule})
    assert str is type(made.json["id"])
    listed = (await emulator.control("GET", "/sandboxes/docs/faults")).json
    assert {"count": 1, "faults": [{**rule, "id": made.json["id"], "met": 0}]} == listed


async def test_faults_are_listed_in_order_and_removed_one_by_one_or_all(emulator: Emulator) -> None:
    ids = [await fault(emulator, {"type": "status", "status": status}) for status in (500, 502, 503)]
    assert len(ids) == len(set(ids))
    assert ids == await listed_ids(emulator)
    removed = await emulator.control("DELETE", f"/sandboxes/docs/faults/{ids[0]}")
    assert (204, b"", ids[1:]) == (removed.status, removed.body, await listed_ids(emulator))
    assert 502 == (await emulator.universe("/orders")).status
    assert 204 == (await emulator.control("DELETE", "/sandboxes/docs/faults")).status
    assert ([], 200) == (await listed_ids(emulator), (await emulator.universe("/orders")).status)


async def listed_ids(emulator: Emulator) -> list[str]:
    """List the ids of the faults."""
    return [each["id"] for each in (await emulator.control("GET", "/sandboxes/docs/faults")).json["faults"]]


@pytest.mark.parametrize("identifier", ["1", "x", "header", "%2F"])
async def test_a_fault_that_there_is_not_is_404(emulator: Emulator, identifier: str) -> None:
    reply = await emulator.control("DELETE", f"/sandboxes/docs/faults/{identifier}")
    assert (404, "application/problem+json") == (reply.status, reply.headers["Content-Type"])


async def test_a_removed_fault_is_404_and_its_id_is_not_given_again(emulator: Emulator) -> None:
    identifier = await fault(emulator, TEAPOT)
    await emulator.control("DELETE", f"/sandboxes/docs/faults/{identifier}")
    assert identifier != await fault(emulator, TEAPOT)
    assert 404 == (await emulator.control("DELETE", f"/sandboxes/docs/faults/{identifier}")).status


async def test_faults_are_the_sandbox_s_own(emulator: Emulator) -> None:
    await fault(emulator, TEAPOT, "docs.a")
    assert [418, 200] == [(await emulator.universe("/orders", key)).status for key in ("docs.a", "docs.b")]
    assert ([1], []) == (await met(emulator, "docs.a"), await met(emulator, "docs.b"))


@pytest.mark.parametrize("path", ["/sandboxes/docs/reset", "/reset"])
async def test_a_reset_clears_faults(emulator: Emulator, path: str) -> None:
    await fault(emulator, TEAPOT)
    await emulator.control("POST", path)
    assert ([], 200) == (await met(emulator), (await emulator.universe("/orders")).status)


@pytest.mark.parametrize("name", ["docs", "docs.other", "_"])
async def test_a_sandbox_that_is_made_anew_has_no_faults(emulator: Emulator, name: str) -> None:
    await fault(emulator, TEAPOT, name)
    assert 200 == (await emulator.control("PUT", f"/sandboxes/{name}", json={})).status
    assert [] == await met(emulator, name)


async def test_requests_without_a_credential_meet_the_faults_of_nobody(emulator: Emulator) -> None:
    await fault(emulator, TEAPOT, "_", match={"path": "/nothing"})
    assert 418 == (await emulator.request("GET", "/nothing")).status


STATUS = {"type": "status", "status": 503}
BAD_RULES: list[tuple[Any, str]] = [
    ([], ""),
    ("reset", ""),
    ({}, "/effect"),
    ({"effect": STATUS, "name": "x"}, "/name"),
    ({"effect": "reset"}, "/effect"),
    ({"effect": {}}, "/effect/type"),
    ({"effect": {"type": "explode"}}, "/effect/type"),
    ({"effect": {"type": "reset", "ms": 1}}, "/effect/ms"),
    ({"effect": {"type": "status"}}, "/effect/status"),
    ({"effect": {"type": "status", "status": 99}}, "/effect/status"),
    ({"effect": {"type": "status", "status": 600}}, "/effect/status"),
    ({"effect": {"type": "status", "status": "503"}}, "/effect/status"),
    ({"effect": {"type": "status", "status": 503.5}}, "/effect/status"),
    ({"effect": {**STATUS, "headers": {"X": "a\r\nb"}}}, "/effect/headers/X"),
    ({"effect": {**STATUS, "headers": {"X": "a\n"}}}, "/effect/headers/X"),
    ({"effect": {**STATUS, "headers": {"X": "a\x01"}}}, "/effect/headers/X"),
    ({"effect": {**STATUS, "headers": {"X": 1}}}, "/effect/headers/X"),
    ({"effect": {**STATUS, "headers": {"X Y": "1"}}}, "/effect/headers"),
    ({"effect": {"type": "delay"}}, "/effect"),
    ({"effect": {"type": "delay", "ms": 1, "uniform": [1, 2]}}, "/effect"),
    ({"effect": {"type": "delay", "ms": -1}}, "/effect/ms"),
    ({"effect": {"type": "delay", "ms": "1"}}, "/effect/ms"),
    ({"effect": {"type": "delay", "uniform": [1]}}, "/effect/uniform"),
    ({"effect": {"type": "delay", "uniform": [2, 1]}}, "/effect/uniform"),
    ({"effect": {"type": "delay", "lognormal": {"median": 1}}}, "/effect/lognormal/sigma"),
    ({"effect": {"type": "delay", "lognormal": {"median": 0, "sigma": 1}}}, "/effect/lognormal/median"),
    ({"effect": {"type": "truncate"}}, "/effect/bytes"),
    ({"effect": {"type": "truncate", "bytes": -1}}, "/effect/bytes"),
    ({"effect": {"type": "drip", "bytes_per_second": 0}}, "/effect/bytes_per_second"),
    ({"effect": {"type": "drift", "pointer": "note"}}, "/effect/pointer"),
    ({"effect": {"type": "drift", "pointer": ""}}, "/effect/pointer"),
    ({"effect": {"type": "drift", "pointer": "/note", "how": "bend"}}, "/effect/how"),
    ({"effect": {"type": "rate_limit", "requests": 1}}, "/effect/window"),
    ({"effect": {"type": "rate_limit", "requests": 1, "window": 0}}, "/effect/window"),
    ({"effect": {"type": "rate_limit", "requests": -1, "window": 1}}, "/effect/requests"),
    ({"effect": STATUS, "times": 0}, "/times"),
    ({"effect": STATUS, "times": 1.5}, "/times"),
    ({"effect": STATUS, "after": -1}, "/after"),
    ({"effect": STATUS, "probability": 1.5}, "/probability"),
    ({"effect": STATUS, "probability": -0.5}, "/probability"),
    ({"effect": STATUS, "stage": "during"}, "/stage"),
    ({"effect": STATUS, "match": []}, "/match"),
    ({"effect": STATUS, "match": {"verb": "GET"}}, "/match/verb"),
    ({"effect": STATUS, "match": {"api": "shop"}}, "/match/api"),
    ({"effect": STATUS, "match": {"method": ""}}, "/match/method"),
    ({"effect": STATUS, "match": {"path": "orders"}}, "/match/path"),
    ({"effect": STATUS, "match": {"query": {"a": 1}}}, "/match/query/a"),
    ({"effect": STATUS, "match": {"header": ["X-Test"]}}, "/match/header"),
    ({"effect": STATUS, "match": {"body": {"note": 1}}}, "/match/body"),
]


@pytest.mark.parametrize(("rule", "pointer"), BAD_RULES)
async def test_a_bad_rule_is_422_with_pointer_and_expectation_and_nothing_changed(
    emulator: Emulator, rule: Any, pointer: str
) -> None:
    reply = await emulator.control("POST", "/sandboxes/docs/faults", json=rule)
    assert (422, "application/problem+json") == (reply.status, reply.headers["Content-Type"])
    assert (pointer, True) == (reply.json["pointer"], bool(reply.json["expected"]))
    assert [] == await met(emulator)


@pytest.mark.parametrize("body", [b"", b"{", b"nope", b"\xff", b'{"effect": NaN}', b'{"a": 1, "a": 2}', b"[" * 100])
async def test_a_rule_that_cannot_be_parsed_is_400(emulator: Emulator, body: bytes) -> None:
    reply = await emulator.control("POST", "/sandboxes/docs/faults", data=body)
    assert (400, "application/problem+json") == (reply.status, reply.headers["Content-Type"])
    assert [] == await met(emulator)


def found(value: Any, pointer: str) -> list[Any]:
    """Give what stands at a pointer, in a list; an empty one where nothing does."""
    for step in pointer.split("/")[1:]:
        try:
            value = value[int(step)] if isinstance(value, list) else value[step]
        except (KeyError, IndexError, TypeError):
            return []
    return [value]


def without(value: Any, pointer: str) -> Any:
    """Give a copy of a value without what stands at a pointer."""
    copy = json.loads(json.dumps(value))
    parent, _, name = pointer.rpartition("/")
    holder = found(copy, parent)[0]
    if isinstance(holder, dict):
        holder.pop(name, None)
    else:
        holder[int(name)] = None
    return copy


def written(text: str, pointer: str) -> str:
    """Give an answer without what stands at a pointer, its numbers as they are written."""
    return json.dumps(without(json.loads(text, parse_float=lambda digits: f"<{digits}>"), pointer))

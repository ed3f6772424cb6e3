"""Hostile paths, queries and headers."""

import asyncio

import pytest
from support.bad_requests import (
    CRATEJOY,
    LOOP_SECONDS,
    Heartbeat,
    assert_malformed,
    b64,
    error_messages,
    exchange,
    http,
)
from support.emulator import RunningEmulator, Start

TARGETS: list[tuple[str, str, bytes, int]] = [
    ("percent without digits", "universe", b"/orders/%zz?key=docs@2", 200),
    ("percent at the end", "universe", b"/orders/%?key=docs@2", 200),
    ("path not UTF-8", "universe", b"/orders/%ff?key=docs@2", 200),
    ("nul in the path", "universe", b"/orders/2%00?key=docs@2", 200),
    ("line break in the path", "universe", b"/orders/2%0a?key=docs@2", 200),
    ("underscore in an id", "universe", b"/orders/4_89?key=docs@164", 200),
    ("space around an id", "universe", b"/orders/%20489?key=docs@164", 200),
    ("sign of an id", "universe", b"/orders/+489?key=docs@164", 200),
    ("id with decimals", "universe", b"/orders/2.0?key=docs@2", 200),
    ("id of 60000 digits", "universe", b"/orders/" + b"9" * 60_000 + b"?key=docs@2", 200),
    ("id as SQL", "universe", b"/orders/2'%20OR%201=1--?key=docs@2", 200),
    ("no UTF-8 in the query", "universe", b"/orders?key=docs@2&order=%ff", 200),
    ("no UTF-8 in the key", "universe", b"/orders?key=%ff", 200),
    ("surrogate in the key", "universe", b"/orders?key=%ed%a0%80", 200),
    ("3001 parameters", "universe", b"/orders?key=docs@2" + b"&a=1" * 3_000, 200),
    ("nul in the key", "universe", b"/orders?key=docs%00", 200),
    ("line break in the key", "universe", b"/orders?key=docs%0d%0aX-A:%20b", 200),
    ("201 characters", "universe", b"/orders?key=" + b"k" * 201, 200),
    ("50000 characters", "universe", b"/orders?key=" + b"k" * 50_000, 200),
    ("hostile callback", "universe", b"/orders?key=docs@2&callback=alert(1)//", 200),
    ("callback of 50000", "universe", b"/orders?key=docs@2&callback=" + b"a" * 50_000, 200),
    ("customer of 5000 digits", "universe", b"/orders?key=docs@" + b"9" * 5_000, 200),
    ("two slashes", "universe", b"//orders?key=docs@2", 404),
    ("dots", "universe", b"/orders/../../etc/passwd?key=docs@2", 404),
    ("many slashes", "universe", b"/" * 60_000, 404),
    ("semicolons", "universe", b"/orders;a=b?key=docs@2", 404),
    ("backslashes", "universe", b"/\\orders?key=docs@2", 404),
    ("encoded slash", "universe", b"/orders%2f2?key=docs@2", 404),
    ("two question marks", "universe", b"/orders??key=docs@2", 200),
    ("percent without digits", "cratejoy", b"/v1/orders/%zz/", 404),
    ("path not UTF-8", "cratejoy", b"/v1/orders/%ff/", 404),
    ("underscore in an id", "cratejoy", b"/v1/orders/7557_2230/", 404),
    ("space after an id", "cratejoy", b"/v1/orders/75572230%20/", 404),
    ("sign of an id", "cratejoy", b"/v1/orders/-75572230/", 404),
    ("id of 60000 digits", "cratejoy", b"/v1/orders/" + b"9" * 60_000 + b"/", 404),
    ("id of 5000 zeros", "cratejoy", b"/v1/orders/" + b"0" * 5_000 + b"75572230/", 404),
    ("no such path", "cratejoy", b"/v1/%00", 404),
    ("no UTF-8 in the query", "cratejoy", b"/v1/orders/?note=%ff", 400),
    ("no UTF-8 in a name", "cratejoy", b"/v1/orders/?%c3%28=1", 400),
    ("surrogate in the query", "cratejoy", b"/v1/orders/?note=%ed%a0%80", 400),
    ("3001 parameters", "cratejoy", b"/v1/orders/?" + b"&".join([b"id=1"] * 3_001), 400),
    ("12000 parameters", "cratejoy", b"/v1/orders/?" + b"&".join([b"a=1"] * 12_000), 400),
    ("limit of 0", "cratejoy", b"/v1/orders/?limit=0", 400),
    ("limit below 0", "cratejoy", b"/v1/orders/?limit=-1", 400),
    ("limit in letters", "cratejoy", b"/v1/orders/?limit=ten", 400),
    ("limit with decimals", "cratejoy", b"/v1/orders/?limit=1.0", 400),
    ("limit in other digits", "cratejoy", b"/v1/orders/?limit=%EF%BC%91", 400),
    ("limit of 5000 digits", "cratejoy", b"/v1/orders/?limit=" + b"9" * 5_000, 400),
    ("limit of 50000 zeros", "cratejoy", b"/v1/orders/?limit=" + b"0" * 50_000 + b"1", 400),
    ("page below 0", "cratejoy", b"/v1/orders/?page=-1", 400),
    ("page without end", "cratejoy", b"/v1/orders/?page=1e999", 400),
    ("limit twice", "cratejoy", b"/v1/orders/?limit=1&limit=2", 400),
    ("2000 limits", "cratejoy", b"/v1/orders/?" + b"&".join([b"limit=1"] * 2_000), 400),
    ("with of nothing", "cratejoy", b"/v1/orders/?with=" + b"nothing," * 5_000, 400),
    ("property not known", "cratejoy", b"/v1/orders/?" + b"x" * 50_000 + b"=1", 400),
    ("property of Python", "cratejoy", b"/v1/orders/?__class__=1", 400),
    ("property of JavaScript", "cratejoy", b"/v1/orders/?customer.__proto__=1", 400),
    ("relation of a relation", "cratejoy", b"/v1/orders/?customer.addresses.id=1", 400),
    ("dots without end", "cratejoy", b"/v1/orders/?" + b"customer." * 6_000 + b"id=1", 400),
    ("underscores without end", "cratejoy", b"/v1/orders/?note" + b"__" * 20_000 + b"=1", 400),
    ("comparison not known", "cratejoy", b"/v1/orders/?id__regex=.*", 400),
    ("like of a number", "cratejoy", b"/v1/orders/?id__like=1%25", 400),
    ("id in letters", "cratejoy", b"/v1/orders/?id=abc", 400),
    ("id of 5000 digits", "cratejoy", b"/v1/orders/?id=" + b"9" * 5_000, 400),
    ("id with decimals", "cratejoy", b"/v1/orders/?id__gt=1e999", 400),
    ("id that is not a number", "cratejoy", b"/v1/orders/?id__lt=NaN", 400),
    ("time that there is not", "cratejoy", b"/v1/orders/?placed_at__gt=2017-02-30", 400),
    ("time out of range", "cratejoy", b"/v1/orders/?placed_at__gt=0001-01-01T00:00:00%2B14:00", 400),
    ("time of 50000", "cratejoy", b"/v1/orders/?placed_at__gt=" + b"2017-" * 10_000, 400),
    ("one bad member", "cratejoy", b"/v1/orders/?id__in=" + b"1," * 10_000 + b"x", 400),
    ("empty members", "cratejoy", b"/v1/orders/?id__in=" + b"," * 10_000, 400),
    ("nul", "cratejoy", b"/v1/orders/?%00=%00", 400),
]


@pytest.mark.parametrize(
    ("api", "target", "status"), [row[1:] for row in TARGETS], ids=[f"{r[1]}, {r[0]}" for r in TARGETS]
)
async def test_hostile_target_is_rejected(victim: RunningEmulator, api: str, target: bytes, status: int) -> None:
    headers = CRATEJOY if api == "cratejoy" else {}
    reply = await exchange(victim, http("GET", target, **headers))
    messages = error_messages(reply)
    assert (status, ["Invalid query parameter"] if status == 400 else []) == (reply.status, messages[1:])


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("note__like=" + "%25a" * 12_000 + "b", id="12000 percent signs"),
        pytest.param("note__ilike=" + "%25ab" * 10_000, id="10000 percent signs"),
        pytest.param("note__like=%25" + "a" * 30_000 + "b%25" + "a" * 20_000, id="a long part"),
        pytest.param("note__like=" + "_" * 60_000, id="underscores"),
        pytest.param("id__in=" + ",".join(map(str, range(10_000))), id="10000 members"),
        pytest.param("id__nin=75572230,730837920," + ",".join(map(str, range(9_000))), id="9000 members, none of them"),
        pytest.param("&".join(["customer.id__gt=99999999999"] * 100), id="100 filters"),
        pytest.param("limit=9999999999&page=9999999999&id__gt=999999999999", id="a page far away"),
        pytest.param("id=" + "9" * 40, id="an id of 40 digits"),
        pytest.param("id__lt=-" + "9" * 40, id="an id far below zero"),
    ],
)
async def test_hostile_filter_matches_nothing(start: Start, query: str) -> None:
    emulator = await start()
    await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "a" * 1_000_000})
    heartbeat = Heartbeat()
    beating = asyncio.create_task(heartbeat.beat())
    reply = await emulator.cratejoy("GET", f"/orders/?{query}")
    beating.cancel()
    assert (200, []) == (reply.status, reply.json["results"])
    assert heartbeat.longest < LOOP_SECONDS


async def test_many_filters_over_many_orders_do_not_block_the_event_loop(start: Start) -> None:
    emulator = await start(fixtures="default")
    count = (await emulator.cratejoy("GET", "/orders/?products.id__gt=0", "default")).json["count"]
    heartbeat = Heartbeat()
    beating = asyncio.create_task(heartbeat.beat())
    reply = await emulator.cratejoy("GET", "/orders/?" + "&".join(["products.id__gt=0"] * 100), "default")
    beating.cancel()
    assert (200, count) == (reply.status, reply.json["count"])
    assert heartbeat.longest < LOOP_SECONDS


async def test_too_many_filters_are_rejected(emulator: RunningEmulator) -> None:
    reply = await emulator.cratejoy("GET", "/orders/?" + "&".join(["id__gt=0"] * 101))
    assert (400, "expected at most 100 filters, got 101") == (reply.status, reply.json["errors"][0])


LOGGED_OUT = ["Please log in to access your online benefits."]
INVALID_CREDENTIAL = ["expected a credential whose name has 1 to 200 visible characters"]
HEADERS: list[tuple[str, str, dict[str, bytes], int, list[str]]] = [
    ("no such customer", "universe", {"Authorization": b"Bearer customer-" + b"9" * 40}, 200, LOGGED_OUT),
    ("customer of 5000 digits", "universe", {"Authorization": b"Bearer customer-" + b"9" * 5_000}, 200, LOGGED_OUT),
    ("customer in other digits", "universe", {"Authorization": "Bearer customer-\uff12".encode()}, 200, LOGGED_OUT),
    ("bearer of nothing", "universe", {"Authorization": b"Bearer \xff\xfe"}, 200, LOGGED_OUT),
    ("bearer of 60000", "universe", {"Authorization": b"Bearer " + b"x" * 60_000}, 200, LOGGED_OUT),
    ("cookie of 5000 digits", "universe", {"Cookie": b"mockorders_customer=" + b"9" * 5_000}, 200, LOGGED_OUT),
    ("cookie of raw bytes", "universe", {"Cookie": b"mockorders_customer=\xff"}, 200, LOGGED_OUT),
    ("cookies without end", "universe", {"Cookie": b"a=b;" * 15_000 + b"mockorders_customer=x"}, 200, LOGGED_OUT),
    ("no base64", "cratejoy", {"Authorization": b"Basic ####"}, 401, INVALID_CREDENTIAL),
    ("nothing after Basic", "cratejoy", {"Authorization": b"Basic"}, 401, INVALID_CREDENTIAL),
    ("raw bytes", "cratejoy", {"Authorization": b"Basic \xff\xfe"}, 401, INVALID_CREDENTIAL),
    ("no UTF-8, with control characters", "cratejoy", {"Authorization": b64(b"\x85\xfe:x")}, 401, INVALID_CREDENTIAL),
    ("surrogates", "cratejoy", {"Authorization": b64(b"\xed\xa0\x80:x")}, 401, INVALID_CREDENTIAL),
    ("no colon", "cratejoy", {"Authorization": b64(b"docs")}, 401, INVALID_CREDENTIAL),
    ("only a colon", "cratejoy", {"Authorization": b64(b":")}, 401, INVALID_CREDENTIAL),
    ("nul", "cratejoy", {"Authorization": b64(b"docs\0:x")}, 401, INVALID_CREDENTIAL),
    ("line break", "cratejoy", {"Authorization": b64(b"docs\r\nX-A: b:x")}, 401, INVALID_CREDENTIAL),
    ("45000 characters", "cratejoy", {"Authorization": b64(b"d" * 45_000 + b":x")}, 401, INVALID_CREDENTIAL),
    ("another scheme", "cratejoy", {"Authorization": b"Digest username=docs"}, 401, INVALID_CREDENTIAL),
    ("a bearer", "cratejoy", {"Authorization": b"Bearer customer-2"}, 401, INVALID_CREDENTIAL),
]


@pytest.mark.parametrize(
    ("api", "headers", "status", "messages"), [row[1:] for row in HEADERS], ids=[f"{r[1]}, {r[0]}" for r in HEADERS]
)
async def test_hostile_credential_is_rejected(
    victim: RunningEmulator, api: str, headers: dict[str, bytes], status: int, messages: list[str]
) -> None:
    reply = await exchange(victim, http("GET", "/v1/orders/" if api == "cratejoy" else "/orders?key=docs@2", **headers))
    assert (status, messages) == (reply.status, error_messages(reply))


@pytest.mark.parametrize(
    "origin",
    [
        b"\xff\xfe",
        b"http://\xff.localhost",
        "http://lócalhost".encode(),
        b"http://[",
        b"http://[::1",
        b"http://localhost@evil.example",
        b"http://localhost.evil.example",
        b"http://evil.example/.localhost",
        b"http://evil.example#.localhost",
        b"javascript:localhost",
        b"https://" + b"a" * 60_000 + b".example",
        b"://",
        b"",
    ],
)
async def test_hostile_origin_is_rejected_without_cors_headers(victim: RunningEmulator, origin: bytes) -> None:
    reply = await exchange(victim, http("GET", "/orders?key=docs@2", Origin=origin))
    cors = [name for name in reply.headers if name.lower().startswith("access-control")]
    assert (403, "error", []) == (reply.status, reply.json["status"], cors)


@pytest.mark.parametrize(
    "name",
    [
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "Content-Type",
        "Cookie",
        "Host",
        "If-None-Match",
        "Range",
        "Referer",
        "Via",
    ],
)
@pytest.mark.parametrize("value", [b"\xff\xfe", b"\xed\xa0\x80", b'"', b"x" * 60_000, b"=;,=;,", b""], ids=range(6))
async def test_headers_with_unusual_values_are_accepted(victim: RunningEmulator, name: str, value: bytes) -> None:
    reply = await exchange(victim, http("GET", "/orders?key=docs@2", **{name: value}))
    assert (200, "ok") == (reply.status, reply.json["status"])


@pytest.mark.parametrize(
    "target",
    [
        b"/orders/\xff\xfe?key=docs@2",
        "/orders/\uff14\uff18\uff19?key=docs@164".encode(),
        b"/orders?key=docs@2&a=\xff",
        "/orders?key=dócs".encode(),
        b"/v1/orders/\xff/",
        "/v1/orders/\uff17\uff15/".encode(),
        b"/v1/orders/?note=\xff",
    ],
)
async def test_raw_bytes_in_the_target_are_rejected(victim: RunningEmulator, target: bytes) -> None:
    assert_malformed(await exchange(victim, http("GET", target, **CRATEJOY)))


async def test_two_thousand_headers_are_handled(victim: RunningEmulator) -> None:
    many = b"".join(b"X-A%d: b\r\n" % number for number in range(2_000))
    reply = await exchange(victim, http("GET", "/orders?key=docs@2").replace(b"\r\n\r\n", b"\r\n" + many + b"\r\n"))
    assert reply.status in {200, 400, 431}

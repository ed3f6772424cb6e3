"""The journal: what it shows of a request, whose it is, how much it keeps, and how tests wait for it."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest
from conftest import Emulator, Start, basic
from hypothesis import given
from hypothesis import strategies as st

from mockorders import journal as module
from mockorders.journal import Journal, Journals

KEYS = "id at api method path query request status response duration_ms fault breaches rules".split()
FROZEN = "2017-03-21T00:00:00Z"
KIB = 1024
CUT = 64 * KIB
EVIL = "http://evil.example"


async def listed(emulator: Emulator, user: str = "docs", query: str = "") -> Any:
    """Give a journal's list."""
    reply = await emulator.control("GET", f"/sandboxes/{quote(user, safe='')}/requests{query}")
    assert reply.status == 200, reply.text
    return reply.json


async def last(emulator: Emulator, user: str = "docs") -> Any:
    """Give a journal's last entry."""
    return (await listed(emulator, user))["requests"][-1]


def ids(document: Any) -> list[str]:
    """Give the ids of a list."""
    return [each["id"] for each in document["requests"]]


# What it shows


async def test_an_entry_tells_the_request_and_its_answer(emulator: Emulator) -> None:
    await emulator.control("PUT", "/sandboxes/docs/clock", json={"now": FROZEN, "frozen": True})
    body = {"note": "né", "is_gift": True}
    headers = {"X-Test": "one", "User-Agent": "tests"}
    reply = await emulator.cratejoy("PUT", "/orders/75572230/?with=", json=body, headers=headers)
    entry = await last(emulator)
    assert KEYS == list(entry)
    assert {
        "id": reply.headers["X-Mockorders-Request"],
        "at": FROZEN,
        "api": "cratejoy",
        "method": "PUT",
        "path": "/v1/orders/75572230/",
        "query": {"with": ""},
        "status": 200,
        "fault": None,
        "breaches": [],
    } == {name: entry[name] for name in "id at api method path query status fault breaches".split()}
    assert (body, reply.json) == (entry["request"]["body"], entry["response"]["body"])
    assert ("one", "tests") == (entry["request"]["headers"]["X-Test"], entry["request"]["headers"]["User-Agent"])
    shown = entry["response"]["headers"]
    assert shown == {name: reply.headers[name] for name in shown}
    assert {"Content-Type", "X-Mockorders-Request"} <= shown.keys()
    assert 0 < entry["duration_ms"] < 5_000
    assert all(isinstance(name, str) for name in entry["rules"])


async def test_one_entry_is_the_same_as_in_the_list(emulator: Emulator) -> None:
    reply = await emulator.universe("/orders")
    identifier = reply.headers["X-Mockorders-Request"]
    one = await emulator.control("GET", f"/sandboxes/docs/requests/{identifier}")
    assert (200, await last(emulator), identifier) == (one.status, one.json, one.json["id"])


async def test_a_list_tells_how_many_and_goes_from_the_oldest(emulator: Emulator) -> None:
    sent = [(await emulator.universe(f"/orders/{number}")).headers["X-Mockorders-Request"] for number in range(5)]
    document = await listed(emulator)
    assert ["count", "forgotten", "requests"] == list(document)
    assert (5, 0, sent) == (document["count"], document["forgotten"], ids(document))
    assert [f"/orders/{number}" for number in range(5)] == [each["path"] for each in document["requests"]]
    assert {"count": 0, "forgotten": 0, "requests": []} == await listed(emulator, "docs.other")


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/orders?key=docs", 200),
        ("HEAD", "/orders?key=docs", 200),
        ("GET", "/orders/999?key=docs", 200),
        ("GET", "/nothing?key=docs", 404),
        ("POST", "/orders?key=docs", 405),
        ("GET", "/v1/orders/", 200),
        ("GET", "/v1/orders/?limit=0", 400),
        ("PUT", "/v1/orders/75572230/", 400),
        ("DELETE", "/v1/orders/75572230/", 405),
        ("GET", "/v1/nothing", 404),
    ],
)
async def test_every_answer_is_in_the_journal(emulator: Emulator, method: str, target: str, status: int) -> None:
    reply = await emulator.request(method, target, headers=basic("docs") if "v1" in target else {})
    entry = await last(emulator)
    assert (status, status, method) == (reply.status, entry["status"], entry["method"])
    assert (target.partition("?")[0], reply.headers["X-Mockorders-Request"]) == (entry["path"], entry["id"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a=1", {"a": "1"}),
        ("a=1&a=2&b=&c", {"a": ["1", "2"], "b": "", "c": ""}),
        ("a+b=%C3%A9%26", {"a b": "é&"}),
    ],
)
async def test_a_query_is_shown_by_name(emulator: Emulator, query: str, expected: dict[str, Any]) -> None:
    await emulator.request("GET", f"/orders?{query}&key=docs")
    assert {**expected, "key": "***"} == (await last(emulator))["query"]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"", None),
        (b'{"note": "x"}', {"note": "x"}),
        (b'{"b":1,"a":[1.50,1e2,null,true,9007199254740993]}', {"b": 1, "a": [1.5, 100.0, None, True, 2**53 + 1]}),
        (b"[]", []),
        (b"0", 0),
        (b'""', ""),
        (b"null", None),
        (b"note=x&a[b]=1", "note=x&a[b]=1"),
        (b"{", "{"),
        ("é".encode(), "é"),
        (b"\xff\x00", "\ufffd\x00"),
        (b'{"a":1,"a":2}', '{"a":1,"a":2}'),
    ],
)
async def test_a_body_is_json_if_it_parses_else_text(emulator: Emulator, sent: bytes, expected: Any) -> None:
    await emulator.cratejoy("PUT", "/orders/75572230/", data=sent, headers={"Content-Type": "text/plain"})
    request = (await last(emulator))["request"]
    assert {"headers": request["headers"], "body": expected} == request


async def test_numbers_of_a_body_are_shown_digit_for_digit(emulator: Emulator) -> None:
    await emulator.cratejoy("PUT", "/orders/75572230/", data=b'{"note":1.50}')
    assert '"body":{"note":1.50}' in (await emulator.control("GET", "/sandboxes/docs/requests")).text


async def test_a_jsonp_answer_is_text(emulator: Emulator) -> None:
    reply = await emulator.universe("/orders?callback=cb")
    assert reply.text == (await last(emulator))["response"]["body"]


@pytest.mark.parametrize(("length", "whole"), [(CUT - 1, True), (CUT, True), (CUT + 1, False), (10 * CUT, False)])
async def test_a_body_is_cut_at_64_kib_and_says_so(emulator: Emulator, length: int, whole: bool) -> None:
    body = json.dumps({"note": "x" * (length - 12)}).encode()
    assert length == len(body)
    await emulator.cratejoy("PUT", "/orders/75572230/?with=", data=body)
    shown = (await last(emulator))["request"]
    assert (json.loads(body) if whole else body[:CUT].decode()) == shown["body"]
    assert whole == (shown.keys() == {"headers", "body"})
    assert whole or length in {value for name, value in shown.items() if name not in {"headers", "body"}}


async def test_a_long_answer_is_cut_too(start: Start) -> None:
    emulator = await start(fixtures="default")
    reply = await emulator.universe("/orders", "default@100")
    response = (await last(emulator, "default"))["response"]
    assert len(reply.body) > CUT
    assert reply.body[:CUT].decode("utf-8", "replace") == response["body"]
    assert len(reply.body) in response.values()


async def test_an_entry_is_there_before_its_answer_is(emulator: Emulator) -> None:
    from yarl import URL

    url = URL(f"{emulator.url}/orders?key=docs")
    async with emulator.client.session.get(url, headers={"X-Mockorders-Fault": "drip=20"}) as response:
        entry = await last(emulator)
        assert (response.headers["X-Mockorders-Request"], 200) == (entry["id"], entry["status"])
        assert (await emulator.universe("/orders")).json == entry["response"]["body"]
        response.close()


@pytest.mark.parametrize("kind", ["reset", "close"])
async def test_a_broken_connection_has_no_status(emulator: Emulator, kind: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", emulator.client.port)
    writer.write(f"GET /orders?key=docs HTTP/1.1\r\nHost: localhost\r\nX-Mockorders-Fault: {kind}\r\n\r\n".encode())
    with suppress(ConnectionResetError):
        await reader.read()
    writer.close()
    entry = await last(emulator)
    assert (None, None, kind) == (entry["status"], entry["response"], entry["fault"]["type"])


# Credentials


SECRET = "s3cr3t-s3cr3t"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", f"Bearer {SECRET}", "Bearer ***"),
        ("authorization", f"bearer  {SECRET}", "bearer ***"),
        ("Authorization", f"Digest user={SECRET}, x=y", "Digest ***"),
        ("Authorization", SECRET, "***"),
        ("Proxy-Authorization", f"Basic {SECRET}", "Basic ***"),
        ("Cookie", f"a={SECRET}; b={SECRET}", "a=***; b=***"),
        ("Cookie", f"a={SECRET}={SECRET}", "a=***"),
        ("Referer", f"http://localhost/page?key={SECRET}&x=1", "http://localhost/page?key=***&x=1"),
        ("Referer", f"http://localhost/page?x=1&k%65y={SECRET}", "http://localhost/page?x=1&key=***"),
        ("Referer", f"http://user:{SECRET}@localhost/", "http://***@localhost/"),
        ("Referer", "http://localhost/page?x=1", "http://localhost/page?x=1"),
        ("X-Test", "key", "key"),
    ],
)
async def test_headers_show_no_credentials(emulator: Emulator, name: str, value: str, shown: str) -> None:
    await emulator.universe("/orders", **{name.replace("-", "_"): value})
    headers = {each.lower(): text for each, text in (await last(emulator))["request"]["headers"].items()}
    assert shown == headers[name.lower()]


async def test_a_cookie_that_names_nothing_is_masked(emulator: Emulator) -> None:
    await emulator.universe("/orders", Cookie=SECRET)
    assert SECRET not in json.dumps(await last(emulator))


@pytest.mark.parametrize(
    "target", ["/orders?key={}", "/orders?a=b&k%65y={}", "/nothing?key={}&key={}", "/v1/orders/?key={}"]
)
@pytest.mark.parametrize("view", ["/requests", "/requests/{}", "/requests/{}/explain", "/requests.har"])
async def test_no_view_shows_a_key_a_password_or_a_cookie(emulator: Emulator, target: str, view: str) -> None:
    secret = f"docs.{SECRET}"
    headers = {
        **basic("docs", SECRET),
        "Cookie": f"mockorders_customer={SECRET}",
        "Referer": f"{emulator.url}{target.replace('{}', secret)}",
    }
    reply = await emulator.request("GET", target.replace("{}", secret), headers=headers)
    user = quote("docs" if "v1" in target else secret)
    path = view.replace("{}", reply.headers["X-Mockorders-Request"])
    text = (await emulator.control("GET", f"/sandboxes/{user}{path}")).text
    for each in (f"={secret}", f'"{secret}"' if "explain" not in view else "=" + SECRET, headers["Authorization"][6:]):
        assert each not in text
    assert "orders" in text or "nothing" in text


# Whose it is


async def test_each_sandbox_has_its_own(emulator: Emulator) -> None:
    await emulator.universe("/orders", "a")
    await emulator.cratejoy("GET", "/orders/", "b")
    await emulator.universe("/orders", "b@2")
    assert [["universe"], ["cratejoy", "universe"]] == [
        [each["api"] for each in (await listed(emulator, user))["requests"]] for user in ("a", "b")
    ]


@pytest.mark.parametrize(
    ("method", "target", "headers"),
    [
        ("GET", "/orders", {}),
        ("GET", "/orders?key=", {}),
        ("GET", "/orders?key=%20", {}),
        ("GET", "/orders?key=%FF", {}),
        ("GET", "/v1/orders/", {}),
        ("GET", "/nothing", {}),
        ("GET", "/v1/nothing", {}),
        ("OPTIONS", "/orders?key=fresh", {"Origin": "http://localhost:3000"}),
        ("OPTIONS", "/v1/orders/", {}),
        ("GET", "/orders?key=fresh", {"Origin": EVIL}),
        ("GET", "/v1/orders/", {**basic("fresh"), "Origin": EVIL}),
        ("PUT", "/v1/orders/75572230/", {**basic("fresh"), "Origin": EVIL}),
    ],
)
async def test_who_has_no_sandbox_is_in_that_of_nobody(
    emulator: Emulator, method: str, target: str, headers: dict[str, str]
) -> None:
    reply = await emulator.request(method, target, headers=headers)
    entry = await last(emulator, "_")
    assert (reply.headers["X-Mockorders-Request"], method) == (entry["id"], entry["method"])
    sandboxes = (await emulator.control("GET", "/sandboxes")).json["sandboxes"]
    assert ["_"] == [each["name"] for each in sandboxes]  # made by the look at its journal


async def test_a_foreign_page_is_in_the_sandbox_that_is_there(emulator: Emulator) -> None:
    await emulator.universe("/orders", "a")
    reply = await emulator.universe("/orders", "a", Origin=EVIL)
    assert reply.headers["X-Mockorders-Request"] == (await last(emulator, "a"))["id"]


async def test_past_the_maximum_it_is_in_that_of_nobody(start: Start) -> None:
    emulator = await start(max_sandboxes=1)
    assert 503 == (await emulator.universe("/orders/1", "a") and await emulator.universe("/orders/2", "b")).status
    await emulator.control("DELETE", "/sandboxes/a")
    entry = await last(emulator, "_")
    assert (503, "/orders/2") == (entry["status"], entry["path"])


async def test_the_control_api_is_in_no_journal(emulator: Emulator) -> None:
    await emulator.control("GET", "/sandboxes/docs/state")
    assert [0, 0] == [(await listed(emulator, user))["count"] for user in ("docs", "_")]


# Filters


async def fill(emulator: Emulator) -> None:
    """Make eight requests, whose ids are 1 to 8."""
    await emulator.universe("/orders")
    await emulator.universe("/orders/489.json", "docs@164")
    await emulator.universe("/api/v1/orders/")
    await emulator.universe("/nothing")
    await emulator.cratejoy("GET", "/orders/")
    await emulator.cratejoy("GET", "/orders/1/")
    await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "n"})
    await emulator.request("HEAD", "/orders?key=docs")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "12345678"),
        ("?api=universe", "12348"),
        ("?api=cratejoy", "567"),
        ("?method=PUT", "7"),
        ("?method=put", "7"),
        ("?method=HEAD", "8"),
        ("?method=GET", "123456"),
        ("?method=POST", ""),
        ("?path=/nothing", "4"),
        ("?path=/api/v1/orders/", "3"),
        ("?path=/api/*", "3"),
        ("?path=/orders/489", "2"),
        ("?path=/orders/489.json", "2"),
        ("?path=*.json", "2"),
        ("?path=/v1/*", "567"),
        ("?path=/v1/orders/", "5"),
        ("?path=/v1/orders", "5"),
        ("?path=*", "12345678"),
        ("?path=/Nothing", ""),
        ("?status=404", "46"),
        ("?status=200", "123578"),
        ("?status=500", ""),
        ("?since=0", "12345678"),
        ("?since=5", "678"),
        ("?since=8", ""),
        ("?since=99", ""),
        ("?api=cratejoy&method=GET&status=200", "5"),
        ("?api=cratejoy&since=5&path=*755*", "7"),
        ("?min=99", "12345678"),
        ("?wait=0&min=99", "12345678"),
    ],
)
async def test_filters_choose_what_is_listed(emulator: Emulator, query: str, expected: str) -> None:
    await fill(emulator)
    document = await listed(emulator, query=query)
    assert (list(expected), len(expected)) == (ids(document), document["count"])


BAD_FILTERS = [
    "colour=red",
    "API=universe",
    "api=shop",
    "status=abc",
    "status=",
    "status=-1",
    "status=20x",
    "status=2000",
    "since=abc",
    "since=-1",
    "since=1.5",
    "since=%D9%A1",
]
BAD_WAITS = [
    "wait=61",
    "wait=-1",
    "wait=soon",
    "wait=" + "9" * 30,
    "min=-1",
    "min=two",
    "wait=1&min=x",
]


@pytest.mark.parametrize(
    ("view", "query"),
    [("requests", each) for each in BAD_FILTERS + BAD_WAITS] + [("requests.har", each) for each in BAD_FILTERS],
)
async def test_a_bad_filter_is_422(emulator: Emulator, view: str, query: str) -> None:
    reply = await emulator.control("GET", f"/sandboxes/docs/{view}?{query}")
    assert (422, "application/problem+json") == (reply.status, reply.headers["Content-Type"])
    name = "min" if "min" in query else query.partition("=")[0]
    assert (f"/{name}", True) == (reply.json["pointer"], bool(reply.json["expected"]))


# Waiting


def later(emulator: Emulator, query: str, user: str = "docs") -> "asyncio.Task[Any]":
    """Begin to wait."""
    return asyncio.create_task(listed(emulator, user, query))


async def test_waiting_ends_as_soon_as_enough_came(emulator: Emulator) -> None:
    started = time.perf_counter()
    waiting = later(emulator, "?wait=30&min=2")
    for _ in range(2):
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await emulator.universe("/orders")
    assert ["1", "2"] == ids(await asyncio.wait_for(waiting, 5))
    assert time.perf_counter() - started < 3


@pytest.mark.parametrize("query", ["?wait=30", "?wait=60&min=1", "?wait=30&min=0", "?wait=30&api=universe&status=200"])
async def test_waiting_for_what_is_there_takes_no_time(emulator: Emulator, query: str) -> None:
    await emulator.universe("/orders")
    assert ["1"] == ids(await asyncio.wait_for(later(emulator, query), 5))


async def test_waiting_ends_at_its_time_with_what_there_is(emulator: Emulator) -> None:
    await emulator.universe("/orders")
    started = time.perf_counter()
    assert ["1"] == ids(await later(emulator, "?wait=1&min=2"))
    assert 0.95 < time.perf_counter() - started < 3


async def test_waiting_counts_only_what_the_filters_choose(emulator: Emulator) -> None:
    await emulator.universe("/orders")
    waiting = later(emulator, "?wait=30&since=1&api=cratejoy")
    await asyncio.sleep(0.1)
    await emulator.universe("/orders")
    await emulator.universe("/orders", "docs.other")
    await asyncio.sleep(0.1)
    assert not waiting.done()
    await emulator.cratejoy("GET", "/orders/")
    assert ["3"] == ids(await asyncio.wait_for(waiting, 5))


async def test_several_may_wait_at_once(emulator: Emulator) -> None:
    waiting = [later(emulator, f"?wait=30&min={number}") for number in (1, 1, 2, 3)]
    waiting.append(later(emulator, "?wait=30", "docs.other"))
    await asyncio.sleep(0.1)
    story = []
    for user in ("docs", "docs", "docs.other", "docs"):
        await emulator.universe("/orders", user)
        await asyncio.sleep(0.1)
        story.append([each.done() for each in waiting])
    a, b, c = [True, True, False, False, False], [True, True, True, False, False], [True, True, True, False, True]
    assert [a, b, c, [True] * 5] == story


async def test_who_waits_sees_an_answer_that_is_still_dripping(emulator: Emulator) -> None:
    waiting = later(emulator, "?wait=30")
    await asyncio.sleep(0.1)
    slow = asyncio.create_task(emulator.universe("/orders", X_Mockorders_Fault="drip=1000"))
    assert ["1"] == ids(await asyncio.wait_for(waiting, 1.2))
    assert not slow.done()
    await slow


# How much it keeps


async def test_the_last_thousand_are_kept(emulator: Emulator) -> None:
    for _ in range(101):
        await asyncio.gather(*(emulator.universe("/orders/latest", "docs@1") for _ in range(10)))
    document = await listed(emulator)
    assert (1000, 10, 1000) == (document["count"], document["forgotten"], len(document["requests"]))
    assert [str(number) for number in range(11, 1011)] == ids(document)
    assert {"count": 1, "forgotten": 10} == {
        name: value for name, value in (await listed(emulator, query="?since=1009")).items() if name != "requests"
    }
    assert 404 == (await emulator.control("GET", "/sandboxes/docs/requests/10")).status


async def test_over_all_sandboxes_the_oldest_go_first(start: Start) -> None:
    emulator = await start(journal_memory=300 * KIB)
    users = ["a", "b", "a", "c", "a"]
    sent = []
    for number in range(40):
        user = users[number % len(users)]
        reply = await emulator.cratejoy("PUT", "/orders/1/", user, json={"note": "x" * 20 * KIB})
        sent.append((user, reply.headers["X-Mockorders-Request"]))
    documents = {user: await listed(emulator, user) for user in "abc"}
    kept = [(user, identifier) for user, identifier in sent if identifier in ids(documents[user])]
    assert sent[-len(kept) :] == kept
    assert 10 <= len(kept) <= 15
    assert [24, 8, 8] == [documents[user]["count"] + documents[user]["forgotten"] for user in "abc"]


Asks = Callable[[Emulator, int], Awaitable[Any]]
LARGE: dict[str, Asks] = {
    "query": lambda emulator, n: emulator.universe(f"/orders?x={'x' * 30 * KIB}{n}"),
    "path": lambda emulator, n: emulator.universe(f"/{'x' * 30 * KIB}{n}"),
    "header": lambda emulator, n: emulator.universe("/orders/999", X_Test="x" * 30 * KIB + str(n)),
    "headers": lambda emulator, n: emulator.universe("/orders/999", **{f"x{i}": "x" * 3 * KIB for i in range(10)}),
    "body": lambda emulator, n: emulator.cratejoy("PUT", "/orders/1/", json={"note": "x" * 30 * KIB}),
    "cut body": lambda emulator, n: emulator.cratejoy("PUT", "/orders/1/", json={"note": "x" * 300 * KIB}),
    "names": lambda emulator, n: emulator.cratejoy("PUT", "/orders/1/", json={"x" * 30 * KIB: 1}),
}


@pytest.mark.parametrize("part", LARGE)
async def test_the_bound_holds_whatever_part_is_large(start: Start, part: str) -> None:
    emulator = await start(journal_memory=500 * KIB)
    for number in range(25):
        await LARGE[part](emulator, number)
    reply = await emulator.control("GET", "/sandboxes/docs/requests")
    assert len(reply.body) <= 500 * KIB
    assert (25, True) == (reply.json["count"] + reply.json["forgotten"], reply.json["count"] > 2)


async def test_one_that_is_larger_than_the_bound_is_not_kept(start: Start) -> None:
    emulator = await start(journal_memory=20 * KIB)
    for _ in range(2):
        assert 404 == (await emulator.cratejoy("PUT", "/orders/1/", json={"note": "x" * 40 * KIB})).status
    assert {"count": 0, "forgotten": 2, "requests": []} == await listed(emulator)
    await emulator.cratejoy("GET", "/orders/1/")
    assert (1, 2) == ((await listed(emulator))["count"], (await listed(emulator))["forgotten"])


GONE = [("POST", "/sandboxes/big/reset"), ("DELETE", "/sandboxes/big/requests"), ("DELETE", "/sandboxes/big")]


@pytest.mark.parametrize(("method", "path"), [*GONE, ("PUT", "/sandboxes/big")])
async def test_what_is_gone_makes_room(start: Start, method: str, path: str) -> None:
    emulator = await start(journal_memory=300 * KIB)
    await emulator.universe("/orders", "small")
    for _ in range(2):
        for _ in range(8):
            await emulator.cratejoy("PUT", "/orders/1/", "big", json={"note": "x" * 25 * KIB})
        document = await listed(emulator, "big")
        assert (8, 0) == (document["count"], document["forgotten"])
        assert (await emulator.control(method, path, json={})).status in {200, 204}
    assert 1 == (await listed(emulator, "small"))["count"]


# Cleared


async def test_a_clear_forgets_all_and_counts_anew(emulator: Emulator) -> None:
    for _ in range(3):
        await emulator.universe("/orders")
    reply = await emulator.control("DELETE", "/sandboxes/docs/requests")
    assert (204, b"") == (reply.status, reply.body)
    assert {"count": 0, "forgotten": 0, "requests": []} == await listed(emulator)
    reply = await emulator.universe("/orders")
    assert [reply.headers["X-Mockorders-Request"]] == ids(await listed(emulator, query="?since=3"))


async def test_a_clear_leaves_the_other_sandboxes(emulator: Emulator) -> None:
    for user in ("a", "b"):
        await emulator.universe("/orders", user)
    await emulator.control("DELETE", "/sandboxes/a/requests")
    assert [0, 1] == [(await listed(emulator, user))["count"] for user in ("a", "b")]


@pytest.mark.parametrize("path", ["/sandboxes/docs/reset", "/reset"])
async def test_a_reset_forgets_all_too(emulator: Emulator, path: str) -> None:
    await emulator.universe("/orders")
    await emulator.control("POST", path)
    assert {"count": 0, "forgotten": 0, "requests": []} == await listed(emulator)


@pytest.mark.parametrize("identifier", ["2", "0", "-1", "01", "x", "9" * 30])
@pytest.mark.parametrize("tail", ["", "/explain"])
async def test_a_request_that_is_not_there_is_404(emulator: Emulator, identifier: str, tail: str) -> None:
    await emulator.universe("/orders")
    reply = await emulator.control("GET", f"/sandboxes/docs/requests/{identifier}{tail}")
    assert (404, "application/problem+json") == (reply.status, reply.headers["Content-Type"])


# HAR


def record(required: str, optional: str = "", /, **typed: Any) -> dict[str, Any]:
    """Describe an object of HAR 1.2: text unless said otherwise, `comment` anywhere, own members begin with `_`."""
    names = [*required.split(), *optional.split(), "comment"]
    return {
        "type": "object",
        "required": required.split(),
        "properties": {name: typed.get(name, {"type": "string"}) for name in names},
        "patternProperties": {"^_": {}},
        "additionalProperties": False,
    }


NUMBER = {"type": "integer", "minimum": -1}
TIME = {"type": "number", "minimum": 0}
PHASE = {"type": "number", "minimum": -1}
PAIRS = {"type": "array", "items": record("name value")}
COOKIES = {
    "type": "array",
    "items": record(
        "name value", "path domain expires httpOnly secure", httpOnly={"type": "boolean"}, secure={"type": "boolean"}
    ),
}
SIZES = {"headersSize": NUMBER, "bodySize": NUMBER}
REQUEST = record(
    "method url httpVersion cookies headers queryString headersSize bodySize",
    "postData",
    url={"type": "string", "pattern": "^https?://[!-~]+$"},
    cookies=COOKIES,
    headers=PAIRS,
    queryString=PAIRS,
    postData=record("mimeType", "text params", params={"type": "array"}),
    **SIZES,
)
RESPONSE = record(
    "status statusText httpVersion cookies headers content redirectURL headersSize bodySize",
    status={"type": "integer", "minimum": 0, "maximum": 599},
    cookies=COOKIES,
    headers=PAIRS,
    content=record("size mimeType", "compression text encoding", size=NUMBER, compression=NUMBER),
    **SIZES,
)
TIMINGS = record(
    "send wait receive",
    "blocked dns connect ssl",
    **dict.fromkeys(("blocked", "dns", "connect", "send", "wait", "receive", "ssl"), PHASE),
)
ENTRY = record(
    "startedDateTime time request response cache timings",
    "pageref serverIPAddress connection",
    startedDateTime={"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"},
    time=TIME,
    request=REQUEST,
    response=RESPONSE,
    cache={"type": "object"},
    timings=TIMINGS,
)
LOG = record(
    "version creator entries",
    "browser pages",
    version={"const": "1.2"},
    creator=record("name version"),
    entries={"type": "array", "items": ENTRY},
)
HAR = {"type": "object", "required": ["log"], "properties": {"log": LOG}, "additionalProperties": False}


async def test_the_export_is_har_1_2(emulator: Emulator) -> None:
    await fill(emulator)
    await emulator.cratejoy("PUT", "/orders/75572230/", data=b"\xff" * 100 * KIB)
    await emulator.universe("/orders?a=1&a=2&b=%26%C3%A9&callback=cb", X_Test="é")
    await emulator.universe("/orders/%F0%9F%94%91%20", Cookie="a=b")
    with suppress(Exception):
        await emulator.cratejoy("POST", "/orders/", json={}, headers={"X-Mockorders-Fault": "reset"})
    reply = await emulator.control("GET", "/sandboxes/docs/requests.har")
    assert (200, "application/json") == (reply.status, reply.headers["Content-Type"].partition(";")[0])
    jsonschema.validate(reply.json, HAR)
    entries = reply.json["log"]["entries"]
    shown = (await listed(emulator))["requests"]
    assert [(each["method"], each["status"] or 0) for each in shown] == [
        (each["request"]["method"], each["response"]["status"]) for each in entries
    ]
    for each in entries:
        parts = [each["timings"][name] for name in ("send", "wait", "receive")]
        assert each["time"] == pytest.approx(sum(part for part in parts if part > 0))


async def test_the_export_tells_urls_bodies_and_parameters(emulator: Emulator) -> None:
    await emulator.universe("/orders?a=1&a=2&b=%26%C3%A9")
    await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "né"})
    first, second = (await emulator.control("GET", "/sandboxes/docs/requests.har")).json["log"]["entries"]
    pairs = [(each["name"], each["value"]) for each in first["request"]["queryString"]]
    assert [("a", "1"), ("a", "2"), ("b", "&é"), ("key", "***")] == pairs
    url = first["request"]["url"].replace("%2A", "*")
    assert f"{emulator.url}/orders?a=1&a=2&b=%26%C3%A9&key=***" == url
    assert {"note": "né"} == json.loads(second["request"]["postData"]["text"])
    assert "application/json" == second["request"]["postData"]["mimeType"]
    assert "né" == json.loads(second["response"]["content"]["text"])["note"]
    assert second["response"]["bodySize"] == len(second["response"]["content"]["text"].encode())


async def test_the_export_takes_the_filters(emulator: Emulator) -> None:
    await fill(emulator)
    har = (await emulator.control("GET", "/sandboxes/docs/requests.har?api=cratejoy&method=PUT")).json
    assert ["PUT"] == [each["request"]["method"] for each in har["log"]["entries"]]


async def test_an_empty_journal_exports_no_entries(emulator: Emulator) -> None:
    har = (await emulator.control("GET", "/sandboxes/docs/requests.har")).json
    jsonschema.validate(har, HAR)
    assert [] == har["log"]["entries"]


# The bookkeeping


class Held:
    """An entry of which only the size matters."""

    def __init__(self, identifier: str, size: int) -> None:
        self.id = identifier
        self.size = size
        self.shared = b""


MOST, BOUND = 4, 100
DONE = st.lists(
    st.tuples(st.integers(0, 2), st.one_of(st.none(), st.integers(0, 120))),
    max_size=60,
)


@given(done=DONE)
def test_journals_keep_the_books_of_a_naive_model(done: list[tuple[int, int | None]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MAX_ENTRIES", MOST)
        journals = Journals(BOUND)
        made: list[Journal[Held]] = [Journal(journals) for _ in range(3)]
        model: deque[tuple[int, str, int]] = deque()  # whose, id, size, the oldest first
        forgotten = [0, 0, 0]
        for number, size in done:
            if size is None:
                made[number].clear()
                model = deque(each for each in model if each[0] != number)
                forgotten[number] = 0
            else:
                identifier = made[number].issue()
                made[number].add(Held(identifier, size))
                model.append((number, identifier, size))
                own = [each for each in model if each[0] == number]
                for each in own[: max(0, len(own) - MOST)]:
                    model.remove(each)
                    forgotten[number] += 1
                while sum(each[2] for each in model) > BOUND:
                    forgotten[model.popleft()[0]] += 1
            assert sum(each[2] for each in model) == journals.size <= BOUND
            for index, journal in enumerate(made):
                expected = [each[1] for each in model if each[0] == index]
                assert (expected, forgotten[index]) == ([entry.id for entry in journal], journal.forgotten)
                assert (len(expected), None) == (len(journal), journal.get("nothing"))

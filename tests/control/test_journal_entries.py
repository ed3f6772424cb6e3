"""What the journal records of a request, and what it redacts."""

import asyncio
import json
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import pytest
from support.emulator import RunningEmulator, Start, basic
from support.journal import KIB, ids, last, listed

KEYS = (
    "id at api method path query customer request status in_progress rejected rule response duration_ms "
    "fault violations notes rules"
).split()
FROZEN = "2017-03-21T00:00:00Z"
CUT = 64 * KIB


# Contents


async def test_entry_has_the_request_and_its_response(emulator: RunningEmulator) -> None:
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
        "violations": [],
    } == {name: entry[name] for name in "id at api method path query status fault violations".split()}
    assert (body, reply.json) == (entry["request"]["body"], entry["response"]["body"])
    assert ("one", "tests") == (entry["request"]["headers"]["X-Test"], entry["request"]["headers"]["User-Agent"])
    recorded = entry["response"]["headers"]
    assert recorded == {name: reply.headers[name] for name in recorded}
    assert {"Content-Type", "X-Mockorders-Request"} <= recorded.keys()
    assert 0 < entry["duration_ms"] < 5_000
    assert all(isinstance(name, str) for name in entry["rules"])


@pytest.mark.parametrize(
    ("path", "rejected", "rule"), [("/orders", False, None), ("/orders/0", True, "universe.no-order-found")]
)
async def test_entry_names_the_rule_that_rejected_the_request(
    emulator: RunningEmulator, path: str, rejected: bool, rule: str | None
) -> None:
    await emulator.universe(path)
    entry = await last(emulator)
    assert (rejected, rule) == (entry["rejected"], entry["rule"])


async def test_single_entry_equals_the_listed_one(emulator: RunningEmulator) -> None:
    reply = await emulator.universe("/orders")
    identifier = reply.headers["X-Mockorders-Request"]
    one = await emulator.control("GET", f"/sandboxes/docs/requests/{identifier}")
    assert (200, await last(emulator), identifier) == (one.status, one.json, one.json["id"])


async def test_list_has_a_count_and_starts_with_the_oldest(emulator: RunningEmulator) -> None:
    sent = [(await emulator.universe(f"/orders/{number}")).headers["X-Mockorders-Request"] for number in range(5)]
    document = await listed(emulator)
    assert ["count", "evicted", "requests"] == list(document)
    assert (5, 0, sent) == (document["count"], document["evicted"], ids(document))
    assert [f"/orders/{number}" for number in range(5)] == [each["path"] for each in document["requests"]]
    assert {"count": 0, "evicted": 0, "requests": []} == await listed(emulator, "docs.other")


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
async def test_every_response_is_recorded(emulator: RunningEmulator, method: str, target: str, status: int) -> None:
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
async def test_query_is_recorded_by_name(emulator: RunningEmulator, query: str, expected: dict[str, Any]) -> None:
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
async def test_body_is_recorded_as_json_or_text(emulator: RunningEmulator, sent: bytes, expected: Any) -> None:
    await emulator.cratejoy("PUT", "/orders/75572230/", data=sent, headers={"Content-Type": "text/plain"})
    request = (await last(emulator))["request"]
    assert {"headers": request["headers"], "body": expected} == request


async def test_numbers_of_a_body_keep_all_digits(emulator: RunningEmulator) -> None:
    await emulator.cratejoy("PUT", "/orders/75572230/", data=b'{"note":1.50}')
    assert '"body":{"note":1.50}' in (await emulator.control("GET", "/sandboxes/docs/requests")).text


async def test_jsonp_response_is_recorded_as_text(emulator: RunningEmulator) -> None:
    reply = await emulator.universe("/orders?callback=cb")
    assert reply.text == (await last(emulator))["response"]["body"]


@pytest.mark.parametrize(("length", "complete"), [(CUT - 1, True), (CUT, True), (CUT + 1, False), (10 * CUT, False)])
async def test_body_is_truncated_at_64_kib_and_marked(emulator: RunningEmulator, length: int, complete: bool) -> None:
    body = json.dumps({"note": "x" * (length - 12)}).encode()
    assert length == len(body)
    await emulator.cratejoy("PUT", "/orders/75572230/?with=", data=body)
    recorded = (await last(emulator))["request"]
    assert (json.loads(body) if complete else body[:CUT].decode()) == recorded["body"]
    assert complete == (recorded.keys() == {"headers", "body"})
    assert complete or length in {value for name, value in recorded.items() if name not in {"headers", "body"}}


async def test_long_response_is_truncated_too(start: Start) -> None:
    emulator = await start(fixtures="default")
    reply = await emulator.universe("/orders", "default@100")
    response = (await last(emulator, "default"))["response"]
    assert len(reply.body) > CUT
    assert reply.body[:CUT].decode("utf-8", "replace") == response["body"]
    assert len(reply.body) in response.values()


async def test_entry_exists_before_the_response_is_sent(emulator: RunningEmulator) -> None:
    from yarl import URL

    url = URL(f"{emulator.url}/orders?key=docs")
    async with emulator.session.get(url, headers={"X-Mockorders-Fault": "drip=20"}) as response:
        entry = await last(emulator)
        assert (response.headers["X-Mockorders-Request"], 200) == (entry["id"], entry["status"])
        assert (await emulator.universe("/orders")).json == entry["response"]["body"]
        response.close()


@pytest.mark.parametrize("kind", ["reset", "close"])
async def test_broken_connection_has_no_status(emulator: RunningEmulator, kind: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", emulator.port)
    writer.write(f"GET /orders?key=docs HTTP/1.1\r\nHost: localhost\r\nX-Mockorders-Fault: {kind}\r\n\r\n".encode())
    with suppress(ConnectionResetError):
        await reader.read()
    writer.close()
    entry = await last(emulator)
    assert (None, None, kind) == (entry["status"], entry["response"], entry["fault"]["type"])


# Credentials

SECRET = "s3cr3t-s3cr3t"


@pytest.mark.parametrize(
    ("name", "value", "recorded"),
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
async def test_credentials_in_headers_are_masked(
    emulator: RunningEmulator, name: str, value: str, recorded: str
) -> None:
    await emulator.universe("/orders", **{name.replace("-", "_"): value})
    headers = {each.lower(): text for each, text in (await last(emulator))["request"]["headers"].items()}
    assert recorded == headers[name.lower()]


async def test_unknown_cookie_is_masked(emulator: RunningEmulator) -> None:
    await emulator.universe("/orders", Cookie=SECRET)
    assert SECRET not in json.dumps(await last(emulator))


@pytest.mark.parametrize(
    "target", ["/orders?key={}", "/orders?a=b&k%65y={}", "/nothing?key={}&key={}", "/v1/orders/?key={}"]
)
@pytest.mark.parametrize("view", ["/requests", "/requests/{}", "/requests/{}/explain", "/requests.har"])
async def test_no_view_contains_a_key_password_or_cookie(emulator: RunningEmulator, target: str, view: str) -> None:
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
    text = text.partition('"curl":')[0]  # the command has the key: see tests/observability/test_curl.py
    for each in (f"={secret}", f'"{secret}"' if "explain" not in view else "=" + SECRET, headers["Authorization"][6:]):
        assert each not in text
    assert "orders" in text or "nothing" in text

"""No view of a request shows a secret that it was sent with."""

import json
import logging
from collections.abc import Callable

import pytest
from support.bad_requests import ORDER, exchange, http, raw
from support.emulator import RunningEmulator, basic

from mockorders import MockServer
from mockorders.__version__ import __version__
from mockorders.observability.logs import JsonFormatter
from mockorders.observability.redaction import mask_effect, mask_header, mask_match, mask_message, mask_query
from mockorders.testing.fixture import Mockorders
from mockorders.testing.report import render_report

SECRET = "hunter2"
QUERIES = [
    f"key={SECRET}",
    f"KEY={SECRET}",
    f"key[]={SECRET}",
    f"%6Bey={SECRET}",
    f"%4BEY%5B%5D={SECRET}",
    f"key[a]={SECRET}&key[b]={SECRET}",
    f"api_key={SECRET}",
    f"apiKey={SECRET}",
    f"access_token={SECRET}",
    f"client-secret={SECRET}",
    f"password={SECRET}",
    f"sessionid={SECRET}",
    f"token__gt={SECRET}",
    f"customer.password={SECRET}",
    f"customer.access_token__in={SECRET}",
]
HEADERS = {
    "X-Api-Key": SECRET,
    "X-Auth-Token": SECRET,
    "X-CSRF-Token": SECRET,
    "Authorization": f"{SECRET} x",
    "Proxy-Authorization": f"Basic {SECRET}",
    "Cookie": f"sessionid={SECRET}; {SECRET}; PHPSESSID={SECRET}",
    "Referer": f"http://user:{SECRET}@host/path?KEY={SECRET}&%6Bey={SECRET}",
    "Location": f"http://{SECRET}:p@ss@host/",
}
TARGETS = [
    f"/orders?key=docs&{query}" if not query.startswith(("key=", "%6B")) else f"/orders?{query}" for query in QUERIES
]


@pytest.mark.parametrize("query", QUERIES)
def test_query_has_no_secret(query: str) -> None:
    assert SECRET not in mask_query(query)


@pytest.mark.parametrize("query", ["monkey=1", "idempotency=1", "keys=1", "author=x", "tokenizer=y", "a", "", "key"])
def test_other_parameters_stay(query: str) -> None:
    assert query == mask_query(query)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (f"Basic {SECRET}", "Basic ***"),
        (f"Bearer {SECRET}", "Bearer ***"),
        (f"Digest {SECRET}", "Digest ***"),
        (f"{SECRET} x", "***"),
        (SECRET, "***"),
        ("Basic", "Basic"),
    ],
)
def test_authorization_shows_known_schemes_only(value: str, expected: str) -> None:
    assert expected == mask_header("Authorization", value, lambda *_: False)


@pytest.mark.parametrize("name", ["Idempotency-Key", "X-Request-Id", "Accept", "User-Agent"])
def test_other_headers_stay(name: str) -> None:
    assert SECRET == mask_header(name, SECRET, lambda *_: False)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (f"sessionid={SECRET}; Path=/; HttpOnly", "sessionid=***; Path=/; HttpOnly"),
        (f"{SECRET}", "***"),
        ("a=", "a=***"),
    ],
)
def test_set_cookie_shows_name_and_attributes(value: str, expected: str) -> None:
    assert expected == mask_header("Set-Cookie", value, lambda *_: False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('note: expected string, got {"password": "hunter2"}', 'note: expected string, got {"password": "***"}'),
        ('got {"a":{"api_key":"hunter2","b":1}}', 'got {"a":{"api_key": "***","b":1}}'),
        ('got [{"token": 12345}]', 'got [{"token": "***"}]'),
        ('got {"secret": "a\\"hunter2"}', 'got {"secret": "***"}'),
        ('got {"secret": "hunter', 'got {"secret": "***"'),
        ("Location: http://user:hunter2@host/", "Location: http://***@host/"),
        ('got {"note": "hunter"}', 'got {"note": "hunter"}'),
        ("status: expected one of open, closed", "status: expected one of open, closed"),
    ],
)
def test_message_has_no_secret(text: str, expected: str) -> None:
    assert expected == mask_message(text)


def test_fault_has_no_secret() -> None:
    effect = {"type": "status", "status": 503, "headers": {"Set-Cookie": f"a={SECRET}", "X-Auth": SECRET, "X": "1"}}
    masked = {"Set-Cookie": "a=***", "X-Auth": "***", "X": "1"}
    assert {**effect, "headers": masked} == mask_effect(effect, lambda *_: False)
    match = {"path": "/a", "header": {"Authorization": f"Basic {SECRET}", "X": "1"}, "query": {"key": SECRET, "x": "1"}}
    expected = {"path": "/a", "header": {"Authorization": "Basic ***", "X": "1"}, "query": {"key": "***", "x": "1"}}
    assert expected == mask_match(match)


def test_patch_of_a_fault_has_no_secret() -> None:
    effect = {"headers": {"Set-Cookie": f"a={SECRET}", "X": None}}
    assert {"headers": {"Set-Cookie": "a=***", "X": None}} == mask_effect(effect, lambda *_: False)
    match = {"header": {"Authorization": SECRET, "X": None}, "query": None}
    assert {"header": {"Authorization": "***", "X": None}, "query": None} == mask_match(match)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Return a function that returns the request log, as text and as JSON."""
    caplog.set_level(logging.INFO, "mockorders.requests")
    return lambda: "\n".join([caplog.text, *map(JsonFormatter().format, caplog.records)])


@pytest.mark.parametrize("target", TARGETS)
async def test_no_view_shows_a_secret(emulator: RunningEmulator, log: Callable[[], str], target: str) -> None:
    await raw(emulator, http("GET", target, **HEADERS))
    name = "docs" if "key=docs" in target else SECRET
    requests = f"/sandboxes/{name}/requests"
    identifier = (await emulator.control("GET", requests)).json["requests"][-1]["id"]
    paths = (requests, f"{requests}.har", f"{requests}/{identifier}")
    shown = {path: json.dumps((await emulator.control("GET", path)).json) for path in paths}
    assert [] == [path for path, text in shown.items() if SECRET in text]
    assert SECRET not in log()


@pytest.mark.parametrize("target", [target for target in TARGETS if "key=docs" in target])
async def test_pages_and_curl_commands_show_no_secret(emulator: RunningEmulator, target: str) -> None:
    await raw(emulator, http("GET", target, **HEADERS))
    paths = ("/sandboxes/docs/requests/1/explain", "/ui/docs/requests", "/ui/docs/requests/1")
    shown = {path: (await emulator.control("GET", path)).text for path in paths}
    assert [] == [path for path, text in shown.items() if SECRET in text]


BASIC = basic("docs")
QUOTED = {
    "object in a body": http("PUT", ORDER, f'{{"note": {{"password": "{SECRET}"}}}}', **BASIC),
    "list in a body": http("PUT", ORDER, f'{{"note": [{{"api_key": "{SECRET}"}}]}}', **BASIC),
    "origin": http("GET", "/orders?key=docs", Origin=f"http://user:{SECRET}@evil.example"),
    "filter": http("GET", f"/v1/orders/?customer.token__in={SECRET}", **BASIC),
}


@pytest.mark.parametrize("request_", QUOTED.values(), ids=QUOTED.keys())
async def test_explanation_quotes_no_secret(emulator: RunningEmulator, log: Callable[[], str], request_: bytes) -> None:
    reply = await exchange(emulator, request_)
    name = "_" if reply.status == 403 else "docs"
    explained = (await emulator.control("GET", f"/sandboxes/{name}/requests/1/explain")).json
    del explained["curl"]  # has the body
    assert (True, False) == (explained["rejection"] is not None, SECRET in json.dumps(explained) + log())


async def test_headers_of_a_fault_are_redacted(emulator: RunningEmulator) -> None:
    effect = {"type": "status", "status": 503, "headers": {"Set-Cookie": f"sid={SECRET}", "X-Auth-Token": SECRET}}
    await emulator.control("POST", "/sandboxes/docs/faults", json={"effect": effect})
    reply = await emulator.universe("/orders")
    assert (SECRET, f"sid={SECRET}") == (reply.headers["X-Auth-Token"], reply.headers["Set-Cookie"])
    requests = "/sandboxes/docs/requests"
    paths = (requests, f"{requests}.har", f"{requests}/1", f"{requests}/1/explain", "/ui/docs/requests/1")
    shown = {path: (await emulator.control("GET", path)).text for path in paths}
    assert [] == [path for path, text in shown.items() if SECRET in text]


def test_report_of_a_failed_test_shows_no_secret() -> None:
    with MockServer(fixtures="docs") as server:
        sandbox = Mockorders(server.url, "docs")
        header = {"Authorization": f"Basic {SECRET}"}
        sandbox.fault("status", status=503, headers={"X-Auth": SECRET}, header=header, query={"token": SECRET})
        text = render_report(sandbox)
    assert (2, True, False) == (text.count('"***"'), "Basic ***" in text, SECRET in text)


async def test_body_is_not_redacted(emulator: RunningEmulator) -> None:
    await emulator.cratejoy("PUT", "/orders/75572230/", json={"password": SECRET})
    (entry,) = (await emulator.control("GET", "/sandboxes/docs/requests")).json["requests"]
    assert {"password": SECRET} == entry["request"]["body"]


@pytest.mark.parametrize(
    "request_bytes",
    [
        http("GET", "/orders?key=docs"),
        http("GET", "/_mockorders/health"),
        http("GET", "/_mockorders/nothing"),
        http("GET", "/_mockorders/sandboxes", Host="evil.example"),
        http("GET", "/_mockorders/static/none.css"),
        http("GET", "/_mockorders/"),
        http("GET", "/"),
        http("OPTIONS", "*"),
        http("GET", "/_mockorders/health", Expect="other"),
        b"nonsense\r\n\r\n",
        http("GET", "/orders", **{"X-Bad": b"\x01"}),
    ],
)
async def test_every_response_names_the_emulator_only(emulator: RunningEmulator, request_bytes: bytes) -> None:
    reply = await raw(emulator, request_bytes)
    assert reply is not None
    assert [f"mockorders/{__version__}"] == reply.headers.getall("Server")

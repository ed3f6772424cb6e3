"""No view of a request shows a secret that it was sent with."""

import json
import logging
from collections.abc import Callable

import pytest
from support.bad_requests import http, raw
from support.emulator import RunningEmulator

from mockorders.__version__ import __version__
from mockorders.observability.logs import JsonFormatter
from mockorders.observability.redaction import mask_header, mask_query

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

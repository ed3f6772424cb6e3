"""Access to the control API: never from a page of another origin, and only with the token."""

import itertools
import re
from typing import Any

import pytest
from support.bad_requests import connect
from support.control import check_forbidden
from support.emulator import RunningEmulator, Start

LOCAL = "http://localhost:8080"
TOKEN = "s3cret-token"  # set as the control token in these tests

# ---- pages of other origins

SAME = {"Origin": LOCAL}
FOREIGN_ORIGINS = [
    "null",
    "https://evil.example",
    "http://evil.example:8080",
    "http://localhost:3000",
    "http://localhost",
    "https://localhost",
    "https://localhost:8443",
    "http://127.0.0.1:8080",
    "http://app.localhost:8080",
    "http://shop.test",
    "http://allowed.example",
    "http://localhost:8080.evil.example",
    "http://localhost:8080/",
    "file://",
    "",
]


@pytest.mark.parametrize(("method", "path"), [("GET", "/sandboxes"), ("POST", "/reset"), ("GET", "/")])
@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
async def test_cross_origin_request_is_rejected(start: Start, method: str, path: str, origin: str) -> None:
    emulator = await start(allow_origins=("http://allowed.example", "*"))
    check_forbidden(await emulator.control(method, path, headers={"Host": "localhost:8080", "Origin": origin}))


@pytest.mark.parametrize("origin", [LOCAL, "HTTP://LOCALHOST:8080"])
async def test_same_origin_request_is_allowed(emulator: RunningEmulator, origin: str) -> None:
    headers = {"Host": "localhost:8080", "Origin": origin, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}
    reply = await emulator.control("POST", "/reset", headers=headers)
    assert 204 == reply.status


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("dash.example", "https://dash.example", 204),
        ("dash.example:443", "https://dash.example", 204),
        ("dash.example:8443", "https://dash.example:8443", 204),
        ("dash.example", "http://dash.example", 204),
        ("dash.example:80", "http://dash.example", 204),
        ("dash.example", "https://dash.example.", 204),
        ("dash.example.", "https://dash.example", 204),
        ("[::1]:8080", "https://[::1]:8080", 204),
        ("localhost:8080", "https://localhost:8080", 204),
        ("dash.example:80", "https://dash.example", 403),
        ("dash.example:8443", "https://dash.example", 403),
        ("dash.example", "https://dash.example:8443", 403),
        ("dash.example", "https://other.example", 403),
        ("dash.example", "https://dash.example.evil.example", 403),
        ("dash.example", "wss://dash.example", 403),
    ],
)
async def test_origin_may_be_https_behind_a_proxy(start: Start, host: str, origin: str, status: int) -> None:
    emulator = await start(allow_hosts=("dash.example",))
    reply = await emulator.control("POST", "/reset", headers={"Host": host, "Origin": origin})
    assert status == reply.status


@pytest.mark.parametrize("name", ["sandboxes/docs", "reset", "sandboxes/docs/state"])
async def test_preflight_is_never_allowed(emulator: RunningEmulator, name: str) -> None:
    headers = {"Host": "localhost:8080", "Origin": "http://localhost:3000", "Access-Control-Request-Method": "PUT"}
    check_forbidden(await emulator.control("OPTIONS", f"/{name}", headers=headers))


MODES = ["navigate", "cors", "no-cors", "websocket"]
DESTS = ["document", "iframe", "empty", "image", "script"]


@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin", "none", "anything"])
@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("GET", "/sandboxes/docs/state"), ("POST", "/reset")])
async def test_fetch_metadata_is_checked(emulator: RunningEmulator, method: str, path: str, site: str) -> None:
    expected = {}
    actual = {}
    for mode, dest in itertools.product(MODES, DESTS):
        headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
        own = site in {"same-origin", "none"}
        page = (method, path, mode, dest) == ("GET", "/", "navigate", "document")
        expected[mode, dest] = own or page
        actual[mode, dest] = (await emulator.control(method, path, headers=headers)).status != 403
    assert expected == actual


async def test_link_to_the_start_page_is_allowed_from_any_site(emulator: RunningEmulator) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    reply = await emulator.control("GET", "/", headers=headers)
    assert (200, "text/html; charset=utf-8") == (reply.status, reply.headers["Content-Type"])


async def test_start_page_cannot_be_framed(emulator: RunningEmulator) -> None:
    reply = await emulator.control("GET", "/")
    assert "frame-ancestors 'none'" in reply.headers["Content-Security-Policy"]


# ---- the token


@pytest.fixture
async def closed(start: Start) -> RunningEmulator:
    return await start(control_token=TOKEN)


@pytest.mark.parametrize("path", ["/health", "/health/", "/health/live"])
async def test_health_requires_no_token(closed: RunningEmulator, path: str) -> None:
    assert 200 == (await closed.control("GET", path)).status


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_token_is_accepted(closed: RunningEmulator, scheme: str) -> None:
    reply = await closed.control("GET", "/sandboxes", headers={"Authorization": f"{scheme} {TOKEN}"})
    assert 200 == reply.status


WRONG: list[dict[str, Any]] = [
    {},
    {"Authorization": ""},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer "},
    {"Authorization": "Bearer x"},
    {"Authorization": f"Bearer {TOKEN}x"},
    {"Authorization": f"Bearer {TOKEN[:-1]}"},
    {"Authorization": f"Basic {TOKEN}"},
    {"Authorization": TOKEN},
    {"Authorization": f"Bearer {TOKEN.upper()}"},
    {"Authorization": "Bearer t\u00f6ken"},
    {"X-Token": TOKEN},
]


@pytest.mark.parametrize("headers", WRONG, ids=map(str, WRONG))
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/sandboxes"),
        ("POST", "/reset"),
        ("GET", "/"),
        ("GET", "/fidelity"),
        ("GET", "/healthy"),
    ],
)
async def test_missing_token_is_rejected(
    closed: RunningEmulator, method: str, path: str, headers: dict[str, Any]
) -> None:
    reply = await closed.control(method, path, headers=headers)
    expected = (401, "application/problem+json", "Bearer", 401)
    assert expected == (
        reply.status,
        reply.headers["Content-Type"],
        reply.headers["WWW-Authenticate"],
        reply.json["status"],
    )


async def test_token_of_raw_bytes_is_rejected(closed: RunningEmulator, caplog: pytest.LogCaptureFixture) -> None:
    reader, writer = await connect(closed)
    writer.write(b"GET /_mockorders/sandboxes HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \xff\xfe\r\n\r\n")
    status = await reader.readline()
    writer.close()
    assert (b"401", False) == (status.split()[1], "Traceback" in caplog.text)


async def test_token_does_not_allow_a_cross_origin_request(closed: RunningEmulator) -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    check_forbidden(await closed.control("GET", "/sandboxes", headers={**bearer, "Origin": "https://evil.example"}))
    check_forbidden(await closed.control("GET", "/sandboxes", headers={**bearer, "Host": "evil.example"}))


async def test_emulated_apis_require_no_token(closed: RunningEmulator) -> None:
    assert (200, 200) == ((await closed.universe("/orders")).status, (await closed.cratejoy("GET", "/orders/")).status)


async def test_token_is_in_no_response(closed: RunningEmulator) -> None:
    replies = [await closed.control("GET", path) for path in ("/", "/health", "/sandboxes", f"/x?token={TOKEN}x")]
    assert [False] * 4 == [bool(re.search(TOKEN, reply.text + str(reply.headers))) for reply in replies]

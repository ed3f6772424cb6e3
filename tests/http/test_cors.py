"""CORS: which web pages can read responses, and preflights."""

from typing import Any

import pytest
from support.emulator import RunningEmulator, Start, basic

ALLOWED = [
    "http://localhost",
    "http://localhost:3000",
    "https://localhost:3000",
    "http://LOCALHOST:3000",
    "http://127.0.0.1",
    "http://127.0.0.1:5173",
    "https://127.0.0.1:5173",
    "http://127.0.0.2:80",
    "http://127.255.255.254",
    "http://[::1]",
    "http://[::1]:3000",
    "https://[::1]:3000",
    "http://shop.localhost",
    "http://a.b.localhost:8000",
    "http://shop.test",
    "https://shop.test:8443",
    "http://SHOP.TEST",
    "http://printer.local",
    "https://fan-club.local:1",
    "http://localhost.",
    "http://LOCALHOST.:3000",
    "http://shop.test.:80",
    "null",
]
FOREIGN = [
    "http://evil.example",
    "https://evil.example:3000",
    "http://localhost.evil.com",
    "http://localhost.evil.com:3000",
    "http://localhost..",
    "http://[::1].",
    "http://evil-localhost",
    "http://evillocalhost:3000",
    "http://127.0.0.1.evil.com",
    "http://1.127.0.0.1",
    "http://localhost@evil.com",
    "http://localhost:80@evil.com",
    "http://evil.com/.localhost",
    "http://evil.com?.test",
    "http://evil.com#.local",
    "http://test.evil.com",
    "http://eviltest",
    "http://shop.test.com",
    "http://shop.locals",
    "http://shop.localhost.com",
    "http://shop.internal",
    "http://128.0.0.1",
    "http://0.0.0.0",
    "http://192.168.0.1",
    "http://10.0.0.1:3000",
    "http://[::2]:3000",
    "http://[2001:db8::1]",
    "http://[::1",
    "http://",
    "localhost",
    "localhost:3000",
    "//localhost",
    "file://",
    "ftp://localhost",
    "javascript://localhost",
    "chrome-extension://abcdefghijklmnop",
    "nullx",
    "null, http://evil.example",
    "*",
    "",
]
EXPOSED = "X-Mockorders-Request, X-Mockorders-Note, Retry-After, WWW-Authenticate"
NOTE = "no CORS headers: the origin is not allowed, see --allow-origin"
METHODS = {"/orders": "GET, POST, OPTIONS", "/v1/orders/": "GET, POST, PUT, OPTIONS"}
REQUEST_HEADERS = "Authorization, Content-Type, X-Mockorders-Fault"

Headers = dict[str, str]


def cors(reply: Any) -> Headers:
    """Return the CORS headers of a response."""
    return {name: value for name, value in reply.headers.items() if name.startswith("Access-Control-")}


def simple(origin: str) -> Headers:
    """Return the CORS headers of a response to an allowed origin."""
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": EXPOSED,
    }


async def preflight(emulator: RunningEmulator, path: str, origin: str, **headers: str) -> Any:
    """Send the preflight of a request with custom headers or methods."""
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"Origin": origin, "Access-Control-Request-Method": "PUT", **more}
    return await emulator.request("OPTIONS", path, headers=sent)


# Responses


@pytest.mark.parametrize("origin", ALLOWED)
async def test_universe_allows_pages_of_local_names(emulator: RunningEmulator, origin: str) -> None:
    reply = await emulator.universe("/orders", Origin=origin)
    assert (200, simple(origin)) == (reply.status, cors(reply))
    assert "X-Mockorders-Note" not in reply.headers


@pytest.mark.parametrize("origin", ALLOWED)
async def test_cratejoy_allows_pages_of_local_names(emulator: RunningEmulator, origin: str) -> None:
    reply = await emulator.cratejoy("GET", "/orders/", headers={"Origin": origin})
    assert (200, simple(origin)) == (reply.status, cors(reply))


@pytest.mark.parametrize("origin", FOREIGN)
async def test_universe_omits_cors_headers_for_foreign_pages_and_adds_a_note(
    emulator: RunningEmulator, origin: str
) -> None:
    reply = await emulator.universe("/orders", Origin=origin)
    actual = (reply.status, reply.json["status"], cors(reply), reply.headers["X-Mockorders-Note"])
    assert (200, "ok", {}, NOTE) == actual


@pytest.mark.parametrize("origin", FOREIGN)
async def test_cratejoy_omits_cors_headers_for_foreign_pages_and_adds_a_note(
    emulator: RunningEmulator, origin: str
) -> None:
    reply = await emulator.cratejoy("GET", "/orders/", headers={"Origin": origin})
    actual = (reply.status, reply.json["count"], cors(reply), reply.headers["X-Mockorders-Note"])
    assert (200, 2, {}, NOTE) == actual


async def test_foreign_page_gets_the_same_response_as_others(emulator: RunningEmulator) -> None:
    plain = await emulator.universe("/orders")
    assert plain.body == (await emulator.universe("/orders", Origin="http://evil.example")).body


@pytest.mark.parametrize("path", ["/orders", "/v1/orders/"])
async def test_without_an_origin_there_are_no_cors_headers_and_no_note(emulator: RunningEmulator, path: str) -> None:
    reply = await emulator.request("GET", f"{path}?key=docs@2", headers=basic("docs") if "v1" in path else {})
    assert ({}, None) == (cors(reply), reply.headers.get("X-Mockorders-Note"))


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://localhost"}, {"Origin": "http://evil.example"}])
@pytest.mark.parametrize(("method", "path"), [("GET", "/orders"), ("GET", "/v1/orders/"), ("OPTIONS", "/orders")])
async def test_responses_vary_by_origin(emulator: RunningEmulator, method: str, path: str, headers: Headers) -> None:
    assert "Origin" == (await emulator.request(method, path, headers=headers)).headers["Vary"]


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/orders", 200),
        ("GET", "/orders?key=docs@none", 200),
        ("GET", "/orders/999?key=docs", 200),
        ("GET", "/nothing?key=docs", 404),
        ("PUT", "/orders?key=docs", 405),
        ("GET", "/orders?key=docs&callback=cb", 200),
        ("GET", "/orders?key=%FF", 200),
        ("GET", "/v1/orders/", 401),
        ("GET", "/v1/nothing", 404),
        ("DELETE", "/v1/orders/", 405),
    ],
)
async def test_errors_have_cors_headers(emulator: RunningEmulator, method: str, target: str, status: int) -> None:
    reply = await emulator.request(method, target, headers={"Origin": "http://localhost:3000"})
    assert (status, simple("http://localhost:3000")) == (reply.status, cors(reply))


async def test_headers_of_the_emulator_are_exposed(start: Start) -> None:
    emulator = await start(max_sandboxes=0)
    reply = await emulator.universe("/orders", Origin="http://localhost:3000")
    assert (503, simple("http://localhost:3000")) == (reply.status, cors(reply))


# Preflights


@pytest.mark.parametrize("origin", ALLOWED)
@pytest.mark.parametrize("path", METHODS)
async def test_preflight_of_a_local_page_succeeds_without_a_credential(
    emulator: RunningEmulator, path: str, origin: str
) -> None:
    reply = await preflight(emulator, path, origin)
    expected = {
        **simple(origin),
        "Access-Control-Allow-Methods": METHODS[path],
        "Access-Control-Allow-Headers": REQUEST_HEADERS,
        "Access-Control-Max-Age": "1728000",
    }
    assert (200, b"", expected) == (reply.status, reply.body, cors(reply))


@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize("path", METHODS)
async def test_preflight_of_a_foreign_page_fails(emulator: RunningEmulator, path: str, origin: str) -> None:
    reply = await preflight(emulator, path, origin, Access_Control_Request_Private_Network="true")
    assert (200, {}, NOTE) == (reply.status, cors(reply), reply.headers["X-Mockorders-Note"])


@pytest.mark.parametrize("path", METHODS)
@pytest.mark.parametrize(("sent", "granted"), [("true", "true"), ("false", None), ("1", None), ("", None)])
async def test_private_network_preflight_is_granted_on_request(
    emulator: RunningEmulator, path: str, sent: str, granted: str | None
) -> None:
    reply = await preflight(emulator, path, "http://shop.test", Access_Control_Request_Private_Network=sent)
    assert granted == reply.headers.get("Access-Control-Allow-Private-Network")


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/orders", "OPTIONS, GET"),
        ("/orders.json", "OPTIONS, GET"),
        ("/api/v1/orders/", "OPTIONS, GET"),
        ("/orders/489", "OPTIONS, GET"),
        ("/v1/orders", "OPTIONS, GET, POST"),
        ("/v1/orders/75572230/", "OPTIONS, GET, PUT"),
    ],
)
async def test_options_lists_the_methods_of_a_path(emulator: RunningEmulator, path: str, allow: str) -> None:
    reply = await emulator.request("OPTIONS", path)
    assert (200, allow, {}) == (reply.status, reply.headers["Allow"], cors(reply))


@pytest.mark.parametrize("target", ["/nothing", "/v1/nothing", "/orders?callback=cb", "/orders?_method=POST"])
async def test_preflight_succeeds_for_any_later_response(emulator: RunningEmulator, target: str) -> None:
    reply = await preflight(emulator, target, "http://localhost:3000")
    assert (200, b"", REQUEST_HEADERS) == (reply.status, reply.body, reply.headers["Access-Control-Allow-Headers"])


@pytest.mark.parametrize("target", ["/orders?key=%FF", "/v1/orders/?note=%FF"])
async def test_preflight_succeeds_for_an_invalid_query(emulator: RunningEmulator, target: str) -> None:
    reply = await preflight(emulator, target, "http://localhost:3000")
    assert (200, REQUEST_HEADERS) == (reply.status, reply.headers.get("Access-Control-Allow-Headers"))


# Additional allowed origins


@pytest.mark.parametrize(
    ("allowed", "origin", "expected"),
    [
        ("https://shop.example.com", "https://shop.example.com", True),
        ("https://shop.example.com/", "https://shop.example.com", True),
        ("https://SHOP.example.com", "https://shop.example.com", True),
        ("https://shop.example.com", "https://shop.example.com.", True),
        ("https://shop.example.com:443", "https://shop.example.com", True),
        ("https://shop.example.com:8443", "https://shop.example.com:8443", True),
        ("https://shop.example.com", "http://localhost:3000", True),
        ("https://shop.example.com", "http://shop.example.com", False),
        ("https://shop.example.com", "https://shop.example.com:8443", False),
        ("https://shop.example.com", "https://a.shop.example.com", False),
        ("https://shop.example.com", "https://shop.example.com.evil.com", False),
        ("https://shop.example.com", "https://example.com", False),
        ("chrome-extension://abcdefghijklmnop", "chrome-extension://abcdefghijklmnop", True),
        ("https://*.example.com", "https://a.shop.example.com", True),
        ("https://*.example.com", "https://example.com", False),
        ("https://*.example.com", "http://shop.example.com", False),
        ("*", "https://anything.example", True),
        ("*", "null", True),
        ("*", "chrome-extension://abcdefghijklmnop", True),
    ],
)
@pytest.mark.parametrize("path", METHODS)
async def test_allow_origin_adds_exactly_that_origin(
    start: Start, path: str, allowed: str, origin: str, expected: bool
) -> None:
    emulator = await start(allow_origins=("https://other.example", allowed))
    headers = {"Origin": origin, **basic("docs")}
    reply = await emulator.request("GET", f"{path}?{'' if 'v1' in path else 'key=docs'}", headers=headers)
    assert (simple(origin) if expected else {}) == cors(reply)
    granted = (await preflight(emulator, path, origin)).headers.get("Access-Control-Allow-Methods")
    assert (METHODS[path] if expected else None) == granted


# The control API


@pytest.mark.parametrize("origin", ["http://localhost:3000", "null", "http://evil.example", "https://shop.example.com"])
@pytest.mark.parametrize(("method", "path"), [("GET", "/sandboxes"), ("POST", "/reset"), ("OPTIONS", "/reset")])
async def test_control_api_rejects_cross_origin_pages(start: Start, method: str, path: str, origin: str) -> None:
    emulator = await start(allow_origins=("*",))
    reply = await emulator.control(method, path, headers={"Origin": origin})
    assert (403, {}, "application/problem+json") == (reply.status, cors(reply), reply.headers["Content-Type"])

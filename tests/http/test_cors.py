"""CORS: which web pages can read responses."""

import pytest
from support.cors import ALLOWED, FOREIGN, METHODS, NOTE, PREFLIGHT_VARY, Headers, cors, preflight, simple
from support.emulator import RunningEmulator, Start, basic

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
async def test_universe_rejects_foreign_pages_without_cors_headers(emulator: RunningEmulator, origin: str) -> None:
    reply = await emulator.universe("/orders", Origin=origin)
    actual = (reply.status, reply.json["status"], cors(reply), reply.headers["X-Mockorders-Note"])
    assert (403, "error", {}, NOTE) == actual


@pytest.mark.parametrize("origin", FOREIGN)
async def test_cratejoy_rejects_foreign_pages_without_cors_headers(emulator: RunningEmulator, origin: str) -> None:
    reply = await emulator.cratejoy("GET", "/orders/", headers={"Origin": origin})
    actual = (reply.status, list(reply.json), cors(reply), reply.headers["X-Mockorders-Note"])
    assert (403, ["errors"], {}, NOTE) == actual


@pytest.mark.parametrize("path", ["/orders", "/v1/orders/"])
async def test_without_an_origin_there_are_no_cors_headers_and_no_note(emulator: RunningEmulator, path: str) -> None:
    reply = await emulator.request("GET", f"{path}?key=docs@2", headers=basic("docs") if "v1" in path else {})
    assert ({}, None) == (cors(reply), reply.headers.get("X-Mockorders-Note"))


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://localhost"}, {"Origin": "http://evil.example"}])
@pytest.mark.parametrize(("method", "path"), [("GET", "/orders"), ("GET", "/v1/orders/"), ("OPTIONS", "/orders")])
async def test_responses_vary_by_origin(emulator: RunningEmulator, method: str, path: str, headers: Headers) -> None:
    vary = (await emulator.request(method, path, headers=headers)).headers["Vary"]
    assert ("Origin" if method == "GET" else PREFLIGHT_VARY) == vary


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
    emulator = await start(max_sandboxes=1)
    await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "changed"})
    reply = await emulator.universe("/orders", key="docs.other", Origin="http://localhost:3000")
    assert (503, simple("http://localhost:3000")) == (reply.status, cors(reply))


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

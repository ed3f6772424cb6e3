"""Paths, methods, the order of the checks, and the response envelope of the Universe API."""

import asyncio

import pytest
from support.emulator import RunningEmulator, Start, example
from support.universe import NO_KEY

BASES = ["", "/api/v1"]


# Paths


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("ending", ["", "/", ".json", ".json/"])
@pytest.mark.parametrize(
    ("path", "name"),
    [("/orders", "orders_desc"), ("/orders/489", "order_489"), ("/orders/latest", "order_489")],
)
async def test_every_spelling_of_a_path_is_routed(
    emulator: RunningEmulator, base: str, ending: str, path: str, name: str
) -> None:
    key = "docs@2" if path == "/orders" else "docs@164"
    reply = await emulator.universe(f"{base}{path}{ending}?order=DESC", key)
    assert (200, example(f"universe/{name}")) == (reply.status, reply.json)


@pytest.mark.parametrize(
    "path",
    [
        "/order",
        "/Orders",
        "/orders.xml",
        "/orders.JSON",
        "/orders/489/items",
        "/orders/latest/1",
        "/fanclub/1",
        "/plans/1/2",
        "/account/status/1",
        "/account/shipping/1",
        "/subscriptions/1",
        "/api/v1",
        "/api/v2/orders",
        "/v2",
    ],
)
async def test_unknown_path_is_404_in_the_envelope(emulator: RunningEmulator, path: str) -> None:
    reply = await emulator.universe(path)
    assert (404, "error", 1) == (reply.status, reply.json["status"], len(reply.json["messages"]))
    assert path in reply.json["messages"][0]


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize(
    "path",
    "/account/register /account/connect/facebook /affiliates /affiliates/3 /contests "
    "/contests/3/enter /events /events/3.json /disqus /contacts /mixpanel/set_distinct_id /receipt.json "
    "/login /logout /password_reset /password_reset/x /terms /consumer/orders".split(),
)
async def test_path_of_the_real_service_is_reported_as_not_emulated(
    emulator: RunningEmulator, base: str, path: str
) -> None:
    reply = await emulator.universe(base + path)
    expected = f"GET {base}{path}: the real service has this path, the emulator does not"
    assert (404, {"status": "error", "messages": [expected]}) == (reply.status, reply.json)


async def test_unknown_path_does_not_mention_the_real_service(emulator: RunningEmulator) -> None:
    assert "real service" not in (await emulator.universe("/eventsandmore")).text


@pytest.mark.parametrize("key", ["", "docs@none"])
async def test_unknown_path_is_404_whatever_the_credential(emulator: RunningEmulator, key: str) -> None:
    assert 404 == (await emulator.universe("/nothing", key)).status


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("path", ["/orders", "/orders/", "/orders.json", "/orders/489", "/orders/latest"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_unsupported_method_is_405_with_allow(
    emulator: RunningEmulator, base: str, path: str, method: str
) -> None:
    reply = await emulator.request(method, f"{base}{path}?key=docs@2")
    assert (405, "GET", "error") == (reply.status, reply.headers["Allow"], reply.json["status"])
    assert [f"{method} {base}{path}: expected GET"] == reply.json["messages"]


@pytest.mark.parametrize("target", ["/orders", "/orders/489", "/orders/2", "/nothing"])
async def test_head_is_get_without_the_body(start: Start, target: str) -> None:
    emulator = await start(clock="2020-01-01T00:00:00Z")
    got, head = [await raw(emulator, method, f"{target}?key=docs@2") for method in ("GET", "HEAD")]
    assert got[0].replace("Request: 1", "Request: 2") == head[0]
    assert (True, "") == (len(got[1]) > 10, head[1])


async def raw(emulator: RunningEmulator, method: str, target: str) -> tuple[str, str]:
    """Return head and body of a response as received, up to the end of the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", emulator.port)
    writer.write(f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    return head, body


# The order of the checks, and the envelope


@pytest.mark.parametrize("path", ["/orders", "/orders/2", "/orders/999", "/orders/latest"])
@pytest.mark.parametrize("key", ["", "@2", "a%20b", "k" * 201])
async def test_key_is_checked_before_the_login(emulator: RunningEmulator, path: str, key: str) -> None:
    reply = await emulator.universe(path, key, Authorization="Bearer customer-999")
    assert (200, NO_KEY) == (reply.status, reply.json)


async def test_missing_key_is_an_invalid_key(emulator: RunningEmulator) -> None:
    reply = await emulator.request("GET", "/orders", headers={"Authorization": "Bearer customer-2"})
    assert (200, NO_KEY) == (reply.status, reply.json)


async def test_method_is_checked_before_the_key(emulator: RunningEmulator) -> None:
    assert 405 == (await emulator.request("POST", "/orders")).status


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        ("/orders", "docs@2", 200),
        ("/orders", "", 200),
        ("/orders", "docs@none", 200),
        ("/orders/999", "docs@2", 200),
        ("/nothing", "docs@2", 404),
        ("/events", "docs@2", 404),
        ("/account", "docs@none", 200),
        ("/plans/999", "docs@2", 200),
    ],
)
async def test_every_response_is_json_in_utf8(emulator: RunningEmulator, path: str, key: str, status: int) -> None:
    reply = await emulator.universe(path, key)
    assert (status, "application/json; charset=utf-8") == (reply.status, reply.headers["Content-Type"])

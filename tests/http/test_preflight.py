"""Preflights: what pages of other origins may send."""

import pytest
from support.cors import ALLOWED, FOREIGN, METHODS, NOTE, REQUEST_HEADERS, cors, preflight, simple
from support.emulator import RunningEmulator


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
    assert (403, {}, NOTE) == (reply.status, cors(reply), reply.headers["X-Mockorders-Note"])


@pytest.mark.parametrize("path", METHODS)
@pytest.mark.parametrize(
    ("asked", "others"),
    [
        ("sentry-trace", ["sentry-trace"]),
        ("baggage,sentry-trace,traceparent", ["baggage", "sentry-trace", "traceparent"]),
        ("X-Requested-With", ["X-Requested-With"]),
        ("authorization, content-type, x-mockorders-fault", []),
        ("x-a, X-A , ,x-b,", ["x-a", "x-b"]),
        ("", []),
        ("*", []),
        ("two words, x-a", ["x-a"]),
        ('x-é, x:a, x"a, x/a, (x), x-a', ["x-a"]),
        (",".join(f"x-{number}" for number in range(300)), [f"x-{number}" for number in range(300)]),
        ("x" * 4096, ["x" * 4096]),
        ("x" * 4097, []),
        ("," * 60_000, []),
    ],
)
async def test_preflight_allows_the_headers_that_it_asks_for(
    emulator: RunningEmulator, path: str, asked: str, others: list[str]
) -> None:
    reply = await preflight(emulator, path, "http://localhost:3000", Access_Control_Request_Headers=asked)
    assert (200, ", ".join([REQUEST_HEADERS, *others])) == (reply.status, reply.headers["Access-Control-Allow-Headers"])


async def test_preflight_of_a_foreign_page_gets_no_headers(emulator: RunningEmulator) -> None:
    reply = await preflight(emulator, "/orders", "http://evil.example", Access_Control_Request_Headers="traceparent")
    assert (403, {}) == (reply.status, cors(reply))


async def test_request_with_other_headers_exposes_the_same_headers(emulator: RunningEmulator) -> None:
    reply = await emulator.universe("/orders", Origin="http://localhost:3000", traceparent="00-0-0-00")
    assert simple("http://localhost:3000") == cors(reply)


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

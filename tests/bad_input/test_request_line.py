"""Request lines and heads that HTTP does not allow."""

import pytest
from support.bad_requests import CRATEJOY, ORDER, assert_malformed, error_messages, exchange, http, raw
from support.emulator import RunningEmulator


@pytest.mark.parametrize(
    "target",
    [
        b"http://localhost/orders?key=docs@2",
        b"http://example.com:80/orders?key=docs@2",
        b"https://user:pass@[::1]:9/orders?key=docs@2",
        b"HTTP://LOCALHOST/orders?key=docs@2",
        b"/orders?key=docs@2#fragment",
    ],
)
async def test_absolute_target_is_routed_by_its_path(victim: RunningEmulator, target: bytes) -> None:
    expected = (await victim.universe("/orders")).json
    reply = await exchange(victim, http("GET", target))
    assert (200, expected) == (reply.status, reply.json)


async def test_absolute_target_without_a_path_redirects_to_the_start_page(victim: RunningEmulator) -> None:
    reply = await exchange(victim, http("GET", b"http://localhost"))
    assert (302, "/_mockorders/") == (reply.status, reply.headers["Location"])


async def test_options_asterisk_returns_200(victim: RunningEmulator) -> None:
    reply = await exchange(victim, http("OPTIONS", "*"))
    assert (200, b"") == (reply.status, reply.body)


async def test_connect_is_rejected(victim: RunningEmulator) -> None:
    reply = await exchange(victim, http("CONNECT", "localhost:80"))
    assert (True, 1) == (reply.status in {404, 405}, len(error_messages(reply)))


@pytest.mark.parametrize("target", [b"*", b"localhost:80", b"orders", b"mailto:x", b"://", b"http://"])
async def test_target_without_a_path_is_rejected(victim: RunningEmulator, target: bytes) -> None:
    reply = await exchange(victim, http("GET", target))
    assert reply.status in {302, 400, 404}


@pytest.mark.parametrize("method", ["PROPFIND", "TRACE", "get", "X" * 2_000, "DELETE", "M-SEARCH"])
@pytest.mark.parametrize("target", ["/orders?key=docs@2", "/v1/orders/"])
async def test_unknown_method_is_rejected(victim: RunningEmulator, method: str, target: str) -> None:
    reply = await exchange(victim, http(method, target, **CRATEJOY))
    if reply.status == 405:
        assert (1, True) == (len(error_messages(reply)), "GET" in reply.headers["Allow"])
    else:
        assert_malformed(reply)


@pytest.mark.parametrize("size", [8_190, 8_191, 16_384, 65_000, 65_536])
@pytest.mark.parametrize("place", ["/orders?key=docs@2&x={}", "/orders?x={}&key=docs@2"])
async def test_request_line_of_up_to_64_kib_is_accepted(victim: RunningEmulator, place: str, size: int) -> None:
    pad = size - len("GET  HTTP/1.1\r\n") - len(place.format(""))
    reply = await exchange(victim, http("GET", place.format("x" * pad)))
    assert (200, "ok") == (reply.status, reply.json["status"])


async def test_longer_request_line_is_rejected(victim: RunningEmulator) -> None:
    assert_malformed(await exchange(victim, http("GET", "/orders?key=docs@2&x=" + "x" * 2**16)))


async def test_endless_request_line_is_cut_off(victim: RunningEmulator) -> None:
    reply = await raw(victim, b"GET /orders?key=docs@2&x=", *[b"x" * 65_536] * 128)
    if reply is not None:
        assert_malformed(reply)


async def test_header_over_64_kib_is_rejected(victim: RunningEmulator) -> None:
    assert_malformed(await exchange(victim, http("GET", "/orders?key=docs@2", X_Long="x" * 100_000)))


NO_HTTP = [
    ("words", b"hello world\r\n\r\n"),
    ("noise", bytes(range(256)) * 4),
    ("nul", b"\0" * 4_096),
    ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xaa" * 500),
    ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("no target", b"GET  HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("another version", b"GET /orders HTTP/9.9\r\nHost: localhost\r\n\r\n"),
    ("no version", b"GET /orders HTTP\r\nHost: localhost\r\n\r\n"),
    ("another protocol", b"GET /orders ICY/1.1\r\nHost: localhost\r\n\r\n"),
    ("spaces in the target", b"GET /orders /orders HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("odd method", b"G\xffT /orders HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("header without a colon", b"GET /orders HTTP/1.1\r\nHost localhost\r\n\r\n"),
    ("header without a name", b"GET /orders HTTP/1.1\r\n: localhost\r\n\r\n"),
    ("space in a header's name", b"GET /orders HTTP/1.1\r\nX A: b\r\n\r\n"),
    ("space before the colon", b"GET /orders HTTP/1.1\r\nHost : localhost\r\n\r\n"),
    ("nul in a header", b"GET /orders HTTP/1.1\r\nX: a\0b\r\n\r\n"),
    ("length that is no number", b"PUT /v1/orders/1 HTTP/1.1\r\nContent-Length: ten\r\n\r\n{}"),
    ("length below zero", b"PUT /v1/orders/1 HTTP/1.1\r\nContent-Length: -1\r\n\r\n{}"),
    ("length of 100 digits", b"PUT /v1/orders/1 HTTP/1.1\r\nContent-Length: %b\r\n\r\n{}" % (b"9" * 100)),
    ("two lengths", b"PUT /v1/orders/1 HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}"),
    (
        "length and chunks",
        b"PUT /v1/orders/1 HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    ("SMTP", b"EHLO example.com\r\nMAIL FROM:<a@example.com>\r\n"),
    ("SSH", b"SSH-2.0-OpenSSH_9.0\r\n"),
]


@pytest.mark.parametrize("data", [row[1] for row in NO_HTTP], ids=[row[0] for row in NO_HTTP])
async def test_malformed_http_gets_a_problem_document(victim: RunningEmulator, data: bytes) -> None:
    assert_malformed(await exchange(victim, data))


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param(b"zz\r\n{}\r\n0\r\n\r\n", id="size in letters"),
        pytest.param(b"-2\r\n{}\r\n0\r\n\r\n", id="size below zero"),
        pytest.param(b"2\r\n{}{}{}\r\n0\r\n\r\n", id="more than the size"),
        pytest.param(b"f" * 17 + b"\r\n{}", id="size of 17 digits"),
    ],
)
async def test_malformed_chunks_are_rejected(victim: RunningEmulator, chunks: bytes) -> None:
    reply = await exchange(victim, http("PUT", ORDER, Transfer_Encoding="chunked", **CRATEJOY) + chunks)
    assert (400, False) == (reply.status, "Traceback" in reply.text)


@pytest.mark.parametrize("coding", ["gzip", "chunked, gzip", "chunked, chunked", "identity", "x"])
async def test_transfer_coding_that_does_not_end_in_chunked_is_rejected(victim: RunningEmulator, coding: str) -> None:
    assert_malformed(await exchange(victim, http("PUT", ORDER, Transfer_Encoding=coding, **CRATEJOY) + b"{}"))


async def test_unknown_expectation_is_rejected(victim: RunningEmulator) -> None:
    reply = await exchange(victim, http("PUT", ORDER, b"{", Expect="a miracle", **CRATEJOY))
    assert (True, False) == (400 <= reply.status < 500, "Traceback" in reply.text)


async def test_upgrade_is_ignored(emulator: RunningEmulator) -> None:
    headers = {
        **CRATEJOY,
        "Connection": "close, Upgrade, HTTP2-Settings",
        "Upgrade": "h2c",
        "HTTP2-Settings": "AAMAAABk",
    }
    reply = await exchange(emulator, http("PUT", ORDER, b'{"note": "a"}', **headers))
    assert (200, "a") == (reply.status, reply.json["note"])

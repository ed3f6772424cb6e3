"""Arbitrary bytes never break the server."""

import json
import logging
import socket
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bad_requests import FORM, b64, http
from support.examples import examples

from mockorders import MockServer

TOKENS = st.sampled_from([b"GET", b"POST", b"PUT", b"OPTIONS", b"HEAD", b"DELETE", b"get", b"\xff"])
PATHS = st.sampled_from(
    [
        b"/orders",
        b"/orders/2",
        b"/orders/latest",
        b"/v1/orders/",
        b"/v1/orders/75572230/",
        b"/api/v1/orders.json",
        b"/",
        b"*",
    ]
)
NOISE = st.binary(max_size=30).map(lambda noise: noise.replace(b"\r", b"").replace(b"\n", b"").replace(b" ", b""))
NAMES = st.sampled_from(
    [
        b"Authorization",
        b"Cookie",
        b"Origin",
        b"Host",
        b"Content-Type",
        b"Content-Encoding",
        b"Accept-Encoding",
        b"X-Mockorders-Fault",
    ]
)
VALUES = st.one_of(NOISE, st.sampled_from([b64(b"docs:x"), b"null", b"gzip", b"application/json", FORM.encode()]))
LINES = st.lists(st.tuples(NAMES, VALUES).map(b": ".join), max_size=4)
BODIES = st.one_of(
    st.binary(max_size=60),
    st.recursive(
        st.none() | st.integers() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    ).map(lambda value: json.dumps(value).encode()),
)


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """Draw almost valid requests, and arbitrary bytes."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.binary(max_size=200)) + b"\r\n\r\n"
    body = draw(BODIES)
    target = draw(PATHS) + draw(st.sampled_from([b"", b"?key=docs@2&", b"?", b"/"])) + draw(NOISE)
    lines = [draw(TOKENS) + b" " + target + b" HTTP/1.1", b"Content-Length: %d" % len(body), *draw(LINES)]
    request = b"\r\n".join(lines) + b"\r\n\r\n" + body
    if draw(st.booleans()):
        return request
    at = draw(st.integers(0, len(request)))
    return request[:at] + draw(st.binary(max_size=4)) + request[at + draw(st.integers(0, 4)) :]


def exchange(port: int, data: bytes) -> bytes:
    """Send bytes followed by a valid request; return everything that is received."""
    with socket.create_connection(("127.0.0.1", port), timeout=0.15) as connection:
        got = b""
        with suppress(OSError):
            connection.sendall(data + http("GET", "/_mockorders/health"))
            while piece := connection.recv(65536):
                got += piece
        return got


def test_arbitrary_bytes_do_not_break_the_server(caplog: pytest.LogCaptureFixture) -> None:
    with MockServer(fixtures="docs") as server:
        port = urlsplit(server.url).port
        assert port is not None

        @settings(max_examples=examples(300), deadline=None, database=None)
        @given(requests())
        def check(data: bytes) -> None:
            got = exchange(port, data)
            assert (False, False) == (b"HTTP/1.1 5" in got, b"Traceback" in got)
            assert b"HTTP/1.1 200" in exchange(port, b"")

        check()
    assert [] == [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]

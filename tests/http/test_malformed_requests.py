"""Input that is not valid HTTP is responded to, recorded and counted like any other request."""

import asyncio
import logging

import pytest
from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage, BadStatusLine, InvalidHeader, InvalidURLError, LineTooLong
from prometheus_client.parser import text_string_to_metric_families
from support.bad_requests import CRATEJOY, ORDER, connect, exchange, http, read
from support.emulator import RunningEmulator, eventually, settle
from support.journal import last, listed

from mockorders.http.connection import Connection
from mockorders.http.malformed import describe

MALFORMED = {
    "no HTTP": (b"hello s3cret\r\n\r\n", "UNKNOWN", "/"),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xaa" * 500, "UNKNOWN", "/"),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "UNKNOWN", "/"),
    "version": (b"GET /v1/orders/ HTTP/9.9\r\nHost: localhost\r\n\r\n", "GET", "/v1/orders/"),
    "target": (b"GET /orders?key=s3cret b HTTP/1.1\r\nHost: localhost\r\n\r\n", "UNKNOWN", "/"),
    "header": (b"GET /orders HTTP/1.1\r\nAuthorization : Basic s3cret\r\n\r\n", "GET", "/orders"),
    "no host": (b"GET /orders?key=s3cret HTTP/1.1\r\nConnection: close\r\n\r\n", "GET", "/orders"),
    "length": (b"PUT /v1/orders/1 HTTP/1.1\r\nHost: a\r\nContent-Length: s3cret\r\n\r\n", "PUT", "/v1/orders/1"),
    "long line": (http("GET", "/orders?key=docs&x=s3cret" + "x" * 2**16), "UNKNOWN", "/"),
    "long header": (http("GET", "/orders", X_Long="s3cret" + "x" * 2**16), "GET", "/orders"),
    "many headers": (http("GET", "/orders", **{f"x{number}": "x" for number in range(200)}), "GET", "/orders"),
    "transfer coding": (http("PUT", ORDER, Transfer_Encoding="gzip", **CRATEJOY) + b"{}", "PUT", ORDER),
    "first chunk": (http("PUT", ORDER, Transfer_Encoding="chunked", **CRATEJOY) + b"zz\r\n", "PUT", ORDER),
}
CHUNKED = {**CRATEJOY, "Transfer-Encoding": "chunked"}
# requests that are responded to before their body is complete, by the status
ENDED_EARLY = {
    401: http("PUT", ORDER, Transfer_Encoding="chunked"),
    403: http("PUT", ORDER, Origin="http://evil.example", **CHUNKED),
    413: http("PUT", ORDER, **CHUNKED) + b"200000\r\n" + b"x" * 2**21 + b"\r\n",
}
each_input = pytest.mark.parametrize(
    ("data", "method", "path"), MALFORMED.values(), ids=[name.replace(" ", "-") for name in MALFORMED]
)


@each_input
async def test_journal_without_a_sandbox_has_an_entry(
    emulator: RunningEmulator, data: bytes, method: str, path: str
) -> None:
    await exchange(emulator, data)
    entry = await last(emulator, "_")
    assert (method, path, 400, ["http.malformed"]) == (
        entry["method"],
        entry["path"],
        entry["status"],
        entry["rules"],
    )


@pytest.mark.parametrize("name", MALFORMED)
async def test_nothing_shows_a_secret(emulator: RunningEmulator, caplog: pytest.LogCaptureFixture, name: str) -> None:
    caplog.set_level(logging.DEBUG)
    reply = await exchange(emulator, MALFORMED[name][0])
    journal = await emulator.control("GET", "/sandboxes/_/requests")
    explained = await emulator.control("GET", "/sandboxes/_/requests/1/explain")
    shown = reply.text + journal.text + explained.text + caplog.text
    assert ("400" in caplog.text, False, False) == (True, "s3cret" in shown, "Traceback" in shown)


@each_input
async def test_metrics_count_it(emulator: RunningEmulator, data: bytes, method: str, path: str) -> None:
    await exchange(emulator, data)
    text = (await emulator.control("GET", "/metrics")).text
    (family,) = [each for each in text_string_to_metric_families(text) if each.name == "mockorders_requests"]
    (sample,) = family.samples
    shown = "other" if method == "UNKNOWN" else method
    assert ("none", shown, "400", 1.0) == (
        *(sample.labels[name] for name in ("route", "method", "status")),
        sample.value,
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (MALFORMED["no HTTP"][0], "Invalid method encountered"),
        (MALFORMED["TLS"][0], "Received HTTPS traffic on an HTTP port"),
        (MALFORMED["HTTP/2"][0], "HTTP/2 is not supported"),
        (MALFORMED["header"][0], "Invalid header token"),
        (MALFORMED["version"][0], "Bad status line: Invalid HTTP version"),
        (MALFORMED["long header"][0], "the request line or a header is too long"),
        (MALFORMED["no host"][0], "Missing 'Host' header in request"),
        (MALFORMED["transfer coding"][0], "Request has invalid `Transfer-Encoding`"),
    ],
)
async def test_message_says_what_is_wrong(emulator: RunningEmulator, data: bytes, reason: str) -> None:
    assert f"expected an HTTP/1.1 request: {reason}" == (await exchange(emulator, data)).json["detail"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (BadStatusLine("GET s3cret"), "Bad status line"),
        (InvalidHeader(b"Authorization s3cret"), "Invalid HTTP header"),
        (InvalidHeader("it's s3cret"), "Invalid HTTP header"),
        (BadHttpMessage("Invalid header value char:\n\n  b'X: s3cret'\n      ^"), "Invalid header value char"),
        (LineTooLong(b"s3cret", "8190"), "the request line or a header is too long"),
        (InvalidURLError("http://s3cret"), "the request target is not a valid URL"),
        (BadHttpMessage(""), "BadHttpMessage"),
    ],
)
def test_reason_does_not_quote_the_input(error: Exception, reason: str) -> None:
    assert reason == describe(error, b"").reason


async def test_explanation_ends_at_http(emulator: RunningEmulator) -> None:
    await exchange(emulator, MALFORMED["header"][0])
    explained = (await emulator.control("GET", "/sandboxes/_/requests/1/explain")).json
    results = [each["result"].partition(":")[0] for each in explained["checks"]]
    assert ["rejected", *["not reached"] * 9] == results


async def test_dashboard_and_har_show_it(emulator: RunningEmulator) -> None:
    await exchange(emulator, MALFORMED["no HTTP"][0])
    for path in ("/ui/_/requests", "/ui/_/requests/1", "/sandboxes/_/requests.har"):
        reply = await emulator.control("GET", path)
        assert (200, True) == (reply.status, "UNKNOWN" in reply.text)


async def test_no_sandbox_is_created(emulator: RunningEmulator) -> None:
    await exchange(emulator, MALFORMED["transfer coding"][0])
    assert 0 == (await emulator.control("GET", "/sandboxes")).json["count"]


async def test_requests_before_it_are_responded_to(emulator: RunningEmulator) -> None:
    reader, writer = await connect(emulator)
    writer.write(http("GET", "/orders?key=docs").replace(b"close", b"keep-alive"))
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"hello\r\n\r\n")
    assert b"HTTP/1.0 400 Bad Request" in await asyncio.wait_for(reader.read(), 10)
    writer.close()
    assert ["UNKNOWN"] == [each["method"] for each in (await listed(emulator, "_"))["requests"]]


async def test_malformed_later_chunk_fails_its_request_once(emulator: RunningEmulator) -> None:
    head = http("PUT", ORDER, Transfer_Encoding="chunked", **CRATEJOY).replace(b"close", b"keep-alive")
    reader, writer = await connect(emulator)
    writer.write(head + b"2\r\n{}\r\n")
    await eventually(lambda: in_progress(emulator))
    writer.write(b"zz\r\n")
    received = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    assert (1, True) == (received.count(b"HTTP/1."), b"transfer coding chunked" in received)
    assert [400] == [each["status"] for each in (await listed(emulator))["requests"]]
    assert 0 == (await listed(emulator, "_"))["count"]


@pytest.mark.timing
@pytest.mark.parametrize("status", ENDED_EARLY)
async def test_malformed_chunk_after_the_response_ends_the_connection(
    emulator: RunningEmulator, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    reader, writer = await connect(emulator)
    writer.write(ENDED_EARLY[status].replace(b"close", b"keep-alive"))
    assert status == (await read(reader)).status
    writer.write(b"zz\r\n")
    assert b"" == await asyncio.wait_for(reader.read(), 5)  # aiohttp waits 10 s for the rest of a body
    writer.close()
    assert ("Traceback" in caplog.text, 0) == (False, (await listed(emulator, "_", "?method=UNKNOWN"))["count"])


@pytest.mark.parametrize("turns", range(5))
async def test_malformed_chunk_is_reported_whenever_it_arrives(
    emulator: RunningEmulator, monkeypatch: pytest.MonkeyPatch, turns: int
) -> None:
    """The turns of the loop are those in which the server starts to handle the request."""
    created: list[Connection] = []

    def note(connection: Connection, transport: asyncio.BaseTransport) -> None:
        created.append(connection)
        web.RequestHandler.connection_made(connection, transport)

    monkeypatch.setattr(Connection, "connection_made", note)
    reader, writer = await connect(emulator)
    await eventually(lambda: created and created[0]._is_idle)
    created[0].data_received(http("PUT", ORDER, Transfer_Encoding="chunked", **CRATEJOY))
    for _ in range(turns):
        await asyncio.sleep(0)
    created[0].data_received(b"zz\r\n")
    assert b"HTTP/1.1 400 Bad Request\r\n" == await asyncio.wait_for(reader.readline(), 15)  # not after 20 s
    writer.close()


async def in_progress(emulator: RunningEmulator) -> bool:
    return any(each["in_progress"] for each in (await listed(emulator))["requests"])


async def test_empty_connection_is_no_request(emulator: RunningEmulator) -> None:
    _, writer = await connect(emulator)
    writer.close()
    await writer.wait_closed()
    await settle(emulator)
    assert 0 == (await listed(emulator, "_"))["count"]

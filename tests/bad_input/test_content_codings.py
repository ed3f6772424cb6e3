"""Bodies with a content coding: decoded within limits, or rejected."""

import asyncio
import gzip
import zlib
from collections.abc import Callable
from functools import cache

import pytest
from support.bad_requests import BOTH, CRATEJOY, ORDER, connect, error_messages, exchange, http, read
from support.emulator import Reply, RunningEmulator

from mockorders.http import body as http_body
from mockorders.http import codings

MIB = 2**20
TOO_LARGE = ["body: expected at most 1048576 bytes"]
NOTE = b'{"note": "small"}'


def raw_deflate(body: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(body) + compressor.flush()


def alternately(body: bytes) -> bytes:
    return zlib.compress(gzip.compress(body))


SUPPORTED: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("GZip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("gzip", lambda body: gzip.compress(body[:5]) + gzip.compress(body[5:])),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("identity", bytes),
    ("", bytes),
    ("gzip, identity", gzip.compress),
    ("gzip, deflate", alternately),
    (" gzip ,,deflate ", alternately),
]
UNSUPPORTED = ["br", "zstd", "compress", "snappy", "BR", "gzip, br", "br, gzip", "gzip, gzip, gzip", "gzip;q=1", "*"]


@pytest.mark.parametrize(("coding", "encode"), SUPPORTED)
async def test_body_is_decoded(emulator: RunningEmulator, coding: str, encode: Callable[[bytes], bytes]) -> None:
    reply = await exchange(emulator, http("PUT", ORDER, encode(NOTE), Content_Encoding=coding, **CRATEJOY))
    assert (200, "small") == (reply.status, reply.json["note"])


@pytest.mark.parametrize(("coding", "encode"), SUPPORTED)
async def test_control_body_is_decoded(
    emulator: RunningEmulator, coding: str, encode: Callable[[bytes], bytes]
) -> None:
    body = encode(b'{"now": "2017-03-21T00:00:00Z", "frozen": true}')
    reply = await exchange(emulator, http("PUT", "/_mockorders/sandboxes/docs/clock", body, Content_Encoding=coding))
    assert (200, True) == (reply.status, reply.json["frozen"])


@pytest.mark.parametrize("coding", UNSUPPORTED)
@pytest.mark.parametrize(("method", "path", "headers"), BOTH)
async def test_unsupported_coding_is_415(
    victim: RunningEmulator, *, method: str, path: str, headers: dict[str, str], coding: str
) -> None:
    reply = await exchange(victim, http(method, path, b"{}", Content_Encoding=coding, **headers))
    expected = f"Content-Encoding: expected up to 2 codings of: gzip, deflate; got {coding!r}"
    assert (415, "gzip, deflate") == (reply.status, reply.headers["Accept-Encoding"])
    assert [expected] == error_messages(reply)


@pytest.mark.parametrize("coding", UNSUPPORTED)
async def test_unsupported_coding_of_the_control_api_is_415(emulator: RunningEmulator, coding: str) -> None:
    request = http("PUT", "/_mockorders/sandboxes/docs/clock", b"{}", Content_Encoding=coding)
    reply = await exchange(emulator, request)
    expected = (415, "gzip, deflate", "application/problem+json")
    assert expected == (reply.status, reply.headers["Accept-Encoding"], reply.headers["Content-Type"])


async def test_unsupported_coding_is_recorded(emulator: RunningEmulator) -> None:
    await exchange(emulator, http("PUT", ORDER, b"{}", Content_Encoding="br", **CRATEJOY))
    (entry,) = (await emulator.control("GET", "/sandboxes/docs/requests")).json["requests"]
    assert (415, ["http.body-coding"], None) == (entry["status"], entry["rules"], entry["request"]["body"])


async def test_decoded_body_is_recorded(emulator: RunningEmulator) -> None:
    await exchange(emulator, http("PUT", ORDER, gzip.compress(NOTE), Content_Encoding="gzip", **CRATEJOY))
    (entry,) = (await emulator.control("GET", "/sandboxes/docs/requests")).json["requests"]
    assert {"note": "small"} == entry["request"]["body"]


async def replies_on_one_connection(emulator: RunningEmulator, *requests: bytes) -> list[Reply]:
    reader, writer = await connect(emulator)
    replies = []
    for request in requests:
        writer.write(request.replace(b"Connection: close", b"Connection: keep-alive"))
        async with asyncio.timeout(30):
            replies.append(await read(reader))
    writer.close()
    return replies


@pytest.mark.parametrize("body", [b"{}", b"x" * 300_000])
async def test_connection_can_be_used_after_a_415(emulator: RunningEmulator, body: bytes) -> None:
    rejected = http("PUT", ORDER, body, Content_Encoding="br", **CRATEJOY)
    replies = await replies_on_one_connection(emulator, rejected, http("PUT", ORDER, NOTE, **CRATEJOY))
    assert [415, 200] == [reply.status for reply in replies]


async def test_coding_without_a_body_is_ignored(emulator: RunningEmulator) -> None:
    reply = await exchange(emulator, http("GET", ORDER, Content_Encoding="br", **CRATEJOY))
    assert 200 == reply.status


@pytest.mark.parametrize("coding", ["gzip, chunked", "gzip,chunked", "deflate, gzip, chunked"])
async def test_other_transfer_coding_is_rejected(victim: RunningEmulator, coding: str) -> None:
    body = b"2\r\n{}\r\n0\r\n\r\n"
    reply = await exchange(victim, http("PUT", ORDER, Transfer_Encoding=coding, **CRATEJOY) + body)
    assert (400, ["body: expected the transfer coding chunked, or none"]) == (reply.status, error_messages(reply))


async def test_other_transfer_coding_of_the_control_api_is_rejected(emulator: RunningEmulator) -> None:
    head = http("PUT", "/_mockorders/sandboxes/docs/clock", Transfer_Encoding="gzip, chunked")
    reply = await exchange(emulator, head + b"2\r\n{}\r\n0\r\n\r\n")
    assert (400, "expected the transfer coding chunked, got 'gzip, chunked'") == (reply.status, reply.json["detail"])


@pytest.mark.parametrize("path", [ORDER, "/v1/nothing", "/orders?key="])
async def test_body_without_an_accepted_credential_is_not_decoded(
    emulator: RunningEmulator, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[object] = []
    monkeypatch.setattr(http_body, "decode_body", lambda *args: decoded.append(args))
    body = await asyncio.to_thread(bomb)
    reply = await exchange(emulator, http("PUT", path, body, Content_Encoding="gzip"))
    assert (True, []) == (reply.status in {200, 401, 404, 405}, decoded)


@pytest.mark.parametrize(
    ("encode", "names"), [(gzip.compress, ("gzip",)), (zlib.compress, ("deflate",)), (alternately, ("gzip", "deflate"))]
)
def test_decoding_stops_at_the_limit(encode: Callable[[bytes], bytes], names: tuple[str, ...]) -> None:
    assert b"n" * 1000 == codings.decode_body(encode(b"n" * 1000), names, 1000)
    with pytest.raises(codings.DecodedSizeError):
        codings.decode_body(encode(b"n" * 1001), names, 1000)


@cache
def bomb() -> bytes:
    """Return 32 MiB compressed to about 32 KiB."""
    return gzip.compress(b'{"note":"' + b"n" * (32 * MIB) + b'"}', 6)


@pytest.mark.parametrize(("method", "path", "headers"), BOTH)
async def test_decompressed_size_is_limited(
    victim: RunningEmulator, method: str, path: str, headers: dict[str, str]
) -> None:
    body = await asyncio.to_thread(bomb)
    reply = await exchange(victim, http(method, path, body, Content_Encoding="gzip", **headers))
    assert (413, TOO_LARGE) == (reply.status, error_messages(reply))


BROKEN_CODINGS = [
    ("no gzip at all", "gzip", b'{"note": "a"}'),
    ("cut gzip", "gzip", gzip.compress(b'{"note": "abcdefghij"}')[:-12]),
    ("wrong checksum", "gzip", gzip.compress(b'{"note": "a"}')[:-8] + b"\0" * 8),
    ("no deflate at all", "deflate", b"\xff\xff\xff\xff"),
    ("no compressed data", "gzip", b"\x1f"),
    ("data after deflate", "deflate", zlib.compress(b"{}") + b"{}"),
    ("65 members", "gzip", gzip.compress(b" ") * 65),
    ("one coding of two", "gzip, deflate", zlib.compress(b"{}")),
]


@pytest.mark.parametrize(
    ("coding", "body"), [row[1:] for row in BROKEN_CODINGS], ids=[row[0] for row in BROKEN_CODINGS]
)
async def test_invalid_content_encoding_is_rejected(victim: RunningEmulator, coding: str, body: bytes) -> None:
    reply = await exchange(victim, http("PUT", ORDER, body, Content_Encoding=coding, **CRATEJOY))
    assert (400, True) == (reply.status, error_messages(reply)[0].startswith("body: expected "))

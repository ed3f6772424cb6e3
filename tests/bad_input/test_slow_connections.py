"""Slow, cut and reused connections."""

import asyncio
import math
import socket
import struct
from contextlib import suppress

import pytest
from support.bad_requests import BOTH, CRATEJOY, ORDER, connect, error_messages, exchange, http, read
from support.emulator import RunningEmulator, Start, settle

import mockorders.http.body
from mockorders.config import Settings

SECONDS = 30  # until a test fails


@pytest.mark.parametrize(("method", "path", "headers"), BOTH)
async def test_slow_body_times_out(
    victim: RunningEmulator, monkeypatch: pytest.MonkeyPatch, method: str, path: str, headers: dict[str, str]
) -> None:
    monkeypatch.setattr(mockorders.http.body, "BODY_SECONDS", 0.1)
    reply = await exchange(victim, http(method, path, Content_Length="100", **headers) + b'{"note":')
    assert (408, ["body: expected to arrive within 0.1 s"]) == (reply.status, error_messages(reply))


@pytest.mark.parametrize(("method", "path", "headers"), BOTH)
async def test_dripping_body_times_out(
    victim: RunningEmulator, monkeypatch: pytest.MonkeyPatch, method: str, path: str, headers: dict[str, str]
) -> None:
    monkeypatch.setattr(mockorders.http.body, "BODY_SECONDS", 0.1)
    reader, writer = await connect(victim)
    writer.write(http(method, path, Transfer_Encoding="chunked", **headers))

    async def drip() -> None:
        with suppress(ConnectionError):
            while True:
                writer.write(b"1\r\n{\r\n")
                await asyncio.sleep(0.01)

    dripping = asyncio.create_task(drip())
    async with asyncio.timeout(SECONDS):
        head = await reader.readuntil(b"\r\n")
    dripping.cancel()
    writer.close()
    assert b"408" == head.split(b" ")[1]


async def test_incomplete_head_times_out(start: Start) -> None:
    emulator = await start(keep_alive=0.2)
    reader, writer = await connect(emulator)
    writer.write(b"GET /orders?key=docs HTTP/1.1\r\nHost: loc")
    async with asyncio.timeout(SECONDS):
        assert b"" == await reader.read()
    writer.close()


async def test_silent_connection_times_out(start: Start) -> None:
    emulator = await start(keep_alive=0.2)
    reader, writer = await connect(emulator)
    async with asyncio.timeout(SECONDS):
        assert b"" == await reader.read()
    writer.close()


async def test_idle_connection_is_closed_after_the_keep_alive_time(start: Start) -> None:
    emulator = await start(keep_alive=0.2)
    reader, writer = await connect(emulator)
    writer.write(http("GET", "/v1/orders/", **CRATEJOY).replace(b"Connection: close", b"Connection: keep-alive"))
    async with asyncio.timeout(SECONDS):
        response = await read(reader)
        rest = await reader.read()
    writer.close()
    assert (200, b"") == (response.status, rest)


def test_default_keep_alive_is_longer_than_that_of_proxies() -> None:
    """Longer than the idle time of nginx's upstreams and of load balancers."""
    assert Settings().keep_alive > 60


@pytest.mark.parametrize("seconds", [0, -1, math.nan])
def test_invalid_keep_alive_is_rejected(seconds: float) -> None:
    with pytest.raises(ValueError, match="keep_alive: expected a positive number of seconds"):
        Settings(keep_alive=seconds)


CUTS = [
    ("before the first byte", b""),
    ("in the request line", b"PUT /v1/ord"),
    ("in the head", http("PUT", ORDER, **CRATEJOY)[:-10]),
    ("before the body", http("PUT", ORDER, Content_Length="20", **CRATEJOY)),
    ("in the body", http("PUT", ORDER, Content_Length="20", **CRATEJOY) + b'{"note":'),
    ("in a chunk", http("PUT", ORDER, Transfer_Encoding="chunked", **CRATEJOY) + b'f\r\n{"note"'),
    ("before the last chunk", http("PUT", ORDER, Transfer_Encoding="chunked", **CRATEJOY) + b'd\r\n{"note": "a"}\r\n'),
    ("before the response", http("GET", "/v1/orders/", **CRATEJOY)),
]


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("data", [row[1] for row in CUTS], ids=[row[0] for row in CUTS])
async def test_aborted_request_changes_nothing(victim: RunningEmulator, data: bytes, reset: bool) -> None:
    _, writer = await connect(victim)
    writer.write(data)
    await writer.drain()
    await settle(victim)
    if reset:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()
    await settle(victim)


async def test_hundred_incomplete_requests_do_not_delay_others(victim: RunningEmulator) -> None:
    halves = [await connect(victim) for _ in range(100)]
    for _, writer in halves:
        writer.write(http("PUT", ORDER, Content_Length="20", **CRATEJOY) + b'{"note":')
    expected = [200] * 20
    assert expected == [(await victim.cratejoy("GET", "/orders/", "docs.other")).status for _ in range(20)]
    for _, writer in halves:
        writer.close()


async def test_pipelined_requests_get_responses_in_order(victim: RunningEmulator) -> None:
    first = http("PUT", ORDER, b"{", **CRATEJOY).replace(b"Connection: close", b"Connection: keep-alive")
    second = http("GET", "/orders/2?key=docs@2")
    reader, writer = await connect(victim)
    writer.write(first + second)
    async with asyncio.timeout(SECONDS):
        responses = [await read(reader), await read(reader)]
    writer.close()
    assert [400, 200] == [response.status for response in responses]


async def test_connection_is_usable_after_a_rejected_body(victim: RunningEmulator) -> None:
    rejected = await victim.cratejoy("PUT", "/orders/75572230/", data=b"{")
    accepted = await victim.cratejoy("GET", "/orders/75572230/")
    assert (400, 200) == (rejected.status, accepted.status)

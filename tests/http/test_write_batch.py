"""Responses to requests that arrive together: written together, each to its own connection."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import Any

import pytest

from mockorders import MockServer
from mockorders.http.write_batch import MAX_BYTES, MAX_RESPONSES, WriteBatch

CONNECTIONS = 3 * MAX_RESPONSES


class Written:
    """A transport, which only notes what is written."""

    def __init__(self, log: list[bytes]) -> None:
        self._log = log

    def write(self, data: bytes) -> None:
        self._log.append(data)


async def written_in(*events: Callable[[WriteBatch, Any, list[bytes]], object]) -> list[bytes]:
    """Return what is written, and what the events note, when they are handled in one iteration of the loop."""
    loop = asyncio.get_running_loop()
    log: list[bytes] = []
    batch = WriteBatch(loop)
    for event in events:
        loop.call_soon(event, batch, Written(log), log)
    for _ in range(2):
        await asyncio.sleep(0)
    return log


def handled(response: bytes) -> Callable[[WriteBatch, Any, list[bytes]], None]:
    """Return an event that writes a response."""

    def handle(batch: WriteBatch, transport: Any, log: list[bytes]) -> None:
        is_last = batch.is_last
        log.append(b"handled")
        batch.write(transport, response, is_last=is_last)

    return handle


async def test_responses_are_written_after_the_last_event() -> None:
    assert [b"handled", b"handled", b"one", b"two"] == await written_in(handled(b"one"), handled(b"two"))


async def test_responses_are_written_if_the_last_event_writes_none() -> None:
    assert [b"handled", b"one"] == await written_in(handled(b"one"), lambda *_: None)


async def test_long_response_is_written_at_once() -> None:
    long = b"x" * (MAX_BYTES + 1)
    assert [b"handled", long, b"handled", b"two"] == await written_in(handled(long), handled(b"two"))


async def test_number_of_unwritten_responses_is_limited() -> None:
    log = await written_in(*[handled(b"x")] * (MAX_RESPONSES + 2))
    assert MAX_RESPONSES == log.index(b"x")


@pytest.mark.parametrize("connections", [1, 2, CONNECTIONS])
def test_each_connection_gets_its_own_responses(connections: int) -> None:
    with MockServer(fixtures="docs") as server, ExitStack() as opened:
        host, _, port = server.url.removeprefix("http://").partition(":")
        peers = [
            opened.enter_context(closing(socket.create_connection((host, int(port)), 20))) for _ in range(connections)
        ]
        for _ in range(3):
            for number, peer in enumerate(peers):
                peer.sendall(b"GET /orders?key=docs&callback=of%d HTTP/1.1\r\nHost: localhost\r\n\r\n" % number)
            bodies = [response_of(peer) for peer in peers]
    assert [b"of%d" % number for number in range(connections)] == [body.partition(b"(")[0] for body in bodies]


def response_of(peer: socket.socket) -> bytes:
    """Return the body of one response."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += peer.recv(65_536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += peer.recv(65_536)
    return body

"""Send malformed requests over a raw socket and read the responses."""

import asyncio
import base64
import os
import time
from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pytest
from multidict import CIMultiDict

from support.emulator import Reply, RunningEmulator, basic

TRACING_FACTOR = 8 if "COVERAGE_RUN" in os.environ else 1  # measuring coverage slows the server down
SECONDS = 30  # until a request fails that gets no response
LOOP_SECONDS = 0.25 * TRACING_FACTOR
CPU_SECONDS = 1.0 * TRACING_FACTOR
ORDER = "/v1/orders/75572230/"
FORM = "application/x-www-form-urlencoded"
CRATEJOY = basic("docs")
SANDBOXES = ("docs", "docs.other")


class Heartbeat:
    """A heartbeat in the server's event loop, which measures how long the loop was blocked at most."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def beat(self) -> None:
        before = time.thread_time()
        while True:
            await asyncio.sleep(0.002)
            now = time.thread_time()
            self.longest = max(self.longest, now - before)
            before = now


async def visible_state(emulator: RunningEmulator) -> list[Any]:
    """Return what a malformed request could have changed."""
    states = [(await emulator.control("GET", f"/sandboxes/{name}/state")).json for name in SANDBOXES]
    orders = [(await emulator.universe("/orders", f"{name}@2")).json for name in SANDBOXES]
    listed = [(await emulator.cratejoy("GET", "/orders/", name)).json for name in SANDBOXES]
    return [states, orders, listed]


_first_state: list[list[Any]] = []


async def initial_state(emulator: RunningEmulator) -> list[Any]:
    """Create the sandboxes, and return their visible state, which is the same in every new emulator.

    The first call in this process also imports what only errors need, before anything is timed.
    """
    if not _first_state:
        _first_state.append(await visible_state(emulator))
        await emulator.cratejoy("PUT", "/orders/75572230/", "docs.warm", json={"x": 1})
        await emulator.cratejoy("PUT", "/orders/75572230/", "docs.warm", data={"x[y]": "1"})
    for name in SANDBOXES:
        await emulator.universe("/orders", f"{name}@2")
    return _first_state[0]


def http(method: str, target: str | bytes, body: str | bytes = b"", **headers: str | bytes) -> bytes:
    """Build a request that closes the connection; `_` in header names stands for `-`."""
    fields: dict[str, str | bytes] = {"Host": "localhost", "Connection": "close"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    if body:
        fields.setdefault("Content-Length", str(len(body)))
    lines = [b"%b %b HTTP/1.1" % (method.encode(), encoded(target))]
    lines += [b"%b: %b" % (name.encode(), encoded(value)) for name, value in fields.items()]
    return b"\r\n".join(lines) + b"\r\n\r\n" + encoded(body)


def encoded(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


async def connect(emulator: RunningEmulator) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    url = urlsplit(emulator.url)
    return await asyncio.open_connection(url.hostname, url.port)


async def raw(emulator: RunningEmulator, *pieces: bytes) -> Reply | None:
    """Send bytes in pieces and read one response; None if the connection was closed without one."""
    reader, writer = await connect(emulator)

    async def write() -> None:
        with suppress(ConnectionError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)

    writing = asyncio.create_task(write())
    try:
        async with asyncio.timeout(SECONDS):
            return await read(reader)
    except (ConnectionError, asyncio.IncompleteReadError):
        return None
    finally:
        writing.cancel()
        writer.close()


async def read(reader: asyncio.StreamReader) -> Reply:
    """Read one response."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    status, *lines = head.rstrip().split("\r\n")
    headers = CIMultiDict((name, value) for name, _, value in (line.partition(": ") for line in lines))
    return Reply(int(status.split(" ")[1]), headers, await reader.readexactly(int(headers["Content-Length"])))


async def exchange(emulator: RunningEmulator, *pieces: bytes) -> Reply:
    """Send bytes in pieces and read one response; fails if there is none."""
    reply = await raw(emulator, *pieces)
    assert reply is not None
    return reply


def error_messages(reply: Reply) -> list[str]:
    """Return the messages of an error in the format of one of the two APIs."""
    value = reply.json
    messages = value.get("errors", value.get("messages"))
    shapes = ({"errors": messages}, {"status": "error", "messages": messages})
    assert (True, True) == (value in shapes, "Traceback" not in reply.text)
    return [str(message) for message in messages]


@cache
def note(size: int) -> bytes:
    """Return a body of this many bytes that changes the note."""
    return b'{"note":"' + b"n" * (size - 11) + b'"}'


BOTH = [
    pytest.param("PUT", ORDER, CRATEJOY, id="cratejoy"),
    pytest.param("GET", "/v1/orders/", CRATEJOY, id="cratejoy GET"),
    pytest.param("GET", "/orders?key=docs@2", {}, id="universe"),
    pytest.param("GET", "/api/v1/orders/latest?key=docs@2", {}, id="universe latest"),
]


def b64(text: bytes) -> bytes:
    return b"Basic " + base64.b64encode(text)


def assert_malformed(reply: Reply) -> None:
    """Check for the problem document that malformed HTTP gets."""
    assert (400, "application/problem+json") == (reply.status, reply.headers["Content-Type"])
    assert ("Malformed HTTP request", "http.malformed") == (reply.json["title"], reply.json["rule"])
    assert "Traceback" not in reply.text

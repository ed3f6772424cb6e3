"""Load on keep-alive connections, each with one request in flight, for as many responses as fit into a window."""

import asyncio
import json
import re
import shutil
import subprocess
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

HOST = "127.0.0.1"
SCRIPT = "local requests, at = {%s}, 0\nfunction request() at = at %% #requests + 1; return requests[at] end\n"


class Load(NamedTuple):
    """Complete requests that are sent in turn, the number of connections, and whether the responses are rejections."""

    requests: Sequence[bytes]
    connections: int = 1
    is_rejected: bool = False


def request(path: str, user: str | None = None, *, method: str = "GET", body: bytes = b"") -> bytes:
    """Return a request, with Basic credentials (password `any`) and a JSON body if they are given."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    if user is not None:
        lines.append("Authorization: Basic " + b64encode(f"{user}:any".encode()).decode())
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def rate(port: int, load: Load, seconds: int = 1) -> float:
    """Return responses per second, measured by wrk if it is installed, else by `own_rate`."""
    wrk = shutil.which("wrk")
    return own_rate(port, load, seconds) if wrk is None else _wrk_rate([wrk, f"-d{seconds}s"], port, load)


def _wrk_rate(wrk: Sequence[str], port: int, load: Load) -> float:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "requests.lua"
        script.write_text(SCRIPT % ",".join(json.dumps(each.decode("ascii")) for each in load.requests))
        command = [*wrk, "-t1", f"-c{load.connections}", "-s", str(script), f"http://{HOST}:{port}/"]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", output)
    if found is None or ("Non-2xx" in output and not load.is_rejected):
        message = f"expected 2xx responses to {load.requests[0]!r}, got {output}"
        raise RuntimeError(message)
    return float(found[1])


def own_rate(port: int, load: Load, seconds: float) -> float:
    """Return responses per second without wrk. Raises RuntimeError if there are none."""
    responses = asyncio.run(_count_responses(port, load, seconds))
    if not responses:
        message = f"expected 2xx responses to {load.requests[0]!r}"
        raise RuntimeError(message)
    return responses / seconds


async def _count_responses(port: int, load: Load, seconds: float) -> int:
    loop = asyncio.get_running_loop()
    until = time.perf_counter() + seconds
    requests = cycle(load.requests)
    connections = [
        (await loop.create_connection(lambda: Connection(requests, until, load.is_rejected), HOST, port))[1]
        for _ in range(load.connections)
    ]
    await asyncio.gather(*(each.done for each in connections))
    return sum(each.responses for each in connections)


class Connection(asyncio.Protocol):
    """Sends a request as soon as the previous response is complete, until the time is over or a response is not 2xx.

    Other statuses are fine if `accepts_all`.
    """

    def __init__(self, requests: Iterator[bytes], until: float, accepts_all: bool) -> None:
        self._accepts_all = accepts_all
        self._requests = requests
        self._until = until
        self._missing = -1
        self._head = b""
        self.responses = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        """Count down the bytes of the response; at its end, send the next request."""
        if self._missing < 0:
            self._head += data
            head, found, body = self._head.partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 2") and not self._accepts_all:
                self._transport.close()
                return
            self._missing = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            self._head = b""
            data = body
        self._missing -= len(data)
        if self._missing == 0:
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the load."""
        if not self.done.done():
            self.done.set_result(None)

    def _next(self) -> None:
        self.responses += 1
        self._missing = -1
        if time.perf_counter() < self._until:
            self._transport.write(next(self._requests))
        else:
            self._transport.close()

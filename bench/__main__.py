"""Measure the installed emulator beside a bare aiohttp server, in turn, and print the ratios."""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.load import rate

ROUNDS = 5
WINDOW = 1.0
AUTHORIZATION = "Basic " + b64encode(b"bench:any").decode()
CASES = {
    "universe, one order": "/api/v1/orders/latest?key=bench@164",
    "universe, a list of 100": "/api/v1/orders?key=bench@100",
    "cratejoy, one order": "/v1/orders/75572230/",
    "cratejoy, a list of 100": "/v1/orders/?limit=100",
}


def main() -> None:
    """Print a table: each case, at 1 and at 32 connections."""
    with emulator() as port:
        print(f"{'case':32}{'c1':>8}{'c32':>8}   share of bare aiohttp, medians of {ROUNDS} paired rounds")
        for name, path in CASES.items():
            shares = [share(port, path, connections) for connections in (1, 32)]
            print(f"{name:32}{shares[0]:8.2f}{shares[1]:8.2f}")


@contextmanager
def emulator() -> Iterator[int]:
    """Start the emulator on a free port."""
    started = time.perf_counter()
    with process("-m", "mockorders", "--port", "0") as line:
        print(f"ready after {time.perf_counter() - started:.2f} s")
        yield int(line.rpartition(":")[2])


@contextmanager
def process(*arguments: str) -> Iterator[str]:
    """Start a Python process, give its first line, and end it."""
    with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        try:
            yield started.stdout.readline().strip()
        finally:
            started.terminate()


def share(port: int, path: str, connections: int) -> float:
    """Give the median of the emulator's rate over the bare server's."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "body"
        file.write_bytes(fetch(port, path))
        with process("-m", "bench.bare", str(file)) as line:
            return statistics.median(one_round(port, int(line), path, connections) for _ in range(ROUNDS))


def one_round(port: int, bare: int, path: str, connections: int) -> float:
    """Measure a window of the emulator between two of the bare server."""
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {AUTHORIZATION}\r\n\r\n".encode()
    rates = [asyncio.run(rate(each, request, connections, WINDOW)) for each in (bare, port, bare)]
    return rates[1] / statistics.mean((rates[0], rates[2]))


def fetch(port: int, path: str) -> bytes:
    """Give the body of an answer."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": AUTHORIZATION})
    with urllib.request.urlopen(request) as answer:
        body: bytes = answer.read()
        return body


if __name__ == "__main__":
    main()

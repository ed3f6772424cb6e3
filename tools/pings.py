"""Print the longest ping of a server while it handles demanding requests.

Another process requests `/_mockorders/health` every 2 ms meanwhile. Run it on a machine with no other work.
"""

import argparse
import base64
import gzip
import json
import multiprocessing
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.client import HTTPConnection
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import urlsplit

READY = "mockorders ready on "
PAUSE_SECONDS = 0.002
MIB = 2**20
ONE_SANDBOX = ("--max-sandboxes", "1")
CONTROL = "/_mockorders/sandboxes"
REQUESTS = f"{CONTROL}/docs/requests"
USER = {"Authorization": "Basic " + base64.b64encode(b"docs:any").decode()}
FORM = {**USER, "Content-Type": "application/x-www-form-urlencoded"}
WILDCARDS = json.dumps({"customer": {"name__like": "%" * 1_000_000}, "products": []}).encode()
RECORDS = json.dumps({"cratejoy": {"customers": [{"note": "x" * 900} for _ in range(1_000)]}}).encode()
GENERATED = json.dumps({"generate": {"seed": 1, "cratejoy": {"customers": 10_000, "orders": 20_000}}}).encode()
LONG_FORM = "&".join(f"a{number}" + "[b]" * 16 + "=1" for number in range(1_800)).encode()


class Server:
    """A server in a process of its own, and requests to it."""

    def __init__(self, netloc: str) -> None:
        self.netloc = netloc

    def request(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> int:
        """Send a request and read the response to its end; return the status."""
        connection = HTTPConnection(self.netloc, timeout=600)
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        while response.read(MIB):
            pass
        connection.close()
        return response.status

    def open_request(self, path: str) -> socket.socket:
        """Send a request without reading the response; return its socket."""
        host, port = self.netloc.split(":")
        opened = socket.create_connection((host, int(port)))
        opened.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        return opened


def main() -> int:
    """Run the cases that the argument selects, and print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m tools.pings", description=__doc__)
    parser.add_argument("text", nargs="?", default="", help="run only the cases whose names contain this text")
    text = parser.parse_args().text
    print(f"{'milliseconds':>12}")
    for name, fixtures, prepare, load in CASES:
        if text in name:
            _measure(name, load, _server(fixtures), prepare)
    for name, prepare, load in STORED_CASES:
        if text in name:
            with tempfile.TemporaryDirectory() as folder:
                _measure(name, load, _server("docs", *ONE_SANDBOX, "--store", f"sqlite:{folder}/store"), prepare)
    return 0


def _measure(
    name: str,
    load: Callable[[Server], object],
    running: AbstractContextManager[Server],
    prepare: Callable[[Server], object],
) -> None:
    with running as server:
        prepare(server)
        longest = _longest_ping(server, load)
    print(f"{longest * 1000:12.1f}  {name}", flush=True)


@contextmanager
def _server(fixtures: str, *options: str) -> Iterator[Server]:
    command = [sys.executable, "-m", "mockorders", "--port", "0", "--max-memory", str(8 << 30), *options]
    for name in fixtures.split(","):
        command += ["--fixtures", name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Server(urlsplit(process.stdout.readline().removeprefix(READY).strip()).netloc)
        finally:
            process.terminate()


def _longest_ping(server: Server, load: Callable[[Server], object]) -> float:
    ours, theirs = multiprocessing.Pipe()
    pinger = multiprocessing.get_context("spawn").Process(target=_ping, args=(server.netloc, theirs))
    pinger.start()
    ours.recv()
    load(server)
    ours.send("end")
    longest: float = ours.recv()
    pinger.join()
    return longest


def _ping(netloc: str, parent: Connection) -> None:
    """Ping until the parent process sends something; send it the seconds of the longest ping."""
    connection = HTTPConnection(netloc)
    longest = 0.0
    is_ready = False
    while not parent.poll():
        started = time.perf_counter()
        connection.request("GET", "/_mockorders/health")
        connection.getresponse().read()
        longest = max(longest, time.perf_counter() - started)
        if not is_ready:
            parent.send("ready")
            is_ready = True
            longest = 0.0
        time.sleep(PAUSE_SECONDS)
    parent.send(longest)


def _idle(_: Server) -> None:
    time.sleep(1)


def _nothing(_: Server) -> None:
    pass


def _lists(server: Server) -> None:
    connection = HTTPConnection(server.netloc)
    for number in range(1_000):
        connection.request("GET", f"/v1/orders/?limit={number % 50 + 1}", headers=USER)
        connection.getresponse().read()


def _bombs(server: Server) -> None:
    """Send ten bodies of 1 MiB that unpack to 1,000 MiB at the same time."""
    body = gzip.compress(bytes(1_000 * MIB), 6)
    headers = {**USER, "Content-Encoding": "gzip", "Content-Type": "application/json"}
    threads = [threading.Thread(target=server.request, args=("POST", "/v1/orders/", body, headers)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _waiters(count: int) -> Callable[[Server], None]:
    def load(server: Server) -> None:
        waiting = [server.open_request(f"{REQUESTS}?method=POST&wait=60") for _ in range(count)]
        time.sleep(2)
        server.request("POST", "/v1/orders/", b"{}", USER)
        for opened in waiting:
            while opened.recv(MIB):
                pass
            opened.close()

    return load


def _sandboxes(server: Server) -> None:
    connection = HTTPConnection(server.netloc)
    for number in range(9_990):
        user = {"Authorization": "Basic " + base64.b64encode(f"docs.s{number}:any".encode()).decode()}
        connection.request("GET", "/v1/orders/?limit=1", headers=user)
        connection.getresponse().read()


def _large_sandbox(server: Server) -> None:
    server.request("PUT", f"{CONTROL}/docs", b'{"fixtures": "large"}')


def _large_state(server: Server) -> None:
    server.request("PUT", f"{CONTROL}/docs/state", b'{"extends": "large"}')


def _changes(server: Server) -> None:
    """Add 30,000 records."""
    for _ in range(30):
        server.request("POST", f"{CONTROL}/docs/records", RECORDS)


def _evicted(server: Server) -> None:
    """Let a sandbox with 30,000 changed records over a document of 30,000 leave the memory for another one."""
    server.request("PUT", f"{CONTROL}/docs/state", GENERATED)
    _changes(server)
    server.request("PUT", f"{CONTROL}/other", b"{}")


def _sent(method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Any:
    return lambda server: server.request(method, path, body, headers)


CASES: list[tuple[str, str, Callable[[Server], object], Callable[[Server], object]]] = [
    ("idle", "docs", _nothing, _idle),
    ("POST with like of 1,000,000 wildcards", "docs", _nothing, _sent("POST", "/v1/orders/", WILDCARDS, USER)),
    ("GET requests with 1,000 lists in the journal", "docs", _lists, _sent("GET", REQUESTS)),
    ("GET requests.har with 1,000 lists in the journal", "docs", _lists, _sent("GET", f"{REQUESTS}.har")),
    ("ten gzip bodies of 1,000 MiB", "docs", _nothing, _bombs),
    ("GET /_mockorders/a/a/a (60 KB)", "docs", _nothing, _sent("GET", "/_mockorders" + "/a" * 30_000)),
    ("1,000 waiters and one request", "docs", _nothing, _waiters(1_000)),
    ("300 waiters on 1,000 lists and one request", "docs", _lists, _waiters(300)),
    ("large put into a sandbox", "docs,large", _nothing, _large_sandbox),
    ("diff of large", "docs,large", _large_state, _sent("GET", f"{CONTROL}/docs/diff")),
    ("state of large", "docs,large", _nothing, _sent("GET", f"{CONTROL}/large/state")),
    ("1 MiB of {},", "docs", _nothing, _sent("POST", "/v1/orders/", b"[" + b"{}," * 340_000 + b"{}]", USER)),
    ("form of 1,800 fields, 16 levels", "docs", _nothing, _sent("POST", "/v1/orders/", LONG_FORM, FORM)),
    ("GET sandboxes with 10,000 sandboxes", "docs", _sandboxes, _sent("GET", CONTROL)),
    ("POST reset with 10,000 sandboxes", "docs", _sandboxes, _sent("POST", "/_mockorders/reset")),
]


# With a store.
STORED_CASES: list[tuple[str, Callable[[Server], object], Callable[[Server], object]]] = [
    ("store: snapshot of 30,000 changed records", _changes, _sent("PUT", f"{CONTROL}/docs/snapshots/a")),
    ("store: document of 30,000 records", _nothing, _sent("PUT", f"{CONTROL}/docs/state", GENERATED)),
    ("store: first request of a sandbox that is not in memory", _evicted, _sent("GET", f"{CONTROL}/docs")),
    ("store: deletion of 30,000 changed records", _changes, _sent("DELETE", f"{CONTROL}/docs")),
]


if __name__ == "__main__":
    sys.exit(main())

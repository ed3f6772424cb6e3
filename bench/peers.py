"""Other mock servers, from npm and PyPI, each compared with a bare server that returns the same bytes."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple
from uuid import uuid4

from bench import shares
from bench.load import HOST, Load, request
from bench.new_sandboxes import MAX_SANDBOXES, creation
from bench.peer_files import write_files
from bench.report import Table
from bench.responses import CRATEJOY_LIST, CRATEJOY_ONE
from bench.servers import MOCKORDERS, MissingProgram, Server, at_port, bare, emulator, fetch, free_port

HOME = Path(__file__).parent / ".peers"
MODULES = HOME / "node_modules"
NPM = ("json-server@0.17.4", "@stoplight/prism-cli@5.14.2", "@mockoon/cli@9.9.0", "wiremock@3.13.2")
PYPI = ("pytest==9.2.0", "pytest-httpserver==1.2.0", "localstripe==1.15.10")
CONNECTIONS = (1, 32)
RESETS = 100
MOST_CREATED = 30_000  # in one window
COLUMNS = (
    "server",
    "start",
    "memory after load",
    "an order, 1 connection",
    "an order, 32 connections",
    "a list of 100, 1 connection",
    "a list of 100, 32 connections",
    "creating, 1 connection",
    "first order after a reset",
    "response sizes in bytes",
)


Creates = Callable[[], Sequence[bytes]]


class Peer(NamedTuple):
    """Another server: its package, its command for a folder of files and a port, and the requests to measure.

    `creates` returns requests that create a record each, `resets` returns to the initial data; None if it cannot.
    """

    package: str
    command: Callable[[str, str], Sequence[str]]
    requests: Callable[[int], Sequence[bytes]]
    creates: Creates | None = None
    resets: bytes | None = None


def _same(_: int) -> Sequence[bytes]:
    return request("/order"), request("/list")


def _customers(port: int) -> Sequence[bytes]:
    """Fill localstripe, which only has Stripe's objects, with customers of about the size of an order."""
    made = [fetch(port, request("/v1/customers", "sk_test_bench", method="POST", body=CUSTOMER)) for _ in range(100)]
    one = json.loads(made[0])["id"]
    return tuple(request(f"/v1/customers{each}", "sk_test_bench") for each in (f"/{one}", "?limit=100"))


def _json_server(folder: str, port: str) -> Sequence[str]:
    options = ["--quiet", "--host", HOST, "--port", port, "--middlewares", f"{folder}/compact.js"]
    return [f"{MODULES}/.bin/json-server", f"{folder}/db.json", *options]


def _prism(folder: str, port: str) -> Sequence[str]:
    return [f"{MODULES}/.bin/prism", "mock", "--port", port, "--verboseLevel", "fatal", f"{folder}/openapi.json"]


def _mockoon(folder: str, port: str) -> Sequence[str]:
    options = ["--disable-log-to-file", "--hostname", HOST, "--port", port]
    return [f"{MODULES}/.bin/mockoon-cli", "start", *options, "--data", f"{folder}/mockoon.json"]


def _wiremock(folder: str, port: str) -> Sequence[str]:
    jar = next((MODULES / "wiremock" / "build").glob("*.jar"))
    options = ["--bind-address", HOST, "--port", port, "--max-request-journal-entries", "1000"]
    return ["java", "-jar", str(jar), *options, "--root-dir", f"{folder}/wiremock"]


def _python(program: str) -> Callable[[str, str], Sequence[str]]:
    return lambda folder, port: [peer_python(), f"{folder}/{program}", port]


CUSTOMER = json.dumps({"description": "x" * 400}).encode()
PEERS = (
    Peer("json-server", _json_server, _same, lambda: [request("/made", method="POST", body=b'{"note": "new"}')]),
    Peer("@stoplight/prism-cli", _prism, _same),
    Peer("@mockoon/cli", _mockoon, _same),
    Peer("wiremock", _wiremock, _same, resets=request("/__admin/mappings/reset", method="POST", body=b"{}")),
    Peer("pytest-httpserver", _python("httpserver.py"), _same),
    Peer(
        "localstripe",
        _python("stripe.py"),
        _customers,
        lambda: [request("/v1/customers", "sk_test_bench", method="POST", body=CUSTOMER)],
    ),
)
OWN = Peer(
    "mockorders",
    lambda _, port: [*MOCKORDERS, "--port", port],
    lambda _: (CRATEJOY_ONE, CRATEJOY_LIST),
    lambda: [creation(uuid4().hex) for _ in range(MOST_CREATED)],
    request("/_mockorders/sandboxes/bench/reset", method="POST"),
)


def install() -> None:
    """Install the peers that are missing, in an untracked folder."""
    if not MODULES.exists():
        HOME.mkdir(exist_ok=True)
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--prefix", str(HOME), *NPM], check=True)
    install_python()


def install_python() -> None:
    """Install the peers from PyPI, if they are missing."""
    if not (HOME / "venv").exists():
        subprocess.run([sys.executable, "-m", "venv", str(HOME / "venv")], check=True)
        subprocess.run([peer_python(), "-m", "pip", "--quiet", "install", *PYPI], check=True)


def peer_python() -> str:
    """Return the interpreter of the peers from PyPI."""
    return str(HOME / "venv" / "bin" / "python")


def measure(rounds: int) -> Table:
    """Measure all peers and the emulator. Raises MissingProgram without wrk, because some peers close connections."""
    if shutil.which("wrk") is None:
        message = "expected wrk: apt-get install wrk"
        raise MissingProgram(message)
    install()
    with TemporaryDirectory() as folder:
        with _own(Path(folder)) as (server, first):
            rows = [_row(OWN, (server, first), OWN.requests(server.port), rounds)]
        for peer in PEERS:
            with _started(peer, folder) as (server, first):
                rows.append(_row(peer, (server, first), peer.requests(server.port), rounds))
    return Table("peers", COLUMNS, rows, ", ".join((*NPM, *PYPI)))


@contextmanager
def _own(folder: Path) -> Iterator[tuple[Server, float]]:
    """Run the emulator, and write its responses as the files of the peers."""
    started = time.perf_counter()
    with emulator("--max-sandboxes", str(MAX_SANDBOXES)) as server:
        one = fetch(server.port, CRATEJOY_ONE)
        first = time.perf_counter() - started
        write_files(folder, one, fetch(server.port, CRATEJOY_LIST))
        yield server, first


@contextmanager
def _started(peer: Peer, folder: str) -> Iterator[tuple[Server, float]]:
    port = free_port()
    started = time.perf_counter()
    with at_port(peer.command(folder, str(port)), port) as server:
        yield server, time.perf_counter() - started


def _row(peer: Peer, started: tuple[Server, float], requests: Sequence[bytes], rounds: int) -> Sequence[str]:
    server, first = started
    cells = list(chain.from_iterable(_beside_bare(server, each, rounds) for each in requests))
    memory = f"{server.memory():.0f} MiB"
    sizes = " and ".join(f"{len(fetch(server.port, each)):,}" for each in requests)
    changes = (_creating(server, peer.creates, rounds), _after_resets(server, peer.resets, requests[0]))
    row = (peer.package, f"{first:.2f} s", memory, *cells, *changes, sizes)
    print(*row, sep="  ", flush=True)
    return row


def _beside_bare(server: Server, payload: bytes, rounds: int) -> Sequence[str]:
    with bare(fetch(server.port, payload)) as plain:
        return [shares.compare_rates(server, plain, Load([payload], count), rounds).spread() for count in CONNECTIONS]


def _creating(server: Server, creates: Creates | None, rounds: int) -> str:
    """Return the share of a bare server in created records per second, of one client."""
    if creates is None:
        return ""
    with bare(fetch(server.port, creates()[0])) as plain:
        found = [shares.compare_rates(server, plain, Load(creates()), 1) for _ in range(rounds)]
    return shares.Share.of([(each.median, each.own, each.other) for each in found]).spread()


def _after_resets(server: Server, resets: bytes | None, order: bytes) -> str:
    """Return the median time of the first order after a reset, on a connection of its own."""
    if resets is None:
        return ""
    waits = []
    for _ in range(RESETS):
        fetch(server.port, resets)
        started = time.perf_counter()
        fetch(server.port, order)
        waits.append(time.perf_counter() - started)
    return f"{median(waits) * 1000:.2f} ms"

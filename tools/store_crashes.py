"""Kill a server with a store again and again under load, and check that it has lost nothing that it acknowledged.

    python tools/store_crashes.py --rounds 1000

Each round starts a server, lets clients create and change orders, and another one store many records and snapshots,
kills it with SIGKILL at a random moment, starts it again, and checks every acknowledged change. Every other store has
the journal too, in which all acknowledged requests must be. Prints the totals; the exit code is 1 if something is
missing.
`tools/replica_crashes.py` does so with replicas and PostgreSQL.
"""

import argparse
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, count
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, Protocol

CLIENTS = 3
TIMEOUT_SECONDS = 60
LOAD_SECONDS = (0.02, 0.4)
FRESH_ROUNDS = 25  # after so many, the store is a new file
ORDER_BODY = {
    "customer": {"id": 586402305},
    "products": [{"product_instance": {"id": 645769439}, "term": {"num_cycles": 1}, "quantity": 1}],
}
NOTED_ORDER = 730837920  # of the set `default`


class Written(NamedTuple):
    """What a client was told: its sandbox, an order that it created there, and the note that it wrote then."""

    sandbox: str
    order: int
    note: str | None


BULK = 400  # records, which are stored in steps
BULKS = {"cratejoy": {"customers": [{"note": "x" * 500} for _ in range(BULK)]}}
STEPS: list[tuple[str, str, Any, tuple[int, int]]] = [
    ("POST", "/records", BULKS, (BULK, 0)),
    ("PUT", "/snapshots/a", None, (BULK, 1)),
    ("POST", "/records", BULKS, (2 * BULK, 1)),
    ("PUT", "/snapshots/b", None, (2 * BULK, 2)),
    ("POST", "/snapshots/a/restore", None, (BULK, 2)),
    ("DELETE", "", None, (0, 0)),
]
STATES = [(0, 0), *[each[3] for each in STEPS]]


class UnavailableError(RuntimeError):
    """A response with status 503."""


class Totals:
    """What was found in all rounds, after restarts of something that was killed."""

    def __init__(self, killed: str = "SIGKILL") -> None:
        self.killed = killed
        self.acknowledged = 0
        self.missing: list[str] = []
        self.incomplete: list[str] = []
        self.seconds: list[float] = []

    def __str__(self) -> str:
        times = f"median {median(self.seconds):.2f} s, longest {max(self.seconds):.2f} s"
        return (
            f"{len(self.seconds)} restarts after {self.killed} ({times}), {self.acknowledged} acknowledged changes, "
            f"{len(self.missing)} missing, {len(self.incomplete)} half changes"
        )


class Caller(Protocol):
    """What sends requests."""

    def call(self, method: str, path: str, sandbox: str, body: Any = None) -> Any:
        """Return the JSON of a response, or raise, as `Client.call` does."""


class Client:
    """A kept connection to a server."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)

    def call(self, method: str, path: str, sandbox: str, body: Any = None) -> Any:
        """Return the JSON of a response. Raises RuntimeError if it is not 2xx, OSError if the server is gone."""
        credential = b64encode(f"{sandbox}:any".encode()).decode()
        headers = {"Authorization": f"Basic {credential}", "Content-Type": "application/json"}
        self._connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = self._connection.getresponse()
        text = response.read()
        if response.status // 100 != 2:
            message = f"{method} {path}: {response.status} {text[:300]!r}"
            raise UnavailableError(message) if response.status == 503 else RuntimeError(message)
        return json.loads(text) if text else None


@contextmanager
def serving(store: str, *options: str) -> Iterator[tuple[int, "subprocess.Popen[str]", float]]:
    """Run a server until the block ends; yield its port, its process and the seconds that its start took."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "mockorders", "--port", "0", "--quiet", "--store", store, *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MOCKORDERS_")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline().rpartition(":")[2])
            yield port, process, time.perf_counter() - started
        finally:
            process.kill()


def write(client: Caller, name: str, written: list[Written]) -> None:
    """Create an order in a new sandbox and change it, and one in a sandbox of all rounds, until the server is gone."""
    with suppress(OSError, http.client.HTTPException):
        for number in count():
            sandbox = f"{name}n{number}"
            order = client.call("POST", "/v1/orders/", sandbox, ORDER_BODY)["id"]
            written.append(Written(sandbox, order, None))
            for changed, place in ((order, sandbox), (NOTED_ORDER, name.partition("r")[0])):
                client.call("PUT", f"/v1/orders/{changed}/", place, {"note": sandbox})
                written.append(Written(place, changed, sandbox))


def write_bulks(client: Caller, name: str, done: Counter[str]) -> None:
    """Take the steps in one sandbox after the other until the server is gone, and count them."""
    with suppress(OSError, http.client.HTTPException):
        for number in count():
            sandbox = f"{name}b{number}"
            done[sandbox] = 0
            for method, path, body, _ in STEPS:
                client.call(method, f"/_mockorders/sandboxes/{sandbox}{path}", sandbox, body)
                done[sandbox] += 1


def check_bulks(port: int, done: Counter[str], totals: Totals) -> None:
    """Check that each sandbox is as it was acknowledged, or as after the next step, which had no response."""
    client = Client(port)
    for sandbox, number in done.items():
        found = (_added(client, sandbox)["/cratejoy/customers"], _snapshot_count(client, sandbox))
        if found not in STATES:
            totals.incomplete.append(f"{sandbox}: expected {STATES[number]}, got {found}")
        elif found not in STATES[number : number + 2]:
            totals.missing.append(f"{sandbox}: expected {STATES[number]}, got {found}")


def _snapshot_count(client: Client, sandbox: str) -> int:
    number = 0
    for name in "ab":
        with suppress(RuntimeError):  # there is none
            client.call("GET", f"/_mockorders/sandboxes/{sandbox}/diff?from={name}", sandbox)
            number += 1
    return number


def run_load(port: int, process: "subprocess.Popen[str]", number: int) -> tuple[list[Written], Counter[str]]:
    """Let clients write until the server is killed at a random moment; return what was acknowledged."""
    bulks: Counter[str] = Counter()
    lists: list[list[Written]] = [[] for _ in range(CLIENTS)]
    threads = [
        threading.Thread(target=write, args=(Client(port), f"c{client}r{number}", written))
        for client, written in enumerate(lists)
    ]
    threads.append(threading.Thread(target=write_bulks, args=(Client(port), f"r{number}", bulks)))
    for thread in threads:
        thread.start()
    time.sleep(random.uniform(*LOAD_SECONDS))
    process.kill()
    for thread in threads:
        thread.join()
    return list(chain.from_iterable(lists)), bulks


def check(port: int, written: Sequence[Written], totals: Totals) -> None:
    """Look for every acknowledged change, and compare what each created order consists of."""
    client = Client(port)
    last = {(each.sandbox, each.order): each.note for each in written}
    expected = None
    for (sandbox, order), note in last.items():
        try:
            found = client.call("GET", f"/v1/orders/{order}/", sandbox)["note"]
        except RuntimeError as error:
            totals.missing.append(f"{sandbox}: order {order}: {error}")
            continue
        if note is not None and found != note and order != NOTED_ORDER:
            totals.missing.append(f"{sandbox}: order {order}: expected the note {note!r}, got {found!r}")
        if order == NOTED_ORDER:
            _check_noted(sandbox, note, found, totals)
            continue
        parts = _added(client, sandbox)
        expected = expected or parts
        if parts != expected:
            totals.incomplete.append(f"{sandbox}: expected {expected}, got {parts}")


def check_journal(port: int, written: Sequence[Written], totals: Totals) -> None:
    """Look for every acknowledged request in the journals; called before `check`, which sends others."""
    client = Client(port)
    for sandbox in {each.sandbox for each in written}:
        requests = client.call("GET", f"/_mockorders/sandboxes/{sandbox}/requests", sandbox)["requests"]
        recorded = {each["request"]["body"].get("note") for each in requests if each["method"] in {"POST", "PUT"}}
        lost = {each.note for each in written if each.sandbox == sandbox} - recorded
        if lost:
            totals.missing.append(f"{sandbox}: requests: {lost}")


def _check_noted(sandbox: str, acknowledged: str | None, found: Any, totals: Totals) -> None:
    """Check that the note of a sandbox is the acknowledged one, or that of the next request, which had no response."""
    name, _, number = str(acknowledged).rpartition("n")
    if found not in {acknowledged, f"{name}n{int(number) + 1}"}:
        totals.missing.append(f"{sandbox}: expected the note {acknowledged!r}, got {found!r}")


def _added(client: Client, sandbox: str) -> Counter[str]:
    """Return how many records of each collection a sandbox has in addition to its fixtures."""
    patch = client.call("GET", f"/_mockorders/sandboxes/{sandbox}/diff", sandbox)["patch"]
    return Counter(each["path"].rpartition("/")[0] for each in patch if each["op"] == "add")


def run(rounds: int, folder: Path) -> Totals:
    """Run the rounds, and return what was found."""
    totals = Totals()
    for number in range(rounds):
        store = folder / f"store{number // FRESH_ROUNDS}.sqlite"
        options = [] if number // FRESH_ROUNDS % 2 else ["--store-journal"]
        with serving(f"sqlite:{store}", *options) as (port, process, _):
            written, bulks = run_load(port, process, number)
        with serving(f"sqlite:{store}", *options) as (port, _, seconds):
            totals.seconds.append(seconds)
            totals.acknowledged += len(written) + bulks.total()
            if options:
                check_journal(port, written, totals)
            check(port, written, totals)
            check_bulks(port, bulks, totals)
        if number % FRESH_ROUNDS == FRESH_ROUNDS - 1:
            for file in folder.glob(f"{store.name}*"):
                file.unlink()
            print(totals, file=sys.stderr)
    return totals


def main() -> int:
    """Run the rounds of the command line, print the totals, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1000)
    with tempfile.TemporaryDirectory() as folder:
        totals = run(parser.parse_args().rounds, Path(folder))
    for line in (*totals.missing, *totals.incomplete):
        print(line)
    print(totals)
    return 1 if totals.missing or totals.incomplete else 0


if __name__ == "__main__":
    sys.exit(main())

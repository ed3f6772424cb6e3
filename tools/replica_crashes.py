"""Kill replicas and PostgreSQL again and again under load, and check that nothing acknowledged is lost.

    python -m tools.replica_crashes --rounds 100

Each round lets clients write as in `tools/store_crashes.py`, through two replicas, each request through another one,
until one replica, both or the database is killed at a random moment: replicas by SIGKILL, the database by an immediate
stop; it returns while clients wait. Then it starts what was killed, and checks every acknowledged change through both
replicas. Prints the totals; the exit code is 1 if something is missing. With `--store postgresql://…` it uses that
database, and only kills replicas.
"""

import argparse
import http.client
import json
import random
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain, cycle
from typing import Any

from bench.postgres import PostgresServer, postgres
from tools.store_crashes import (
    CLIENTS,
    Client,
    Totals,
    UnavailableError,
    Written,
    check,
    check_bulks,
    serving,
    write,
    write_bulks,
)

LOAD_SECONDS = (0.2, 1.5)
OUTAGE_SECONDS = (0.0, 1.0)
RETURN_SECONDS = 30
POLL_SECONDS = 0.005


class Replica:
    """A server that is killed and started again."""

    def __init__(self, store: str) -> None:
        self._store = store
        self._stack = ExitStack()
        self.port = 0

    def start(self) -> float:
        """Start the server; return the seconds until it is ready."""
        self.port, self._process, seconds = self._stack.enter_context(serving(self._store))
        return seconds

    def kill(self) -> None:
        """Kill the server."""
        self._process.kill()
        self._stack.close()

    def is_healthy(self) -> bool:
        """Return whether the server can use its store."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_mockorders/health", timeout=5) as response:
                return bool(json.load(response)["status"] == "ok")
        except (OSError, http.client.HTTPException, urllib.error.URLError):
            return False


class Both:
    """A client that sends each request to another replica, until the load ends."""

    def __init__(self, ports: Sequence[int], ended: threading.Event) -> None:
        self._clients = cycle([Client(port) for port in random.sample(ports, len(ports))])
        self._ended = ended

    def call(self, method: str, path: str, sandbox: str, body: Any = None) -> Any:
        """Return the JSON of a response, or raise, as `Client.call` does."""
        if self._ended.is_set():
            raise UnavailableError("the load has ended")
        return next(self._clients).call(method, path, sandbox, body)


def _run(work: Callable[..., None], *arguments: Any) -> None:
    """Write until a replica is gone, or cannot use its store."""
    with suppress(UnavailableError):
        work(*arguments)


def run_load(ports: Sequence[int], number: int, kill: Callable[[], None]) -> tuple[list[Written], Counter[str]]:
    """Let clients write until something is killed at a random moment; return what was acknowledged."""
    ended = threading.Event()
    bulks: Counter[str] = Counter()
    lists: list[list[Written]] = [[] for _ in range(CLIENTS)]
    works: list[tuple[Any, ...]] = [
        (write, Both(ports, ended), f"c{client}r{number}", written) for client, written in enumerate(lists)
    ]
    works.append((write_bulks, Both(ports, ended), f"r{number}", bulks))
    threads = [threading.Thread(target=_run, args=work) for work in works]
    for thread in threads:
        thread.start()
    time.sleep(random.uniform(*LOAD_SECONDS))
    kill()
    ended.set()
    for thread in threads:
        thread.join()
    return list(chain.from_iterable(lists)), bulks


class Fleet:
    """Two replicas, and PostgreSQL if it may be killed.

    Methods that kill something return how to start it again.
    """

    def __init__(self, replicas: Sequence[Replica], database: PostgresServer | None) -> None:
        self.replicas = replicas
        self._database = database

    def kill_one(self) -> Callable[[], float]:
        """Kill a replica."""
        replica = random.choice(self.replicas)
        replica.kill()
        return replica.start

    def kill_both(self) -> Callable[[], float]:
        """Kill both replicas."""
        for replica in self.replicas:
            replica.kill()
        return lambda: max([replica.start() for replica in self.replicas])

    def kill_database(self) -> Callable[[], float]:
        """Stop PostgreSQL at once, as in a crash, and start it again.

        What is measured is the time from when it accepts connections until both replicas are healthy.
        """
        assert self._database is not None
        self._database.stop(signal.SIGQUIT)
        time.sleep(random.uniform(*OUTAGE_SECONDS))
        self._database.start()
        seconds = self._await_health()
        return lambda: seconds

    def _await_health(self) -> float:
        started = time.monotonic()
        while not all(replica.is_healthy() for replica in self.replicas):
            if time.monotonic() - started > RETURN_SECONDS:
                message = f"the replicas are not healthy {RETURN_SECONDS} s after PostgreSQL has returned"
                raise RuntimeError(message)
            time.sleep(POLL_SECONDS)
        return time.monotonic() - started

    @property
    def kinds(self) -> dict[str, Callable[[], Callable[[], float]]]:
        """What can be killed, by what the totals call it."""
        kinds = {"SIGKILL of a replica": self.kill_one, "SIGKILL of both replicas": self.kill_both}
        return kinds if self._database is None else {**kinds, "an immediate stop of PostgreSQL": self.kill_database}


def run(rounds: int, fleet: Fleet) -> list[Totals]:
    """Run the rounds, and return what was found, by what was killed."""
    found = {killed: Totals(killed) for killed in fleet.kinds}
    for number, (killed, kill) in zip(range(rounds), cycle(fleet.kinds.items()), strict=False):
        totals = found[killed]
        restarts: list[Callable[[], float]] = []
        ports = [each.port for each in fleet.replicas]
        written, bulks = run_load(ports, number, lambda: restarts.append(kill()))  # noqa: B023
        totals.seconds.append(restarts[0]())
        totals.acknowledged += len(written) + bulks.total()
        for replica in fleet.replicas:
            check(replica.port, written, totals)
            check_bulks(replica.port, bulks, totals)
    return [totals for totals in found.values() if totals.seconds]


@contextmanager
def fleet_of(store: str | None) -> Iterator[Fleet]:
    """Run two replicas with a database, and PostgreSQL if none is given."""
    with ExitStack() as stack:
        database = stack.enter_context(postgres(is_durable=True)) if store is None else None
        url = store if database is None else database.url(database.create_database())
        replicas = [Replica(str(url)) for _ in range(2)]
        for replica in replicas:
            replica.start()
            stack.callback(replica.kill)
        yield Fleet(replicas, database)


def main() -> int:
    """Run the rounds of the command line, print the totals, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--store", metavar="URL", help="a PostgreSQL database that is not killed")
    options = parser.parse_args()
    with fleet_of(options.store) as fleet:
        found = run(options.rounds, fleet)
    for totals in found:
        for line in (*totals.missing, *totals.incomplete):
            print(line)
        print(totals)
    return 1 if any(totals.missing or totals.incomplete for totals in found) else 0


if __name__ == "__main__":
    sys.exit(main())

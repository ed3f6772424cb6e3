"""CPU time of a server with a store, per request, compared with one without: `python -m bench.stores`.

Both run on the same machine in alternating windows, and only their own CPU time counts, so other processes matter less.
"""

import json
import os
import tempfile
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.load import request
from bench.new_sandboxes import MAX_SANDBOXES, creation
from bench.responses import ORDER
from bench.servers import Client, Server, emulator

WINDOW = 300
ROUNDS = 15
names = (f"n{os.getpid()}x{number}" for number in count())


class Case(NamedTuple):
    """Requests that are timed, and the lowest share of the rate without a store that is accepted.

    If `is_prepared`, the sandbox of each request was changed before.
    """

    name: str
    request: Callable[[], bytes]
    goal: float | None
    is_prepared: bool = False


def _new_order() -> bytes:
    name = next(names)
    return creation(name, order_gift_info={"gift_message": name})


def _note_for(order: bytes) -> bytes:
    """Return a request that changes another order in the sandbox of a request, whose credential it has."""
    credential = order.partition(b"Authorization: Basic ")[2].partition(b"\r\n")[0]
    name = b64decode(credential).decode().partition(":")[0]
    return request(f"/v1/orders/{ORDER}/", name, method="PUT", body=b'{"note": "changed"}')


def _new_note() -> bytes:
    body = json.dumps({"note": next(names)}).encode()
    return request(f"/v1/orders/{ORDER}/", "bench", method="PUT", body=body)


CASES = (
    Case("cached GET", lambda: request(f"/v1/orders/{ORDER}/", "bench"), 0.95),
    Case("create, each order different, as the first change of a sandbox", _new_order, 0.8),
    Case("create, each order different, in sandboxes with changes", _new_order, 0.8, is_prepared=True),
    Case("create, the same order in new sandboxes", lambda: creation(next(names)), None),
    Case("update of one sandbox", _new_note, None),
)


@contextmanager
def stored(*options: str) -> Iterator[Server]:
    """Run an emulator with a store in a new folder."""
    with tempfile.TemporaryDirectory() as folder:
        location = f"sqlite:{Path(folder) / 'store.sqlite'}"
        with emulator("--max-sandboxes", str(MAX_SANDBOXES), "--store", location, *options) as server:
            yield server


def seconds_per_request(server: Server, case: Case) -> float:
    """Return the CPU time of a server for one request of a window."""
    requests = [case.request() for _ in range(WINDOW)]
    with Client(server.port) as client:
        client.send(requests[0])
        if case.is_prepared:
            for each in requests:
                client.send(_note_for(each))
        before = _cpu_seconds(server)
        for each in requests[1:]:
            client.send(each)
        return (_cpu_seconds(server) - before) / (WINDOW - 1)


def _cpu_seconds(server: Server) -> float:
    """Return the CPU time of all threads in seconds; `Server.busy` is rounded to 10 ms."""
    tasks = Path(f"/proc/{server.pid}/task").glob("*/schedstat")
    return sum([int(each.read_text(encoding="ascii").split()[0]) for each in tasks]) / 1e9


def report(memory: Server, store: Server, case: Case, goal: float | None) -> None:
    """Print the share of the rate without a store, and both CPU times."""
    pairs = [(seconds_per_request(memory, case), seconds_per_request(store, case)) for _ in range(ROUNDS)]
    share = median([without / having for without, having in pairs])
    limit = "" if goal is None else f", at least {goal}"
    without, having = (median(times) * 1e6 for times in zip(*pairs, strict=True))
    print(f"{case.name}: {share:.2f}{limit} ({without:.1f} µs in memory, {having:.1f} µs with the store)")


def main() -> None:
    """Print a line for each case, with a store and with a store that has the journal too."""
    with emulator("--max-sandboxes", str(MAX_SANDBOXES)) as memory, stored() as store:
        for case in CASES:
            report(memory, store, case, case.goal)
    with emulator("--max-sandboxes", str(MAX_SANDBOXES)) as memory, stored("--store-journal") as journal:
        print("with --store-journal:")
        for case in CASES:
            report(memory, journal, case, None)


if __name__ == "__main__":
    main()

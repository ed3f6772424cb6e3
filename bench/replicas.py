"""Responses per second of 1, 2 and 4 replicas over one PostgreSQL: `python -m bench.replicas`.

All run on this machine with the load generators, so the rates are lower bounds; the CPU times tell what more cores
would do. The connections of a load are divided among the replicas, and every request goes to any of them.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.load import Load, rate, request
from bench.new_sandboxes import MAX_SANDBOXES, creation
from bench.postgres import PostgresServer, postgres
from bench.responses import ORDER
from bench.servers import Server, emulator, fetch

CONNECTIONS = 32
REPLICAS = (1, 2, 4)
ROUNDS = 5
SECONDS = 2
REQUESTS = 8000  # of each replica in a window at most; then they repeat
SANDBOXES = [f"r{number}" for number in range(64)]
names = (f"n{os.getpid()}x{number}" for number in count())
SIZES = """
    SELECT 'changes', count(*), sum(length(changes)), pg_total_relation_size('mockorders.changes')
    FROM mockorders.changes
    UNION ALL
    SELECT 'requests', count(*), sum(length(entry)), pg_total_relation_size('mockorders.entries')
    FROM mockorders.entries
"""
OPENED = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'mockorders%'"


class Case(NamedTuple):
    """Requests that are measured, and how many different ones a window of a replica needs."""

    name: str
    request: Callable[[int], bytes]
    number: int


def _create(_: int) -> bytes:
    name = next(names)
    return creation(name, order_gift_info={"gift_message": name})


def _read(number: int) -> bytes:
    return request(f"/v1/orders/{ORDER}/", SANDBOXES[number])


def _update(number: int) -> bytes:
    note = f'{{"note": "{next(names)}"}}'.encode()
    return request(f"/v1/orders/{ORDER}/", SANDBOXES[number % len(SANDBOXES)], method="PUT", body=note)


CASES = (
    Case("one order, of 64 sandboxes", _read, len(SANDBOXES)),
    Case("create, new sandbox, each order different", _create, REQUESTS),
    Case("update, 64 sandboxes, each note different", _update, REQUESTS),
)


@contextmanager
def replicas(url: str, number: int) -> Iterator[list[Server]]:
    """Run replicas over a database."""
    with ExitStack() as stack:
        options = ("--max-sandboxes", str(MAX_SANDBOXES), "--quiet", "--store", url)
        yield [stack.enter_context(emulator(*options)) for _ in range(number)]


def total_rate(servers: Sequence[Server], case: Case) -> float:
    """Return the responses per second of all replicas in one window."""
    loads = [Load([case.request(at) for at in range(case.number)], CONNECTIONS // len(servers)) for _ in servers]
    with ThreadPoolExecutor(len(servers)) as pool:
        return sum(pool.map(lambda server, load: rate(server.port, load, SECONDS), servers, loads))


def _busy(database: PostgresServer) -> float:
    """Return the CPU time of all processes of PostgreSQL in seconds."""
    children = Path(f"/proc/{database.pid}/task/{database.pid}/children").read_text(encoding="ascii")
    return sum([Server(int(process), 0).busy() for process in children.split()])


def measured(database: PostgresServer, servers: Sequence[Server], case: Case) -> tuple[float, float, float]:
    """Return the rate of a window, and the CPU times per response in µs: of all servers, and of PostgreSQL."""
    before = (sum([each.busy() for each in servers]), _busy(database))
    number = total_rate(servers, case)
    responses = number * SECONDS / 1e6
    own = (sum([each.busy() for each in servers]) - before[0]) / responses
    return number, own, (_busy(database) - before[1]) / responses


def _measure(database: PostgresServer, number: int) -> None:
    name = database.create_database()
    with replicas(database.url(name), number) as servers:
        for at in range(len(SANDBOXES)):
            fetch(servers[0].port, _update(at))
        for case in CASES:
            rates, own, others = zip(*[measured(database, servers, case) for _ in range(ROUNDS)], strict=True)
            print(
                f"{number} replicas: {case.name}: {median(rates):,.0f}/s ({min(rates):,.0f} to {max(rates):,.0f}), "
                f"CPU time per response {median(own):.0f} µs, of PostgreSQL {median(others):.0f} µs"
            )
        lines = database.execute(SIZES, name)
        (opened,) = database.execute(OPENED)
    print(f"{number} replicas: {opened} connections to the database")
    for line in lines:
        kind, rows, size, on_disk = line.split("|")
        each = int(size) / int(rows)
        print(f"{number} replicas: {rows} {kind} of {each:.0f} bytes, {int(on_disk) / int(rows):.0f} with indexes")
    database.drop_database(name)


def main() -> None:
    """Print the figures."""
    with postgres(is_durable=True) as database:
        for number in REPLICAS:
            _measure(database, number)


if __name__ == "__main__":
    main()

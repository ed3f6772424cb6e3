"""What many sandboxes cost: the memory of each, and the longest wait of a request among them."""

from collections.abc import Callable, Sequence
from statistics import median
from typing import NamedTuple

from bench.load import request
from bench.report import Goal, Table, goal_cells
from bench.responses import ORDER
from bench.servers import Client, emulator

WARM_UP = 100
NUMBERS = (100, 10_000)
TIMED = 1_000
JOURNAL_MEMORY = 16 * 2**20  # in bytes, so that a few requests in each of 10,000 sandboxes fill it
SHORTEST_STEP = 7  # from one timed sandbox to the next


class Use(NamedTuple):
    """How sandboxes are used: a title, their number, the requests of each, and the goal for the memory of each."""

    name: str
    number: int
    requests: Callable[[str], Sequence[bytes]]
    goal: Goal


def read(name: str) -> bytes:
    """Return a request for an order."""
    return request(f"/v1/orders/{ORDER}/", name)


def change(name: str, number: int) -> bytes:
    """Return a request that changes an order."""
    return request(f"/v1/orders/{ORDER}/", name, method="PUT", body=b'{"note": "%d"}' % number)


def create(name: str) -> bytes:
    """Return a request that creates a sandbox."""
    return request(f"/_mockorders/sandboxes/{name}", method="PUT", body=b"{}")


def _ten(name: str) -> Sequence[bytes]:
    return [read(name) if number % 2 else change(name, number) for number in range(10)]


USES = (
    Use("memory of a sandbox that was only created", 5_000, lambda name: [create(name)], Goal(2, " KB")),
    Use("memory of a sandbox with ten requests, five of them changes", 1_000, _ten, Goal(25, " KB")),
)


def measure(rounds: int) -> Table:
    """Measure the memory of a sandbox, and the longest wait with few and with many used sandboxes."""
    rows = [_memory(use) for use in USES]
    for number in NUMBERS:
        wait = median(_longest_wait(number) * 1000 for _ in range(rounds))
        name = f"longest wait of {TIMED:,} requests, {number:,} used sandboxes"
        rows.append((name, f"{wait:.1f} ms", *goal_cells(Goal(20, " ms"), wait)))
        print(*rows[-1], sep="  ", flush=True)
    return Table("sandboxes", ("figure", "value", "goal", "result"), rows)


def _memory(use: Use) -> Sequence[str]:
    with emulator() as server, Client(server.port) as client:
        _send(client, use, "warm", WARM_UP)
        before = server.memory()
        _send(client, use, "measured", use.number)
        figure = (server.memory() - before) * 1024 / use.number
    row = (use.name, f"{figure:.1f} KB", *goal_cells(use.goal, figure))
    print(*row, sep="  ", flush=True)
    return row


def _send(client: Client, use: Use, prefix: str, number: int) -> None:
    for each in range(number):
        for payload in use.requests(f"{prefix}{each}"):
            client.send(payload)


def _longest_wait(number: int) -> float:
    """Return the longest wait in seconds of reads and changes in sandboxes that all were used before."""
    with emulator("--journal-memory", str(JOURNAL_MEMORY)) as server, Client(server.port) as client:
        for each in range(number):
            client.send(read(f"s{each}"))
            client.send(change(f"s{each}", each))
        names = [f"s{each * SHORTEST_STEP % number}" for each in range(TIMED)]
        payloads = [read(name) if each % 2 else change(name, each) for each, name in enumerate(names)]
        return max(client.timed(payload) for payload in payloads)

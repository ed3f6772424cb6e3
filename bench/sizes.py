"""Times by the number of orders: filtered, sorted and deep pages, and creation."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from bench.handlers import HandlerTimer
from bench.load import request
from bench.report import Goal, Table, goal_cells
from bench.servers import Client, Server, emulator, fetch
from mockorders import Sandbox

SIZES = (100, 10_000, 100_000)
PAGE = 10
MAX_REQUESTS = 40
MAX_SECONDS = 1.0
CREATED_ORDERS = 200
CUSTOMER = 586402305
FIRST_PAGE = Goal(200, " µs")
SLOWEST = Goal(10, " ms")
FILTERS = (
    "",
    "placed_at__gt=2016-06-01T00:00:00Z",
    "placed_at__lt=2016-06-01T00:00:00Z",
    f"customer={CUSTOMER}",
    f"customer_id={CUSTOMER}",
    f"customer.id={CUSTOMER}",
    "id=75572230",
    "status=open",
    "fulfillment_status=unfulfilled",
    "financial_status=paid",
    "financial_status__in=paid,refunded",
    "status=open&financial_status=paid&placed_at__gt=2016-06-01T00:00:00Z",
    "is_test=false",
    "total__ge=3000",
    "note__is_null=true",
    "store_id=3",
    "customer.email__like=g%25",
    "ship_address.city=Austin",
    "gift_message__ilike=%25happy%25",
)
ORDER = {
    "customer": {"id": CUSTOMER},
    "products": [{"product_instance": {"id": 645769439}, "term": {"num_cycles": 1}, "quantity": 1}],
}


@contextmanager
def stores(sizes: Sequence[int] = SIZES) -> Iterator[Server]:
    """Run an emulator whose credentials `nSIZE` have SIZE orders in each API."""
    with sets(sizes) as folder, emulator("--fixtures", str(folder)) as server:
        yield server


@contextmanager
def sets(sizes: Sequence[int]) -> Iterator[Path]:
    """Yield a folder of fixture sets `nSIZE.json` with SIZE orders in each API."""
    with TemporaryDirectory() as folder:
        for size in sizes:
            some = {"customers": size // 10, "orders": size}
            document = {"extends": "docs", "generate": {"seed": 1, "universe": some, "cratejoy": some}}
            (Path(folder) / f"n{size}.json").write_text(json.dumps(document), encoding="utf-8")
        yield Path(folder)


def pages(sizes: Sequence[int] = SIZES) -> Table:
    """Measure the first and last page of each filter at every size, without cached responses."""
    with stores(sizes) as server:
        found = {size: dict(_pages(server, size)) for size in sizes}
    with sets(sizes[-1:]) as folder:
        alone = dict(HandlerTimer(str(folder / f"n{sizes[-1]}.json")).times(each for each in FILTERS))
    rows = []
    for name in found[sizes[-1]]:
        figures = [found[size].get(name) for size in sizes]
        shown = ("" if each is None else f"{each:,.0f}" for each in figures)
        goal = _goal(alone, *name)
        rows.append((f"`{name[0]}`", name[1], *shown, *goal))
        print(*rows[-1], sep="  ", flush=True)
    columns = (
        "Cratejoy filter",
        "page",
        *(f"{size:,} orders (µs)" for size in sizes),
        "handler alone (µs)",
        "goal",
        "result",
    )
    return Table("pages", columns, rows)


def _goal(handlers: Mapping[str, float], query: str, page: str) -> Sequence[str]:
    """Return the time of the handler alone and whether it meets the goal, for first pages."""
    if page != "first":
        return ("", "", "")
    microseconds = handlers["" if query == "none" else query]
    return (f"{microseconds:,.0f}", *goal_cells(FIRST_PAGE, microseconds))


def _pages(server: Server, size: int) -> Iterator[tuple[tuple[str, str], float]]:
    sandbox = Sandbox(server.url, f"n{size}")
    with Client(server.port) as client:
        for each in FILTERS:
            path = f"/v1/orders/?{each}&limit={PAGE}".replace("?&", "?")
            last = (json.loads(fetch(server.port, request(path, sandbox.name)))["count"] - 1) // PAGE
            yield (each or "none", "first"), handler_time(client, sandbox, path)
            if last > 0:
                yield (each or "none", "last"), handler_time(client, sandbox, f"{path}&page={last}")


def handler_time(client: Client, sandbox: Sandbox, path: str) -> float:
    """Return the median time of the emulator in µs, from the parsed head to the response, by its journal."""
    sandbox.clear_requests()
    until = time.perf_counter() + MAX_SECONDS
    for number in range(MAX_REQUESTS):
        # the API ignores `offset`, which makes every request different, so that no response is cached
        client.send(request(f"{path}&offset={number}", sandbox.name))
        if number > 3 and time.perf_counter() > until:
            break
    return median(entry["duration_ms"] for entry in sandbox.requests()) * 1000


def creation(sizes: Sequence[int] = (SIZES[0], SIZES[-1])) -> Table:
    """Measure the time to create an order over HTTP at each size."""
    with stores(sizes) as server, Client(server.port) as client:
        rows = []
        for size, key in product(sizes, ("id", "email")):
            waits = [wait * 1000 for wait in _creation_waits(server, client, size, key)]
            p99 = quantiles(waits, n=100)[98]
            rows.append((f"{size:,}", key, f"{median(waits):.2f} ms", f"{p99:.2f} ms", *goal_cells(SLOWEST, p99)))
            print(*rows[-1], sep="  ", flush=True)
    return Table("create", ("orders", "customer by", "median", "p99", "goal for p99", "result"), rows)


def _creation_waits(server: Server, client: Client, size: int, key: str) -> Iterator[float]:
    """Create orders; the clock advances in between, because a customer may place one per minute.

    `key` is the property by which the customer is found. The first order, which builds its index, is not measured.
    """
    sandbox = Sandbox(server.url, f"n{size}")
    customer = sandbox.record("cratejoy", "customers", CUSTOMER)
    order = {**ORDER, "customer": {key: customer[key]}}
    payload = request("/v1/orders/", sandbox.name, method="POST", body=json.dumps(order).encode())
    sandbox.clock.advance(seconds=61)
    fetch(server.port, payload)
    for _ in range(CREATED_ORDERS):
        sandbox.clock.advance(seconds=61)
        yield client.timed(payload)

"""What grows with the number of orders, and what must not: filtered, sorted and deep pages, and creating."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from bench.handlers import Stage
from bench.load import request
from bench.report import Goal, Table, judged
from bench.servers import Client, Server, ask, emulator
from mockorders import Sandbox

SIZES = (100, 10_000, 100_000)
PAGE = 10
ASKED, PATIENCE = 40, 1.0
CREATED = 200
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
    """Run an emulator whose credentials `nSIZE` have so many orders an API."""
    with sets(sizes) as folder, emulator("--fixtures", str(folder)) as server:
        yield server


@contextmanager
def sets(sizes: Sequence[int]) -> Iterator[Path]:
    """Give a folder of fixture sets `nSIZE.json` with so many orders an API."""
    with TemporaryDirectory() as folder:
        for size in sizes:
            some = {"customers": size // 10, "orders": size}
            document = {"extends": "docs", "generate": {"seed": 1, "universe": some, "cratejoy": some}}
            (Path(folder) / f"n{size}.json").write_text(json.dumps(document), encoding="utf-8")
        yield Path(folder)


def pages(sizes: Sequence[int] = SIZES) -> Table:
    """Measure a page of each filter, first and last, at every size; what was asked once before is not kept whole."""
    with stores(sizes) as server:
        found = {size: dict(_pages(server, size)) for size in sizes}
    with sets(sizes[-1:]) as folder:
        alone = dict(Stage(str(folder / f"n{sizes[-1]}.json")).times(each for each in FILTERS))
    rows = []
    for name in found[sizes[-1]]:
        figures = [found[size].get(name) for size in sizes]
        shown = ("" if each is None else f"{each:,.0f}" for each in figures)
        handler = alone["" if name[0] == "none" else name[0]] if name[1] == "first" else None
        goal = ("", "", "") if handler is None else (f"{handler:,.0f}", *judged(FIRST_PAGE, handler))
        rows.append((f"`{name[0]}`", name[1], *shown, *goal))
        print(*rows[-1], sep="  ", flush=True)
    columns = ("Cratejoy, filter", "page", *(f"{size:,} orders, µs" for size in sizes), "handler alone", "goal", "")
    return Table("pages", columns, rows)


def _pages(server: Server, size: int) -> Iterator[tuple[tuple[str, str], float]]:
    sandbox = Sandbox(server.url, f"n{size}")
    with Client(server.port) as client:
        for each in FILTERS:
            path = f"/v1/orders/?{each}&limit={PAGE}".replace("?&", "?")
            last = (json.loads(ask(server.port, request(path, sandbox.name)))["count"] - 1) // PAGE
            yield (each or "none", "first"), handler_time(client, sandbox, path)
            if last > 0:
                yield (each or "none", "last"), handler_time(client, sandbox, f"{path}&page={last}")


def handler_time(client: Client, sandbox: Sandbox, path: str) -> float:
    """Give the median of how long the emulator took, µs, by its journal: from the head that is read to the answer."""
    sandbox.clear_requests()
    until = time.perf_counter() + PATIENCE
    for number in range(ASKED):
        client.ask(request(f"{path}&offset={number}", sandbox.name))  # ignored, but no whole answer is found for it
        if number > 3 and time.perf_counter() > until:
            break
    return median(entry["duration_ms"] for entry in sandbox.requests()) * 1000


def creating(sizes: Sequence[int] = (SIZES[0], SIZES[-1])) -> Table:
    """Measure how long it takes to create an order, over the wire, at each size."""
    with stores(sizes) as server, Client(server.port) as client:
        rows = []
        for size in sizes:
            waits = [wait * 1000 for wait in _creating(server, client, size)]
            middle, slow = median(waits), quantiles(waits, n=100)[98]
            rows.append((f"{size:,}", f"{middle:.2f} ms", f"{slow:.2f} ms", *judged(SLOWEST, slow)))
            print(*rows[-1], sep="  ", flush=True)
    return Table("create", ("orders there are", "median", "p99", "goal of p99", ""), rows)


def _creating(server: Server, client: Client, size: int) -> Iterator[float]:
    """Create orders; the clock goes on between them, as a customer has one a minute at most."""
    sandbox = Sandbox(server.url, f"n{size}")
    asked = request("/v1/orders/", sandbox.name, method="POST", body=json.dumps(ORDER).encode())
    for _ in range(CREATED):
        sandbox.clock.advance(seconds=61)
        yield client.timed(asked)

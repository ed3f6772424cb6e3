"""Responses per second to what a test suite sends: each request from a new credential, and rejections."""

import json
from collections.abc import Callable, Sequence
from itertools import count, product
from typing import NamedTuple
from uuid import uuid4

from bench import shares
from bench.load import Load, request
from bench.report import Table, at_least, goal_cells
from bench.responses import COLUMNS, ORDER
from bench.servers import Server, bare, emulator, fetch
from bench.sizes import ORDER as NEW_ORDER

REQUESTS = 30_000  # in one window at most; then credentials repeat
MAX_SANDBOXES = 10_000_000


class Case(NamedTuple):
    """A request with any credential, its title, and the goals at 1 and at 32 connections, if there are any."""

    name: str
    request: Callable[[str], bytes]
    goals: tuple[float, float] | None
    is_rejection: bool = False


def creation(name: str, **others: object) -> bytes:
    """Return a request that creates an order."""
    return request("/v1/orders/", name, method="POST", body=json.dumps({**NEW_ORDER, **others}).encode())


def _update(name: str, note: str) -> bytes:
    return request(f"/v1/orders/{ORDER}/", name, method="PUT", body=json.dumps({"note": note}).encode())


CASES = [
    Case("Universe, an order, new sandbox", lambda name: request(f"/orders/latest?key={name}@164"), (0.6, 0.6)),
    Case("Cratejoy, an order, new sandbox", lambda name: request(f"/v1/orders/{ORDER}/", name), (0.6, 0.6)),
    Case("Cratejoy, a list, new sandbox", lambda name: request("/v1/orders/", name), (0.6, 0.6)),
    Case("Cratejoy, create, new sandbox", creation, (0.4, 0.4)),
    Case("Cratejoy, update, new sandbox", lambda name: _update(name, "new"), (0.5, 0.5)),
    Case(
        "Cratejoy, create, new sandbox, each order different",
        lambda name: creation(name, order_gift_info={"gift_message": name}),
        None,
    ),
    Case("Cratejoy, update, new sandbox, each note different", lambda name: _update(name, name), None),
    Case("Universe, no order found", lambda _: request("/orders/latest?key=bench@1"), (0.9, 0.9), is_rejection=True),
    Case("Cratejoy, 404", lambda _: request("/v1/orders/1/", "bench"), (0.9, 0.9), is_rejection=True),
    Case("Cratejoy, 400", lambda _: request("/v1/orders/?status=done", "bench"), (0.9, 0.9), is_rejection=True),
]


def measure(rounds: int) -> Table:
    """Measure all cases, each with an emulator of its own."""
    rows = [_row(case, connections, rounds) for case, connections in product(CASES, (1, 32))]
    return Table("new-sandboxes", COLUMNS, rows)


def _row(case: Case, connections: int, rounds: int) -> Sequence[str]:
    with emulator("--max-sandboxes", str(MAX_SANDBOXES)) as server:
        body = fetch(server.port, case.request("first"), is_rejection=case.is_rejection)
        with bare(body) as plain:
            share = shares.Share.of([_round(case, connections, server, plain) for _ in range(rounds)])
    goal = None if case.goals is None else at_least(case.goals[connections > 1])
    cells = goal_cells(goal, round(share.median, 2))
    row = (case.name, str(connections), share.spread(), *cells, f"{share.own:,.0f}", f"{share.other:,.0f}")
    print(*row, sep="  ", flush=True)
    return row


def _round(case: Case, connections: int, server: Server, plain: Server) -> tuple[float, float, float]:
    """Compare the rates with credentials that no round before had."""
    names = (f"n{uuid4().hex[:8]}x{number}" for number in count())
    number = 1 if case.is_rejection else REQUESTS
    requests = [case.request(next(names)) for _ in range(number)]
    share = shares.compare_rates(server, plain, Load(requests, connections, is_rejected=case.is_rejection), 1)
    return share.median, share.own, share.other

"""Responses per second compared with a bare server: one order, lists, faults, sandboxes, connections."""

from collections.abc import Sequence
from typing import NamedTuple

from bench import shares
from bench.load import Load, request
from bench.report import Goal, Table, at_least, goal_cells
from bench.servers import Server, bare, emulator, fetch
from bench.shares import Share, Turn
from mockorders import Sandbox

COLUMNS = ("case", "connections", "share of bare aiohttp", "goal", "result", "responses/s", "bare aiohttp, responses/s")
SANDBOXES = 200
RULES = 20
ORDER = 75572230
NOTES = [request(f"/v1/orders/{ORDER}/", "bench", method="PUT", body=b'{"note": "%d"}' % number) for number in range(2)]
PAYMENTS = [
    request(
        "/_mockorders/sandboxes/bench/records/universe/orders/1050",
        method="PATCH",
        body=b'{"paid_at": "2013-01-%d"}' % day,
    )
    for day in (30, 31)
]

UNIVERSE_ONE = request("/api/v1/orders/latest?key=bench@164")
UNIVERSE_LIST = request("/api/v1/orders?key=bench@100")
CRATEJOY_ONE = request(f"/v1/orders/{ORDER}/", "bench")
CRATEJOY_LIST = request("/v1/orders/?limit=100", "bench")


class Case(NamedTuple):
    """A load, its title, and the share that is the goal."""

    name: str
    load: Load
    goal: Goal | None = None


def both(name: str, payload: bytes, goals: Sequence[float]) -> list[Case]:
    """Return a case at 1 and at 32 connections."""
    return [Case(name, Load([payload], count), at_least(goal)) for count, goal in zip((1, 32), goals, strict=True)]


CASES = [
    *both("Universe, one order", UNIVERSE_ONE, (1.05, 1.0)),
    *both("Cratejoy, one order", CRATEJOY_ONE, (1.05, 1.0)),
    *both("Universe, a list of 100", UNIVERSE_LIST, (0.95, 0.95)),
    *both("Cratejoy, a list of 100", CRATEJOY_LIST, (0.95, 0.95)),
    Case(
        f"one order, {SANDBOXES} sandboxes, alternating",
        Load([request(f"/v1/orders/{ORDER}/", f"bench{n}") for n in range(SANDBOXES)], 32),
    ),
    Case("one order, 1,000 connections", Load([CRATEJOY_ONE], 1000)),
]
FIRST_AFTER_A_WRITE = {
    "Universe, a list of 100, first request after a write": Turn(UNIVERSE_LIST, PAYMENTS),
    "Cratejoy, a list of 100, first request after a write": Turn(CRATEJOY_LIST, NOTES),
}


def measure(rounds: int) -> Table:
    """Measure all cases."""
    with emulator() as server:
        rows = [_row(case, server, rounds) for case in CASES]
        rows += [
            _cells(name, "1", at_least(0.6), _beside_bare(server, turn, rounds))
            for name, turn in FIRST_AFTER_A_WRITE.items()
        ]
        rows.append(_rules(server, rounds))
    return Table("responses", COLUMNS, rows)


def _row(case: Case, server: Server, rounds: int) -> Sequence[str]:
    for each in case.load.requests:
        body = fetch(server.port, each)
    with bare(body) as plain:
        share = shares.compare_rates(server, plain, case.load, rounds)
    return _cells(case.name, str(case.load.connections), case.goal, share)


def _beside_bare(server: Server, turn: Turn, rounds: int) -> Share:
    with bare(fetch(server.port, turn.timed)) as plain:
        return shares.compare_waits(server, plain, turn, rounds)


def _rules(server: Server, rounds: int) -> Sequence[str]:
    """Measure a server with faults that do not match, compared with one without faults."""
    sandbox = Sandbox(server.url, "bench")
    load = Load([CRATEJOY_ONE], 32)
    with emulator() as without:
        for number in range(RULES):
            sandbox.fault("status", status=503, path=f"/nothing/{number}/*", method="POST")
        share = shares.compare_rates(server, without, load, rounds)
    return _cells(f"one order, {RULES} fault rules that do not match, compared with none", "32", at_least(0.9), share)


def _cells(name: str, connections: str, goal: Goal | None, share: Share) -> Sequence[str]:
    row = (
        name,
        connections,
        share.spread(),
        *goal_cells(goal, round(share.median, 2)),
        f"{share.own:,.0f}",
        f"{share.other:,.0f}",
    )
    print(*row, sep="  ", flush=True)
    return row

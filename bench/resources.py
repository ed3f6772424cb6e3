"""Start-up time and memory of the emulator."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from statistics import median
from tempfile import TemporaryDirectory

from bench.load import Load, rate
from bench.report import Goal, Table, goal_cells
from bench.responses import CRATEJOY_LIST, CRATEJOY_ONE, UNIVERSE_LIST, UNIVERSE_ONE
from bench.servers import Server, bare, emulator, fetch
from bench.shares import Share

CONNECTIONS = 32
ALL = (UNIVERSE_ONE, UNIVERSE_LIST, CRATEJOY_ONE, CRATEJOY_LIST)
WINDOW_SECONDS = 5


def start_up(rounds: int) -> Table:
    """Measure the time from process start to listening and to the first response, compared with the bare server."""
    with emulator() as server:
        body = fetch(server.port, UNIVERSE_ONE)
    pairs = [(waits(emulator), waits(lambda: bare(body))) for _ in range(rounds)]
    rows = []
    for number, name in enumerate(("ready", "first response, which loads the set `default`")):
        share = Share.of([(own[number] / other[number], own[number], other[number]) for own, other in pairs])
        goal = goal_cells(Goal(1.2) if name == "ready" else None, round(share.median, 2))
        rows.append((name, f"{share.own:.3f} s", f"{share.other:.3f} s", share.spread(), *goal))
        print(*rows[-1], sep="  ", flush=True)
    return Table("start", ("time from start to", "mockorders", "bare aiohttp", "ratio", "goal", "result"), rows)


def waits(start: Callable[[], AbstractContextManager[Server]]) -> tuple[float, float]:
    """Return the seconds from the start of a server to its ready line, and to its first response."""
    started = time.perf_counter()
    with start() as server:
        ready = time.perf_counter() - started
        fetch(server.port, UNIVERSE_ONE)
        return ready, time.perf_counter() - started


def memory() -> Table:
    """Measure resident memory when ready, after load, and with the large set."""
    with emulator() as server:
        rows = [_cells("`default`, ready", server, Goal(50, " MiB"))]
        fetch(server.port, UNIVERSE_ONE)
        rows.append(_cells("`default`, after the first response", server, None))
        for each in ALL:
            rate(server.port, Load([each], CONNECTIONS), WINDOW_SECONDS)
        rows.append(_cells("`default`, after load, journal full", server, Goal(80, " MiB")))
    with emulator("--fixtures", "large") as server:
        fetch(server.port, UNIVERSE_ONE)
        fetch(server.port, CRATEJOY_LIST)
        rows.append(_cells("`large`, both APIs used", server, Goal(600, " MiB")))
    return Table("memory", ("state", "resident memory", "goal", "result"), rows)


def large_start(rounds: int) -> Table:
    """Measure the time from the ready line to the first response with `large`, at the first and the second start."""
    starts = zip(*(_large_starts() for _ in range(rounds)), strict=True)
    rows = []
    for name, found in zip(("first start", "second start"), starts, strict=True):
        seconds, busy = (median(each) for each in zip(*found, strict=True))
        goal = goal_cells(Goal(2, " s") if name == "second start" else None, seconds)
        rows.append((name, f"{seconds:.1f} s", f"{busy:.1f} s", *goal))
        print(*rows[-1], sep="  ", flush=True)
    columns = ("`large`", "first response after the ready line", "CPU time of the server", "goal", "result")
    return Table("large", columns, rows)


def _large_starts() -> Sequence[tuple[float, float]]:
    with TemporaryDirectory() as folder:
        return [_large_start(folder) for _ in range(2)]


def _large_start(folder: str) -> tuple[float, float]:
    """Return the seconds, and the CPU time of the server, from its ready line to its first response."""
    with emulator("--fixtures", "large", "--cache-dir", folder) as server:
        started = time.perf_counter()
        busy = server.busy()
        fetch(server.port, UNIVERSE_ONE)
        return time.perf_counter() - started, server.busy() - busy


def memory_over_time(requests: int) -> Table:
    """Measure resident memory ten times during a number of requests."""
    rows = []
    with emulator() as server:
        for tenth in range(1, 11):
            done = 0.0
            while done < requests / 10:
                done += rate(server.port, Load(ALL, CONNECTIONS))
            rows.append((f"{requests * tenth // 10:,}", f"{server.memory():.0f} MiB"))
            print(*rows[-1], sep="  ", flush=True)
    return Table("memory-over-time", ("requests", "resident memory"), rows)


def _cells(name: str, server: Server, goal: Goal | None) -> Sequence[str]:
    figure = server.memory()
    row = (name, f"{figure:.0f} MiB", *goal_cells(goal, figure))
    print(*row, sep="  ", flush=True)
    return row

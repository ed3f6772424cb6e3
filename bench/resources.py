"""What it takes to have the emulator run: the time to the first answer, and memory."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from bench.answers import CRATEJOY_LIST, CRATEJOY_ONE, UNIVERSE_LIST, UNIVERSE_ONE
from bench.load import Load, rate
from bench.report import Goal, Table, judged
from bench.servers import Server, ask, bare, emulator
from bench.shares import Share

CONNECTIONS = 32
ALL = (UNIVERSE_ONE, UNIVERSE_LIST, CRATEJOY_ONE, CRATEJOY_LIST)
WINDOW = 5


def starting(rounds: int) -> Table:
    """Measure from the start of the process to its first answer, beside the bare server."""
    with emulator() as server:
        body = ask(server.port, UNIVERSE_ONE)
    waits = [(first_answer(emulator), first_answer(lambda: bare(body))) for _ in range(rounds)]
    share = Share.of([(own / other, own, other) for own, other in waits])
    row = (
        "start to first answer, `default`",
        f"{share.own:.2f} s",
        f"{share.other:.2f} s",
        share.spread(),
        *judged(Goal(1.2), round(share.median, 2)),
    )
    print(*row, sep="  ", flush=True)
    return Table("start", ("", "mockorders", "bare aiohttp", "times as long", "goal", ""), [row])


def first_answer(start: Callable[[], AbstractContextManager[Server]]) -> float:
    """Give how long a server takes from its start to its first answer, seconds."""
    started = time.perf_counter()
    with start() as server:
        ask(server.port, UNIVERSE_ONE)
        return time.perf_counter() - started


def memory() -> Table:
    """Measure resident memory: ready, after load, with the large set."""
    with emulator() as server:
        ask(server.port, UNIVERSE_ONE)
        rows = [_cells("`default`, ready", server, Goal(50, " MiB"))]
        for each in ALL:
            rate(server.port, Load([each], CONNECTIONS), WINDOW)
        rows.append(_cells("`default`, after load, journal full", server, Goal(80, " MiB")))
    with emulator("--fixtures", "large") as server:
        ask(server.port, UNIVERSE_ONE)
        ask(server.port, CRATEJOY_LIST)
        rows.append(_cells("`large`, both APIs asked", server, Goal(600, " MiB")))
    return Table("memory", ("", "resident", "goal", ""), rows)


def enduring(requests: int) -> Table:
    """Measure resident memory while so many requests are answered, at ten moments."""
    rows = []
    with emulator() as server:
        for tenth in range(1, 11):
            done = 0.0
            while done < requests / 10:
                done += rate(server.port, Load(ALL, CONNECTIONS))
            rows.append((f"{requests * tenth // 10:,}", f"{server.memory():.0f} MiB"))
            print(*rows[-1], sep="  ", flush=True)
    return Table("memory-over-time", ("requests", "resident"), rows)


def _cells(name: str, server: Server, goal: Goal) -> Sequence[str]:
    figure = server.memory()
    row = (name, f"{figure:.0f} MiB", *judged(goal, figure))
    print(*row, sep="  ", flush=True)
    return row

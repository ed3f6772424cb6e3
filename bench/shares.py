"""Shares: how many answers a server gives for each one of another, in windows that alternate.

A window is one second: what else a shared machine does changes within a few, and would drown the difference.
"""

from collections.abc import Sequence
from statistics import mean, median
from typing import NamedTuple

from bench.load import Load, rate
from bench.servers import Client, Server

TURNS = 100


class Share(NamedTuple):
    """Shares of some rounds: median, lowest, highest; and the medians of both, such as answers per second."""

    median: float
    low: float
    high: float
    own: float
    other: float

    @classmethod
    def of(cls, rounds: Sequence[tuple[float, float, float]]) -> "Share":
        """Take rounds together: the share, and what both measured, each."""
        shares, own, other = zip(*rounds, strict=True)
        return cls(median(shares), min(shares), max(shares), median(own), median(other))

    def spread(self) -> str:
        """Write the median with the lowest and the highest."""
        return f"{self.median:.2f} ({self.low:.2f} to {self.high:.2f})"


def of_rates(server: Server, other: Server, load: Load, rounds: int) -> Share:
    """Give the share in answers per second: a window of the server between two of the other."""

    def one_round() -> tuple[float, float, float]:
        before, own, after = (rate(each.port, load) for each in (other, server, other))
        return own / mean((before, after)), own, mean((before, after))

    return Share.of([one_round() for _ in range(rounds)])


class Turn(NamedTuple):
    """A request that is timed, and those of which the next one is sent before it each time."""

    timed: bytes
    before: Sequence[bytes]


def of_waits(server: Server, other: Server, turn: Turn, rounds: int) -> Share:
    """Give the share in how long one client waits, the servers asked in turn; the medians are answers per second."""
    with Client(server.port) as own, Client(other.port) as bare:

        def wait(client: Client, number: int) -> float:
            client.ask(turn.before[number % len(turn.before)])
            return client.timed(turn.timed)

        def one_round() -> tuple[float, float, float]:
            pairs = [(wait(own, number), wait(bare, number)) for number in range(TURNS)]
            mine, its = (median(waits) for waits in zip(*pairs, strict=True))
            return its / mine, 1 / mine, 1 / its

        return Share.of([one_round() for _ in range(rounds)])

"""Shares: the responses of one server per response of another, in alternating windows.

A window is one second: what else a shared machine does changes within a few, and would drown the difference.
"""

from collections.abc import Sequence
from statistics import mean, median
from typing import NamedTuple

from bench.load import Load, rate
from bench.servers import Client, Server

TURNS = 100


class Share(NamedTuple):
    """The shares of several rounds (median, lowest, highest) and the medians of both servers."""

    median: float
    low: float
    high: float
    own: float
    other: float

    @classmethod
    def of(cls, rounds: Sequence[tuple[float, float, float]]) -> "Share":
        """Summarize rounds of two figures each."""
        shares, own, other = zip(*rounds, strict=True)
        return cls(median(shares), min(shares), max(shares), median(own), median(other))

    def spread(self) -> str:
        """Return the median with the lowest and the highest share as text."""
        return f"{self.median:.2f} ({self.low:.2f} to {self.high:.2f})"


def compare_rates(server: Server, other: Server, load: Load, rounds: int) -> Share:
    """Return the share in responses per second: each window of the server is between two of the other."""

    def one_round() -> tuple[float, float, float]:
        before, own, after = (rate(each.port, load) for each in (other, server, other))
        return own / mean((before, after)), own, mean((before, after))

    return Share.of([one_round() for _ in range(rounds)])


class Turn(NamedTuple):
    """A timed request, and requests of which the next one is sent before each time."""

    timed: bytes
    before: Sequence[bytes]


def compare_waits(server: Server, other: Server, turn: Turn, rounds: int) -> Share:
    """Return the share in waiting time of one client that alternates between the servers; medians are per second."""
    with Client(server.port) as own, Client(other.port) as bare:

        def wait(client: Client, number: int) -> float:
            client.send(turn.before[number % len(turn.before)])
            return client.timed(turn.timed)

        def one_round() -> tuple[float, float, float]:
            pairs = [(wait(own, number), wait(bare, number)) for number in range(TURNS)]
            mine, its = (median(waits) for waits in zip(*pairs, strict=True))
            return its / mine, 1 / mine, 1 / its

        return Share.of([one_round() for _ in range(rounds)])

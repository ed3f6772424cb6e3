"""Counters of a store."""

from bisect import bisect_left

BOUNDS = (0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0)


class StoreMetrics:
    """The changes of a store: those that were kept, their bytes and latency, those that failed, and conflicts.

    A conflict is a change that was made again, because another replica had changed the sandbox.
    """

    def __init__(self) -> None:
        self.conflicts = 0
        self.failures = 0
        self.bytes = 0
        self.seconds = 0.0
        self.buckets = [0] * (len(BOUNDS) + 1)

    @property
    def commits(self) -> int:
        """The number of changes that were kept."""
        return sum(self.buckets)

    def add(self, size: int, seconds: float) -> None:
        """Count a change."""
        self.bytes += size
        self.seconds += seconds
        self.buckets[bisect_left(BOUNDS, seconds)] += 1

"""Count requests, durations, faults and violations."""

from bisect import bisect_left
from collections import Counter

from mockorders.errors import ResponseValidationError
from mockorders.http.exchange import DISCONNECT_NOTES, Exchange

# upper bounds of the histogram's buckets in seconds; one more bucket counts longer requests
BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
OTHER_METHOD = "other"
NO_ROUTE = "none"


# API, route, method and status of a request; the status is None if no response was sent.
Key = tuple[str, str, str, int | None]


class LatencyHistogram:
    """The number of requests in each bucket of durations, and the sum of all durations in seconds."""

    __slots__ = ("buckets", "seconds")

    def __init__(self) -> None:
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0

    def add(self, seconds: float, number: int = 1) -> None:
        """Count a number of requests of this duration; a negative number removes them."""
        self.buckets[bisect_left(BOUNDS, seconds)] += number
        self.seconds += number * seconds


class RequestMetrics:
    """The counts of one server since its start."""

    def __init__(self) -> None:
        self.series: dict[Key, LatencyHistogram] = {}
        self.faults: Counter[tuple[str, str]] = Counter()
        self.violations: Counter[str] = Counter()
        self.disconnects: Counter[str] = Counter()

    def add(self, exchange: Exchange, status: int | None, seconds: float) -> None:
        """Count a request; `seconds` is the time until its response was ready."""
        self._histogram(exchange, status).add(seconds)
        for fault in exchange.faults.applied:
            self.faults[exchange.api.name, fault.kind] += 1
        if isinstance(exchange.problem, ResponseValidationError):
            self.violations[exchange.api.name] += 1
        if exchange.interruption is not None:
            self.add_interruption(exchange)

    def move(self, exchange: Exchange, statuses: tuple[int | None, int | None], seconds: float) -> None:
        """Count a request under another status; `statuses` are the previous and the new one."""
        before, after = statuses
        self._histogram(exchange, before).add(seconds, -1)
        self._histogram(exchange, after).add(seconds)

    def _histogram(self, exchange: Exchange, status: int | None) -> LatencyHistogram:
        match = exchange.match
        method = exchange.head.request.sent_method
        route = NO_ROUTE if match is None or match.route is None else match.route.path
        key = (exchange.api.name, route, method if method in METHODS else OTHER_METHOD, status)
        histogram = self.series.get(key)
        if histogram is None:
            histogram = self.series[key] = LatencyHistogram()
        return histogram

    def add_interruption(self, exchange: Exchange) -> None:
        """Count a request whose client disconnected before it got the whole response."""
        if exchange.interruption in DISCONNECT_NOTES:
            self.disconnects[exchange.api.name] += 1

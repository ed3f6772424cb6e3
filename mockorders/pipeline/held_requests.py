"""Limit the requests that faults hold back."""

from mockorders import rules
from mockorders.errors import ProblemError
from mockorders.http.exchange import Exchange

MAX_HELD_REQUESTS = 5_000


class HeldRequests:
    """Counts the requests of one server that a fault delays, or whose response it sends slowly."""

    def __init__(self, limit: int = MAX_HELD_REQUESTS) -> None:
        self._limit = limit
        self._count = 0

    def hold(self, exchange: Exchange) -> None:
        """Count a request, once, until it is released. Raises ProblemError (503) if there are too many."""
        if exchange.is_held:
            return
        if self._count >= self._limit:
            detail = (
                f"Faults hold back {self._limit} requests already, the maximum; use shorter delays, or fewer clients."
            )
            raise ProblemError(503, "Too many delayed requests", detail, rule=rules.HELD_REQUESTS.name)
        self._count += 1
        exchange.is_held = True

    def release(self, exchange: Exchange) -> None:
        """Stop counting a request that has ended."""
        if exchange.is_held:
            self._count -= 1
            exchange.is_held = False

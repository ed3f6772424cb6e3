"""Respond to requests whose response is cached from their bytes, without aiohttp's parser and without waiting."""

from collections.abc import Sequence

from mockorders.http.exchange import Exchange
from mockorders.http.known_heads import KnownHeads
from mockorders.http.response import serialize
from mockorders.pipeline.delivery import Delivery
from mockorders.pipeline.response_cache import ResponseCache
from mockorders.real_time import monotonic
from mockorders.sandbox.registry import SandboxRegistry


class KnownRequests:
    """The shortest way to a response: a head like an earlier one, no fault that may apply, and a cached response.

    All other requests, and all errors, are left to the pipeline. It and this class share all caches, so the responses
    are the same, and so is what is recorded.
    """

    def __init__(self, heads: KnownHeads, sandboxes: SandboxRegistry, cache: ResponseCache, delivery: Delivery) -> None:
        self._heads = heads
        self._sandboxes = sandboxes
        self._cache = cache
        self._delivery = delivery

    def respond(self, data: bytes) -> Sequence[bytes] | None:
        """Return the response to a request in pieces, after recording it; None leaves it to the pipeline."""
        started = monotonic()
        try:
            exchange = self._exchange(data)
            cached = None if exchange is None else self._cache.replay(exchange)
            if exchange is None or cached is None or cached.finished is None:
                return None
            entry = self._delivery.recorder.record(exchange, cached.finished, started)
        except Exception:  # the pipeline handles the request, and so its error
            return None
        self._delivery.log(entry, started)
        return serialize(cached.finished, entry.headers)

    def _exchange(self, data: bytes) -> Exchange | None:
        """Return the exchange of a known request once it has entered its sandbox, as in the pipeline."""
        received = self._heads.find(data)
        if received is None or received.origin_rejection is not None:
            return None
        head = received.parsed
        if head.method != "GET" or head.query_error is not None or head.credential is None:
            return None
        name, suffix = self._sandboxes.authenticate(head.credential, head.secret)
        sandbox = self._sandboxes.find(name)
        if sandbox is None or sandbox.faults.candidates(head.traits):
            return None
        exchange = Exchange.of(received, self._sandboxes.anonymous)
        exchange.match = head.match
        exchange.enter(sandbox, suffix)
        return exchange

"""Record every exchange in its sandbox's journal and in the metrics, before the response is sent."""

from mockorders.apis.messages import Response
from mockorders.http.exchange import Exchange
from mockorders.observability.entry import JournalEntry
from mockorders.observability.metrics import RequestMetrics
from mockorders.real_time import monotonic


class Recorder:
    """Records the exchanges of one server."""

    def __init__(self, metrics: RequestMetrics) -> None:
        self._metrics = metrics

    def record(self, exchange: Exchange, response: Response, started: float) -> JournalEntry:
        """Record an exchange and return its journal entry; `started` is the `monotonic` time of its start."""
        sandbox = exchange.sandbox
        now = sandbox.clock.now()
        exchange.now = exchange.now or now
        exchange.frozen = sandbox.clock.frozen
        entry = JournalEntry(sandbox.journal.issue(), now, exchange, response)
        entry.seconds = monotonic() - started
        sandbox.journal.add(entry)
        self._metrics.add(exchange, entry.status, entry.seconds)
        return entry

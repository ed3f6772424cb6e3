"""Records every exchange in its sandbox's journal and in the metrics, before the response is sent."""

import time

from mockorders.apis.messages import Response
from mockorders.http.exchange import Exchange
from mockorders.observability.entry import JournalEntry
from mockorders.observability.metrics import RequestMetrics


class Recorder:
    """Records the exchanges of one server."""

    def __init__(self, metrics: RequestMetrics) -> None:
        self._counts = metrics

    def record(self, exchange: Exchange, response: Response, started: float) -> JournalEntry:
        """Return the journal entry of an exchange; `started` is the value of `time.perf_counter` at its start."""
        sandbox = exchange.sandbox
        now = sandbox.clock.now()
        exchange.now = exchange.now or now
        exchange.frozen = sandbox.clock.frozen
        entry = JournalEntry(sandbox.journal.issue(), now, exchange, response)
        entry.seconds = time.perf_counter() - started
        sandbox.journal.add(entry)
        self._counts.add(exchange, entry.status, entry.seconds)
        return entry

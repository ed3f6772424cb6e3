"""Record every exchange in its sandbox's journal and in the metrics, before the response is sent."""

from functools import partial

from mockorders.apis.messages import Response
from mockorders.errors import ProblemError, ResponseValidationError
from mockorders.http.exchange import Exchange
from mockorders.observability.entry import JournalEntry
from mockorders.observability.metrics import RequestMetrics
from mockorders.real_time import monotonic
from mockorders.sandbox.emulator_errors import EmulatorError
from mockorders.sandbox.persistence import Persistence


class Recorder:
    """Records the exchanges of one server."""

    def __init__(self, metrics: RequestMetrics, sandboxes: Persistence) -> None:
        self._metrics = metrics
        self._sandboxes = sandboxes

    def begin(self, exchange: Exchange) -> None:
        """Record an exchange that is about to wait, as in progress, unless it is already."""
        if exchange.entry is None:
            sandbox = exchange.sandbox
            now = sandbox.clock.now()
            exchange.entry = JournalEntry(sandbox.journal.issue(), now, exchange)
            exchange.entry.complete(None, now, 0.0)
            sandbox.journal.add(exchange.entry)

    def record(self, exchange: Exchange, response: Response | None, started: float) -> JournalEntry:
        """Record an exchange and return its journal entry; `started` is the `monotonic` time of its start.

        The response is None if it could not be sent.
        """
        sandbox = exchange.sandbox
        sandbox.used_at = started
        now = sandbox.clock.now()
        exchange.now = exchange.now or now
        exchange.frozen = sandbox.clock.frozen
        if exchange.entry is None:
            entry = JournalEntry(sandbox.journal.issue(), now, exchange)
            entry.complete(response, now, monotonic() - started)
            sandbox.journal.add(entry)
        else:
            entry = exchange.entry
            exchange.entry = None
            complete = partial(entry.complete, response, now, monotonic() - started)
            if not sandbox.journal.change(entry, complete):
                entry.id = ""
        self._metrics.add(exchange, entry.status, entry.seconds)
        self.add_error(exchange, entry.id)
        return entry

    def replace(self, entry: JournalEntry, response: Response) -> None:
        """Replace the response of a recorded exchange by that to an error, because it could not be sent."""
        exchange = entry.exchange
        status = entry.status
        exchange.sandbox.journal.change(entry, partial(entry.complete, response, entry.date, entry.seconds))
        self._metrics.move(exchange, (status, entry.status), entry.seconds)
        self.add_error(exchange, entry.id)

    def add_error(self, exchange: Exchange, identifier: str) -> None:
        """Report the emulator's error in an exchange, if there is one, in its sandbox."""
        if exchange.problem is None:
            return
        request = exchange.head.request
        message = _message(exchange.problem)
        error = EmulatorError(identifier, request.sent_method, request.path, message)
        self._sandboxes.add_error(exchange.sandbox, error)

    def interrupt(self, entry: JournalEntry, note: str) -> None:
        """Note in a recorded exchange that its response was not sent as a whole."""
        entry.exchange.interrupt(note)
        self._metrics.add_interruption(entry.exchange)


def _message(problem: ProblemError) -> str:
    if isinstance(problem, ResponseValidationError):
        return f"the response violates its schema, {problem.detail}"
    return f"unhandled error, {problem.status}: {problem.detail}"

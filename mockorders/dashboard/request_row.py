"""One request as a row of a table."""

from typing import NamedTuple

from mockorders.apis.messages import CurrentCustomer
from mockorders.dashboard.chart import kind_of
from mockorders.observability.entry import JournalEntry
from mockorders.observability.redaction import mask_query
from mockorders.observability.status_filter import NO_RESPONSE, OUTCOMES

MAX_TARGET_LENGTH = 300


class RequestRow(NamedTuple):
    """One row of the table; `outcome` is a word after the status, empty for ordinary responses.

    `customer` is who the request was for and what selected them, empty if the API has no current customer.
    """

    id: str
    at: str
    api: str
    customer: str
    method: str
    target: str
    status: str
    kind: str
    outcome: str
    milliseconds: str
    in_progress: bool

    @classmethod
    def of(cls, entry: JournalEntry) -> "RequestRow":
        """Return the row of an entry."""
        exchange = entry.exchange
        request = exchange.request
        target = f"{request.path}?{mask_query(request.query)}" if request.query else request.path
        return cls(
            entry.id,
            f"{entry.at:%H:%M:%S}",
            exchange.api.name,
            _customer(exchange.customer),
            request.sent_method,
            target if len(target) <= MAX_TARGET_LENGTH else target[:MAX_TARGET_LENGTH] + "…",
            _status(entry),
            kind_of(entry),
            _outcome(entry),
            "" if entry.in_progress else f"{entry.seconds * 1000:.1f}",
            entry.in_progress,
        )


def _customer(customer: CurrentCustomer | None) -> str:
    if customer is None:
        return ""
    return f"{'nobody' if customer.id is None else customer.id} by {customer.source}"


def _status(entry: JournalEntry) -> str:
    if entry.status is not None:
        return str(entry.status)
    return "" if entry.in_progress else NO_RESPONSE


def _outcome(entry: JournalEntry) -> str:
    outcome = next((name for name, matches in OUTCOMES.items() if matches(entry)), "")
    faults = entry.exchange.faults
    return f"fault: {(faults.fault or faults.applied[0]).kind}" if outcome == "fault" else outcome

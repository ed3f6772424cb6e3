"""Count the requests in the journal that a fault would have been applied to."""

from collections.abc import Generator, Iterable, Mapping
from typing import Any, NamedTuple

from mockorders.http.body import parse_leniently
from mockorders.observability.entry import JournalEntry
from mockorders.sandbox.faults import Fault, RequestContent


class FaultCount(NamedTuple):
    """The number of requests in a journal, of those that match a fault, and of those that it would apply to.

    `is_estimate` is true if that depends on chance or on the times of the requests.
    """

    total: int
    matching: int
    applied: int
    is_estimate: bool


def count_hits(entries: Iterable[JournalEntry], rule: Mapping[str, Any]) -> Generator[None, None, FaultCount]:
    """Return the count for a fault that is valid apart from its effect. Yields between entries."""
    fault = Fault("", rule)
    total = 0
    matching = 0
    for entry in entries:
        total += 1
        matching += _matches(fault, entry)
        yield
    applied = max(0, matching - fault.rule["after"]) * fault.rule["probability"]
    limit = applied if fault.rule["times"] is None else fault.rule["times"]
    is_estimate = fault.rule["probability"] < 1 or fault.kind == "rate_limit"
    return FaultCount(total, matching, round(min(applied, limit)), is_estimate)


def _matches(fault: Fault, entry: JournalEntry) -> bool:
    """Check whether a request matches; its body is parsed only if that matters."""
    exchange = entry.exchange
    traits = exchange.head.traits
    if not fault.matches_head(traits):
        return False
    has_body = bool(fault.rule["match"].get("body"))
    body = parse_leniently(exchange.headers, entry.request_body.text) if has_body else None
    return fault.matches(traits, RequestContent(exchange.headers, body))

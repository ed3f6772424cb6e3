"""Select journal entries by status: codes, classes of codes and outcomes, separated by commas."""

from collections.abc import Callable, Mapping

from mockorders.formats.parsing import ParseError
from mockorders.http.exchange import DISCONNECT_NOTES
from mockorders.observability.entry import JournalEntry

IN_PROGRESS = "in-progress"

Predicate = Callable[[JournalEntry], bool]

# What happened to a request, whatever its status; a request can have several outcomes. The first is the most specific.
OUTCOMES: Mapping[str, Predicate] = {
    IN_PROGRESS: lambda entry: entry.in_progress,
    "disconnected": lambda entry: entry.exchange.interruption in DISCONNECT_NOTES,
    "fault": lambda entry: bool(entry.exchange.faults.applied),
    "violation": lambda entry: bool(entry.exchange.violations),
    "rejected": lambda entry: entry.exchange.error is not None,
}
NO_RESPONSE = "none"
CLASSES = {f"{digit}xx": range(digit * 100, digit * 100 + 100) for digit in range(1, 6)}
EXPECTED = f"expected codes, classes such as 4xx, {', '.join(OUTCOMES)} or {NO_RESPONSE}, separated by commas"


def parse_status_filter(text: str) -> Predicate:
    """Return a predicate for a filter such as `404`, `4xx`, `rejected` or `fault,5xx`. Raises ParseError."""
    statuses: set[int | None] = set()
    outcomes: list[Predicate] = []
    for term in map(str.strip, text.lower().split(",")):
        if term in OUTCOMES:
            outcomes.append(OUTCOMES[term])
        else:
            statuses.update(_statuses(term))
    return lambda entry: (
        (entry.status in statuses and not entry.in_progress) or any(matches(entry) for matches in outcomes)
    )


def _statuses(term: str) -> range | tuple[int | None]:
    if term == NO_RESPONSE:
        return (None,)
    if term in CLASSES:
        return CLASSES[term]
    if term.isascii() and term.isdecimal() and len(term) <= 3:
        return (int(term),)
    raise ParseError(EXPECTED)

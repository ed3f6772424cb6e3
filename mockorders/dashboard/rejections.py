"""The rejected requests of a sandbox, by the rule that rejected them."""

from collections.abc import Iterable
from typing import NamedTuple

from aiohttp import web

from mockorders.dashboard.inputs import viewed_sandbox
from mockorders.dashboard.request_row import RequestRow
from mockorders.dashboard.templating import page, template
from mockorders.observability.entry import JournalEntry
from mockorders.observability.redaction import mask_message
from mockorders.rules import Rule

TEMPLATE = template("rejections.html")
MAX_MESSAGE_LENGTH = 300


class RejectionGroup(NamedTuple):
    """The requests that one rule rejected: how many, the first and the last of them, and the message of the last."""

    rule: Rule
    total: int
    first: RequestRow
    last: RequestRow
    message: str


async def index(request: web.Request) -> web.Response:
    """Show the rules that rejected requests, those with the most requests first."""
    sandbox = viewed_sandbox(request)
    groups = group_by_rule(sandbox.journal)
    return page(request, TEMPLATE, sandbox=sandbox, groups=groups, evicted=sandbox.journal.evicted)


def group_by_rule(entries: Iterable[JournalEntry]) -> list[RejectionGroup]:
    """Return the rejected requests of a journal, oldest first, in groups."""
    rejected: dict[str, list[JournalEntry]] = {}
    for entry in entries:
        if entry.exchange.error is not None:
            rejected.setdefault(entry.exchange.error.rule.name, []).append(entry)
    return sorted(map(_group, rejected.values()), key=lambda group: -group.total)


def _group(entries: list[JournalEntry]) -> RejectionGroup:
    last = entries[-1]
    error = last.exchange.error
    assert error is not None
    message = "; ".join(map(mask_message, error.messages))
    short = message if len(message) <= MAX_MESSAGE_LENGTH else message[:MAX_MESSAGE_LENGTH] + "…"
    return RejectionGroup(error.rule, len(entries), RequestRow.of(entries[0]), RequestRow.of(last), short)

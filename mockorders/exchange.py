"""One request on its way, and all that is known of it: what the journal remembers and explain tells."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mockorders.api import Api, Match, Request
from mockorders.errors import Problem, Refusal
from mockorders.faults import NONE, Verdict
from mockorders.reading import STRANGER_NOTE, Head, Reading
from mockorders.rules import Rule
from mockorders.sandbox import Sandbox
from mockorders.state import Work
from mockorders.whole import Whole

# The checks of a request, in order; an exchange says which it reached.
CHECKS = ("query", "credential", "body", "faults", "route", "request", "handler", "answer", "done")
NO_WORK = Work()
OUTDATED_NOTE = "the fixtures changed; this sandbox keeps its records until it is reset"


@dataclass(slots=True)
class Exchange:
    """One request on its way: its head, what was read of it, its body; `match` once it was looked for.

    `whole` is the answer that was kept, or is to be. What a request seldom has is a tuple: nobody pays for empty lists.
    """

    head: Head
    reading: Reading
    sandbox: Sandbox
    body: bytes = b""
    notes: tuple[str, ...] = ()
    reached: str = "query"
    match: Match | None = None
    refusal: Refusal | None = None
    problem: Problem | None = None
    verdict: Verdict = NONE
    breaches: tuple[dict[str, str], ...] = ()
    work: Work = NO_WORK
    now: datetime | None = None
    frozen: bool = False
    whole: Whole | None = None

    @classmethod
    def of(cls, head: Head, nobody: Sandbox) -> "Exchange":
        """Begin with a request's head; until its credential is let in it belongs to nobody."""
        exchange = cls(head, head.reading, nobody)
        if head.reading.stranger:
            exchange.notes = (STRANGER_NOTE,)
        return exchange

    @property
    def headers(self) -> Mapping[str, str]:
        """All headers of the request."""
        return self.head.headers

    @property
    def api(self) -> Api:
        """The API that was asked."""
        return self.reading.api

    @property
    def request(self) -> Request:
        """The request as the API's dialect sees it."""
        return replace(self.reading.request, body=self.body) if self.body else self.reading.request

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that decided: the refusal's, else those of the route."""
        if self.refusal is not None:
            return (self.refusal.rule,)
        return self.match.route.rules if self.match is not None and self.match.route is not None else ()

    @property
    def fault(self) -> dict[str, Any] | None:
        """The fault that struck: the one that acted, else the first delay; with all delays in milliseconds."""
        if not self.verdict.struck:
            return None
        first = self.verdict.acting or self.verdict.struck[0]
        delay = round(sum(self.verdict.delays.values()) * 1000, 3)
        return {"id": first.id, "type": first.kind, "stage": first.stage, "effect": first.effect, "delay_ms": delay}

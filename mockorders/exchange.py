"""One request on its way, and all that is known of it: what the journal remembers and explain tells."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from mockorders.api import Api, Match, Request
from mockorders.errors import Problem, Refusal
from mockorders.faults import NONE, Verdict
from mockorders.rules import Rule
from mockorders.sandbox import Sandbox
from mockorders.store import Work

# The checks of a request, in order; an exchange says which it reached.
CHECKS = ("query", "credential", "body", "faults", "route", "request", "handler", "answer", "done")


@dataclass(slots=True)
class Exchange:
    """One request on its way. `stranger` is a page whose origin is not allowed."""

    request: Request
    api: Api
    path: str
    sandbox: Sandbox
    notes: list[str] = field(default_factory=list)
    stranger: bool = False
    reached: str = "query"
    match: Match | None = None
    refusal: Refusal | None = None
    problem: Problem | None = None
    verdict: Verdict = NONE
    breaches: list[dict[str, str]] = field(default_factory=list)
    work: Work = field(default_factory=Work)
    now: datetime | None = None
    frozen: bool = False

    @property
    def paths(self) -> tuple[str, ...]:
        """The path as it was sent, and as the documents have it: one base, no suffix, no final slash."""
        return (unquote(self.request.path), unquote(self.api.bases[-1] + self.path))

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

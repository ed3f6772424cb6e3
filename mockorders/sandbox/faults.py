"""Faults: rules that delay, replace or break responses on purpose."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any, NamedTuple

from mockorders.budget import Charge
from mockorders.formats import pointer
from mockorders.formats.matching import Glob
from mockorders.formats.parsing import replace_floats

DEFAULTS: Mapping[str, Any] = {
    "match": {},
    "times": None,
    "after": 0,
    "probability": 1,
    "stage": "before",
    "paused": False,
}


@dataclass(frozen=True, slots=True, eq=False)
class RequestTraits:
    """The parts of a request's head that a fault can match; compared by identity, to be a fast cache key.

    `methods` holds the effective method and the method that was sent, `paths` the path as sent and the canonical path.
    `is_shared` is false if each request has its own instance, because its head is too long to be cached.
    """

    api: str
    methods: tuple[str, ...]
    paths: tuple[str, ...]
    query: Sequence[tuple[str, str]]
    is_shared: bool = True


class RequestContent(NamedTuple):
    """The other parts of a request that a fault can match: headers, and the body (JSON, form fields or None)."""

    headers: Mapping[str, str]
    body: Any


class Fault:
    """One fault of a sandbox, with its counters.

    `rule` matches the schema `control/fault`, with defaults filled in; it is not modified. `hits` counts the requests
    that the fault was applied to. The first `after` matching requests are skipped, then at most `times` are hit.
    `charge` counts its memory.
    """

    __slots__ = ("_glob", "_matched", "_quota", "charge", "hits", "id", "rule")

    def __init__(self, identifier: str, rule: Mapping[str, Any], charge: Charge | None = None) -> None:
        self.id = identifier
        self.charge = charge
        self.rule: dict[str, Any] = {**DEFAULTS, **rule}
        self.hits = 0
        self._matched = 0
        self._quota: tuple[timedelta, int] | None = None
        glob = self.rule["match"].get("path")
        self._glob = None if glob is None else Glob(glob, "*")

    @property
    def effect(self) -> Mapping[str, Any]:
        """The effect: its `type` and parameters."""
        effect: Mapping[str, Any] = self.rule["effect"]
        return effect

    @property
    def kind(self) -> str:
        """The type of the effect, a key of `EFFECTS`."""
        return str(self.effect["type"])

    @property
    def stage(self) -> str:
        """Whether the effect is applied `before` or `after` the handler."""
        return str(self.rule["stage"])

    @property
    def remaining(self) -> int | None:
        """How many more requests the fault can be applied to: 0 once it is spent, None if there is no limit."""
        times: int | None = self.rule["times"]
        return None if times is None else max(0, times - self.hits)

    @property
    def is_active(self) -> bool:
        """Whether the fault can still be applied: it is neither paused nor spent."""
        return not self.rule["paused"] and self.remaining != 0

    @property
    def counters(self) -> tuple[int, int, timedelta, int]:
        """What the fault counts: hits, matching requests, start of the quota's window, requests in that."""
        start, count = self._quota or (timedelta(), 0)
        return self.hits, self._matched, start, count

    def restore(self, counters: tuple[int, int, timedelta, int]) -> None:
        """Set what the fault counts."""
        self.hits, self._matched, start, count = counters
        self._quota = (start, count) if count else None

    def changed(self, rule: Mapping[str, Any], charge: Charge | None) -> "Fault":
        """Return the fault with another rule and the same id and counters. A new effect has no quota of the old one."""
        fault = Fault(self.id, rule, charge)
        fault.hits = self.hits
        fault._matched = self._matched
        fault._quota = self._quota if fault.effect == self.effect else None
        return fault

    def matches(self, traits: RequestTraits, content: RequestContent) -> bool:
        """Check whether a request matches, without counting it."""
        return self.matches_head(traits) and self._matches_content(content)

    def document(self) -> dict[str, Any]:
        """Return the rule with its id and counters, as JSON."""
        return {**self.rule, "id": self.id, "hits": self.hits, "remaining": self.remaining}

    def matches_head(self, traits: RequestTraits) -> bool:
        """Check whether the head of a request matches."""
        match = self.rule["match"]
        if "api" in match and match["api"] != traits.api:
            return False
        if "method" in match and match["method"].upper() not in traits.methods:
            return False
        if self._glob is not None and not any(map(self._glob.matches, traits.paths)):
            return False
        return all(pair in traits.query for pair in match.get("query", {}).items())

    def applies(self, content: RequestContent, random: Random, elapsed: timedelta) -> bool:
        """Decide whether the fault is applied to a request whose head matches, and update the counters.

        Draws one random number if `probability` is below 1 and the request is not skipped for another reason. `elapsed`
        is `Clock.elapsed`.
        """
        if not self._matches_content(content):
            return False
        self._matched += 1
        if self._matched <= self.rule["after"] or self.remaining == 0:
            return False
        if self.rule["probability"] < 1 and random.random() >= self.rule["probability"]:
            return False
        if self.kind == "rate_limit" and self._is_within_quota(elapsed):
            return False
        self.hits += 1
        return True

    def retry_after(self, elapsed: timedelta) -> int:
        """Return the seconds until the window of a rate limit ends, rounded up; at least 1."""
        assert self._quota is not None
        end = self._quota[0] + timedelta(seconds=self.effect["window"])
        return max(1, math.ceil((end - elapsed).total_seconds()))

    def _is_within_quota(self, elapsed: timedelta) -> bool:
        """Count a request against the quota. The window starts with the first request after the previous one ended."""
        start, count = self._quota or (elapsed, 0)
        if not timedelta() <= elapsed - start < timedelta(seconds=self.effect["window"]):
            start = elapsed
            count = 0
        self._quota = (start, count + 1)
        return bool(count < self.effect["requests"])

    def _matches_content(self, content: RequestContent) -> bool:
        match = self.rule["match"]
        header = all(content.headers.get(name) == value for name, value in match.get("header", {}).items())
        return header and all(
            json_equal(pointer.find(content.body, place), (value,)) for place, value in match.get("body", {}).items()
        )


def with_floats(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a fault with floats for the emulator to calculate with; bodies keep their numbers as they were written."""
    rule: dict[str, Any] = replace_floats(value, float)
    for part in ("match", "effect"):
        if "body" in value.get(part, {}):
            rule[part]["body"] = value[part]["body"]
    return rule


def json_equal(one: Any, other: Any) -> bool:
    """Compare JSON values: true does not equal 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(json_equal(each, other[key]) for key, each in one.items())
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(json_equal, one, other))
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)

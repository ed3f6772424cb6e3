"""Faults: rules that make an answer late, wrong or absent, on purpose."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any, NamedTuple

from mockorders.caching import LruCache
from mockorders.formats import pointer
from mockorders.formats.matching import matches_glob

SEED = 20130130
CACHED_CANDIDATES = 256
DEFAULTS: Mapping[str, Any] = {"match": {}, "times": None, "after": 0, "probability": 1, "stage": "before"}
FIRST_PARAMETER = {
    "status": "status",
    "delay": "ms",
    "truncate": "bytes",
    "drip": "bytes_per_second",
    "drift": "pointer",
}


@dataclass(frozen=True, slots=True, eq=False)
class RequestTraits:
    """What a rule can be matched against in a request's head; `paths` are the one that was sent and the canonical."""

    api: str
    methods: tuple[str, ...]
    paths: tuple[str, ...]
    query: Sequence[tuple[str, str]]


class RequestContent(NamedTuple):
    """What a rule can be matched against beside that: the headers, and the body as JSON, None if it is neither."""

    headers: Mapping[str, str]
    body: Any


class Fault:
    """One rule at work: how often it matched, and how often it struck (`hits`)."""

    __slots__ = ("_glob", "_matched", "_quota", "hits", "id", "rule")

    def __init__(self, identifier: str, rule: Mapping[str, Any]) -> None:
        self.id = identifier
        self.rule: dict[str, Any] = {**DEFAULTS, **rule}
        self.hits = 0
        self._matched = 0
        self._quota: tuple[datetime, int] | None = None
        glob = self.rule["match"].get("path")
        self._glob = None if glob is None else glob.split("*")

    @property
    def effect(self) -> Mapping[str, Any]:
        """What it does: `type` and its parameters."""
        effect: Mapping[str, Any] = self.rule["effect"]
        return effect

    @property
    def kind(self) -> str:
        """The effect's type."""
        return str(self.effect["type"])

    @property
    def stage(self) -> str:
        """`before` or `after` the handler."""
        return str(self.rule["stage"])

    def document(self) -> dict[str, Any]:
        """Give the rule with its id and how often it was met."""
        return {**self.rule, "id": self.id, "hits": self.hits}

    def matches_head(self, traits: RequestTraits) -> bool:
        """Say whether it can strike a request, as far as the head tells."""
        match = self.rule["match"]
        if "api" in match and match["api"] != traits.api:
            return False
        if "method" in match and match["method"].upper() not in traits.methods:
            return False
        if self._glob is not None and not any(matches_glob(self._glob, path) for path in traits.paths):
            return False
        return all(pair in traits.query for pair in match.get("query", {}).items())

    def applies(self, content: RequestContent, random: Random, now: datetime) -> bool:
        """Say whether it strikes a request that it concerns, and count it."""
        if not self._matches_content(content):
            return False
        self._matched += 1
        times = self.rule["times"]
        if self._matched <= self.rule["after"] or (times is not None and self.hits >= times):
            return False
        if self.rule["probability"] < 1 and random.random() >= self.rule["probability"]:
            return False
        if self.kind == "rate_limit" and self._is_within_quota(now):
            return False
        self.hits += 1
        return True

    def retry_after(self, now: datetime) -> int:
        """Give the seconds until a rate limit's window ends, rounded up."""
        assert self._quota is not None
        end = self._quota[0] + timedelta(seconds=self.effect["window"])
        return max(1, math.ceil((end - now).total_seconds()))

    def _is_within_quota(self, now: datetime) -> bool:
        """Count a request against the quota of the window, which begins with the first that is counted."""
        start, count = self._quota or (now, 0)
        if not timedelta() <= now - start < timedelta(seconds=self.effect["window"]):
            start, count = now, 0
        self._quota = (start, count + 1)
        return bool(count < self.effect["requests"])

    def _matches_content(self, content: RequestContent) -> bool:
        match = self.rule["match"]
        header = all(content.headers.get(name) == value for name, value in match.get("header", {}).items())
        return header and all(
            json_equal(pointer.find(content.body, place), (value,)) for place, value in match.get("body", {}).items()
        )


class FaultDecision(NamedTuple):
    """What befalls one request: delays in seconds for each stage, and the fault that acts, if one does."""

    delays: Mapping[str, float] = {}
    fault: Fault | None = None
    applied: tuple[Fault, ...] = ()

    def fault_at(self, stage: str) -> Fault | None:
        """Give the fault that acts instead of the handler (`before`), or on what it gave (`after`)."""
        if self.fault is None:
            return None
        early = self.fault.kind not in ALWAYS_AFTER and self.fault.stage == "before"
        return self.fault if early == (stage == "before") else None


ALWAYS_AFTER = {"truncate", "drip", "malformed", "drift"}
NO_FAULTS = FaultDecision()


class FaultInjector:
    """The faults of one sandbox, in order, and its dice: the same requests meet the same faults."""

    __slots__ = ("_candidates", "_ids", "_random", "_rules")

    def __init__(self) -> None:
        self._rules: list[Fault] = []
        self._candidates: LruCache[RequestTraits, tuple[Fault, ...]] = LruCache(CACHED_CANDIDATES)
        self._ids = count(1)
        self._random: Random | None = None

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)

    def add(self, rule: Mapping[str, Any]) -> Fault:
        """Add a rule that fits `control/fault`, behind the others."""
        fault = Fault(str(next(self._ids)), rule)
        self._rules.append(fault)
        self._candidates.clear()
        return fault

    def remove(self, identifier: str) -> bool:
        """Remove a rule; says whether there was one of this id."""
        left = [fault for fault in self._rules if fault.id != identifier]
        found, self._rules = len(left) < len(self._rules), left
        self._candidates.clear()
        return found

    def clear(self) -> None:
        """Remove all."""
        self._rules.clear()
        self._candidates.clear()

    def candidates(self, traits: RequestTraits) -> tuple[Fault, ...]:
        """Give the rules that can strike a request, as far as its head tells; told once for each of the last heads."""
        found = self._candidates.get(traits)
        if found is None:
            found = tuple(fault for fault in self._rules if fault.matches_head(traits))
            self._candidates.put(traits, found)
        return found

    def decide(self, rules: Sequence[Fault], content: RequestContent, now: datetime) -> FaultDecision:
        """Say what befalls a request that rules concern: all delays add up, of the others the first acts."""
        if self._random is None:
            self._random = Random(SEED)
        delays = {"before": 0.0, "after": 0.0}
        chosen: Fault | None = None
        applied = []
        for fault in rules:
            delay = fault.kind == "delay"
            if (chosen is not None and not delay) or not fault.applies(content, self._random, now):
                continue
            applied.append(fault)
            if delay:
                delays[fault.stage] += _delay_seconds(fault.effect, self._random)
            else:
                chosen = fault
        return FaultDecision(delays, chosen, tuple(applied))


def parse_header(text: str) -> list[dict[str, Any]]:
    """Read `X-Mockorders-Fault`: effects such as `status=503; delay=200`, and `stage=after` for all of them.

    Gives rules that are yet to be checked; ValueError for what cannot be read.
    """
    rules: list[dict[str, Any]] = []
    stage = "before"
    for part in filter(None, map(str.strip, text.split(";"))):
        name, found, value = map(str.strip, part.partition("="))
        if name == "stage":
            stage = value
        elif found:
            rules.append({"effect": {"type": name, FIRST_PARAMETER.get(name, name): _parse_value(value)}})
        else:
            rules.append({"effect": {"type": name}})
    return [{**rule, "stage": stage} for rule in rules]


def json_equal(one: Any, other: Any) -> bool:
    """Compare JSON values: true is no 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(json_equal(each, other[key]) for key, each in one.items())
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(json_equal, one, other))
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _parse_value(text: str) -> Any:
    if re.fullmatch(r"[0-9]{1,18}", text, re.ASCII):
        return int(text)
    return float(text) if re.fullmatch(r"[0-9]{1,15}\.[0-9]{1,15}", text, re.ASCII) else text


def _delay_seconds(effect: Mapping[str, Any], random: Random) -> float:
    if "uniform" in effect:
        return random.uniform(*effect["uniform"]) / 1000
    if "lognormal" in effect:
        shape = effect["lognormal"]
        return min(random.lognormvariate(math.log(shape["median"]), shape["sigma"]) / 1000, 600)
    return float(effect["ms"]) / 1000

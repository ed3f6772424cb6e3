"""The faults of one sandbox: add, change, remove, and decide which of them apply to a request."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from mockorders.budget import Charge, MemoryAccount, size_of
from mockorders.caching import LruCache
from mockorders.sandbox.effects import DELAY, MAX_DELAY_SECONDS, delay_seconds
from mockorders.sandbox.fault_decisions import FaultDecision
from mockorders.sandbox.faults import Fault, RequestContent, RequestTraits

SEED = 20130130
CACHED_CANDIDATES = 256
FAULT_BYTES = 4_096  # of a fault apart from its rule, in the cache of candidates too


class CountedRandom(Random):
    """A generator of random numbers that counts them, so that it can continue where another one stopped."""

    draws = 0

    def random(self) -> float:
        """Return the next number."""
        self.draws += 1
        return super().random()

    def skip(self, draws: int) -> None:
        """Draw numbers that nothing uses."""
        following = super().random
        for _ in range(draws):
            following()
        self.draws += draws


class FaultInjector:
    """The faults of one sandbox, in the order in which they are evaluated.

    Deterministic: all random numbers come from one generator with a fixed seed, created with the instance's first
    decision, and the time is passed in. So a reset sandbox applies the same faults to the same requests. Faults are
    charged to `account`, unless it is None.
    """

    __slots__ = ("_account", "_candidates", "_faults", "_last_id", "_random")

    def __init__(self, account: MemoryAccount | None = None) -> None:
        self._account = account
        self._faults: Sequence[Fault] = ()
        self._candidates: LruCache[RequestTraits, tuple[Fault, ...]] | None = None  # most sandboxes have no faults
        self._last_id = 0
        self._random: CountedRandom | None = None

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)

    def __len__(self) -> int:
        return len(self._faults)

    @property
    def active_count(self) -> int:
        """The number of faults that are neither paused nor spent."""
        return sum(fault.is_active for fault in self._faults)

    @property
    def issued(self) -> int:
        """The id that was issued last, or 0."""
        return self._last_id

    @property
    def draws(self) -> int:
        """How many random numbers were drawn."""
        return 0 if self._random is None else self._random.draws

    def restore(self, faults: Sequence[Fault], issued: int, draws: int) -> None:
        """Replace all faults, and continue after an id and after a number of random numbers."""
        self._faults = tuple(faults)
        self._candidates = None
        self._last_id = issued
        self._random = None
        if draws:
            self._random = CountedRandom(SEED)
            self._random.skip(draws)

    def charged(self, identifier: str, rule: Mapping[str, Any]) -> Fault:
        """Return a fault that is charged to the account, for `restore`. Raises MemoryLimitError."""
        return Fault(identifier, rule, self._charge(rule))

    def get(self, identifier: str) -> Fault | None:
        """Return a fault, or None."""
        return next((fault for fault in self._faults if fault.id == identifier), None)

    def add(self, rule: Mapping[str, Any]) -> Fault:
        """Add a fault after the others. `rule` must match the schema `control/fault`. Raises MemoryLimitError."""
        charge = self._charge(rule)
        self._last_id += 1
        fault = Fault(str(self._last_id), rule, charge)
        self._faults = (*self._faults, fault)
        self._candidates = None
        return fault

    def change(self, fault: Fault, rule: Mapping[str, Any]) -> Fault:
        """Replace the rule of a fault, which keeps its place, id and counters. Raises MemoryLimitError.

        Requests in progress that it was applied to are not affected.
        """
        changed = fault.changed(rule, self._charge(rule, fault))
        self._faults = tuple(changed if each is fault else each for each in self._faults)
        self._candidates = None
        return changed

    def _charge(self, rule: Mapping[str, Any], replaced: Fault | None = None) -> Charge | None:
        if self._account is None:
            return None
        return self._account.charge(FAULT_BYTES + size_of(rule), None if replaced is None else replaced.charge)

    def remove(self, identifier: str) -> bool:
        """Remove a fault; return whether it existed."""
        remaining = [fault for fault in self._faults if fault.id != identifier]
        existed = len(remaining) < len(self._faults)
        self._faults = remaining
        self._candidates = None
        return existed

    def clear(self) -> None:
        """Remove all faults."""
        self._faults = ()
        self._candidates = None

    def candidates(self, traits: RequestTraits) -> tuple[Fault, ...]:
        """Return the faults whose conditions on the head match a request. Cached for the last 256 heads."""
        if not self._faults:
            return ()
        if self._candidates is None:
            self._candidates = LruCache(CACHED_CANDIDATES)
        candidates = self._candidates.get(traits)
        if candidates is None:
            active = (fault for fault in self._faults if not fault.rule["paused"])
            candidates = tuple(fault for fault in active if fault.matches_head(traits))
            if traits.is_shared:
                self._candidates.put(traits, candidates)
        return candidates

    def decide(self, candidates: Sequence[Fault], content: RequestContent, elapsed: timedelta) -> FaultDecision:
        """Decide which candidates apply to a request: all delays, which add up to a limit, and the first other fault.

        Once another fault applies, further ones are not evaluated: they do not count the request.
        """
        if self._random is None:
            self._random = CountedRandom(SEED)
        delays = {"before": 0.0, "after": 0.0}
        chosen: Fault | None = None
        applied = []
        for fault in candidates:
            is_delay = fault.kind == DELAY
            if (chosen is not None and not is_delay) or not fault.applies(content, self._random, elapsed):
                continue
            applied.append(fault)
            if is_delay:
                seconds = delays[fault.stage] + delay_seconds(fault.effect, self._random)
                delays[fault.stage] = min(seconds, MAX_DELAY_SECONDS)
            else:
                chosen = fault
        return FaultDecision(delays, chosen, tuple(applied))

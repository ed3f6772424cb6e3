"""Which faults apply to one request, and how journals record them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from mockorders.budget import size_of
from mockorders.sandbox.effects import EFFECTS
from mockorders.sandbox.faults import Fault

MAX_RECORDED_EFFECT = 4_096
LONG_PARAMETERS = {"body", "headers"}
RECORDED_FAULT_BYTES = 150


class RecordedFault(NamedTuple):
    """A fault as journals record it: without its conditions, and without body and headers if these are long."""

    id: str
    kind: str
    stage: str
    effect: Mapping[str, Any]
    size: int

    @classmethod
    def of(cls, fault: "Fault | RecordedFault") -> "RecordedFault":
        """Return the recording of a fault."""
        effect = fault.effect
        size = size_of(effect)
        if size > MAX_RECORDED_EFFECT:
            short = {name: value for name, value in effect.items() if name not in LONG_PARAMETERS}
            effect = {**short, "truncated": True}
            size = size_of(effect)
        return cls(fault.id, fault.kind, fault.stage, effect, RECORDED_FAULT_BYTES + size)


class FaultDecision(NamedTuple):
    """The faults that apply to one request: delays in seconds by stage, and at most one other fault.

    `applied` holds the faults of all delays and the other fault, in their order.
    """

    delays: Mapping[str, float] = {}
    fault: Fault | RecordedFault | None = None
    applied: tuple[Fault | RecordedFault, ...] = ()

    def recorded(self) -> "tuple[FaultDecision, int]":
        """Return the decision as journals record it, and the approximate number of bytes that it holds."""
        applied = tuple([RecordedFault.of(each) for each in self.applied])
        fault = None if self.fault is None else RecordedFault.of(self.fault)
        held = applied if fault is None else (*applied, fault)
        return FaultDecision(self.delays, fault, applied), sum([each.size for each in held])

    def fault_at(self, stage: str) -> Fault | None:
        """Return the fault, other than a delay, to apply at a stage: `before` or `after` the handler; or None."""
        if not isinstance(self.fault, Fault):
            return None
        early = not EFFECTS[self.fault.kind].always_after and self.fault.stage == "before"
        return self.fault if early == (stage == "before") else None


NO_FAULTS = FaultDecision()

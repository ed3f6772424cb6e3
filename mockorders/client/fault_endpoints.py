"""The endpoints of the control API for faults."""

from __future__ import annotations  # so that no types are evaluated on import

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Unpack

from mockorders.client.descriptors import ControlRequest, EndpointMethod
from mockorders.client.paths import id_of, path_of

if TYPE_CHECKING:
    from mockorders.client.models import Effect, FaultChanges, FaultInfo, FaultOptions, Record

MATCH_OPTIONS = ("api", "method", "path", "query", "header")
RULE_OPTIONS = ("times", "after", "probability", "stage", "paused")


class FaultApi:
    """Endpoints of the faults of one sandbox."""

    @EndpointMethod
    def fault(self, kind: Effect, /, **options: Unpack[FaultOptions]) -> ControlRequest[FaultInfo]:
        """Add a fault, such as `fault("status", status=503, api="cratejoy", method="POST", times=1)`.

        `api`, `method`, `path`, `query`, `header` and `match={…}` select the requests; `times`, `after`, `probability`
        and `stage` control when it is applied; all other options are parameters of the effect.
        """
        effect: dict[str, Any] = {"type": kind, **options}
        match = {**effect.pop("match", {}), **_pop_options(effect, MATCH_OPTIONS)}
        rule = _pop_options(effect, RULE_OPTIONS)
        return ControlRequest("POST", "/faults", {"match": match, "effect": effect, **rule})

    @EndpointMethod
    def faults(self) -> ControlRequest[list[FaultInfo]]:
        """List the faults in order, each with the number of times it was applied."""
        return ControlRequest("GET", "/faults", read=itemgetter("faults"))

    @EndpointMethod
    def delete_fault(self, fault: FaultInfo | str) -> ControlRequest[None]:
        """Delete a fault, given as `FaultInfo` or id. Raises ControlError (404) if it does not exist."""
        return ControlRequest("DELETE", path_of("faults", id_of(fault)))

    @EndpointMethod
    def clear_faults(self) -> ControlRequest[None]:
        """Delete all faults."""
        return ControlRequest("DELETE", "/faults")

    @EndpointMethod
    def change_fault(self, fault: FaultInfo | str, /, **changes: Unpack[FaultChanges]) -> ControlRequest[FaultInfo]:
        """Change a fault, such as `change_fault(fault, times=3, effect={"status": 503})`; return the result.

        `effect` and `match` are merge patches: members that are left out are unchanged, None removes one. The fault
        keeps its place and its counters. Raises ControlError (404 or 422).
        """
        return ControlRequest("PATCH", path_of("faults", id_of(fault)), changes)

    @EndpointMethod
    def pause_fault(self, fault: FaultInfo | str) -> ControlRequest[FaultInfo]:
        """Stop applying a fault, given as `FaultInfo` or id, until it is resumed."""
        return ControlRequest("PATCH", path_of("faults", id_of(fault)), {"paused": True})

    @EndpointMethod
    def resume_fault(self, fault: FaultInfo | str) -> ControlRequest[FaultInfo]:
        """Apply a paused fault again; it continues where it was paused."""
        return ControlRequest("PATCH", path_of("faults", id_of(fault)), {"paused": False})


def _pop_options(values: Record, names: tuple[str, ...]) -> Record:
    return {name: values.pop(name) for name in names if name in values}

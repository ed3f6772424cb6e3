"""The endpoints of the control API: each method describes a request and how to read its response."""

from __future__ import annotations  # so that no types are evaluated on import

from datetime import datetime, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING

from mockorders.client.api_access import Timestamp, format_aware
from mockorders.client.descriptors import ControlRequest, EndpointMethod, EndpointProperty
from mockorders.client.fault_endpoints import FaultApi
from mockorders.client.journal_endpoints import JournalApi
from mockorders.client.paths import Document, path_of, query_of, without_none
from mockorders.client.record_endpoints import RecordApi

if TYPE_CHECKING:
    from mockorders.client.models import ClockInfo, Diff, Record, RuleInfo, SandboxInfo, SandboxOutcome
    from mockorders.config import Profile


class ServerApi:
    """Endpoints of a whole emulator."""

    @EndpointMethod
    def health(self) -> ControlRequest[dict[str, str]]:
        """Return the status and version; needs no token."""
        return ControlRequest("GET", "/health")

    @EndpointMethod
    def sandboxes(self) -> ControlRequest[list[SandboxInfo]]:
        """List the sandboxes."""
        return ControlRequest("GET", "/sandboxes", read=itemgetter("sandboxes"))

    @EndpointMethod
    def reset_all(self) -> ControlRequest[None]:
        """Reset all sandboxes to their fixtures; keep snapshots."""
        return ControlRequest("POST", "/reset")

    @EndpointMethod
    def fidelity(self) -> ControlRequest[list[RuleInfo]]:
        """List every rule of the emulator, with its evidence and source."""
        return ControlRequest("GET", "/fidelity", read=itemgetter("rules"))


class ClockApi:
    """Endpoints of one sandbox's clock. Times are aware datetimes or ISO 8601 text; a naive one raises ValueError."""

    @EndpointMethod
    def now(self) -> ControlRequest[datetime]:
        """Return the sandbox's time: aware, UTC, whole seconds."""
        return ControlRequest("GET", "/clock", read=lambda clock: datetime.fromisoformat(clock["now"]))

    @EndpointMethod
    def set(self, *, now: Timestamp | None = None, frozen: bool | None = None) -> ControlRequest[ClockInfo]:
        """Set the time, whether it is frozen, or both; omitted values are unchanged."""
        return ControlRequest("PUT", "/clock", _clock(now, frozen))

    @EndpointMethod
    def freeze(self, t: Timestamp | None = None) -> ControlRequest[ClockInfo]:
        """Freeze the time at `t`, by default at the current time."""
        return ControlRequest("PUT", "/clock", _clock(t, frozen=True))

    @EndpointMethod
    def run(self) -> ControlRequest[ClockInfo]:
        """Resume the clock from its current time."""
        return ControlRequest("PUT", "/clock", _clock(None, frozen=False))

    @EndpointMethod
    def advance(
        self, by: timedelta = timedelta(), /, *, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0
    ) -> ControlRequest[ClockInfo]:
        """Move the time by a timedelta, by days, hours, minutes and seconds, or by both; negative moves back.

        Raises ValueError unless the timedelta is in whole seconds.
        """
        if by.microseconds:
            message = f"expected whole seconds, got {by}"
            raise ValueError(message)
        total = by // timedelta(seconds=1) + ((days * 24 + hours) * 60 + minutes) * 60 + seconds
        return ControlRequest("POST", "/clock/advance", {"seconds": total})


class SandboxApi(RecordApi, JournalApi, FaultApi):
    """Endpoints of one sandbox. All but `info`, `delete` and `finish` create it on first use."""

    @EndpointMethod
    def info(self) -> ControlRequest[SandboxInfo]:
        """Return the sandbox's settings. Raises ControlError (404) if it does not exist."""
        return ControlRequest("GET", "")

    @EndpointMethod
    def create(
        self,
        *,
        fixtures: str | Document | None = None,
        profile: Profile | None = None,
        clock: Timestamp | None = None,
    ) -> ControlRequest[SandboxInfo]:
        """Recreate the sandbox from a fixture set (name or document), with an optional profile and frozen clock."""
        options = {"fixtures": fixtures, "profile": profile, "clock": _time_text(clock)}
        return ControlRequest("PUT", "", without_none(options))

    @EndpointMethod
    def log_in(self, customer: int) -> ControlRequest[SandboxInfo]:
        """Set the current customer, for requests that select none. Raises ControlError (422) if it does not exist."""
        return ControlRequest("PATCH", "", {"current_customer": customer})

    @EndpointMethod
    def log_out(self) -> ControlRequest[SandboxInfo]:
        """Remove the current customer: requests that select none are logged out."""
        return ControlRequest("PATCH", "", {"current_customer": None})

    @EndpointMethod
    def delete(self) -> ControlRequest[None]:
        """Delete the sandbox. Raises ControlError (404) if it does not exist."""
        return ControlRequest("DELETE", "")

    @EndpointMethod
    def finish(self) -> ControlRequest[SandboxOutcome]:
        """Return the errors and unused faults of the sandbox, and delete it if there are none: the end of a test."""
        return ControlRequest("POST", "/finish")

    @EndpointMethod
    def reset(self) -> ControlRequest[None]:
        """Reset data, clock and random seed; delete faults and journal; keep snapshots."""
        return ControlRequest("POST", "/reset")

    @EndpointProperty
    def state(self) -> ControlRequest[Record]:
        """Return the whole state as a fixture document."""
        return ControlRequest("GET", "/state")

    @EndpointMethod
    def put_state(self, state: Document) -> ControlRequest[Record]:
        """Replace the state by a fixture document; return the resulting state."""
        return ControlRequest("PUT", "/state", state)

    @EndpointMethod
    def snapshot(self, name: str) -> ControlRequest[list[str]]:
        """Save the current records under a name, replacing an older snapshot; return the names of all snapshots."""
        return ControlRequest("PUT", path_of("snapshots", name), read=itemgetter("snapshots"))

    @EndpointMethod
    def restore(self, name: str) -> ControlRequest[None]:
        """Replace all records by those of a snapshot. Raises ControlError (404) if it does not exist."""
        return ControlRequest("POST", path_of("snapshots", name, "restore"))

    @EndpointMethod
    def delete_snapshot(self, name: str) -> ControlRequest[None]:
        """Delete a snapshot. Raises ControlError (404) if it does not exist."""
        return ControlRequest("DELETE", path_of("snapshots", name))

    @EndpointMethod
    def diff(self, name: str | None = None) -> ControlRequest[Diff]:
        """Return the changes since a snapshot or, without a name, to the fixtures."""
        return ControlRequest("GET", "/diff" + query_of({"from": name}))


def _clock(now: Timestamp | None, frozen: bool | None) -> Record:
    return without_none({"now": _time_text(now), "frozen": frozen})


def _time_text(time: Timestamp | None) -> str | None:
    return time if time is None or isinstance(time, str) else format_aware(time)

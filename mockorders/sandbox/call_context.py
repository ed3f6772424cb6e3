"""What a handler may use of its sandbox during one call, and what is recorded of the call."""

from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from mockorders.apis.checks import Check
from mockorders.config import Profile
from mockorders.sandbox.sandbox import Sandbox
from mockorders.storage.access import RecordAccess
from mockorders.storage.collection import Record
from mockorders.storage.encoding import EncodedList, EncodedRecord
from mockorders.storage.tables import Tables
from mockorders.storage.views import View


class CallTrace(Protocol):
    """What an execution records about itself, even if it fails.

    `check` is the check that was reached, `now` the sandbox's time at the start. `time` is the time that the response
    depends on, None if it depends on none; `reads_name` is whether it depends on the sandbox's name. `access` lists the
    records that were read and written.
    """

    check: Check
    now: datetime | None
    notes: tuple[str, ...]
    access: RecordAccess
    time: datetime | None
    reads_name: bool


@dataclass(slots=True)
class CallReport:
    """A `CallTrace` for a call that is not part of an HTTP exchange."""

    check: Check = Check.REQUEST
    now: datetime | None = None
    notes: tuple[str, ...] = ()
    access: RecordAccess = field(default_factory=RecordAccess)
    time: datetime | None = None
    reads_name: bool = False


class CallContext:
    """The part of a sandbox that a handler may use during one call; implements `HandlerContext`.

    Its records and its profile are those at the start of the call, even if they are replaced between two steps.
    """

    __slots__ = ("_drafts", "_sandbox", "_state", "_trace", "profile")

    def __init__(self, sandbox: Sandbox, trace: CallTrace) -> None:
        self._sandbox = sandbox
        self._state = sandbox.state
        self._trace = trace
        self._drafts: dict[str, Tables] = {}
        self.profile: Profile = sandbox.profile

    def tables(self, api: str) -> Tables:
        """Return the collections of one API."""
        return self._drafts.get(api) or self._state.tables[api]

    def draft(self, api: str) -> "CallContext":
        """Return a context with a draft of the collections of one API."""
        context = CallContext(self._sandbox, self._trace)
        context._state = self._state
        context._drafts = {api: self._state.tables[api].draft()}
        return context

    def render(self, view: View, tables: Tables, record: Record) -> EncodedRecord:
        """Return a record as JSON in the form of a view."""
        return EncodedRecord(self._sandbox.views.render(view, tables, record))

    def render_in_steps(self, view: View, tables: Tables, record: Record) -> Generator[None, None, EncodedRecord]:
        """Return what `render` returns. Yields if the record contains long lists."""
        return EncodedRecord((yield from self._sandbox.views.render_in_steps(view, tables, record)))

    def render_list(self, view: View, tables: Tables, records: Iterable[Record]) -> Generator[None, None, EncodedList]:
        """Return records as a JSON list in the form of a view. Yields between batches."""
        return self._sandbox.views.render_list(view, tables, records)

    def sandbox_name(self) -> str:
        """Return the name of the sandbox, and note that the response must not be used for another one."""
        self._trace.reads_name = True
        return self._sandbox.name

    def now(self) -> datetime:
        """Return the time of the call in whole seconds, and note that the response depends on it."""
        return time_of(self._trace, self._sandbox)


def time_of(trace: CallTrace, sandbox: Sandbox) -> datetime:
    """Return the time of a call in whole seconds, and note that its response depends on it."""
    if trace.time is None:
        trace.time = sandbox.clock.second()
    return trace.time

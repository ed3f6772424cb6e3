"""A sandbox that several servers change: what it has is what the store has, except within one step of a request."""

import asyncio
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, ClassVar

from mockorders.config import Settings
from mockorders.fixture_sets.dataset import Dataset
from mockorders.real_time import monotonic
from mockorders.sandbox.sandbox import Sandbox, SharedServices
from mockorders.sandbox.stored_sandbox import NO_POSITION, Pending, Position, StoredSandbox
from mockorders.sandbox.stored_settings import restore_settings, settings_of
from mockorders.storage.replicated_state import ReplicatedState
from mockorders.storage.state import State
from mockorders.store.codec import PART_BYTES, decode
from mockorders.store.records import FORMAT, Head
from mockorders.store.replication import KeptChange, Kind

ADOPTED = (
    "clock",
    "current_customer",
    "dataset",
    "edits",
    "errors",
    "faults",
    "is_stale",
    "memory",
    "profile",
    "snapshots",
    "state",
)


class ReplicatedSandbox(StoredSandbox):
    """A sandbox that has what the store has, as far as it is known.

    Requests that may change it take turns by `writing`. A draft is a copy that a control request changes, and that is
    adopted when the store has kept its changes. `confirmed_at` is the `monotonic` time at which the store last had this
    state. `reset_generation` is the `generation` since which the journal has no earlier requests.
    """

    __slots__ = ("confirmed_at", "is_reset", "origin", "reset_generation", "writing")

    state_type: ClassVar[type[State]] = ReplicatedState

    def __init__(self, name: str, dataset: Dataset, shared: SharedServices) -> None:
        self.writing = asyncio.Lock()
        self.origin: int | None = None  # of a draft: the generation of the original
        self.is_reset = False
        self.confirmed_at = monotonic()
        self.reset_generation = 0
        super().__init__(name, dataset, shared)
        self.position = NO_POSITION._replace(settings=settings_of(self))

    @property
    def replicated(self) -> ReplicatedState:
        """The records."""
        assert isinstance(self.state, ReplicatedState)
        return self.state

    # changes of requests

    def pending(self, *, records_only: bool = False) -> Pending | None:
        """Return what a request has changed, or None."""
        if records_only and not self.records.dirty:
            return None
        if self.position.seen != self.generation and not self.is_replaced and not self.is_changed:
            return None
        return super().pending(records_only=records_only)

    @property
    def is_replaced(self) -> bool:
        """Whether this is a draft with other data than the original."""
        return self.origin is not None and self.origin != self.generation

    @property
    def is_changed(self) -> bool:
        """Whether the sandbox differs from what the store has of it, or would have of one without changes."""
        return bool(
            self.records.dirty
            or settings_of(self) != self.position.settings
            or self.snapshots.keys() != self.position.snapshots.keys()
            or any(self.position.snapshots[name] is not each for name, each in self.snapshots.items())
        )

    def revert(self, *, records_only: bool = False) -> None:
        """Return to what the store has."""
        self.replicated.revert()
        if not records_only and settings_of(self) != self.position.settings:
            restore_settings(self, self.position.settings)

    def advance(self, kept: Pending) -> None:
        """Change the sandbox as the store has kept it, unless that is done already. Raises MemoryLimitError."""
        if self.position.head >= kept.position.head:
            return
        self.replicated.apply(kept.changes.records, kept.changes.issued)
        if kept.position.settings != self.position.settings:
            restore_settings(self, kept.position.settings)
        self.position = kept.position

    def catch_up(self, head: Head, kept: Sequence[KeptChange]) -> bool:
        """Apply changes of other servers up to `head`; return false if that needs more than those. Raises ProblemError.

        KeyError or ValueError if one is damaged.
        """
        following = [each for each in kept if each.head > self.position.head]
        if sum([len(each.changes.data) for each in following]) > PART_BYTES:
            return False
        for each in following:
            expected = Head(self.position.head.generation, self.position.head.version + 1)
            is_usual = each.kind == Kind.CHANGE and each.format == FORMAT and each.changes.data
            if each.head != expected or not is_usual:
                return False
            self._apply(each.head, decode(each.changes))
        return self.position.head >= head

    def _apply(self, head: Head, value: Mapping[str, Any]) -> None:
        self.replicated.apply(value.get("records", {}), value.get("issued", {}))
        settings = self.position.settings
        if "settings" in value:
            merged = {**settings, **value["settings"]}
            settings = {name: each for name, each in merged.items() if each is not None}
            restore_settings(self, settings)
        self.position = self.position._replace(head=head, settings=settings)

    def apply_reload(self, before: Dataset, after: Dataset, settings: Settings) -> None:
        """Apply reloaded fixtures to what this server has; the next change of the sandbox keeps it."""
        super().apply_reload(before, after, settings)
        self.position = self.position._replace(settings=settings_of(self))

    # drafts

    def draft(self) -> "ReplicatedSandbox":
        """Return a copy that shares the journal. Raises MemoryLimitError."""
        draft = copy(self)
        draft.origin = self.generation
        draft.is_reset = False
        draft.state = self.state.snapshot()
        draft.snapshots = dict(self.snapshots)
        draft.faults = copy(self.faults)
        restore_settings(draft, settings_of(self))
        return draft

    def _reset_journal(self) -> None:
        """Reset the journal, that of a draft when it is adopted."""
        if self.origin is not None:
            self.is_reset = True
        else:
            super()._reset_journal()

    def adopt(self, draft: "ReplicatedSandbox", position: Position) -> None:
        """Take over all of a draft that the store has kept."""
        for name in ADOPTED:
            setattr(self, name, getattr(draft, name))
        if draft.is_replaced:
            self.generation += 1
        self.position = position._replace(seen=self.generation)
        self.replicated.stored()
        if draft.is_reset:
            self.journal.reset()
            self.reset_generation = self.generation

    def discard(self) -> None:
        """Delete the journal, and end the requests in progress."""
        super().discard()
        self.reset_generation = self.generation

    def adopt_local(self, draft: "ReplicatedSandbox") -> None:
        """Take over what no store has."""
        self.pins = draft.pins

    def place_after(self, head: Head) -> None:
        """Let the next change begin the generation after the last change of another sandbox of this name."""
        self.position = self.position._replace(head=head, seen=-1)


def replicated(sandbox: Sandbox | None) -> ReplicatedSandbox | None:
    """Return a sandbox as one of this type."""
    assert sandbox is None or isinstance(sandbox, ReplicatedSandbox)
    return sandbox

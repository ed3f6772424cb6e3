"""A sandbox that a store keeps: what has changed since it was last stored."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from mockorders import real_time
from mockorders.fixture_sets.dataset import Dataset
from mockorders.sandbox.sandbox import Sandbox, SharedServices, Snapshot
from mockorders.sandbox.stored_bases import source_of
from mockorders.sandbox.stored_settings import settings_of
from mockorders.storage.state import State
from mockorders.storage.stored_state import StoredState
from mockorders.store.codec import Changes, encode, encode_changes
from mockorders.store.records import ChangeRecord, Document, Head

NOTHING = Changes({}, {}, {}, {})
NO_SNAPSHOTS: Mapping[str, Snapshot] = {}
NO_DOCUMENTS: Mapping[str, Document | None] = {}


class Position(NamedTuple):
    """What the store has of a sandbox.

    `seen` is the sandbox's own `generation` at that time, or -1 if its data was replaced since. `digest` is that of the
    fixtures that the stored generation began with.
    """

    head: Head
    seen: int
    digest: str
    settings: Mapping[str, Any]
    snapshots: Mapping[str, Snapshot]


NO_POSITION = Position(Head(0, 0), -1, "", {}, {})


class StoredSandbox(Sandbox):
    """A sandbox whose changes are appended to a store."""

    __slots__ = ("position",)

    state_type: ClassVar[type[State]] = StoredState

    def __init__(self, name: str, dataset: Dataset, shared: SharedServices) -> None:
        self.position = NO_POSITION
        super().__init__(name, dataset, shared)

    @property
    def is_stored(self) -> bool:
        """Whether the store has this sandbox."""
        return self.position.head.generation > 0

    @property
    def records(self) -> StoredState:
        """The records, with what was changed."""
        assert isinstance(self.state, StoredState)
        return self.state

    def next_record(self, request: str, *, records_only: bool = False) -> tuple[ChangeRecord, Position] | None:
        """Return what has changed since the sandbox was last stored, and its position once that is stored; or None.

        With `records_only`, nothing but records can have changed.
        """
        if self.position.seen != self.generation:
            return self._first_record(request)
        if records_only:
            return self._next_records(request)
        settings = settings_of(self)
        records, issued = self.records.dirty_records()
        changes = Changes({}, records, issued, _difference(self.position.settings, settings))
        snapshots = self._changed_snapshots()
        if changes == NOTHING and not snapshots:
            return None
        head = Head(self.position.head.generation, self.position.head.version + 1)
        position = Position(head, self.generation, self.position.digest, settings, self._snapshots())
        return self._record(position, request, changes, snapshots), position

    def _next_records(self, request: str) -> tuple[ChangeRecord, Position]:
        records, issued = self.records.dirty_records()
        head, seen, digest, settings, snapshots = self.position
        position = Position(Head(head.generation, head.version + 1), seen, digest, settings, snapshots)
        return self._record(position, request, Changes({}, records, issued, {}), NO_DOCUMENTS), position

    def _first_record(self, request: str) -> tuple[ChangeRecord, Position]:
        """Return the first record of the next generation: all of the sandbox."""
        settings = settings_of(self)
        records, issued = self.records.all_records()
        bases = source_of(self.records.bases, self.dataset)
        start = {"dataset": _dataset_value(self.dataset), "bases": bases._asdict()}
        changes = Changes(start, records, issued, settings)
        head = Head(self.position.head.generation + 1, 1)
        position = Position(head, self.generation, bases.digest, settings, self._snapshots())
        return self._record(position, request, changes, self._changed_snapshots()), position

    def _record(
        self, position: Position, request: str, changes: Changes, snapshots: Mapping[str, Document | None]
    ) -> ChangeRecord:
        at = real_time.now().isoformat()
        return ChangeRecord(self.name, position.head, at, request, position.digest, encode_changes(changes), snapshots)

    def _snapshots(self) -> Mapping[str, Snapshot]:
        return dict(self.snapshots) if self.snapshots else NO_SNAPSHOTS

    def _changed_snapshots(self) -> Mapping[str, Document | None]:
        before = self.position.snapshots
        if not before and not self.snapshots:
            return NO_DOCUMENTS
        changed: dict[str, Document | None] = {}
        for name, snapshot in self.snapshots.items():
            if before.get(name) is not snapshot:
                changed[name] = self._snapshot_document(snapshot)
        return changed | {name: None for name in before if name not in self.snapshots}

    def _snapshot_document(self, snapshot: Snapshot) -> Document:
        assert isinstance(snapshot.state, StoredState)
        records, issued = snapshot.state.all_records()
        return encode(
            {
                "bases": source_of(snapshot.state.bases, self.dataset)._asdict(),
                "current_customer": snapshot.current_customer,
                "profile": snapshot.profile,
                "records": records,
                "issued": issued,
            }
        )


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that differ, None for those that were removed."""
    changed = {name: value for name, value in after.items() if name not in before or before[name] != value}
    return changed | {name: None for name in before if name not in after}


def _dataset_value(dataset: Dataset) -> dict[str, Any]:
    """Return the data that a reset returns to."""
    return {
        **source_of(dataset.bases, dataset)._asdict(),
        "current_customer": dataset.current_customer,
        "profile": dataset.profile,
        "clock": None if dataset.clock is None else dataset.clock.isoformat(),
    }

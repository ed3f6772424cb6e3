"""A sandbox that a store keeps: what has changed since it was last stored."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import orjson

from mockorders import real_time
from mockorders.fixture_sets.dataset import Dataset
from mockorders.sandbox.sandbox import Sandbox, SharedServices, Snapshot
from mockorders.sandbox.stored_bases import source_of
from mockorders.sandbox.stored_settings import count_errors, settings_of
from mockorders.storage.state import State
from mockorders.storage.stored_state import Dirty, StoredState
from mockorders.store.codec import Changes, encode, encode_changes, split_records
from mockorders.store.records import CHANGE, ChangeRecord, Document, Head

MAX_AT_ONCE = 200
MAX_AT_ONCE_BYTES = 2**20
NOTHING = Changes({}, {}, {}, {})
NO_SNAPSHOTS: Mapping[str, Snapshot] = {}
NO_DOCUMENTS: Mapping[str, Document | None] = {}
NO_CHANGED: Mapping[str, Snapshot | None] = {}


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


class Pending(NamedTuple):
    """What has changed in a sandbox, None for deleted snapshots, and the position once that is stored."""

    position: Position
    changes: Changes
    snapshots: Mapping[str, Snapshot | None]


class StoredSandbox(Sandbox):
    """A sandbox whose changes are appended to a store.

    `is_removed` is true if it was removed from memory, to be rebuilt when it is next used.
    """

    __slots__ = ("is_removed", "position")

    state_type: ClassVar[type[State]] = StoredState

    def __init__(self, name: str, dataset: Dataset, shared: SharedServices) -> None:
        self.position = NO_POSITION
        self.is_removed = False
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

    @property
    def changes_records_only(self) -> bool:
        """Whether requests to an API cannot have changed anything but records since the sandbox was last stored."""
        return not self.faults and self.has_stored_errors

    @property
    def has_stored_errors(self) -> bool:
        """Whether the store has all of the emulator's errors."""
        return self.errors.count == count_errors(self.position.settings)

    def stored(self, pending: Pending) -> Dirty:
        """Note that what was pending is stored, or will be; return its records."""
        dirty = self.records.dirty
        self.position = pending.position
        self.records.stored()
        return dirty

    @property
    def is_long(self) -> bool:
        """Whether it may take long to encode and to store what has changed since the sandbox was last stored."""
        if len(self.records.dirty) > MAX_AT_ONCE:
            return True
        if self.memory.used < MAX_AT_ONCE_BYTES:
            return False
        return self.position.seen != self.generation or self.position.snapshots != self.snapshots

    def pending(self, *, records_only: bool = False) -> Pending | None:
        """Return what has changed since the sandbox was last stored, or None.

        With `records_only`, nothing but records can have changed.
        """
        if self.position.seen != self.generation:
            return self._first()
        if records_only:
            return self._records() if self.records.dirty else None
        settings = settings_of(self)
        records, issued = self.records.dirty_records()
        changes = Changes({}, records, issued, _difference(self.position.settings, settings))
        snapshots = self._changed_snapshots()
        if changes == NOTHING and not snapshots:
            return None
        head = Head(self.position.head.generation, self.position.head.version + 1)
        position = Position(head, self.generation, self.position.digest, settings, self._snapshots())
        return Pending(position, changes, snapshots)

    def _records(self) -> Pending:
        records, issued = self.records.dirty_records()
        head, seen, digest, settings, snapshots = self.position
        position = Position(Head(head.generation, head.version + 1), seen, digest, settings, snapshots)
        return Pending(position, Changes({}, records, issued, {}), NO_CHANGED)

    def _first(self) -> Pending:
        """Return what the next generation begins with: all of the sandbox."""
        settings = settings_of(self)
        records, issued = self.records.all_records()
        digest = source_of(self.records.bases, self.dataset).digest
        head = Head(self.position.head.generation + 1, 1)
        position = Position(head, self.generation, digest, settings, self._snapshots())
        return Pending(position, Changes(self._start_value(), records, issued, settings), self._changed_snapshots())

    def _start_value(self) -> Any:
        """Return the description of the fixtures as JSON, which is encoded once for all sandboxes of a set."""
        bases: Any = self.records.bases
        dataset = self.dataset
        key = (dataset.name, dataset.current_customer, dataset.profile, dataset.clock)
        if bases is not dataset.bases:
            return {"dataset": _dataset_value(dataset), "bases": source_of(bases, dataset)._asdict()}
        if bases.start is None or bases.start[0] != key:
            value = {"dataset": _dataset_value(dataset), "bases": source_of(bases, dataset)._asdict()}
            bases.start = (key, orjson.Fragment(encode(value).data))
        return bases.start[1]

    def record(self, pending: Pending, request: str) -> ChangeRecord:
        """Return what is pending as a change record."""
        snapshots: Mapping[str, Document | None] = NO_DOCUMENTS
        if pending.snapshots:
            snapshots = {name: each and encode(self._whole(each)) for name, each in pending.snapshots.items()}
        return self._record(pending, request, encode_changes(pending.changes), snapshots)

    def record_in_parts(self, pending: Pending, request: str) -> ChangeRecord:
        """Return what is pending as a change record whose parts are encoded when they are iterated over."""
        saved = {name: self._whole(each) for name, each in pending.snapshots.items() if each is not None}
        snapshots = {name: each and encode({**saved[name], "records": {}}) for name, each in pending.snapshots.items()}
        changes = encode_changes(pending.changes._replace(records={}))
        record = self._record(pending, request, changes, snapshots)
        parts = {name: split_records(each["records"]) for name, each in saved.items()}
        return record._replace(parts={CHANGE: split_records(pending.changes.records), **parts})

    def _record(
        self, pending: Pending, request: str, changes: Document, snapshots: Mapping[str, Document | None]
    ) -> ChangeRecord:
        at = real_time.now().isoformat()
        position = pending.position
        return ChangeRecord(self.name, position.head, at, request, position.digest, changes, snapshots)

    def _snapshots(self) -> Mapping[str, Snapshot]:
        return dict(self.snapshots) if self.snapshots else NO_SNAPSHOTS

    def _changed_snapshots(self) -> Mapping[str, Snapshot | None]:
        before = self.position.snapshots
        if not before and not self.snapshots:
            return NO_CHANGED
        changed = {name: each for name, each in self.snapshots.items() if before.get(name) is not each}
        return {**changed, **{name: None for name in before if name not in self.snapshots}}

    def _whole(self, snapshot: Snapshot) -> dict[str, Any]:
        assert isinstance(snapshot.state, StoredState)
        records, issued = snapshot.state.all_records()
        return {
            "bases": source_of(snapshot.state.bases, self.dataset)._asdict(),
            "current_customer": snapshot.current_customer,
            "profile": snapshot.profile,
            "records": records,
            "issued": issued,
        }


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

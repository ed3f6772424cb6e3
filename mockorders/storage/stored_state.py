"""The records of a sandbox that a store keeps: what has changed since it was last stored."""

from collections.abc import Iterable, Mapping
from typing import Any, Self

from mockorders.budget import MemoryAccount, size_of
from mockorders.storage.access import RecordAccess
from mockorders.storage.change_log import Version
from mockorders.storage.charges import CHANGE_BYTES
from mockorders.storage.shared_change import Changes, Overlay, SharedChange
from mockorders.storage.state import State

MAX_COUNTED = 1_000
SAMPLE_STEP = 16


class Dirty(dict[tuple[str, int], None]):
    """Records that were changed: pairs of `api.collection` and id, in order.

    `is_stored` once they all are stored, `is_all_stored` if that is true of the rest of the sandbox then, too.
    """

    __slots__ = ("is_all_stored", "is_stored")

    def __init__(self) -> None:
        super().__init__()
        self.is_stored = False
        self.is_all_stored = False


class StoredState(State):
    """A state that remembers which records were changed since it was last stored.

    `dirty` are those, and another object after they are stored. `is_new` is true as long as these are all records that
    differ from the bases.
    """

    __slots__ = ("dirty", "is_new")

    def _begin(self) -> None:
        self.dirty = Dirty()
        self.is_new = True

    def snapshot(self, account: MemoryAccount | None = None) -> Self:
        """Return an independent copy of the state."""
        copy = super().snapshot(account)
        copy.is_new = False
        return copy

    def stored(self) -> None:
        """Note that all changes are stored, or will be."""
        self.dirty = Dirty()
        self.is_new = False

    def commit(self) -> RecordAccess:
        """Make the changes final, and return the access since `begin`."""
        access = super().commit()
        if access.writes:
            self.dirty |= dict.fromkeys(access.writes)
        return access

    def adopt(self, change: SharedChange) -> None:
        """Change records as a request did in another state with the version of this one. Raises MemoryLimitError."""
        super().adopt(change)
        self.dirty |= dict.fromkeys(change.writes)

    def dirty_records(self) -> tuple[dict[str, dict[str, Any]], dict[str, int]]:
        """Return the changed records by collection and id, None for deleted ones, and the last ids that were issued."""
        records: dict[str, dict[str, Any]] = {}
        issued: dict[str, int] = {}
        tables = self.tables
        changes: dict[str, Mapping[int, Any]] = {}
        for name, identifier in self.dirty:
            if name not in records:
                api, _, collection = name.partition(".")
                changed = tables[api][collection]
                records[name] = {}
                issued[name] = changed.issued
                changes[name] = changed.changes
            records[name][str(identifier)] = changes[name].get(identifier)
        return records, issued

    def all_records(self) -> tuple[dict[str, dict[str, Any]], dict[str, int]]:
        """Return all records that differ from the bases, as `dirty_records` does."""
        if self.is_new:
            return self.dirty_records()
        records = {}
        issued = {}
        for tables in self.tables.values():
            for each in tables.used():
                if each.changes:
                    records[each.name] = {str(identifier): record for identifier, record in each.changes.items()}
                if each.issued >= 0:
                    issued[each.name] = each.issued
        return records, issued

    def restore(self, overlays: Mapping[tuple[str, str], Overlay]) -> None:
        """Adopt changes that are not shared with other states; raises KeyError if a collection does not exist."""
        for (api, collection), overlay in overlays.items():
            self.tables[api][collection].adopt(overlay)
        if overlays:
            self._log.version = Version()
        self.is_new = False


def overlay_of(records: Mapping[str, Any], issued: int) -> Overlay:
    """Return the changes of one collection, from records by id as text."""
    changes: Changes = {int(identifier): record for identifier, record in records.items()}
    sizes = _sizes(changes)
    return Overlay(changes, None, {}, issued, object(), sizes, sum(sizes.values()))


def _sizes(changes: Changes) -> dict[int, int]:
    """Return the bytes that changes are charged with; of many, the average of some, because counting takes longest."""
    sample = list(changes.values())[:: 1 if len(changes) <= MAX_COUNTED else SAMPLE_STEP]
    sizes = [CHANGE_BYTES + size_of(record) for record in sample]
    if len(sample) == len(changes):
        return dict(zip(changes, sizes, strict=True))
    return dict.fromkeys(changes, sum(sizes) // len(sizes))


def total_size(overlays: Iterable[Overlay]) -> int:
    """Return the bytes that overlays are charged with."""
    return sum([overlay.size for overlay in overlays])

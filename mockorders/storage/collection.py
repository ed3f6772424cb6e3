"""Collections of records: one sandbox's changes over an immutable base that sandboxes share."""

from bisect import bisect_left
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from heapq import merge
from typing import Any

from mockorders.budget import Charge
from mockorders.storage.base_collection import BaseCollection
from mockorders.storage.change_index import ChangeIndex
from mockorders.storage.change_log import ChangeLog, PreviousRecord, Unchanged, Version
from mockorders.storage.charges import NO_CHARGES, ChangeCharges
from mockorders.storage.shared_change import Overlay

Record = Mapping[str, Any]
Test = Callable[[Record], bool]

MAX_ID = 2**63 - 1
NO_CHANGES: dict[int, Record | None] = {}  # of all collections without changes
NO_INDEXES: dict[str, ChangeIndex] = {}
MAX_SCANNED_CHANGES = 64  # for the next id; with more changes, the list of all ids is faster


class Collection:
    """One collection of records in one sandbox: changes over an immutable base.

    Records are immutable once they are stored: an update stores a new mapping. `version` is a new object after every
    change, so caches compare it by identity to detect that nothing changed. Copies share their changes until one of
    them is modified. Every change is recorded in the log, for rollback, and charged to its account.
    """

    __slots__ = ("_base", "_changes", "_charges", "_ids", "_indexes", "_issued", "_log", "_shared", "name", "version")

    def __init__(self, name: str, base: BaseCollection, log: ChangeLog) -> None:
        self.name = name
        self._base = base
        self._changes = NO_CHANGES
        self._charges = NO_CHARGES
        self._ids: list[int] | None = base.ids  # None until they are needed, if they differ from those of the base
        self._indexes = NO_INDEXES
        self._log = log
        self._shared = True
        self._issued = -1
        self.version = base.version

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Record]:
        """Iterate over the records by id, ascending."""
        return (self[identifier] for identifier in self.ids)

    def __getitem__(self, identifier: int) -> Record:
        record = self.get(identifier)
        if record is None:
            raise KeyError(identifier)
        return record

    @property
    def base(self) -> BaseCollection:
        """The records without the changes of this sandbox."""
        return self._base

    @property
    def changes(self) -> Mapping[int, Record | None]:
        """The records that this sandbox changed, by id, None for deleted ones; must not be modified."""
        return self._changes

    @property
    def issued(self) -> int:
        """The id that was issued last, or -1."""
        return self._issued

    @property
    def ids(self) -> Sequence[int]:
        """The ids, ascending; must not be modified."""
        if self._ids is None:
            self._ids = list(self._base.ids)
            self._charges.count_ids(self._log.account, len(self._ids))
            for identifier, record in self._changes.items():
                _list_id(self._ids, identifier, present=record is not None)
        return self._ids

    def get(self, identifier: int | None) -> Record | None:
        """Return a record, or None if there is none with this id."""
        if identifier is None:
            return None
        if self._log.reads is not None:
            self._log.reads.add(self.name, (identifier,))
        if identifier in self._changes:
            return self._changes[identifier]
        return self._base.records.get(identifier)

    def where(self, field: str, value: Any) -> list[Record]:
        """Return the records in which a field has a value, by id. Takes time proportional to their number."""
        identifiers = self._base.index(field).ids(value)
        changed: Sequence[int] = ()
        if self._changes:
            index = self._change_index(field)
            changed = index.ids(value)
            if changed != index.replaced_ids(value):
                unchanged = [identifier for identifier in identifiers if identifier not in self._changes]
                return self.get_many(sorted([*unchanged, *changed]))
        self._log.read(self.name, identifiers)
        found: list[Any] = list(self._base.where(field, value))
        for identifier in changed:
            found[bisect_left(identifiers, identifier)] = self._changes[identifier]
        return found

    def count(self, field: str, value: Any) -> int:
        """Return the number of records in which a field has a value, without finding them."""
        number = len(self._base.index(field).ids(value))
        if self._changes:
            index = self._change_index(field)
            number += len(index.ids(value)) - len(index.replaced_ids(value))
        return number

    def prepare_index(self, field: str) -> Generator[None, None, None]:
        """Build what `where` needs to look up a field. Yields between batches."""
        yield from self._base.build_index(field)

    def get_many(self, identifiers: Sequence[int]) -> list[Record]:
        """Return the records of ids that exist, in their order."""
        self._log.read(self.name, identifiers)
        records = self._base.records
        changes = self._changes
        if not changes:
            return list(map(records.__getitem__, identifiers))
        current: Callable[[int, Any], Any] = changes.get
        return list(map(current, identifiers, map(records.get, identifiers)))

    def put(self, record: Record) -> None:
        """Store a record, replacing the one with the same id. Raises MemoryLimitError."""
        self._change(record["id"], record)

    def delete(self, identifier: int) -> None:
        """Delete a record. Raises KeyError if it does not exist, or MemoryLimitError."""
        self[identifier]
        self._change(identifier, None)

    def apply(self, identifier: int, record: Record | None) -> None:
        """Store a record, or delete it if it is None, whether it exists or not. Raises MemoryLimitError."""
        self._change(identifier, record)

    def continue_after(self, identifier: int) -> None:
        """Set the id that was issued last, or -1 for none."""
        self._issued = identifier

    def next_id(self) -> int:
        """Return an unused id: one above those of the base and all existing and issued ones.

        If 2**63 - 1 is taken, it is the highest free one.
        """
        identifier = max(self._highest_id(), self._issued) + 1
        while identifier > MAX_ID or identifier in self._base.records or identifier in self._changes:
            identifier = min(identifier, MAX_ID + 1) - 1
        self._issued = identifier
        return identifier

    def _highest_id(self) -> int:
        """Return the highest id of the base and of the existing records, or 0."""
        highest = self._base.ids[-1] if self._base.ids else 0
        if self._ids is None and len(self._changes) <= MAX_SCANNED_CHANGES:
            return max([highest, *[each for each, record in self._changes.items() if record is not None]])
        ids = self.ids
        return max(highest, ids[-1]) if ids else highest

    def copy(self, log: ChangeLog | None = None) -> "Collection":
        """Return an independent copy. Takes constant time; the next change of either one copies the changes."""
        other = Collection(self.name, self._base, log or ChangeLog())
        other._take_changes(self)
        self._shared = True
        return other

    def apply_draft(self, draft: "Collection") -> None:
        """Take the changes of a copy, which is not used afterwards; this collection must not have changed since."""
        if draft.version is not self.version:
            self._take_changes(draft)
            self._shared = False

    def overlay(self) -> Overlay:
        """Return the changes, for collections over the same base to adopt. The next change of this one copies them."""
        self._shared = True
        ids = self._ids if self._ids is self._base.ids else None
        sizes = self._charges.sizes
        return Overlay(self._changes, ids, self._indexes, self._issued, self.version, sizes, sum(sizes.values()))

    def adopt(self, overlay: Overlay) -> None:
        """Replace all changes by those of a collection over the same base."""
        self._changes = overlay.changes
        self._charges = ChangeCharges.adopted(self._log.account, overlay)
        self._ids = overlay.ids
        self._indexes = overlay.indexes
        self._issued = overlay.issued
        self._shared = True
        self.version = overlay.version

    def is_unchanged_from(self, base: BaseCollection) -> bool:
        """Check whether the collection is over this base and has no changes."""
        return self._base is base and not self._changes

    def undo(self, identifier: int, before: PreviousRecord, charge: Charge | None) -> None:
        """Undo one change; `before` is the previous value from the log, and `charge` its charge."""
        self._unshare()
        self._reindex(identifier, self._changes[identifier], before)
        if isinstance(before, Unchanged):
            del self._changes[identifier]
        else:
            self._changes[identifier] = before
        self._charges.put(identifier, charge)
        self._update_ids(identifier, present=self.get(identifier) is not None)
        self.version = object()
        self._log.version = Version()

    def candidate_ids(self, other: "Collection") -> Iterator[int]:
        """Return the ids, ascending, whose records can differ between the two collections; ids of both may repeat."""
        if self._base is other._base:
            return iter(sorted(self._changes.keys() | other._changes.keys()))
        return merge(self.ids, other.ids)

    def _change(self, identifier: int, record: Record | None) -> None:
        charge = self._charges.new(self._log.account, identifier, record)
        self._unshare()
        before = self._changes.get(identifier, Unchanged.YES)
        self._log.writes.append((self, identifier, before, self._charges.put(identifier, charge)))
        self._reindex(identifier, before, record)
        self._changes[identifier] = record
        self._update_ids(identifier, present=record is not None)
        self.version = object()
        self._log.version = Version()

    def _take_changes(self, other: "Collection") -> None:
        self._changes = other._changes
        self._charges = other._charges
        self._ids = other._ids
        self._indexes = other._indexes
        self._issued = other._issued
        self.version = other.version

    def _unshare(self) -> None:
        if not self._shared:
            return
        self._changes = dict(self._changes)
        self._charges = self._charges.copy(self._log.account)
        self._indexes = {}
        self._shared = False
        if self._ids is not None and self._ids is not self._base.ids:
            self._ids = list(self._ids)
            self._charges.count_ids(self._log.account, len(self._ids))

    def _update_ids(self, identifier: int, *, present: bool) -> None:
        if self._ids is not self._base.ids:
            if self._ids is not None:
                _list_id(self._ids, identifier, present=present)
        elif present != (identifier in self._base.records):
            self._ids = None

    def _change_index(self, field: str) -> ChangeIndex:
        if field not in self._indexes:
            self._indexes[field] = ChangeIndex(field, self._base.records, self._changes)
        return self._indexes[field]

    def _reindex(self, identifier: int, before: PreviousRecord, after: PreviousRecord) -> None:
        for index in self._indexes.values():
            index.update(identifier, before, after)


def _list_id(ids: list[int], identifier: int, *, present: bool) -> None:
    """Insert an id into ascending ids if its record is present, or remove it, unless that is done already."""
    at = bisect_left(ids, identifier)
    listed = at < len(ids) and ids[at] == identifier
    if present and not listed:
        ids.insert(at, identifier)
    if listed and not present:
        del ids[at]

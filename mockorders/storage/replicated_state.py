"""The records of a sandbox that several servers change: what the store has not kept yet can be undone."""

from collections.abc import Iterator, Mapping
from typing import Any, Self

from mockorders.budget import MemoryAccount
from mockorders.storage.access import RecordAccess
from mockorders.storage.collection import Collection
from mockorders.storage.record_changes import Write
from mockorders.storage.shared_change import Overlay, SharedChange
from mockorders.storage.stored_state import StoredState


class ReplicatedState(StoredState):
    """A state that returns to what the store has, and that takes over changes that the store has kept."""

    __slots__ = ("_kept_version", "_undo", "kept_ids")

    def _begin(self) -> None:
        super()._begin()
        self._undo: list[Write] = []
        self.kept_ids: dict[str, int] = {}  # as the store has them
        self._kept_version = self.version

    def snapshot(self, account: MemoryAccount | None = None) -> Self:
        """Return an independent copy of the state."""
        copy = super().snapshot(account)
        copy.kept_ids = dict(self.kept_ids)
        copy.keep_version()
        return copy

    def keep_version(self) -> None:
        """Note that the store has the records as they are."""
        self._kept_version = self.version

    def share(self, access: RecordAccess) -> SharedChange | None:
        """Return None: no other sandbox may adopt a change, because the store may not keep it."""
        return None

    def commit(self) -> RecordAccess:
        """Make the changes final for the request, and remember how to undo them."""
        self._undo += self._log.writes
        return super().commit()

    def revert(self) -> None:
        """Undo all changes since the store kept some, and the ids that were issued."""
        while self._undo:
            collection, identifier, before, charge = self._undo.pop()
            collection.undo(identifier, before, charge)
        for each in self._used():
            each.continue_after(self.kept_ids.get(each.name, -1))
        self.dirty.clear()
        self._log.version = self._kept_version

    def _used(self) -> Iterator[Collection]:
        for tables in self._tables.values():
            yield from tables.used()

    def apply(self, records: Mapping[str, Mapping[str, Any]], issued: Mapping[str, int]) -> None:
        """Change records as the store has kept it. Raises MemoryLimitError, and changes nothing then.

        `records` are by collection and id, `issued` are the last issued ids; KeyError if a collection does not exist.
        """
        try:
            for name, changed in records.items():
                api, _, collection = name.partition(".")
                for identifier, record in changed.items():
                    self.tables[api][collection].apply(int(identifier), record)
        except BaseException:
            self.rollback()
            raise
        for name, last_id in issued.items():
            api, _, collection = name.partition(".")
            self.tables[api][collection].continue_after(last_id)
        self.commit()
        self.stored()

    def stored(self) -> None:
        """Note that all changes are stored."""
        super().stored()
        self._undo.clear()
        self.kept_ids = {each.name: each.issued for each in self._used()}
        self.keep_version()

    def restore(self, overlays: Mapping[tuple[str, str], Overlay]) -> None:
        """Adopt changes that are not shared with other states; raises KeyError if a collection does not exist."""
        super().restore(overlays)
        self.stored()

"""Indexes of the changes of a collection: which changed records have a value, and had it in the base."""

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from typing import Any

from mockorders.storage.change_log import PreviousRecord, Unchanged

Record = Mapping[str, Any]

NO_IDS: Sequence[int] = []  # equal to other lists


class ChangeIndex:
    """The ids of the changed records of a collection by the value of one field, ascending.

    A changed record is listed by its value now, unless it is deleted, and by its value in the base, if it is there.
    """

    __slots__ = ("_base", "_field", "_ids", "_replaced_ids")

    def __init__(self, field: str, base: Mapping[int, Record], changes: Mapping[int, Record | None]) -> None:
        self._field = field
        self._base = base
        self._ids: dict[Any, list[int]] = {}
        self._replaced_ids: dict[Any, list[int]] = {}
        for identifier in sorted(changes):
            record = changes[identifier]
            if record is not None:
                self._ids.setdefault(record[field], []).append(identifier)
            if identifier in base:
                self._replaced_ids.setdefault(base[identifier][field], []).append(identifier)

    def ids(self, value: Any) -> Sequence[int]:
        """Return the ids of the changed records that have a value."""
        return self._ids.get(value, NO_IDS)

    def replaced_ids(self, value: Any) -> Sequence[int]:
        """Return the ids of the changed records that have a value in the base."""
        return self._replaced_ids.get(value, NO_IDS)

    def update(self, identifier: int, before: PreviousRecord, after: PreviousRecord) -> None:
        """List an id by the value of its record after a change instead of that before."""
        _move(self._ids, identifier, self._values(before), self._values(after))
        in_base = self._values(self._base.get(identifier))
        replaced_before = () if isinstance(before, Unchanged) else in_base
        replaced_after = () if isinstance(after, Unchanged) else in_base
        _move(self._replaced_ids, identifier, replaced_before, replaced_after)

    def _values(self, record: PreviousRecord) -> tuple[Any, ...]:
        """Return the value of a record, or none without a record."""
        return () if record is None or isinstance(record, Unchanged) else (record[self._field],)


def _move(ids_by_value: dict[Any, list[int]], identifier: int, old: tuple[Any, ...], new: tuple[Any, ...]) -> None:
    """List an id under the new value instead of the old one."""
    if old == new:
        return
    for value in old:
        ids = ids_by_value[value]
        del ids[bisect_left(ids, identifier)]
    for value in new:
        insort(ids_by_value.setdefault(value, []), identifier)

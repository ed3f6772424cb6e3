"""Indexes of the ids of immutable records by the value of one field."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

NO_IDS: Sequence[int] = ()


class FieldIndex(Mapping[Any, Sequence[int]]):
    """Ascending ids by the value of a field.

    Most values have one id, which is kept as it is. Several are an array, which the garbage collector does not
    traverse.
    """

    __slots__ = ("found",)

    def __init__(self) -> None:
        self.found: dict[Any, int | array[int]] = {}

    def add(self, pairs: Iterable[tuple[Any, int]]) -> None:
        """Add pairs of a value and an id, which is above those that the value has."""
        found = self.found
        for value, identifier in pairs:
            first = found.setdefault(value, identifier)
            if first is identifier:
                continue
            if isinstance(first, int):
                found[value] = array("q", (first, identifier))
            else:
                first.append(identifier)

    def ids(self, value: Any) -> Sequence[int]:
        """Return the ids of the records in which the field has a value."""
        found = self.found.get(value, NO_IDS)
        return (found,) if isinstance(found, int) else found

    def __getitem__(self, value: Any) -> Sequence[int]:
        found = self.found[value]
        return (found,) if isinstance(found, int) else found

    def __iter__(self) -> Iterator[Any]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

"""What a request changed in records that several sandboxes have, so that the others need not execute it too."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from mockorders.storage.change_index import ChangeIndex

Changes = dict[int, Mapping[str, Any] | None]


class Overlay(NamedTuple):
    """All changes of one collection over its base, and the indexes of them, which grow as they are used.

    `ids` are those of the base, or None if they differ. `sizes` are the bytes that each record is charged with, by id,
    and `size` is their sum.
    """

    changes: Changes
    ids: list[int] | None
    indexes: dict[str, ChangeIndex]
    issued: int
    version: object
    sizes: Mapping[int, int]
    size: int


class SharedChange(NamedTuple):
    """What a request changed: the collections by API and name as they are afterwards, and the version of all records.

    `depth` is the number of requests that led from the bases to these records. `writes` lists the records that the last
    one changed, as pairs of `api.collection` and id.
    """

    overlays: Mapping[tuple[str, str], Overlay]
    version: Any
    depth: int
    writes: tuple[tuple[str, int], ...]

    @property
    def size(self) -> int:
        """The bytes that its records are charged with."""
        return sum([overlay.size for overlay in self.overlays.values()])

    @property
    def records(self) -> int:
        """The number of changed records."""
        return sum([len(overlay.changes) for overlay in self.overlays.values()])

"""Datasets: what a fixture set provides to a sandbox."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from mockorders.budget import MemoryAccount
from mockorders.config import Profile
from mockorders.fixture_sets.files import FileVersion
from mockorders.storage.base_collection import BaseCollection
from mockorders.storage.change_log import Version
from mockorders.validation.violations import Violation

NO_BASES: Mapping[str, Mapping[str, BaseCollection]] = {}


class Bases(dict[str, Mapping[str, BaseCollection]]):
    """The records of a dataset by API and collection, shared by all sandboxes of the dataset.

    `extended` are those of the loaded set that the dataset extends, which stays loaded as long as these exist. `source`
    is where the store finds them, once it has asked for that; `start` is for its use.
    """

    __slots__ = ("__weakref__", "extended", "source", "start")

    def __init__(
        self, bases: Mapping[str, Mapping[str, BaseCollection]] = NO_BASES, extended: "Bases | None" = None
    ) -> None:
        super().__init__(bases)
        self.extended = extended
        self.source: BasesSource | None = None
        self.start: Any = None


class BasesSource(NamedTuple):
    """Where records of fixtures come from: the name of their set, and the digest of all of them.

    `kept` is true if they are no set, so that the store keeps them itself.
    """

    name: str
    digest: str
    kept: bool


class Dataset(NamedTuple):
    """The initial data and settings of a sandbox.

    The identity of `bases` identifies the dataset, and so does `version`, which caches can keep without the records.
    `profile` and `clock` are None if the set does not choose; `clock` is aware, and freezes the clock. `memory` is the
    account of the sandbox that the dataset was made for, or None if it is a set.
    """

    name: str
    bases: Bases
    current_customer: int | None = None
    profile: Profile | None = None
    clock: datetime | None = None
    memory: MemoryAccount | None = None
    version: Version | None = None

    @property
    def size(self) -> int:
        """The number of records."""
        return sum(len(base.ids) for base in chain.from_iterable(each.values() for each in self.bases.values()))


class SourceDocument(NamedTuple):
    """One document of a set, and where it comes from.

    If it is the file of a set, `name` is the set's name and `version` the file's version before it was read.
    `violations` are the places where its structure is invalid; records are not checked yet.
    """

    origin: str
    document: Any
    violations: Sequence[Violation] = ()
    name: str | None = None
    version: FileVersion = None


class LoadedSet(NamedTuple):
    """A set's dataset, and the files it was loaded from: name of the set, path and version."""

    dataset: Dataset
    files: Sequence[tuple[str, Path, FileVersion]]

    def with_bases(self, bases: Bases) -> "LoadedSet":
        """Return the same set with other records."""
        return self._replace(dataset=self.dataset._replace(bases=bases))

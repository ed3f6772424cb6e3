"""What a fixture set provides to a sandbox."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from mockorders.config import Profile
from mockorders.fixture_sets.files import FileVersion
from mockorders.storage.collection import BaseCollection


class Dataset(NamedTuple):
    """What a sandbox starts from: records by API and collection, and how its time and profile begin."""

    name: str
    bases: Mapping[str, Mapping[str, BaseCollection]]
    current_customer: int | None = None
    profile: Profile | None = None
    clock: datetime | None = None


class SourceDocument(NamedTuple):
    """One document of a set; where it is a set's file, the set's name, and the file's stamp before it was read."""

    origin: str
    document: Any
    name: str | None = None
    version: FileVersion = None


class LoadedSet(NamedTuple):
    """A set's world, and the files it was made of."""

    dataset: Dataset
    files: Sequence[tuple[str, Path, FileVersion]]

"""The loaded fixture sets, and how long each of them is held."""

from collections.abc import Container, Mapping
from weakref import ref

from mockorders.fixture_sets.dataset import Bases, LoadedSet


class LoadedSets:
    """The loaded sets of a server by name.

    The sets in `kept` stay loaded. Others are freed with the last dataset or state that uses their records or extends
    them.
    """

    def __init__(self, kept: Container[str]) -> None:
        self._kept_names = kept
        self._kept: dict[str, LoadedSet] = {}
        self._others: dict[str, tuple[LoadedSet, ref[Bases]]] = {}  # the sets without records, which are referred to

    def get(self, name: str) -> LoadedSet | None:
        """Return a set, or None if it is not loaded."""
        if name not in self._others:
            return self._kept.get(name)
        loaded, reference = self._others[name]
        bases = reference()
        return None if bases is None else loaded.with_bases(bases)

    def add(self, name: str, loaded: LoadedSet) -> None:
        """Store a set, replacing the one with the same name."""
        if name in self._kept_names:
            self._kept[name] = loaded
        else:
            self._others[name] = (loaded.with_bases(Bases()), ref(loaded.dataset.bases))

    def all(self) -> Mapping[str, LoadedSet]:
        """Return the sets that are loaded now. None of them is freed while the result exists."""
        found = {name: self.get(name) for name in (*self._kept, *self._others)}
        return {name: loaded for name, loaded in found.items() if loaded is not None}

"""The names of the sandboxes in a store, so that new ones are known to be new without reading it."""

import sqlite3

from mockorders.store.sqlite_reading import names

MAX_NAMES = 100_000


class KnownNames:
    """The names of all stored sandboxes, unless they are too many to hold."""

    def __init__(self) -> None:
        self._names: set[str] | None = None

    def read(self, reader: sqlite3.Connection) -> None:
        """Read the names of a store. Raises sqlite3.Error."""
        found = names(reader, MAX_NAMES + 1)
        self._names = set(found) if len(found) <= MAX_NAMES else None

    def add(self, name: str) -> None:
        """Note that a sandbox was stored."""
        if self._names is not None:
            self._names.add(name)
            if len(self._names) > MAX_NAMES:
                self._names = None

    def discard(self, name: str) -> None:
        """Note that a sandbox was deleted."""
        if self._names is not None:
            self._names.discard(name)

    def lacks(self, name: str) -> bool:
        """Whether the store certainly does not have a sandbox."""
        return self._names is not None and name not in self._names

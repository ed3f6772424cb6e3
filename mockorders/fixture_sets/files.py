"""Find fixture files: the shipped ones, and the user's files and folders, which take precedence."""

import errno
import stat
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from pathlib import Path

from mockorders.fixture_sets.errors import FixtureError, UnreadableFixtureError
from mockorders.resources import folder, not_empty

DEFAULT_SET = "default"
EXPLICIT_SETS = {"large"}  # too large to be loaded by a credential that happens to have its name

FileVersion = tuple[int, int, int] | None  # modification time (ns), size, inode; None if there is no file


class FixtureFiles:
    """The files of all fixture sets by name, as found when the instance is created.

    A string in `fixtures` is the name of a set, or else a file or folder; a Path is always a file or folder. Raises
    FixtureError if one does not exist. `selectable` holds the names that a sandbox can have to use the set of that
    name, `user_sets` the names of the user's sets; `default` is the set of all other sandboxes. `watched` holds the
    user's files and folders, `versions` the result of the first scan.
    """

    def __init__(self, fixtures: Sequence[str | Path] = ()) -> None:
        self.fixtures = tuple(fixtures)
        self.files = dict(shipped_files())
        self._user_files: set[Path] = set()
        self.selectable = set(self.files) - EXPLICIT_SETS
        self.user_sets: list[str] = []
        self.default = DEFAULT_SET
        self.watched: list[Path] = []
        for fixture in self.fixtures:
            self._add(fixture)
        self.versions = self.scan()

    def scan(self) -> Mapping[Path, FileVersion]:
        """Return the current versions of the user's files."""
        files = chain.from_iterable(map(_json_files, self.watched))
        return {file: file_version(file) for file in files}

    def set_for(self, sandbox: str) -> str:
        """Return the name of the set that a sandbox with this name is created from."""
        if sandbox in self.selectable:
            return sandbox
        prefix = sandbox.partition(".")[0]
        return prefix if prefix in self.selectable else self.default

    def file(self, name: str, referrer: str = "", pointer: str = "") -> Path:
        """Return the file of a set. Raises FixtureError, located at `referrer`, if there is no such set."""
        if name in self.files:
            return self.files[name]
        kind = FixtureError if pointer else UnreadableFixtureError
        raise kind(referrer, pointer, f"expected the name of a set ({self._names()}), got {name!r}")

    def read(self, file: Path) -> bytes:
        """Return the content of a set's file. Raises OSError if it cannot be read."""
        return read_file(file) if file in self._user_files else read_shipped(file)

    def _add(self, fixture: str | Path) -> None:
        if isinstance(fixture, str) and fixture in self.files:
            self._set_default(fixture)
            return
        path = Path(fixture)
        if not fixture or not path.exists():
            expected = f"expected the name of a set ({self._names()}), a file or a folder"
            raise UnreadableFixtureError(str(fixture), "", expected)
        self.watched.append(path)
        for file in _json_files(path):
            self.files[file.stem] = file
            self._user_files.add(file)
            self.selectable.add(file.stem)
            self.user_sets.append(file.stem)
        if not path.is_dir():
            self._set_default(path.stem)

    def _set_default(self, name: str) -> None:
        self.selectable.add(name)
        self.default = name

    def _names(self) -> str:
        return ", ".join(sorted(self.files))


def file_version(file: Path) -> FileVersion:
    """Return a value that changes when a file is modified or replaced, or None if it cannot be read."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def read_file(file: Path) -> bytes:
    """Return the content of a regular file. Raises OSError if it cannot be read, or is a pipe or device."""
    if not stat.S_ISREG(file.stat().st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    return file.read_bytes()


def _json_files(path: Path) -> Iterable[Path]:
    return sorted(path.glob("*.json")) if path.is_dir() else [path]


@cache
def shipped_files() -> Mapping[str, Path]:
    """Return the files of the shipped fixture sets by name."""
    files = sorted(folder("fixtures").glob("*.json"))
    return {path.stem: path for path in not_empty(files, folder("fixtures"))}


@cache
def read_shipped(file: Path) -> bytes:
    """Return the content of a shipped file, which is read once."""
    return read_file(file)

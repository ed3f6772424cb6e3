"""Where fixture sets come from: the shipped files, and a user's files and folders, whose names win."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mockorders.errors import FixtureError
from mockorders.resources import folder

DEFAULT_SET = "default"
EXPLICIT_SETS = {"large"}  # too big to be made by a credential that happens to bear its name

FileVersion = tuple[int, int, int] | None  # changed at (ns), size, which file; None where there is none


class FixtureFiles:
    """The files behind the names of sets, as they were found when this was made.

    Of `fixtures` a text may be the name of a set, else it is a file or a folder, as a path always is. `selectable` are the
    names by which a sandbox can choose its set, `user_sets` the user's, `default` is for all other sandboxes.
    """

    def __init__(self, fixtures: Sequence[str | Path] = ()) -> None:
        self.fixtures = tuple(fixtures)
        self.files = shipped_files()
        self.selectable = set(self.files) - EXPLICIT_SETS
        self.user_sets: list[str] = []
        self.default = DEFAULT_SET
        self.watched: list[Path] = []
        for fixture in self.fixtures:
            self._add(fixture)
        self.versions = self.scan()

    def scan(self) -> Mapping[Path, FileVersion]:
        """Look at the user's files as they are now: what differs from `versions` changed since."""
        return {file: file_version(file) for path in self.watched for file in _json_files(path)}

    def set_for(self, sandbox: str) -> str:
        """Give the set that a sandbox of this name starts from."""
        return next((name for name in (sandbox, sandbox.partition(".")[0]) if name in self.selectable), self.default)

    def file(self, name: str, referrer: str = "", pointer: str = "") -> Path:
        """Give the file of a set; FixtureError, which blames `referrer`, where there is no such set."""
        if name in self.files:
            return self.files[name]
        raise FixtureError(referrer, pointer, f"expected the name of a set ({self._known()}), got {name!r}")

    def _add(self, fixture: str | Path) -> None:
        if isinstance(fixture, str) and fixture in self.files:
            self._choose(fixture)
            return
        path = Path(fixture)
        if not fixture or not path.exists():
            expected = f"expected the name of a set ({self._known()}), a file or a folder"
            raise FixtureError(str(fixture), "", expected)
        self.watched.append(path)
        for file in _json_files(path):
            self.files[file.stem] = file
            self.selectable.add(file.stem)
            self.user_sets.append(file.stem)
        if not path.is_dir():
            self._choose(path.stem)

    def _choose(self, name: str) -> None:
        self.selectable.add(name)
        self.default = name

    def _known(self) -> str:
        return ", ".join(sorted(self.files))


def file_version(file: Path) -> FileVersion:
    """Give what changes with a file's content."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _json_files(path: Path) -> Iterator[Path]:
    return iter(sorted(path.glob("*.json")) if path.is_dir() else [path])


def shipped_files() -> dict[str, Path]:
    """Give the shipped fixture sets: name and file."""
    return {path.stem: path for path in sorted(folder("fixtures").glob("*.json"))}

"""Fixture sets: found by name, file or folder; read, extended, generated and checked; each made once."""

import gc
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from mockorders.apis.base import Api
from mockorders.errors import FixtureError
from mockorders.fixture_sets.builder import DatasetBuilder
from mockorders.fixture_sets.dataset import Dataset, LoadedSet, SourceDocument
from mockorders.fixture_sets.files import FixtureFiles, file_version
from mockorders.formats.parsing import ParseError, parse_json
from mockorders.formats.timestamps import parse_time
from mockorders.validation.validator import Validator

MAX_VALUES = 50_000_000


class FixtureSets:
    """The fixture sets that one server knows: the shipped ones and a user's, whose names win."""

    def __init__(self, apis: Sequence[Api], validator: Validator, fixtures: Sequence[str | Path] = ()) -> None:
        self._apis = apis
        self._validator = validator
        self.files = FixtureFiles(fixtures)
        self._loaded: dict[str, LoadedSet] = {}
        self._locks: dict[str, threading.Lock] = {}

    @property
    def names(self) -> list[str]:
        """The names by which a sandbox can choose its set."""
        return sorted(self.files.selectable)

    @property
    def user_sets(self) -> Sequence[str]:
        """The names of the user's sets."""
        return self.files.user_sets

    @property
    def default(self) -> str:
        """The set of the sandboxes that choose none."""
        return self.files.default

    def set_for(self, sandbox: str) -> str:
        """Give the set that a sandbox of this name starts from."""
        return self.files.set_for(sandbox)

    def loaded(self, name: str) -> Dataset | None:
        """Give a set's world if it was made already."""
        made = self._loaded.get(name)
        return None if made is None else made.dataset

    def load(self, name: str) -> Dataset:
        """Make a set's world, once, however many ask. Blocks; FixtureError where the set cannot be used."""
        made = self._loaded
        with self._locks.setdefault(name, threading.Lock()):
            if name not in made:
                with _without_gc():
                    parts = self._chain(name)
                    files = [(part.name, Path(part.origin), part.version) for part in parts if part.name is not None]
                    made[name] = LoadedSet(self._build(name, parts), files)
            return made[name].dataset

    def document(self, name: str) -> Mapping[str, Any]:
        """Read a set's own file, without what it extends; FixtureError where it cannot be used."""
        document: Mapping[str, Any] = self._read(self.files.file(name, name))
        return document

    def from_document(self, document: Any, origin: str) -> Dataset:
        """Make a world of a document that is not a file, such as a state. FixtureError where it cannot be used."""
        self._check(document, origin)
        return self._build(origin, [*self._chain(document.get("extends"), origin), SourceDocument(origin, document)])

    def reload(self, report: Callable[[FixtureError], None]) -> "FixtureSets":
        """Give the sets as their files are now; blocks. What did not change is not made again.

        A set that cannot be used any more stays as it was, and `report` is told why. Raises FixtureError where a file or
        folder of the options is gone.
        """
        fresh = FixtureSets(self._apis, self._validator, self.files.fixtures)
        before = dict(self._loaded)
        fresh._loaded |= {name: made for name, made in before.items() if fresh._is_current(made)}
        for name in dict.fromkeys([*fresh.user_sets, *before]):
            if name not in fresh.files.files:
                continue
            try:
                fresh.load(name)
            except FixtureError as error:
                report(error)
                fresh._loaded |= {name: before[name]} if name in before else {}
        return fresh

    def replace_with(self, fresh: Self) -> list[tuple[Dataset, Dataset]]:
        """Take the place of these sets; gives the worlds that changed, each with the one that comes after it."""
        before, self._loaded = self._loaded, fresh._loaded
        self.files, self._locks = fresh.files, fresh._locks
        pairs = ((made.dataset, self.loaded(name)) for name, made in before.items())
        return [(old, new) for old, new in pairs if new is not None and new is not old]

    def _is_current(self, made: LoadedSet) -> bool:
        return all(self.files.files.get(name) == file and file_version(file) == then for name, file, then in made.files)

    def _chain(self, name: str | None, referrer: str = "") -> list[SourceDocument]:
        """Give a set's documents, what it extends first."""
        chain: list[SourceDocument] = []
        while name is not None:
            file = self.files.file(name, referrer, "/extends" if referrer else "")
            if any(str(file) == part.origin for part in chain):
                raise FixtureError(str(file), "/extends", "expected a set that does not extend itself")
            then = file_version(file)
            document = self._read(file)
            chain.insert(0, SourceDocument(str(file), document, name, then))
            name, referrer = document.get("extends"), str(file)
        return chain

    def _read(self, file: Path) -> Any:
        try:
            document = parse_json(file.read_bytes(), MAX_VALUES)
        except OSError as error:
            raise FixtureError(str(file), "", f"expected a file that can be read: {error.strerror}") from error
        except ParseError as error:
            raise FixtureError(str(file), "", str(error)) from error
        self._check(document, str(file))
        return document

    def _check(self, document: Any, origin: str) -> None:
        for violation in self._validator.violations("fixture-set", document):
            raise FixtureError(origin, violation.pointer, violation.message)

    def _build(self, name: str, chain: Sequence[SourceDocument]) -> Dataset:
        builder = DatasetBuilder(self._apis, self._validator)
        for part in chain:
            builder.add(part.document, part.origin)
        builder.check_references()
        last = {key: value for part in chain for key, value in part.document.items()}
        return Dataset(name, builder.bases(), last.get("current_customer"), last.get("profile"), _clock(chain))


@contextmanager
def _without_gc() -> Iterator[None]:
    """Make what lasts: the collector neither looks through it while it grows nor ever after."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if enabled:
            gc.enable()


def _clock(chain: Sequence[SourceDocument]) -> datetime | None:
    time = None
    for origin, document, *_ in chain:
        if "clock" not in document:
            continue
        try:
            time = None if document["clock"] is None else parse_time(document["clock"])
        except ValueError as error:
            message = f"expected a time such as 2017-03-21T00:00:00Z, got {document['clock']!r}"
            raise FixtureError(origin, "/clock", message) from error
    return time

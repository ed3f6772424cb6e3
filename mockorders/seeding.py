"""Fixture sets: found by name, file or folder; read, extended, generated and checked; each made once."""

import gc
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from mockorders import content
from mockorders.api import Api
from mockorders.clock import parse_time
from mockorders.contract import Contract
from mockorders.errors import FixtureError
from mockorders.options import Profile
from mockorders.records import Builder
from mockorders.store import Base
from mockorders.wire import Unreadable, parse_json

DEFAULT = "default"
MAX_VALUES = 50_000_000
ON_REQUEST = {"large"}  # too big to be made by a credential that happens to bear its name


class World(NamedTuple):
    """What a sandbox starts from: records by API and collection, and how its time and profile begin."""

    name: str
    bases: Mapping[str, Mapping[str, Base]]
    current_customer: int | None = None
    profile: Profile | None = None
    clock: datetime | None = None


class FixtureSets:
    """The fixture sets that one server knows: the shipped ones and a user's, whose names win."""

    def __init__(self, apis: Sequence[Api], contract: Contract, fixtures: Sequence[str] = ()) -> None:
        self._apis = apis
        self._contract = contract
        self._files = content.fixture_files()
        self._worlds: dict[str, World] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._offered = set(self._files) - ON_REQUEST
        self.own: list[str] = []
        self.chosen = DEFAULT
        for fixture in fixtures:
            self._add(fixture)

    @property
    def names(self) -> list[str]:
        """The names by which a sandbox can choose its set."""
        return sorted(self._offered)

    def named(self, sandbox: str) -> str:
        """Give the set that a sandbox of this name starts from."""
        return next((name for name in (sandbox, sandbox.partition(".")[0]) if name in self._offered), self.chosen)

    def made(self, name: str) -> World | None:
        """Give a set's world if it was made already."""
        return self._worlds.get(name)

    def world(self, name: str) -> World:
        """Make a set's world, once, however many ask. Blocks; FixtureError where the set cannot be used."""
        with self._locks.setdefault(name, threading.Lock()):
            if name not in self._worlds:
                with _lasting():
                    self._worlds[name] = self._build(name, self._chain(name))
            return self._worlds[name]

    def from_document(self, document: Any, origin: str) -> World:
        """Make a world of a document that is not a file, such as a state. FixtureError where it cannot be used."""
        self._check(document, origin)
        return self._build(origin, [*self._chain(document.get("extends"), origin), (origin, document)])

    def _add(self, fixture: str) -> None:
        if fixture in self._files:
            self._choose(fixture)
            return
        path = Path(fixture)
        if fixture and path.is_dir():
            for file in sorted(path.glob("*.json")):
                self._own(file)
        elif fixture and path.is_file():
            self._own(path)
            self._choose(path.stem)
        else:
            known = ", ".join(sorted(self._files))
            raise FixtureError(fixture, "", f"expected the name of a set ({known}), a file or a folder")

    def _own(self, file: Path) -> None:
        self._files[file.stem] = file
        self._offered.add(file.stem)
        self.own.append(file.stem)

    def _choose(self, name: str) -> None:
        self._offered.add(name)
        self.chosen = name

    def _chain(self, name: str | None, by: str = "") -> list[tuple[str, Any]]:
        """Give a set's documents, what it extends first."""
        chain: list[tuple[str, Any]] = []
        while name is not None:
            if name not in self._files:
                known = ", ".join(sorted(self._files))
                raise FixtureError(by, "/extends", f"expected the name of a set ({known}), got {name!r}")
            file = self._files[name]
            if any(file == Path(origin) for origin, _ in chain):
                raise FixtureError(str(file), "/extends", "expected a set that does not extend itself")
            document = self._read(file)
            chain.insert(0, (str(file), document))
            name, by = document.get("extends"), str(file)
        return chain

    def _read(self, file: Path) -> Any:
        try:
            document = parse_json(file.read_bytes(), MAX_VALUES)
        except OSError as error:
            raise FixtureError(str(file), "", f"expected a file that can be read: {error.strerror}") from error
        except Unreadable as error:
            raise FixtureError(str(file), "", str(error)) from error
        self._check(document, str(file))
        return document

    def _check(self, document: Any, origin: str) -> None:
        for mistake in self._contract.mistakes("fixture-set", document):
            raise FixtureError(origin, mistake.pointer, mistake.message)

    def _build(self, name: str, chain: Sequence[tuple[str, Any]]) -> World:
        builder = Builder(self._apis, self._contract)
        for origin, document in chain:
            builder.add(document, origin)
        builder.check_references()
        last = {key: value for _, document in chain for key, value in document.items()}
        return World(name, builder.bases(), last.get("current_customer"), last.get("profile"), _clock(chain))


@contextmanager
def _lasting() -> Iterator[None]:
    """Make what lasts: the collector neither looks through it while it grows nor ever after."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if enabled:
            gc.enable()


def _clock(chain: Sequence[tuple[str, Any]]) -> datetime | None:
    time = None
    for origin, document in chain:
        if "clock" not in document:
            continue
        try:
            time = None if document["clock"] is None else parse_time(document["clock"])
        except ValueError as error:
            message = f"expected a time such as 2017-03-21T00:00:00Z, got {document['clock']!r}"
            raise FixtureError(origin, "/clock", message) from error
    return time

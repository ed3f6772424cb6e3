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
from mockorders.fixture_sets.builder import Builder
from mockorders.fixture_sets.dataset import Made, Part, World
from mockorders.fixture_sets.files import Sources, stamp
from mockorders.formats.parsing import ParseError, parse_json
from mockorders.formats.timestamps import parse_time
from mockorders.validation.validator import Validator

MAX_VALUES = 50_000_000


class FixtureSets:
    """The fixture sets that one server knows: the shipped ones and a user's, whose names win."""

    def __init__(self, apis: Sequence[Api], contract: Validator, fixtures: Sequence[str | Path] = ()) -> None:
        self._apis = apis
        self._contract = contract
        self.sources = Sources(fixtures)
        self._made: dict[str, Made] = {}
        self._locks: dict[str, threading.Lock] = {}

    @property
    def names(self) -> list[str]:
        """The names by which a sandbox can choose its set."""
        return sorted(self.sources.offered)

    @property
    def own(self) -> Sequence[str]:
        """The names of the user's sets."""
        return self.sources.own

    @property
    def chosen(self) -> str:
        """The set of the sandboxes that choose none."""
        return self.sources.chosen

    def named(self, sandbox: str) -> str:
        """Give the set that a sandbox of this name starts from."""
        return self.sources.named(sandbox)

    def made(self, name: str) -> World | None:
        """Give a set's world if it was made already."""
        made = self._made.get(name)
        return None if made is None else made.world

    def world(self, name: str) -> World:
        """Make a set's world, once, however many ask. Blocks; FixtureError where the set cannot be used."""
        made = self._made
        with self._locks.setdefault(name, threading.Lock()):
            if name not in made:
                with _lasting():
                    parts = self._chain(name)
                    files = [(part.name, Path(part.origin), part.stamp) for part in parts if part.name is not None]
                    made[name] = Made(self._build(name, parts), files)
            return made[name].world

    def document(self, name: str) -> Mapping[str, Any]:
        """Read a set's own file, without what it extends; FixtureError where it cannot be used."""
        document: Mapping[str, Any] = self._read(self.sources.file(name, name))
        return document

    def from_document(self, document: Any, origin: str) -> World:
        """Make a world of a document that is not a file, such as a state. FixtureError where it cannot be used."""
        self._check(document, origin)
        return self._build(origin, [*self._chain(document.get("extends"), origin), Part(origin, document)])

    def renewed(self, say: Callable[[FixtureError], None]) -> "FixtureSets":
        """Give the sets as their files are now; blocks. What did not change is not made again.

        A set that cannot be used any more stays as it was, and `say` is told why. Raises FixtureError where a file or
        folder of the options is gone.
        """
        fresh = FixtureSets(self._apis, self._contract, self.sources.fixtures)
        before = dict(self._made)
        fresh._made |= {name: made for name, made in before.items() if fresh._holds(made)}
        for name in dict.fromkeys([*fresh.own, *before]):
            if name not in fresh.sources.files:
                continue
            try:
                fresh.world(name)
            except FixtureError as error:
                say(error)
                fresh._made |= {name: before[name]} if name in before else {}
        return fresh

    def take(self, fresh: Self) -> list[tuple[World, World]]:
        """Take the place of these sets; gives the worlds that changed, each with the one that comes after it."""
        before, self._made = self._made, fresh._made
        self.sources, self._locks = fresh.sources, fresh._locks
        pairs = ((made.world, self.made(name)) for name, made in before.items())
        return [(old, new) for old, new in pairs if new is not None and new is not old]

    def _holds(self, made: Made) -> bool:
        return all(self.sources.files.get(name) == file and stamp(file) == then for name, file, then in made.parts)

    def _chain(self, name: str | None, by: str = "") -> list[Part]:
        """Give a set's documents, what it extends first."""
        chain: list[Part] = []
        while name is not None:
            file = self.sources.file(name, by, "/extends" if by else "")
            if any(str(file) == part.origin for part in chain):
                raise FixtureError(str(file), "/extends", "expected a set that does not extend itself")
            then = stamp(file)
            document = self._read(file)
            chain.insert(0, Part(str(file), document, name, then))
            name, by = document.get("extends"), str(file)
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
        for mistake in self._contract.violations("fixture-set", document):
            raise FixtureError(origin, mistake.pointer, mistake.message)

    def _build(self, name: str, chain: Sequence[Part]) -> World:
        builder = Builder(self._apis, self._contract)
        for part in chain:
            builder.add(part.document, part.origin)
        builder.check_references()
        last = {key: value for part in chain for key, value in part.document.items()}
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


def _clock(chain: Sequence[Part]) -> datetime | None:
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

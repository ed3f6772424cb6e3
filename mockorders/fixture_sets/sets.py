"""Load fixture sets by name, each once, and reload those whose files changed."""

import gc
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from mockorders.apis.base import Api
from mockorders.budget import Charge, MemoryAccount, MemoryLimitError, unlimited
from mockorders.fixture_sets.builder import DatasetBuilder
from mockorders.fixture_sets.dataset import Dataset, LoadedSet, SourceDocument
from mockorders.fixture_sets.errors import FixtureError, FixtureViolation, UnreadableFixtureError
from mockorders.fixture_sets.files import FixtureFiles, file_version, shipped_files
from mockorders.fixture_sets.generated_cache import GeneratedCache
from mockorders.fixture_sets.loaded import LoadedSets
from mockorders.fixture_sets.sharing import SharedRecords
from mockorders.formats.parsing import ParseError, parse_json
from mockorders.formats.timestamps import parse_time
from mockorders.storage.change_log import Version
from mockorders.storage.release import paused_gc
from mockorders.validation.validator import Validator

MAX_VALUES = 50_000_000
MIN_FROZEN_RECORDS = 10_000
SETTINGS = ("current_customer", "profile", "clock")  # what a document inherits, apart from records


class FixtureSets:
    """The fixture sets of one server: the shipped ones and the user's, which take precedence.

    Each set is loaded at most once until its files change. Those that the name of a sandbox can select stay loaded;
    others are freed when nothing uses them anymore. Datasets are immutable. `load`, `reload` and `from_document` read
    files and block: call them in a thread. `replace_with` must be called in the event loop's thread. `account` counts
    the memory of the sets; without it there is no limit. `cache` has the generated records of large sets; by default,
    it has none.
    """

    def __init__(
        self,
        apis: Sequence[Api],
        validator: Validator,
        fixtures: Sequence[str | Path] = (),
        account: MemoryAccount | None = None,
    ) -> None:
        self._account = account or unlimited()
        self._apis = apis
        self._validator = validator
        self.files = FixtureFiles(fixtures)
        self._loaded = LoadedSets(self.files.selectable)
        self._locks: dict[str, threading.Lock] = {}
        self.cache = GeneratedCache()

    @property
    def names(self) -> list[str]:
        """The names that a sandbox can have to use the set of that name, ascending."""
        return sorted(self.files.selectable)

    @property
    def user_sets(self) -> Sequence[str]:
        """The names of the user's sets."""
        return self.files.user_sets

    @property
    def default(self) -> str:
        """The set of sandboxes whose name selects no other set."""
        return self.files.default

    def set_for(self, sandbox: str) -> str:
        """Return the name of the set that a sandbox with this name is created from."""
        return self.files.set_for(sandbox)

    def loaded(self, name: str) -> Dataset | None:
        """Return a set's dataset, or None if it is not loaded yet."""
        loaded = self._loaded.get(name)
        return None if loaded is None else loaded.dataset

    def load(self, name: str) -> Dataset:
        """Return a set's dataset, loaded on first use.

        Raises FixtureError if the set is unknown or invalid, and MemoryLimitError if it is too large.
        """
        loaded = self._loaded  # the sets that this call belongs to, if `replace_with` is called meanwhile
        with self._locks.setdefault(name, threading.Lock()):
            found = loaded.get(name)
            if found is None:
                found = self._load(name)
                loaded.add(name, found)
            return found.dataset

    def _load(self, name: str) -> LoadedSet:
        with paused_gc():
            documents = self._chain(name)
            files = [(each.name, Path(each.origin), each.version) for each in documents if each.name is not None]
            builder = self._builder(self._account.count(0))
            loaded = LoadedSet(_build(name, builder, documents, {}), files)
            gc.freeze()
        return loaded

    def document(self, name: str) -> Mapping[str, Any]:
        """Return the document in a set's file, without the set it extends. Raises FixtureError if it is invalid."""
        document: Mapping[str, Any] = self._read(self.files.file(name, name)).document
        return document

    def from_document(
        self, document: Any, origin: str, account: MemoryAccount | None = None, extended: Dataset | None = None
    ) -> Dataset:
        """Return the dataset of a document that is not a file. Records that equal those of a loaded set are shared.

        `extended` is the set that the document extends, if it is loaded already. Raises FixtureError if the document is
        invalid, and MemoryLimitError if it is too large for the account.
        """
        with paused_gc():
            source = self._source(document, origin)
            extended = extended or self._load_extended(document.get("extends"), origin)
            builder = self._builder((account or unlimited()).count(0))
            inherited = _inherit(extended, builder)
            dataset = _build(origin, builder, [source], inherited)._replace(memory=account)
            if dataset.size >= MIN_FROZEN_RECORDS:
                gc.freeze()
        return dataset

    def _load_extended(self, name: str | None, referrer: str) -> Dataset | None:
        if name is None:
            return None
        self.files.file(name, referrer, "/extends")
        return self.load(name)

    def _builder(self, charge: Charge) -> DatasetBuilder:
        shared = SharedRecords([loaded.dataset.bases for loaded in self._loaded.all().values()])
        builder = DatasetBuilder(self._apis, self._validator, charge, shared)
        builder.cache = self.cache
        return builder

    def reload(self, report: Callable[[FixtureError], None]) -> "FixtureSets":
        """Return the sets as their files are now; sets whose files did not change are not loaded again.

        If a set's file is invalid now, its previous dataset is kept and `report` is called with the error. Raises
        FixtureError if a file or folder of the options does not exist anymore.
        """
        fresh = FixtureSets(self._apis, self._validator, self.files.fixtures, self._account)
        fresh.cache = self.cache
        before = self._loaded.all()
        for name, loaded in before.items():
            if fresh._is_current(loaded):
                fresh._loaded.add(name, loaded)
        for name in dict.fromkeys([*fresh.user_sets, *before]):
            if name not in fresh.files.selectable:
                continue
            try:
                fresh.load(name)
            except FixtureError as error:
                report(error)
                fresh._restore(name, before)
            except MemoryLimitError as error:
                report(FixtureError(str(fresh.files.file(name)), "", error.detail))
                fresh._restore(name, before)
        return fresh

    def _restore(self, name: str, before: Mapping[str, LoadedSet]) -> None:
        if name in before:
            self._loaded.add(name, before[name])

    def replace_with(self, fresh: Self) -> list[tuple[Dataset, Dataset]]:
        """Adopt the sets that `reload` returned, and return the datasets that changed, as pairs of old and new."""
        before = self._loaded.all()
        self._loaded = fresh._loaded
        self.files = fresh.files
        self._locks = fresh._locks
        pairs = ((loaded.dataset, self.loaded(name)) for name, loaded in before.items())
        return [(old, new) for old, new in pairs if new is not None and new.bases is not old.bases]

    def _is_current(self, loaded: LoadedSet) -> bool:
        files = self.files.files
        return all(files.get(name) == file and file_version(file) == version for name, file, version in loaded.files)

    def _chain(self, name: str | None, referrer: str = "") -> list[SourceDocument]:
        """Return the documents of a set, those it extends first."""
        chain: list[SourceDocument] = []
        while name is not None:
            file = self._next_file(name, chain, referrer)
            version = file_version(file)
            source = self._read(file)
            if file == self.files.files[name]:
                source = source._replace(name=name, version=version)
            chain.insert(0, source)
            name = source.document.get("extends")
            referrer = str(file)
        return chain

    def _next_file(self, name: str, chain: Sequence[SourceDocument], referrer: str) -> Path:
        """Return the file of the next set of a chain; the shipped one if the chain has the user's."""
        seen = {each.origin for each in chain}
        candidates = (self.files.file(name, referrer, "/extends" if referrer else ""), shipped_files().get(name))
        for file in candidates:
            if file is not None and str(file) not in seen:
                return file
        raise FixtureError(referrer, "/extends", f"expected a set that does not extend itself, got {name!r}")

    def _read(self, file: Path) -> SourceDocument:
        try:
            document = parse_json(self.files.read(file), MAX_VALUES)
        except OSError as error:
            raise UnreadableFixtureError(str(file), "", f"expected a readable file: {error.strerror}") from error
        except ParseError as error:
            raise FixtureError(str(file), "", str(error)) from error
        return self._source(document, str(file))

    def _source(self, document: Any, origin: str) -> SourceDocument:
        """Return a document with the violations of its structure. Raises FixtureError if it cannot be used at all."""
        violations = self._validator.violations("fixture-set", document)
        if any(violation.path in {(), ("extends",)} for violation in violations):
            raise FixtureError.of([FixtureViolation(origin, each.pointer, each.advice) for each in violations])
        return SourceDocument(origin, document, violations)


def _inherit(extended: Dataset | None, builder: DatasetBuilder) -> dict[str, Any]:
    """Start a builder with the records of a set, and return the set's settings."""
    if extended is None:
        return {}
    builder.start_from(extended.bases)
    return {key: getattr(extended, key) for key in SETTINGS}


def _build(name: str, builder: DatasetBuilder, chain: Sequence[SourceDocument], settings: dict[str, Any]) -> Dataset:
    """Return the dataset of documents; `settings` are those of the dataset that they extend."""
    for each in chain:
        builder.add(each)
        settings |= each.document
    builder.check()
    clock = settings.get("clock")
    time = parse_time(clock) if isinstance(clock, str) else clock
    return Dataset(
        name, builder.bases(), settings.get("current_customer"), settings.get("profile"), time, version=Version()
    )

"""Build the records of a fixture set from its documents: merge, fill in defaults, generate and validate."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mockorders.apis.base import Api
from mockorders.apis.parts import GeneratedRecords
from mockorders.budget import Charge, size_of
from mockorders.fixture_sets.dataset import Bases, SourceDocument
from mockorders.fixture_sets.errors import FixtureError, FixtureViolation
from mockorders.fixture_sets.generated_cache import MIN_RECORDS, GeneratedCache
from mockorders.fixture_sets.sharing import SHARED_RECORD_BYTES, SharedRecords
from mockorders.formats.pointer import escape
from mockorders.formats.suggestions import did_you_mean
from mockorders.formats.timestamps import parse_time
from mockorders.storage.base_collection import BaseCollection
from mockorders.storage.collection import Record
from mockorders.validation.records import PathSteps, fill_defaults, record_schema, references, values_at
from mockorders.validation.schemas import properties
from mockorders.validation.validator import MAX_VIOLATIONS, Validator
from mockorders.validation.violations import UNKNOWN_PROPERTY


class DatasetBuilder:
    """Builds one dataset from documents, added in order: a record replaces an earlier record with the same id.

    Invalid parts are left out and remembered. After all documents are added, `check` must pass before `bases` is used.
    The memory of new records is counted in `charge`, before they are created if they are generated. `cache` has the
    generated records of large sets.
    """

    def __init__(self, apis: Sequence[Api], validator: Validator, charge: Charge, shared: SharedRecords) -> None:
        self._validator = validator
        self._charge = charge
        self._shared = shared
        self._apis = {api.name: api for api in apis}
        self._tables: dict[str, dict[str, dict[int, Record]]] = {
            api.name: {collection: {} for collection in api.collections} for api in apis
        }
        self._origins: defaultdict[tuple[str, str], dict[int, tuple[str, str]]] = defaultdict(dict)
        self._extended: Bases | None = None
        self._has_deletions = False
        self._violations: list[FixtureViolation] = []
        self.cache = GeneratedCache()

    def start_from(self, bases: Bases) -> None:
        """Start with the records of another dataset, which are valid."""
        self._extended = bases
        for api, collection in self._collections():
            records = bases[api][collection].records
            self._charge.grow(SHARED_RECORD_BYTES * len(records))
            self._tables[api][collection] = dict(records)

    def add(self, source: SourceDocument) -> None:
        """Merge a document's records and generate those that it specifies. Raises FixtureError at violation 20."""
        reserved = properties("fixture-set")
        sections = {name: section for name, section in source.document.items() if name not in reserved}
        self._reject_unknown(sections.keys() - self._apis.keys(), (*self._apis, *reserved), source.origin, "")
        for violation in source.violations:
            if not violation.path or violation.path[0] in {*self._apis, *reserved}:
                self._reject(source.origin, violation.pointer, violation.advice)
        self._check_clock(source)
        for name, section in sections.items():
            if name in self._apis and isinstance(section, dict):
                self._merge(name, section, source.origin)
        if "generate" in source.document and not self._violations:
            self._generate(source.document["generate"], source.origin)

    def check(self) -> None:
        """Raise FixtureError if a document is invalid, or if a record refers to a record that does not exist.

        Generated records are checked only if a document deleted records, because generators return valid references.
        """
        if not self._violations:
            for api, collection in self._collections():
                for steps, target in references(record_schema(api, collection)):
                    self._check_reference(api, collection, steps, target)
        if self._violations:
            raise FixtureError.of(self._violations)

    def bases(self) -> Bases:
        """Return the records as immutable collections, with the indexes that the APIs declare."""
        bases: dict[str, dict[str, BaseCollection]] = {api: {} for api in self._tables}
        for api, collection in self._collections():
            bases[api][collection] = self._base(api, collection)
        return Bases(bases, self._extended)

    def _base(self, api: str, collection: str) -> BaseCollection:
        records = self._tables[api][collection]
        loaded = self._shared.collection(api, collection, records)
        if loaded is not None:
            self._charge.grow(-SHARED_RECORD_BYTES * len(records))
            return loaded
        base = BaseCollection.of(records, [self._charge, *self._shared.charges(api, collection, records)])
        for field in self._apis[api].collections[collection]:
            base.index(field)
        return base

    def _collections(self) -> Iterator[tuple[str, str]]:
        for api, tables in self._tables.items():
            yield from ((api, collection) for collection in tables)

    def _reject(self, origin: str, pointer: str, message: str) -> None:
        """Store a violation. Raises FixtureError if there are as many as are reported."""
        self._violations.append(FixtureViolation(origin, pointer, message))
        if len(self._violations) == MAX_VIOLATIONS:
            raise FixtureError.of(self._violations)

    def _reject_unknown(self, unknown: Iterable[str], known: Sequence[str], origin: str, parent: str) -> None:
        for name in sorted(unknown):
            advice = did_you_mean(name, known) or f", expected one of {', '.join(known)}"
            self._reject(origin, f"{parent}/{escape(name)}", f"{UNKNOWN_PROPERTY} '{name}'{advice}")

    def _check_clock(self, source: SourceDocument) -> None:
        clock = source.document.get("clock")
        if not isinstance(clock, str):  # null, or one of the document's violations
            return
        try:
            parse_time(clock)
        except ValueError:
            self._reject(source.origin, "/clock", f"expected a time such as 2017-03-21T00:00:00Z, got {clock!r}")

    def _merge(self, api: str, section: Mapping[str, Any], origin: str) -> None:
        tables = self._tables[api]
        self._reject_unknown(section.keys() - tables.keys(), tuple(tables), origin, f"/{api}")
        for collection, records in section.items():
            if collection in tables and isinstance(records, list):
                self._merge_records(api, collection, records, origin)

    def _merge_records(self, api: str, collection: str, records: Sequence[Any], origin: str) -> None:
        table = self._tables[api][collection]
        seen = set()
        for number, record in enumerate(records):
            if not isinstance(record, dict):  # one of the document's violations
                continue
            location = (origin, f"/{api}/{collection}/{number}")
            identifier = record.get("id")
            if not isinstance(identifier, int) or identifier in seen:
                self._reject(*location, "expected an integer `id` that is unique in the list")
                continue
            seen.add(identifier)
            if record.get("deleted") is True and len(record) == 2:
                self._has_deletions |= table.pop(identifier, None) is not None
                continue
            full = self._validated(record_schema(api, collection), record, location)
            loaded = self._shared.find(api, collection, full)
            self._charge.grow(SHARED_RECORD_BYTES + (size_of(full) if loaded is None else 0))
            table[identifier] = full if loaded is None else loaded
            self._origins[api, collection][identifier] = location

    def _validated(self, schema: str, record: Mapping[str, Any], location: tuple[str, str]) -> Record:
        full = fill_defaults(schema, record)
        for violation in self._validator.violations(schema, full):
            self._reject(location[0], location[1] + violation.pointer, violation.advice)
        return full

    def _generate(self, plan: Mapping[str, Any], origin: str) -> None:
        for name, part in plan.items():
            if name == "seed":
                continue
            api = self._apis.get(name)
            if api is None or api.generator is None:
                self._reject(origin, f"/generate/{escape(name)}", "expected the name of an API with a generator")
                continue
            violations = self._validator.violations(f"{name}/generate", part)
            for violation in violations:
                self._reject(origin, f"/generate/{name}{violation.pointer}", violation.advice)
            if violations:
                continue
            size = api.generator.estimate(part)
            self._charge.grow(size.bytes, f"Generating {size.records:,} records")
            made = self._made(api, size.records, part, plan["seed"])
            for collection, records in made.items():  # validated by tests and in responses
                self._tables[name][collection] |= {record["id"]: record for record in records}

    def _made(self, api: Api, records: int, part: Mapping[str, Any], seed: int) -> GeneratedRecords:
        """Return the generated records of an API, of which there are about so many."""
        existing = self._tables[api.name]

        def generate() -> GeneratedRecords:
            from mockorders.apis.fakes import FakeData

            assert api.generator is not None
            return api.generator.generate(part, existing, FakeData(seed))

        if records < MIN_RECORDS:
            return generate()
        known = {collection: list(found.values()) for collection, found in existing.items()}
        return self.cache.get([api.name, part, seed, known], generate)

    def _check_reference(self, api: str, collection: str, steps: PathSteps, target: str) -> None:
        records = self._tables[api][collection]
        targets = self._tables[api][target]
        locations = self._origins[api, collection]
        for identifier in records if self._has_deletions else locations.keys() & records.keys():
            for pointer, value in values_at(records[identifier], steps):
                if value is None or value in targets:
                    continue
                origin, prefix = locations.get(identifier, ("generated", f"/{api}/{collection}"))
                self._reject(origin, prefix + pointer, f"expected the id of a record of {api}.{target}, got {value}")

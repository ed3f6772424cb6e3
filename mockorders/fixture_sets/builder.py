"""Build the records of a fixture set from its documents: merge, fill in defaults, generate and validate."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockorders.apis.base import Api
from mockorders.errors import FixtureError
from mockorders.storage.base_collection import BaseCollection
from mockorders.storage.collection import Record
from mockorders.validation.records import PathSteps, fill_defaults, record_schema, references, values_at
from mockorders.validation.validator import Validator

RESERVED_MEMBERS = {"description", "extends", "current_customer", "profile", "clock", "generate"}


class DatasetBuilder:
    """Builds one dataset from documents, added in order: a record replaces an earlier record with the same id.

    After all documents are added, `check_references` must pass before `bases` is used.
    """

    def __init__(self, apis: Sequence[Api], validator: Validator) -> None:
        self._validator = validator
        self._apis = {api.name: api for api in apis}
        self._tables: dict[str, dict[str, dict[int, Record]]] = {
            api.name: {collection: {} for collection in api.collections} for api in apis
        }
        self._origins: defaultdict[tuple[str, str], dict[int, tuple[str, str]]] = defaultdict(dict)
        self._has_deletions = False

    def add(self, document: Mapping[str, Any], origin: str) -> None:
        """Merge a document's records and generate those that it specifies. Raises FixtureError if it is invalid."""
        for name, section in document.items():
            if name not in RESERVED_MEMBERS:
                self._merge(name, section, origin)
        if "generate" in document:
            self._generate(document["generate"], origin)

    def check_references(self) -> None:
        """Raise FixtureError if a record refers to a record that does not exist.

        Generated records are checked only if a document deleted records, because generators return valid references.
        """
        for api, collection in self._collections():
            for steps, target in references(record_schema(api, collection)):
                self._check_reference(api, collection, steps, target)

    def bases(self) -> dict[str, dict[str, BaseCollection]]:
        """Return the records as immutable collections, with the indexes that the APIs declare."""
        bases = {
            api: {collection: BaseCollection(records.values()) for collection, records in tables.items()}
            for api, tables in self._tables.items()
        }
        for api, collection in self._collections():
            for field in self._apis[api].collections[collection]:
                bases[api][collection].index(field)
        return bases

    def _collections(self) -> Iterator[tuple[str, str]]:
        for api, tables in self._tables.items():
            yield from ((api, collection) for collection in tables)

    def _merge(self, api: str, section: Mapping[str, Any], origin: str) -> None:
        if api not in self._apis:
            names = ", ".join([*self._apis, *sorted(RESERVED_MEMBERS)])
            raise FixtureError(origin, f"/{api}", f"expected one of {names}")
        for collection, records in section.items():
            if collection not in self._tables[api]:
                names = ", ".join(self._tables[api])
                raise FixtureError(origin, f"/{api}/{collection}", f"expected one of {names}")
            self._merge_records(api, collection, records, origin)

    def _merge_records(self, api: str, collection: str, records: Sequence[Any], origin: str) -> None:
        table = self._tables[api][collection]
        seen = set()
        for number, record in enumerate(records):
            location = (origin, f"/{api}/{collection}/{number}")
            identifier = record.get("id")
            if not isinstance(identifier, int) or identifier in seen:
                raise FixtureError(*location, "expected an integer `id` that is unique in the list")
            seen.add(identifier)
            if record.get("deleted") is True and len(record) == 2:
                self._has_deletions |= table.pop(identifier, None) is not None
                continue
            table[identifier] = self._validated(record_schema(api, collection), record, location)
            self._origins[api, collection][identifier] = location

    def _validated(self, schema: str, record: Mapping[str, Any], location: tuple[str, str]) -> Record:
        full = fill_defaults(schema, record)
        for violation in self._validator.violations(schema, full):
            raise FixtureError(location[0], location[1] + violation.pointer, violation.message)
        return full

    def _generate(self, plan: Mapping[str, Any], origin: str) -> None:
        from mockorders.apis.fakes import FakeData

        for name, part in plan.items():
            if name == "seed":
                continue
            api = self._apis.get(name)
            if api is None or api.generator is None:
                raise FixtureError(origin, f"/generate/{name}", "expected the name of an API with a generator")
            for violation in self._validator.violations(f"{name}/generate", part):
                raise FixtureError(origin, f"/generate/{name}{violation.pointer}", violation.message)
            made = api.generator.generate(part, self._tables[name], FakeData(plan["seed"]))
            for collection, records in made.items():  # validated by tests and in responses
                self._tables[name][collection] |= {record["id"]: record for record in records}

    def _check_reference(self, api: str, collection: str, steps: PathSteps, target: str) -> None:
        records = self._tables[api][collection]
        targets = self._tables[api][target]
        locations = self._origins[api, collection]
        for identifier in records if self._has_deletions else locations.keys() & records.keys():
            for pointer, value in values_at(records[identifier], steps):
                if value is None or value in targets:
                    continue
                origin, prefix = locations.get(identifier, ("generated", f"/{api}/{collection}"))
                message = f"expected the id of one of {api}.{target}, got {value}"
                raise FixtureError(origin, prefix + pointer, message)

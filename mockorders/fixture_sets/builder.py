"""From the documents of a fixture set to checked records: completed, merged, generated, with references that hold."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from mockorders.apis.base import Api
from mockorders.errors import FixtureError
from mockorders.storage.collection import BaseCollection, Record
from mockorders.validation.records import PathSteps, fill_defaults, record_schema, references, values_at
from mockorders.validation.validator import Validator

RESERVED_MEMBERS = {"description", "extends", "current_customer", "profile", "clock", "generate"}


class DatasetBuilder:
    """Puts the documents of one set together, in order: a later record takes the place of an earlier one of its id."""

    def __init__(self, apis: Sequence[Api], validator: Validator) -> None:
        self._validator = validator
        self._apis = {api.name: api for api in apis}
        self._tables: dict[str, dict[str, dict[int, Record]]] = {
            api.name: {collection: {} for collection in api.collections} for api in apis
        }
        self._origins: defaultdict[tuple[str, str], dict[int, tuple[str, str]]] = defaultdict(dict)
        self._has_deletions = False

    def add(self, document: Mapping[str, Any], origin: str) -> None:
        """Merge a document in and generate what it asks for; FixtureError where it cannot be used."""
        for name, section in document.items():
            if name not in RESERVED_MEMBERS:
                self._merge(name, section, origin)
        if "generate" in document:
            self._generate(document["generate"], origin)

    def check_references(self) -> None:
        """Make sure that every record that another one names is there; FixtureError where it is not.

        Generated records refer right by themselves, unless a document took something away.
        """
        for api, tables in self._tables.items():
            for collection in tables:
                for steps, target in references(record_schema(api, collection)):
                    self._check_reference(api, collection, steps, target)

    def bases(self) -> dict[str, dict[str, BaseCollection]]:
        """Give the records as bases, with the indexes that the APIs ask for."""
        made = {
            api: {collection: BaseCollection(records.values()) for collection, records in tables.items()}
            for api, tables in self._tables.items()
        }
        for name, api in self._apis.items():
            for collection, fields in api.collections.items():
                for field in fields:
                    made[name][collection].index(field)
        return made

    def _merge(self, api: str, section: Mapping[str, Any], origin: str) -> None:
        if api not in self._apis:
            known = ", ".join([*self._apis, *sorted(RESERVED_MEMBERS)])
            raise FixtureError(origin, f"/{api}", f"expected one of {known}")
        for collection, records in section.items():
            if collection not in self._tables[api]:
                known = ", ".join(self._tables[api])
                raise FixtureError(origin, f"/{api}/{collection}", f"expected one of {known}")
            self._merge_records(api, collection, records, origin)

    def _merge_records(self, api: str, collection: str, records: Sequence[Any], origin: str) -> None:
        table, seen = self._tables[api][collection], set()
        for number, record in enumerate(records):
            place = (origin, f"/{api}/{collection}/{number}")
            identifier = record.get("id")
            if not isinstance(identifier, int) or identifier in seen:
                raise FixtureError(*place, "expected an integer `id` that no other record of the list has")
            seen.add(identifier)
            if record.get("deleted") is True and len(record) == 2:
                self._has_deletions |= table.pop(identifier, None) is not None
                continue
            table[identifier] = self._validated(record_schema(api, collection), record, place)
            self._origins[api, collection][identifier] = place

    def _validated(self, schema: str, record: Mapping[str, Any], place: tuple[str, str]) -> Record:
        full = fill_defaults(schema, record)
        for violation in self._validator.violations(schema, full):
            raise FixtureError(place[0], place[1] + violation.pointer, violation.message)
        return full

    def _generate(self, plan: Mapping[str, Any], origin: str) -> None:
        from mockorders.apis.fakes import FakeData

        for name, part in plan.items():
            if name == "seed":
                continue
            api = self._apis.get(name)
            if api is None or api.generator is None:
                raise FixtureError(origin, f"/generate/{name}", "expected the name of an API that can generate")
            for violation in self._validator.violations(f"{name}/generate", part):
                raise FixtureError(origin, f"/generate/{name}{violation.pointer}", violation.message)
            made = api.generator.generate(part, self._tables[name], FakeData(plan["seed"]))
            for collection, records in made.items():  # what factories make is checked by their tests, and in answers
                self._tables[name][collection] |= {record["id"]: record for record in records}

    def _check_reference(self, api: str, collection: str, steps: PathSteps, target: str) -> None:
        records, there = self._tables[api][collection], self._tables[api][target]
        places = self._origins[api, collection]
        for identifier in records if self._has_deletions else places.keys() & records.keys():
            for pointer, value in values_at(records[identifier], steps):
                if value is None or value in there:
                    continue
                origin, place = places.get(identifier, ("generated", f"/{api}/{collection}"))
                message = f"expected the id of one of {api}.{target}, got {value}"
                raise FixtureError(origin, place + pointer, message)

"""Build records from some of their properties: fill in the others, and create the records that they refer to."""

from collections.abc import Generator, Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

from mockorders.apis.base import Api
from mockorders.fixture_sets.record_parts import BuiltRecord, Draft, Part, RecordTable, expand_sample, objects_in
from mockorders.formats.plurals import count
from mockorders.storage.collection import Record
from mockorders.validation.records import fill_defaults, record_schema
from mockorders.validation.schemas import merged_properties, properties
from mockorders.validation.validator import MAX_VIOLATIONS, Validator

MAX_RECORDS = 1_000
MAX_RELATED = 100
MAX_DEPTH = 20

Context = dict[str, int]  # the records that new ones belong to: the id by collection


class _LimitError(Exception):
    """Nothing more is built: the arguments are a pointer and a message."""


class RecordBuilder:
    """Builds records of `tables`, in which it stores them. `built` has them in order: a record after those it needs.

    Required properties without a default get the `x-build` of their schema. A reference is the id of a record, or an
    object with properties of a new one, also under its name without `_id`. What does not exist is created, with the
    same customer as the record that refers to it. `violations` has the pointer and the message of each violation, up to
    20; if there are any, the records must not be used.
    """

    def __init__(
        self,
        apis: Sequence[Api],
        validator: Validator,
        tables: Mapping[str, Mapping[str, RecordTable]],
        now: datetime,
    ) -> None:
        self.built: list[BuiltRecord] = []
        self.violations: list[tuple[str, str]] = []
        self._apis = {api.name: api for api in apis}
        self._validator = validator
        self._tables = tables
        self._now = now
        self._pending: dict[tuple[str, str, int], Draft] = {}
        self._first = 0  # the number of records when the current draft was begun

    def build(self, drafts: Sequence[Draft]) -> Generator[None, None, None]:
        """Build records and those that they refer to, at most 1,000 in all. Yields after each draft.

        A draft can need 100 records, so that building it takes little time.
        """
        try:
            for draft in drafts:
                self._reserve_id(draft)
            for draft in drafts:
                self._build_draft(draft)
                yield
        except _LimitError as error:
            self.violations.insert(0, error.args)
        del self.violations[MAX_VIOLATIONS:]

    def _build_draft(self, draft: Draft) -> None:
        self._first = len(self.built)
        key = draft.key
        if key is None or self._pending.pop(key, None) is not None:  # otherwise built for another one
            self._build(draft, draft, {})
        if len(self.violations) >= MAX_VIOLATIONS:
            raise _LimitError(*self.violations.pop(0))

    def find(self, api: str, collection: str, identifier: int) -> Record | None:
        """Return an existing record, or one that is built now because it is among the drafts."""
        draft = self._pending.pop((api, collection, identifier), None)
        if draft is not None:
            self._build(draft, draft, {})
        return self._tables[api][collection].get(identifier)

    def _reserve_id(self, draft: Draft) -> None:
        key = draft.key
        if key is None:
            return
        if key in self._pending or self._tables[draft.api][draft.collection].get(key[2]) is not None:
            self._reject(f"{draft.pointer}/id", f"expected an unused id, got {key[2]}")
        self._pending[key] = draft

    def _build(self, draft: Draft, requested: Draft | None, context: Context) -> int | None:
        """Build and store a record; return its id, or None if it is invalid."""
        api, collection, given, pointer = draft
        if not isinstance(given, Mapping):
            self._reject(pointer, "expected an object")
            return None
        self._check_limits(pointer)
        value = deepcopy(dict(given))
        value.setdefault("id", self._next_id(api, collection))
        schema = record_schema(api, collection)
        self._complete(Part(draft, properties(schema), value, pointer), dict(context))
        record = self._valid(schema, fill_defaults(schema, value), pointer)
        if record is None:
            return None
        derived = self._derive(draft, record)
        self._tables[api][collection].put(derived)
        self.built.append(BuiltRecord(api, collection, derived, requested))
        identifier: int = derived["id"]
        return identifier

    def _check_limits(self, pointer: str) -> None:
        if len(self.built) >= MAX_RECORDS:
            raise _LimitError("", f"expected at most {count(MAX_RECORDS, 'record')}, with those that they refer to")
        if len(self.built) - self._first >= MAX_RELATED or pointer.count("/") > MAX_DEPTH:
            raise _LimitError(pointer, f"expected a record that needs at most {count(MAX_RELATED, 'record')}")

    def _derive(self, draft: Draft, record: Record) -> Record:
        """Return a valid record with what follows from the properties that were given."""
        module = self._apis[draft.api].builder
        if module is None:
            return record

        def find(collection: str, identifier: int) -> Record | None:
            return self.find(draft.api, collection, identifier)

        derived = {**record, **module.derive(draft.collection, record, draft.given, find)}
        schema = record_schema(draft.api, draft.collection)
        return self._valid(schema, fill_defaults(schema, derived), draft.pointer) or record

    def _valid(self, schema: str, record: dict[str, Any], pointer: str) -> Record | None:
        violations = self._validator.violations(schema, record)
        for violation in violations:
            self._reject(pointer + violation.pointer, violation.advice)
        return None if violations else record

    def _reject(self, pointer: str, message: str) -> None:
        self.violations.append((pointer, message))

    def _next_id(self, api: str, collection: str) -> int:
        table = self._tables[api][collection]
        identifier = table.next_id()
        while (api, collection, identifier) in self._pending:
            identifier = table.next_id()
        return identifier

    def _complete(self, part: Part, context: Context) -> None:
        """Fill in samples and references in place: first the given references, to know what others belong to."""
        self._rename_references(part)
        names = [name for name in part.schemas if name in part.value]
        for name in names:
            self._resolve_reference(part, name, context)
        for name in part.missing():
            target = part.schemas[name].get("x-references")
            if target is None:
                part.value[name] = self._sample(part, name)
            else:
                part.value[name] = context.get(target, self._sample(part, name))
                self._resolve_reference(part, name, context)
        for name in names:
            self._complete_inner(part, name, context)

    def _sample(self, part: Part, name: str) -> Any:
        return expand_sample(part.schemas[name].get("x-build", {}), part.value.get("id"), self._now)

    def _rename_references(self, part: Part) -> None:
        """Move what is given under the short name of a reference, such as `customer`, to its property."""
        for short, name in part.short_names():
            if short in part.value and name in part.value:
                self._reject(f"{part.pointer}/{short}", f"expected either {short} or {name}")
            if short in part.value:
                part.value[name] = part.value.pop(short)
                part.pointers[name] = f"{part.pointer}/{short}"

    def _resolve_reference(self, part: Part, name: str, context: Context) -> None:
        schema = part.schemas[name]
        pointer = part.pointers.get(name, f"{part.pointer}/{name}")
        value = part.value[name]
        if "x-references" in schema:
            target = Draft(part.draft.api, schema["x-references"], value, pointer)
            part.value[name] = self._resolve(target, context)
        elif "x-references" in schema.get("items", {}) and isinstance(value, list):
            target = Draft(part.draft.api, schema["items"]["x-references"], None, pointer)
            part.value[name] = [
                self._resolve(target._replace(given=each, pointer=f"{pointer}/{index}"), context)
                for index, each in enumerate(value)
            ]

    def _resolve(self, draft: Draft, context: Context) -> Any:
        """Return the id of the record that a reference gives, created if it does not exist."""
        given = draft.given
        identifier = given.get("id") if isinstance(given, Mapping) else given
        if not isinstance(identifier, int) or isinstance(identifier, bool):
            if not isinstance(given, Mapping):
                return given
            identifier = self._build(draft, None, context)
        elif self.find(draft.api, draft.collection, identifier) is None:
            properties_given = given if isinstance(given, Mapping) else {"id": identifier}
            identifier = self._build(draft._replace(given=properties_given), None, context)
        if identifier is not None:
            self._inherit(draft, identifier, context)
        return identifier

    def _inherit(self, draft: Draft, identifier: int, context: Context) -> None:
        """Add a record, and those that it refers to, to what the following records belong to."""
        context[draft.collection] = identifier
        record = self.find(draft.api, draft.collection, identifier) or {}
        for name, schema in properties(record_schema(draft.api, draft.collection)).items():
            target = schema.get("x-references")
            if target is not None and record.get(name) is not None:
                context.setdefault(target, record[name])

    def _complete_inner(self, part: Part, name: str, context: Context) -> None:
        """Complete an object, or the objects of a list, in a property that was given."""
        schema = part.schemas[name]
        value = part.value[name]
        sample = schema.get("x-build")
        if isinstance(value, dict) and isinstance(sample, dict):
            value = part.value[name] = {**self._sample(part, name), **value}
        inner = schema.get("items", schema)
        if "properties" not in inner:
            return
        schemas = merged_properties(inner, record_schema(part.draft.api, part.draft.collection))
        pointer = f"{part.pointer}/{name}"
        for place, each in objects_in(value, pointer):
            self._complete(Part(part.draft, schemas, each, place), dict(context))

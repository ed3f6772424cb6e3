"""Write the first version of a fixture document: sample records, and those that they refer to."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from mockorders.apis.base import Api
from mockorders.concurrency import run_to_end
from mockorders.fixture_sets.dataset import Dataset
from mockorders.fixture_sets.record_builder import RecordBuilder
from mockorders.fixture_sets.record_parts import BuiltRecord, Draft
from mockorders.storage.collection import Record
from mockorders.validation.records import record_schema
from mockorders.validation.schemas import properties
from mockorders.validation.validator import Validator

MISSING = object()


class Wanted(NamedTuple):
    """A number of records of one collection."""

    api: str
    collection: str
    number: int = 1


class Table:
    """A collection in memory, which starts with the records of a set."""

    def __init__(self, records: Mapping[int, Record]) -> None:
        self._records = dict(records)
        self._last_id = max(records, default=0)

    def get(self, identifier: int, /) -> Record | None:
        """Return a record, or None if there is none with this id."""
        return self._records.get(identifier)

    def next_id(self) -> int:
        """Return an unused id."""
        self._last_id += 1
        return self._last_id

    def put(self, record: Record, /) -> None:
        """Store a record."""
        self._records[record["id"]] = record


def new_document(
    apis: Sequence[Api], extended: tuple[str, Dataset] | None, wanted: Sequence[Wanted], now: datetime
) -> dict[str, Any]:
    """Return a fixture document with sample records, which may extend a set, given by name and dataset.

    Raises ValueError if there are more than 1,000 records, with those that they refer to.
    """
    builder = RecordBuilder(apis, Validator(), _tables(apis, extended), now)
    drafts = chain.from_iterable([Draft(each.api, each.collection, {})] * each.number for each in wanted)
    run_to_end(builder.build(list(drafts)))
    if builder.violations:
        raise ValueError(builder.violations[0][1])
    document: dict[str, Any] = {"description": "What this set is for."}
    if extended is not None:
        document["extends"] = extended[0]
    document.update(_current_customer(apis, builder.built))
    for each in builder.built:
        section = document.setdefault(each.api, {})
        section.setdefault(each.collection, []).append(_shortened(each))
    return document


def _tables(apis: Sequence[Api], extended: tuple[str, Dataset] | None) -> dict[str, dict[str, Table]]:
    return {api.name: _tables_of(api, extended) for api in apis}


def _tables_of(api: Api, extended: tuple[str, Dataset] | None) -> dict[str, Table]:
    if extended is None:
        return {collection: Table({}) for collection in api.collections}
    return {collection: Table(base.records) for collection, base in extended[1].bases[api.name].items()}


def _current_customer(apis: Sequence[Api], built: Sequence[BuiltRecord]) -> Iterator[tuple[str, int]]:
    """Yield the member for the first customer who can log in, if there is one."""
    places = {(api.name, api.customer_collection) for api in apis}
    for each in built:
        if (each.api, each.collection) in places:
            yield "current_customer", each.record["id"]
            return


def _shortened(built: BuiltRecord) -> dict[str, Any]:
    """Return a record without the properties that have their default."""
    schemas = properties(record_schema(built.api, built.collection))
    return {name: value for name, value in built.record.items() if schemas[name].get("default", MISSING) != value}

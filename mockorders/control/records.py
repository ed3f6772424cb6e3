"""Single records of a sandbox: looked at, put, patched and deleted, each checked by its schema."""

from collections.abc import Generator, Iterator, Mapping
from typing import Any, NamedTuple

from aiohttp import web

from mockorders.concurrency import run_in_steps
from mockorders.control.inputs import (
    UnprocessableError,
    get_emulator,
    get_sandbox,
    raise_for_violations,
    read_json,
    unprocessable,
)
from mockorders.emulator import Emulator
from mockorders.errors import ProblemError
from mockorders.sandbox.sandbox import Sandbox
from mockorders.storage.collection import Collection, Record
from mockorders.validation.records import fill_defaults, record_schema, references, values_at

LIST_BATCH = 500


class RecordRef(NamedTuple):
    """Where a record stands; `id` means nothing where a whole collection is meant."""

    api: str
    collection: str
    id: int = 0

    @property
    def schema(self) -> str:
        """The name of the schema of the collection's records."""
        return record_schema(self.api, self.collection)


async def list_records(request: web.Request) -> Any:
    """List a collection, by id."""
    return await run_in_steps(_listed(get_collection_or_404(await get_sandbox(request), _record_ref(request)).copy()))


async def get_record(request: web.Request) -> Any:
    """Give one record; Problem 404 where there is none."""
    return get_record_or_404(await get_sandbox(request), _record_ref(request))


async def put_record(request: web.Request) -> Any:
    """Store a record under the id of the path, completed with defaults."""
    sandbox, place = await get_sandbox(request), _record_ref(request)
    get_collection_or_404(sandbox, place)
    value = await read_json(request)
    if not isinstance(value, dict):
        raise unprocessable("", "body: expected an object", expected="expected an object")
    return store(get_emulator(request), sandbox, place, {"id": place.id, **value})


async def patch_record(request: web.Request) -> Any:
    """Change a record by a merge patch (RFC 7396); Problem 404 where there is none."""
    sandbox, place = await get_sandbox(request), _record_ref(request)
    get_record_or_404(sandbox, place)
    value = await read_json(request)
    if not isinstance(value, dict):
        raise unprocessable("", "body: expected an object, a merge patch", expected="expected an object")
    return store(get_emulator(request), sandbox, place, merged(get_record_or_404(sandbox, place), value))


async def delete_record(request: web.Request) -> None:
    """Delete a record that no other one names."""
    delete(await get_sandbox(request), _record_ref(request))


def delete(sandbox: Sandbox, place: RecordRef) -> None:
    """Delete a record; Problem 404 where there is none, 422 where another names it."""
    collection = get_collection_or_404(sandbox, place)
    identifier = get_record_or_404(sandbox, place)["id"]
    by = _referrer(sandbox, place)
    if by is not None:
        expected = "expected a record that no other one names"
        raise unprocessable("", f"{expected}; {by} names it", expected=expected)
    collection.delete(identifier)
    sandbox.state.commit()


def merged(record: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Apply a merge patch: null removes, an object merges, anything else takes the place."""
    result = dict(record)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict):
            there = result.get(name)
            result[name] = merged(there if isinstance(there, dict) else {}, value)
        else:
            result[name] = value
    return result


def _listed(collection: Collection) -> Generator[None, None, Any]:
    records = []
    for number, record in enumerate(collection):
        records.append(record)
        if number % LIST_BATCH == LIST_BATCH - 1:
            yield
    return {"count": len(records), "records": records}


def store(emulator: Emulator, sandbox: Sandbox, place: RecordRef, value: Mapping[str, Any]) -> Record:
    """Store a record that was read from JSON, completed with defaults; Unfit where its schema or a reference fails."""
    record = fill_defaults(place.schema, value)
    raise_for_violations(emulator.validator.violations(place.schema, record))
    if record["id"] != place.id:
        expected = "expected the id of the path"
        raise unprocessable("/id", f"id: {expected}, got {record['id']}", expected=expected)
    dangling = list(_missing_references(sandbox, place, record))
    if dangling:
        (pointer, expected), named = dangling[0]
        detail = f"{pointer}: {expected}, got {named}"
        raise UnprocessableError(detail, [violation for violation, _ in dangling])
    get_collection_or_404(sandbox, place).put(record)
    sandbox.state.commit()
    return record


def _missing_references(sandbox: Sandbox, place: RecordRef, record: Record) -> Iterator[tuple[tuple[str, str], int]]:
    """Find where a record names one that there is not: pointer and what was expected, and what is there."""
    for steps, target in references(place.schema):
        for pointer, named in values_at(record, steps):
            if named is not None and sandbox.tables(place.api)[target].get(named) is None:
                yield (pointer, f"expected the id of one of {place.api}.{target}"), named


def _referrer(sandbox: Sandbox, place: RecordRef) -> str | None:
    for name, table in sandbox.tables(place.api).items():
        for steps, target in references(record_schema(place.api, name)):
            if target != place.collection:
                continue
            found = table.where(steps[0], place.id) if len(steps) == 1 else table
            naming = next((each for each in found if place.id in (value for _, value in values_at(each, steps))), None)
            if naming is not None:
                return f"{place.api}.{name} {naming['id']}"
    return None


def get_collection_or_404(sandbox: Sandbox, place: RecordRef) -> Collection:
    """Give a collection; Problem 404 where there is none of the name."""
    tables = sandbox.state.tables.get(place.api)
    collection = None if tables is None else tables.get(place.collection)
    if collection is None:
        known = ", ".join(each.name for tables in sandbox.state.tables.values() for each in tables.values())
        detail = f"There is no collection {place.api}.{place.collection}; there are: {known}"
        raise ProblemError(404, "No such collection", detail)
    return collection


def get_record_or_404(sandbox: Sandbox, place: RecordRef) -> Record:
    """Give a record; Problem 404 where there is none."""
    collection = get_collection_or_404(sandbox, place)
    record = collection.get(place.id)
    if record is None:
        raise ProblemError(404, "No such record", f"{collection.name} has no record {place.id}")
    return record


def _record_ref(request: web.Request) -> RecordRef:
    where = request.match_info
    return RecordRef(where["api"], where["collection"], int(where.get("id", 0)))

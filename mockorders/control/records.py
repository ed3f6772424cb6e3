"""Single records of a sandbox: looked at, put, patched and deleted, each checked by its schema."""

from collections.abc import Generator, Mapping
from typing import Any

from aiohttp import web

from mockorders.control.request import core_of, json_of, sandbox_of, unfit
from mockorders.errors import Problem
from mockorders.records import complete, follow, record_schema, references
from mockorders.sandbox import Sandbox
from mockorders.steps import finish
from mockorders.store import Collection, Record

STEP = 500


async def list_records(request: web.Request) -> Any:
    """List a collection, by id."""
    return await finish(_listed(_collection(request, await sandbox_of(request)).frozen()))


async def get_record(request: web.Request) -> Any:
    """Give one record; Problem 404 where there is none."""
    return _record(request, _collection(request, await sandbox_of(request)))


async def put_record(request: web.Request) -> Any:
    """Store a record under the id of the path, completed with defaults."""
    sandbox = await sandbox_of(request)
    _collection(request, sandbox)
    value = await json_of(request)
    if not isinstance(value, dict):
        raise unfit("", "body: expected an object", expected="expected an object")
    return _store(request, sandbox, {"id": _identifier(request), **value})


async def patch_record(request: web.Request) -> Any:
    """Change a record by a merge patch (RFC 7396); Problem 404 where there is none."""
    sandbox = await sandbox_of(request)
    _record(request, _collection(request, sandbox))
    value = await json_of(request)
    if not isinstance(value, dict):
        raise unfit("", "body: expected an object, a merge patch", expected="expected an object")
    return _store(request, sandbox, merged(_record(request, _collection(request, sandbox)), value))


async def delete_record(request: web.Request) -> None:
    """Delete a record that no other one names; Problem 404 where there is none, 422 where another names it."""
    sandbox = await sandbox_of(request)
    collection = _collection(request, sandbox)
    identifier = _record(request, collection)["id"]
    by = _named_by(sandbox, request.match_info["api"], request.match_info["collection"], identifier)
    if by is not None:
        expected = "expected a record that no other one names"
        raise unfit("", f"{expected}; {by} names it", expected=expected)
    collection.delete(identifier)
    sandbox.state.keep()


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
        if number % STEP == STEP - 1:
            yield
    return {"count": len(records), "records": records}


def _store(request: web.Request, sandbox: Sandbox, value: Mapping[str, Any]) -> Record:
    api, name = request.match_info["api"], request.match_info["collection"]
    schema = record_schema(api, name)
    record = complete(schema, value)
    for mistake in core_of(request).contract.mistakes(schema, record):
        raise unfit(mistake.pointer, mistake.sentence(), expected=mistake.message)
    if record["id"] != _identifier(request):
        expected = "expected the id of the path"
        raise unfit("/id", f"id: {expected}, got {record['id']}", expected=expected)
    for steps, target in references(schema):
        for pointer, named in follow(record, steps):
            if named is not None and sandbox.tables(api)[target].get(named) is None:
                expected = f"expected the id of one of {api}.{target}"
                raise unfit(pointer, f"{pointer}: {expected}, got {named}", expected=expected)
    sandbox.tables(api)[name].put(record)
    sandbox.state.keep()
    return record


def _named_by(sandbox: Sandbox, api: str, collection: str, identifier: int) -> str | None:
    for name, table in sandbox.tables(api).items():
        for steps, target in references(record_schema(api, name)):
            if target != collection:
                continue
            found = table.where(steps[0], identifier) if len(steps) == 1 else table
            naming = next((each for each in found if identifier in (value for _, value in follow(each, steps))), None)
            if naming is not None:
                return f"{api}.{name} {naming['id']}"
    return None


def _collection(request: web.Request, sandbox: Sandbox) -> Collection:
    api, name = request.match_info["api"], request.match_info["collection"]
    tables = sandbox.state.tables.get(api)
    collection = None if tables is None else tables.get(name)
    if collection is None:
        known = ", ".join(each.name for tables in sandbox.state.tables.values() for each in tables.values())
        raise Problem(404, "No such collection", f"There is no collection {api}.{name}; there are: {known}")
    return collection


def _identifier(request: web.Request) -> int:
    return int(request.match_info["id"])


def _record(request: web.Request, collection: Collection) -> Record:
    record = collection.get(_identifier(request))
    if record is None:
        raise Problem(404, "No such record", f"{collection.name} has no record {_identifier(request)}")
    return record

"""Endpoints for the records of a sandbox: list, get, put, patch, delete; validated against their schemas."""

from collections.abc import Mapping
from itertools import chain
from typing import Any

from aiohttp import web

from mockorders.concurrency import run_in_steps
from mockorders.control.inputs import (
    UnprocessableError,
    get_emulator,
    get_sandbox,
    raise_for_violations,
    read_json_for,
    unprocessable,
)
from mockorders.control.references import RecordRef, ReferencedRecordError, find_referrers, missing_references
from mockorders.emulator import Emulator
from mockorders.errors import ProblemError
from mockorders.formats.serialization import dump_in_pieces
from mockorders.formats.suggestions import did_you_mean
from mockorders.sandbox.export import export_records
from mockorders.sandbox.sandbox import Sandbox
from mockorders.storage.collection import Collection, Record
from mockorders.validation.records import fill_defaults

MAX_SEARCHES = 10


async def list_records(request: web.Request) -> Any:
    """List a collection, ascending by id."""
    collection = get_collection_or_404(await get_sandbox(request), record_ref(request)).copy()
    return dump_in_pieces({"count": len(collection), "records": export_records(collection)})


async def get_record(request: web.Request) -> Any:
    """Return one record. Raises ProblemError (404) if it does not exist."""
    return get_record_or_404(await get_sandbox(request), record_ref(request))


async def put_record(request: web.Request) -> Any:
    """Store a record under the id of the path; return it with defaults filled in."""
    sandbox = await get_sandbox(request)
    ref = record_ref(request)
    get_collection_or_404(sandbox, ref)
    value = await read_json_for(request, sandbox)
    if not isinstance(value, dict):
        raise unprocessable("", "body: expected an object", message="expected an object")
    return store(get_emulator(request), sandbox, ref, {"id": ref.id, **value})


async def patch_record(request: web.Request) -> Any:
    """Apply a merge patch (RFC 7396) to a record. Raises ProblemError (404) if it does not exist."""
    sandbox = await get_sandbox(request)
    ref = record_ref(request)
    get_record_or_404(sandbox, ref)
    value = await read_json_for(request, sandbox)
    if not isinstance(value, dict):
        raise unprocessable("", "body: expected an object (merge patch)", message="expected an object")
    return store(get_emulator(request), sandbox, ref, merged(get_record_or_404(sandbox, ref), value))


async def delete_record(request: web.Request) -> None:
    """Delete a record. Raises ReferencedRecordError if other records refer to it."""
    await delete(await get_sandbox(request), record_ref(request))


async def delete(sandbox: Sandbox, ref: RecordRef) -> None:
    """Delete a record. Raises ProblemError (404) if it does not exist, ReferencedRecordError if others refer to it.

    Other requests are handled while the references are searched; if they change records, the search is repeated.
    """
    for _ in range(MAX_SEARCHES):
        get_record_or_404(sandbox, ref)
        version = sandbox.state.version
        referrers = await run_in_steps(find_referrers(sandbox.tables(ref.api).copy(), ref))
        if referrers:
            raise ReferencedRecordError(ref, referrers)
        if version is sandbox.state.version:
            with sandbox.edit():
                get_collection_or_404(sandbox, ref).delete(ref.id)
            return
    raise ProblemError(409, "Records are changing", f"Other requests changed records while {ref.label} was deleted")


def merged(record: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Return `record` with a merge patch applied: null removes a member, objects are merged, other values replace."""
    result = dict(record)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict):
            current = result.get(name)
            result[name] = merged(current if isinstance(current, dict) else {}, value)
        else:
            result[name] = value
    return result


def store(emulator: Emulator, sandbox: Sandbox, ref: RecordRef, value: Mapping[str, Any]) -> Record:
    """Store a record with defaults filled in. Raises UnprocessableError for an invalid record or reference."""
    record = fill_defaults(ref.schema, value)
    raise_for_violations(emulator.validator.violations(ref.schema, record))
    if record["id"] != ref.id:
        expected = "expected the id of the path"
        raise unprocessable("/id", f"id: {expected}, got {record['id']}", message=expected)
    dangling = list(missing_references(sandbox.tables(ref.api), ref, record))
    if dangling:
        (pointer, expected), identifier = dangling[0]
        detail = f"{pointer}: {expected}, got {identifier}"
        raise UnprocessableError(detail, [violation for violation, _ in dangling])
    with sandbox.edit():
        get_collection_or_404(sandbox, ref).put(record)
    return record


def get_collection_or_404(sandbox: Sandbox, ref: RecordRef) -> Collection:
    """Return a collection. Raises ProblemError (404) if it does not exist."""
    tables = sandbox.state.tables.get(ref.api)
    collection = None if tables is None else tables.get(ref.collection)
    if collection is None:
        collections = chain.from_iterable(each.values() for each in sandbox.state.tables.values())
        names = [each.name for each in collections]
        name = f"{ref.api}.{ref.collection}"
        advice = did_you_mean(name, names) or f"; available: {', '.join(names)}"
        detail = f"There is no collection {name}{advice}"
        raise ProblemError(404, "No such collection", detail)
    return collection


def get_record_or_404(sandbox: Sandbox, ref: RecordRef) -> Record:
    """Return a record. Raises ProblemError (404) if it does not exist."""
    collection = get_collection_or_404(sandbox, ref)
    record = collection.get(ref.id)
    if record is None:
        raise ProblemError(404, "No such record", f"{collection.name} has no record {ref.id}")
    return record


def record_ref(request: web.Request) -> RecordRef:
    """Return the record or collection named in the path."""
    path = request.match_info
    return RecordRef(path["api"], path["collection"], int(path.get("id", 0)))

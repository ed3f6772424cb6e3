"""Endpoints that add records, and create those that they refer to."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aiohttp import web

from mockorders.concurrency import run_in_steps
from mockorders.control.inputs import (
    UnprocessableError,
    ensure_generation,
    get_emulator,
    get_sandbox,
    raise_for_violations,
    read_json_for,
)
from mockorders.control.records import get_collection_or_404, record_ref
from mockorders.emulator import Emulator
from mockorders.errors import ProblemError
from mockorders.fixture_sets.record_builder import RecordBuilder
from mockorders.fixture_sets.record_parts import BuiltRecord, Draft
from mockorders.formats.pointer import escape
from mockorders.formats.suggestions import did_you_mean
from mockorders.sandbox.sandbox import Sandbox

MAX_ATTEMPTS = 10


async def add_record(request: web.Request) -> Any:
    """Add a record to a collection; return it, and the keys of the records that were created for it."""
    sandbox = await get_sandbox(request)
    ref = record_ref(request)
    get_collection_or_404(sandbox, ref)
    value = await read_json_for(request, sandbox)
    added = await add(get_emulator(request), sandbox, [Draft(ref.api, ref.collection, value)])
    return {"record": added[-1].record, "created": _created(added)}


async def add_records(request: web.Request) -> Any:
    """Add records to several collections; return them, and the keys of the records that were created for them."""
    sandbox = await get_sandbox(request)
    emulator = get_emulator(request)
    document = await read_json_for(request, sandbox)
    raise_for_violations(emulator.validator.violations("control/new-records", document))
    drafts = list(_drafts(sandbox, document))
    added = await add(emulator, sandbox, drafts)
    records = {each.draft.pointer: each.record for each in added if each.draft is not None}
    return {"records": _like(document, records), "created": _created(added)}


async def add(emulator: Emulator, sandbox: Sandbox, drafts: Sequence[Draft]) -> Sequence[BuiltRecord]:
    """Build and store records, all or none. Raises UnprocessableError, MemoryLimitError, or ProblemError (409).

    Other requests are handled while records are built; if they change records, they are built again.
    """
    generation = sandbox.generation
    for _ in range(MAX_ATTEMPTS):
        version = sandbox.state.version
        copies = {api: tables.copy() for api, tables in sandbox.state.tables.items()}
        builder = RecordBuilder(emulator.apis, emulator.validator, copies, sandbox.clock.now())
        await run_in_steps(builder.build(drafts))
        ensure_generation(sandbox, generation)
        if builder.violations:
            pointer, message = builder.violations[0]
            detail = f"{pointer.lstrip('/') or 'body'}: {message}"
            raise UnprocessableError(detail, builder.violations)
        if version is sandbox.state.version:
            _store(sandbox, builder.built)
            return builder.built
    raise ProblemError(409, "Records are changing", "Other requests changed records while these were added")


def _store(sandbox: Sandbox, built: Sequence[BuiltRecord]) -> None:
    with sandbox.edit():
        for each in built:
            sandbox.tables(each.api)[each.collection].put(each.record)


def _drafts(sandbox: Sandbox, document: Mapping[str, Mapping[str, Sequence[Any]]]) -> Iterator[Draft]:
    """Yield the records of a document. Raises UnprocessableError if an API or a collection is unknown."""
    tables = sandbox.state.tables
    for api, collections in document.items():
        _check_known(api, list(tables), "")
        for collection, records in collections.items():
            pointer = f"/{api}/{collection}"
            _check_known(collection, list(tables[api]), f"/{api}")
            yield from (Draft(api, collection, each, f"{pointer}/{index}") for index, each in enumerate(records))


def _check_known(name: str, known: Sequence[str], parent: str) -> None:
    if name not in known:
        advice = did_you_mean(name, known) or f", expected one of {', '.join(known)}"
        message = f"Unknown property '{name[:100]}'{advice}"
        raise UnprocessableError(message, [(f"{parent}/{escape(name)}", message)])


def _like(document: Mapping[str, Mapping[str, Sequence[Any]]], records: Mapping[str, Any]) -> dict[str, Any]:
    """Return the added records in the form of the document that they were requested with."""
    return {
        api: {
            collection: [records[f"/{api}/{collection}/{index}"] for index in range(len(drafts))]
            for collection, drafts in collections.items()
        }
        for api, collections in document.items()
    }


def _created(added: Sequence[BuiltRecord]) -> list[dict[str, Any]]:
    """Return the keys of the records that were only created because others refer to them, in order."""
    related = [each for each in added if each.draft is None]
    return [{"collection": f"{each.api}.{each.collection}", "id": each.record["id"]} for each in related]

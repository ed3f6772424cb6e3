"""Endpoints for sandboxes: list, create, change, reset, delete, export and import state."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

from mockorders.budget import MemoryAccount
from mockorders.control.clock import clock_document, parse_time_at
from mockorders.control.inputs import (
    document_of,
    ensure_generation,
    get_emulator,
    get_sandbox,
    raise_for_violations,
    read_json,
    read_json_for,
    sandbox_name,
    unprocessable,
)
from mockorders.control.journal import error_list
from mockorders.control.saving import label_of
from mockorders.emulator import Emulator
from mockorders.errors import ProblemError
from mockorders.fixture_sets.dataset import Dataset
from mockorders.fixture_sets.errors import FixtureError
from mockorders.formats.serialization import dump_in_pieces, dump_json
from mockorders.formats.suggestions import did_you_mean
from mockorders.sandbox.emulator_errors import EmulatorErrors
from mockorders.sandbox.export import export_document
from mockorders.sandbox.faults import Fault
from mockorders.sandbox.sandbox import Sandbox
from mockorders.storage.release import take_apart


async def list_sandboxes(request: web.Request) -> Any:
    """List the sandboxes."""
    await get_emulator(request).sandboxes.open_recent()
    sandboxes = list(get_emulator(request).sandboxes)
    return dump_in_pieces({"count": len(sandboxes), "sandboxes": (dump_json(describe(each)) for each in sandboxes)})


async def show_sandbox(request: web.Request) -> Any:
    """Return a sandbox's settings. Raises ProblemError (404) if it does not exist."""
    return _info(get_emulator(request), get_sandbox_or_404(request))


async def put_sandbox(request: web.Request) -> Any:
    """Create or recreate a sandbox from a fixture set or document, with optional profile and frozen clock."""
    name = sandbox_name(request)
    emulator = get_emulator(request)
    async with document_of(request) as options:
        return _info(emulator, await create(emulator, name, options))


async def create(emulator: Emulator, name: str, options: Any) -> Sandbox:
    """Create or recreate a sandbox from a JSON body. Raises UnprocessableError or FixtureError if it is invalid."""
    raise_for_violations(await emulator.validator.find_violations("control/sandbox", options))
    clock = parse_time_at(options["clock"], "/clock") if "clock" in options else None
    dataset = await _load_dataset(emulator, options.get("fixtures", emulator.sets.set_for(name)))
    dataset = dataset._replace(profile=options.get("profile", dataset.profile), clock=clock or dataset.clock)
    await emulator.sandboxes.open(name)
    await emulator.sandboxes.make_room(name)
    sandbox = emulator.sandboxes.create(name, dataset)
    await emulator.sandboxes.keep_new(sandbox, f"PUT /sandboxes/{name}")
    return sandbox


async def patch_sandbox(request: web.Request) -> Any:
    """Apply a merge patch (RFC 7396) to a sandbox's settings: `current_customer`, null logs out."""
    emulator = get_emulator(request)
    name = sandbox_name(request)
    existing = emulator.sandboxes.get(name)
    patch = await (read_json(request) if existing is None else read_json_for(request, existing))
    change(emulator, await emulator.sandboxes.preview(name), patch)  # if it is rejected, no sandbox is created
    sandbox = await get_sandbox(request)
    change(emulator, sandbox, patch)
    return _info(emulator, sandbox)


def change(emulator: Emulator, sandbox: Sandbox, patch: Any) -> None:
    """Apply a merge patch to a sandbox's settings. Raises UnprocessableError if it is invalid."""
    raise_for_violations(emulator.validator.violations("control/sandbox-patch", patch))
    if "current_customer" in patch:
        _check_customer(emulator, sandbox, patch["current_customer"])
        sandbox.log_in(patch["current_customer"])


def _check_customer(emulator: Emulator, sandbox: Sandbox, customer: int | None) -> None:
    """Raise UnprocessableError if a sandbox does not have this customer; None is nobody, and always valid."""
    if customer is None:
        return
    places = [(api.name, api.customer_collection) for api in emulator.apis if api.customer_collection is not None]
    if all(sandbox.tables(api)[collection].get(customer) is None for api, collection in places):
        names = " or ".join(f"{api}.{collection}" for api, collection in places)
        message = f"expected the id of one of {names}, or null, got {customer}"
        raise unprocessable("/current_customer", f"current_customer: {message}", message=message)


async def delete_sandbox(request: web.Request) -> None:
    """Delete a sandbox. Raises ProblemError (404) if it does not exist."""
    await get_emulator(request).sandboxes.delete(get_sandbox_or_404(request).name)


async def delete_unread(request: web.Request) -> None:
    """Delete a sandbox that the store cannot give, such as a damaged one."""
    await get_emulator(request).sandboxes.delete_unread(sandbox_name(request), label_of(request))


async def finish_sandbox(request: web.Request) -> Any:
    """Return the errors and unused faults of a sandbox, and delete it if there are none.

    The result is the same if it does not exist.
    """
    return await finish(get_emulator(request), sandbox_name(request))


async def finish(emulator: Emulator, name: str) -> Any:
    """Return the errors and unused faults of a sandbox as JSON, and delete it if there are none."""
    sandbox = emulator.sandboxes.get(name)
    if sandbox is None:
        return {"errors": error_list(EmulatorErrors()), "unused_faults": [], "deleted": True}
    unused = [document for document in map(Fault.document, sandbox.faults) if not document["hits"]]
    clean = not unused and not sandbox.errors.count
    if clean:
        await emulator.sandboxes.delete(name)
    return {"errors": error_list(sandbox.errors), "unused_faults": unused, "deleted": clean}


async def reset_sandbox(request: web.Request) -> None:
    """Reset one sandbox to its fixtures."""
    get_emulator(request).sandboxes.reset(await get_sandbox(request))


async def reset_all(request: web.Request) -> None:
    """Reset all sandboxes to their fixtures."""
    await get_emulator(request).sandboxes.reset_all()


async def get_state(request: web.Request) -> Any:
    """Return the whole state as a fixture document."""
    return export_document(await get_sandbox(request))


async def put_state(request: web.Request) -> Any:
    """Replace the whole state; return the resulting state."""
    sandbox = await get_sandbox(request)
    await load_state(request, sandbox)
    return export_document(sandbox)


async def load_state(request: web.Request, sandbox: Sandbox, extract: Callable[[bytes], bytes] = bytes) -> None:
    """Replace the whole state by the document in the body. `extract` takes it out of a form."""
    generation = sandbox.generation
    async with document_of(request, extract) as value:
        dataset = await load_document(get_emulator(request), value, "state", sandbox.memory)
    ensure_generation(sandbox, generation)
    sandbox.load(dataset)


def get_sandbox_or_404(request: web.Request) -> Sandbox:
    """Return the sandbox named in the path. Raises ProblemError (404) if it does not exist."""
    name = sandbox_name(request)
    sandbox = get_emulator(request).sandboxes.get(name)
    if sandbox is None:
        detail = f"There is no sandbox {name!r}; a request with its credential creates it."
        raise ProblemError(404, "No such sandbox", detail)
    return sandbox


async def _load_dataset(emulator: Emulator, fixtures: Any) -> Dataset:
    if not isinstance(fixtures, str):
        try:
            return await load_document(emulator, fixtures, "fixtures", emulator.memory.new_account())
        except FixtureError as error:  # its pointer is relative to the document, not to the body
            raise error.below("/fixtures") from error
    if fixtures not in emulator.sets.names:
        expected = f"expected one of {', '.join(emulator.sets.names)}, or a document"
        advice = did_you_mean(fixtures, emulator.sets.names)
        raise unprocessable("/fixtures", f"fixtures: {expected}, got {fixtures[:60]!r}{advice}", message=expected)
    return await emulator.sandboxes.load_dataset(fixtures)


async def load_document(emulator: Emulator, document: Any, origin: str, account: MemoryAccount) -> Dataset:
    """Return the dataset of a fixture document. Raises FixtureError, or MemoryLimitError for the sandbox's account."""
    extends = document.get("extends") if isinstance(document, dict) else None
    extended = None
    if isinstance(extends, str) and extends in emulator.sets.files.files:
        extended = await emulator.sandboxes.load_dataset(extends)  # once, even if several documents extend it at once

    def build() -> Dataset:
        try:
            return emulator.sets.from_document(document, origin, account, extended)
        finally:
            take_apart(document)

    dataset = await asyncio.to_thread(build)
    await emulator.sandboxes.keep(dataset)
    return dataset


def _info(emulator: Emulator, sandbox: Sandbox) -> dict[str, Any]:
    """Return a sandbox's settings and memory; with `--credentials`, also whether its name is accepted."""
    credentials = emulator.settings.credentials
    info = {**describe(sandbox), "memory": {"used": sandbox.memory.used, "limit": sandbox.memory.limit}}
    if credentials is None:
        return info
    return {**info, "accepted": sandbox.name in credentials}


def describe(sandbox: Sandbox) -> dict[str, Any]:
    """Return a sandbox's settings as JSON."""
    return {
        "name": sandbox.name,
        "fixtures": sandbox.dataset.name,
        "stale": sandbox.is_stale,
        "profile": sandbox.profile,
        "current_customer": sandbox.current_customer,
        "clock": clock_document(sandbox),
    }

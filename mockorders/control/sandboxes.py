"""What the control API does: sandboxes, their state and their time."""

import asyncio
from typing import Any

from aiohttp import web

from mockorders.concurrency import run_in_steps
from mockorders.control.clock import clock_document, parse_time_at
from mockorders.control.inputs import (
    get_emulator,
    get_sandbox,
    raise_for_violations,
    read_json,
    sandbox_name,
    unprocessable,
)
from mockorders.emulator import Emulator
from mockorders.errors import FixtureError, ProblemError
from mockorders.fixture_sets.dataset import Dataset
from mockorders.sandbox.export import export_document
from mockorders.sandbox.registry import SandboxRegistry
from mockorders.sandbox.sandbox import Sandbox


async def list_sandboxes(request: web.Request) -> Any:
    """List the sandboxes."""
    sandboxes = [describe(sandbox) for sandbox in get_emulator(request).sandboxes]
    return {"count": len(sandboxes), "sandboxes": sandboxes}


async def show_sandbox(request: web.Request) -> Any:
    """Look at one sandbox; Problem 404 where there is none."""
    return describe(get_sandbox_or_404(request))


async def put_sandbox(request: web.Request) -> Any:
    """Make a sandbox anew, from a set or a document, with a profile and a frozen clock of its own."""
    name = sandbox_name(request)
    return describe(await create(get_emulator(request), name, await read_json(request)))


async def create(emulator: Emulator, name: str, options: Any) -> Sandbox:
    """Make a sandbox anew as a body says that was read from JSON; Unfit where it cannot be."""
    raise_for_violations(emulator.validator.violations("control/sandbox", options))
    clock = parse_time_at(options["clock"], "/clock") if "clock" in options else None
    dataset = await _load_dataset(emulator, options.get("fixtures", emulator.sets.set_for(name)))
    dataset = dataset._replace(profile=options.get("profile", dataset.profile), clock=clock or dataset.clock)
    return emulator.sandboxes.create(name, dataset)


async def delete_sandbox(request: web.Request) -> None:
    """Forget a sandbox; Problem 404 where there is none."""
    get_emulator(request).sandboxes.delete(get_sandbox_or_404(request).name)


async def reset_sandbox(request: web.Request) -> None:
    """Put one sandbox back to its fixtures."""
    get_emulator(request).sandboxes.reset(await get_sandbox(request))


async def reset_all(request: web.Request) -> None:
    """Put all sandboxes back to their fixtures."""
    reset_sandboxes(get_emulator(request).sandboxes)


def reset_sandboxes(sandboxes: SandboxRegistry) -> None:
    """Put all sandboxes back to their fixtures."""
    for sandbox in sandboxes:
        sandboxes.reset(sandbox)


async def get_state(request: web.Request) -> Any:
    """Give the whole state as a fixture document."""
    return await run_in_steps(export_document(await get_sandbox(request)))


async def put_state(request: web.Request) -> Any:
    """Put a whole state in the place of the one that is there; give it as it then is."""
    sandbox = await get_sandbox(request)
    value = await read_json(request)
    dataset = await asyncio.to_thread(get_emulator(request).sets.from_document, value, "state")
    sandbox.load(dataset)
    return await run_in_steps(export_document(sandbox))


def get_sandbox_or_404(request: web.Request) -> Sandbox:
    """Give the sandbox that the path names; Problem 404 where there is none."""
    name = sandbox_name(request)
    sandbox = get_emulator(request).sandboxes.get(name)
    if sandbox is None:
        raise ProblemError(
            404, "No such sandbox", f"There is no sandbox {name!r}; a request with its credential makes it."
        )
    return sandbox


async def _load_dataset(emulator: Emulator, fixtures: Any) -> Dataset:
    if not isinstance(fixtures, str):
        try:
            return await asyncio.to_thread(emulator.sets.from_document, fixtures, "fixtures")
        except FixtureError as error:  # its pointer leads into the document, the body's into what holds it
            error.members["pointer"] = f"/fixtures{error.members['pointer']}"
            raise
    if fixtures not in emulator.sets.names:
        expected = f"expected one of {', '.join(emulator.sets.names)}, or a document"
        raise unprocessable("/fixtures", f"fixtures: {expected}, got {fixtures[:60]!r}", expected=expected)
    return await emulator.sandboxes.load_dataset(fixtures)


def describe(sandbox: Sandbox) -> dict[str, Any]:
    """Say what a sandbox is."""
    return {
        "name": sandbox.name,
        "fixtures": sandbox.dataset.name,
        "stale": sandbox.is_stale,
        "profile": sandbox.profile,
        "current_customer": sandbox.current_customer,
        "clock": clock_document(sandbox),
    }

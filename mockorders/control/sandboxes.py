"""What the control API does: sandboxes, their state and their time."""

import asyncio
from typing import Any

from aiohttp import web

from mockorders.concurrency import run_in_steps
from mockorders.control.clock import _clock, _time
from mockorders.control.inputs import core_of, json_of, name_of, refuse, sandbox_of, unfit
from mockorders.emulator import Core
from mockorders.errors import FixtureError, ProblemError
from mockorders.fixture_sets.dataset import Dataset
from mockorders.sandbox.export import export_document
from mockorders.sandbox.registry import SandboxRegistry
from mockorders.sandbox.sandbox import Sandbox


async def list_sandboxes(request: web.Request) -> Any:
    """List the sandboxes."""
    sandboxes = [look(sandbox) for sandbox in core_of(request).sandboxes]
    return {"count": len(sandboxes), "sandboxes": sandboxes}


async def get_sandbox(request: web.Request) -> Any:
    """Look at one sandbox; Problem 404 where there is none."""
    return look(existing(request))


async def put_sandbox(request: web.Request) -> Any:
    """Make a sandbox anew, from a set or a document, with a profile and a frozen clock of its own."""
    name = name_of(request)
    return look(await make(core_of(request), name, await json_of(request)))


async def make(core: Core, name: str, wanted: Any) -> Sandbox:
    """Make a sandbox anew as a body says that was read from JSON; Unfit where it cannot be."""
    refuse(core.contract.violations("control/sandbox", wanted))
    clock = _time(wanted["clock"], "/clock") if "clock" in wanted else None
    world = await _world(core, wanted.get("fixtures", core.sets.set_for(name)))
    world = world._replace(profile=wanted.get("profile", world.profile), clock=clock or world.clock)
    return core.sandboxes.create(name, world)


async def delete_sandbox(request: web.Request) -> None:
    """Forget a sandbox; Problem 404 where there is none."""
    core_of(request).sandboxes.delete(existing(request).name)


async def reset_sandbox(request: web.Request) -> None:
    """Put one sandbox back to its fixtures."""
    core_of(request).sandboxes.reset(await sandbox_of(request))


async def reset_all(request: web.Request) -> None:
    """Put all sandboxes back to their fixtures."""
    reset_each(core_of(request).sandboxes)


def reset_each(sandboxes: SandboxRegistry) -> None:
    """Put all sandboxes back to their fixtures."""
    for sandbox in sandboxes:
        sandboxes.reset(sandbox)


async def get_state(request: web.Request) -> Any:
    """Give the whole state as a fixture document."""
    return await run_in_steps(export_document(await sandbox_of(request)))


async def put_state(request: web.Request) -> Any:
    """Put a whole state in the place of the one that is there; give it as it then is."""
    sandbox = await sandbox_of(request)
    value = await json_of(request)
    world = await asyncio.to_thread(core_of(request).sets.from_document, value, "state")
    sandbox.load(world)
    return await run_in_steps(export_document(sandbox))


def existing(request: web.Request) -> Sandbox:
    """Give the sandbox that the path names; Problem 404 where there is none."""
    name = name_of(request)
    sandbox = core_of(request).sandboxes.get(name)
    if sandbox is None:
        raise ProblemError(
            404, "No such sandbox", f"There is no sandbox {name!r}; a request with its credential makes it."
        )
    return sandbox


async def _world(core: Core, fixtures: Any) -> Dataset:
    if not isinstance(fixtures, str):
        try:
            return await asyncio.to_thread(core.sets.from_document, fixtures, "fixtures")
        except FixtureError as error:  # its pointer leads into the document, the body's into what holds it
            error.members["pointer"] = f"/fixtures{error.members['pointer']}"
            raise
    if fixtures not in core.sets.names:
        expected = f"expected one of {', '.join(core.sets.names)}, or a document"
        raise unfit("/fixtures", f"fixtures: {expected}, got {fixtures[:60]!r}", expected=expected)
    return await core.sandboxes.load_dataset(fixtures)


def look(sandbox: Sandbox) -> dict[str, Any]:
    """Say what a sandbox is."""
    return {
        "name": sandbox.name,
        "fixtures": sandbox.dataset.name,
        "outdated": sandbox.is_stale,
        "profile": sandbox.profile,
        "current_customer": sandbox.current_customer,
        "clock": _clock(sandbox),
    }

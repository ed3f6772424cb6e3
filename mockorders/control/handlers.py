"""What the control API does: sandboxes, their state and their time."""

import asyncio
from dataclasses import asdict
from datetime import datetime
from typing import Any

from aiohttp import web

from mockorders.__version__ import __version__
from mockorders.concurrency import run_in_steps
from mockorders.control.request import core_of, json_of, name_of, refuse, sandbox_of, unfit
from mockorders.emulator import Core
from mockorders.errors import FixtureError, Problem
from mockorders.fixture_sets.dataset import World
from mockorders.formats.timestamps import format_time, parse_time
from mockorders.rules import CORE
from mockorders.sandbox.export import document
from mockorders.sandbox.registry import Sandboxes
from mockorders.sandbox.sandbox import Sandbox
from mockorders.validation.schemas import schema, schema_names


async def health(_: web.Request) -> Any:
    """Say that requests are answered."""
    return {"status": "ok", "version": __version__}


async def fidelity(request: web.Request) -> Any:
    """List every rule with its evidence and source."""
    rules = [*CORE, *(rule for api in core_of(request).apis for rule in api.rules)]
    return {"rules": [asdict(rule) for rule in rules]}


async def metrics(request: web.Request) -> Any:
    """Give the metrics for Prometheus."""
    from mockorders.control.metrics import answer

    return answer(core_of(request), request.headers.get("Accept", ""))


async def list_schemas(_: web.Request) -> Any:
    """List the schemas of the contract by name, such as `cratejoy/order`."""
    return {"schemas": schema_names()}


async def get_schema(request: web.Request) -> Any:
    """Give one schema, with or without `.json` behind its name; Problem 404 where there is none."""
    name = f"{request.match_info['folder']}/{request.match_info['schema'].removesuffix('.json')}"
    if name not in schema_names():
        raise Problem(404, "No such schema", f"There is no schema {name[:60]!r}; /schemas lists them.")
    return schema(name)


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
    refuse(core.contract.mistakes("control/sandbox", wanted))
    clock = _time(wanted["clock"], "/clock") if "clock" in wanted else None
    world = await _world(core, wanted.get("fixtures", core.sets.named(name)))
    world = world._replace(profile=wanted.get("profile", world.profile), clock=clock or world.clock)
    return core.sandboxes.make(name, world)


async def delete_sandbox(request: web.Request) -> None:
    """Forget a sandbox; Problem 404 where there is none."""
    core_of(request).sandboxes.forget(existing(request).name)


async def reset_sandbox(request: web.Request) -> None:
    """Put one sandbox back to its fixtures."""
    core_of(request).sandboxes.reset(await sandbox_of(request))


async def reset_all(request: web.Request) -> None:
    """Put all sandboxes back to their fixtures."""
    reset_each(core_of(request).sandboxes)


def reset_each(sandboxes: Sandboxes) -> None:
    """Put all sandboxes back to their fixtures."""
    for sandbox in sandboxes:
        sandboxes.reset(sandbox)


async def get_state(request: web.Request) -> Any:
    """Give the whole state as a fixture document."""
    return await run_in_steps(document(await sandbox_of(request)))


async def put_state(request: web.Request) -> Any:
    """Put a whole state in the place of the one that is there; give it as it then is."""
    sandbox = await sandbox_of(request)
    value = await json_of(request)
    world = await asyncio.to_thread(core_of(request).sets.from_document, value, "state")
    sandbox.adopt(world)
    return await run_in_steps(document(sandbox))


async def get_clock(request: web.Request) -> Any:
    """Give a sandbox's time."""
    return _clock(await sandbox_of(request))


async def put_clock(request: web.Request) -> Any:
    """Set a sandbox's time, or whether it stands still."""
    sandbox = await sandbox_of(request)
    set_clock(core_of(request), sandbox, await json_of(request))
    return _clock(sandbox)


def set_clock(core: Core, sandbox: Sandbox, wanted: Any) -> None:
    """Set a sandbox's time as a body says that was read from JSON; Unfit where it cannot be."""
    refuse(core.contract.mistakes("control/clock", wanted))
    now = _time(wanted["now"], "/now") if "now" in wanted else None
    sandbox.clock.set(now, frozen=wanted.get("frozen"))


async def advance_clock(request: web.Request) -> Any:
    """Move a sandbox's time."""
    sandbox = await sandbox_of(request)
    advance(core_of(request), sandbox, await json_of(request))
    return _clock(sandbox)


def advance(core: Core, sandbox: Sandbox, wanted: Any) -> None:
    """Move a sandbox's time as a body says that was read from JSON; Unfit where it cannot be."""
    refuse(core.contract.mistakes("control/advance", wanted))
    seconds = wanted["seconds"]
    try:
        sandbox.clock.advance(seconds)
    except OverflowError as error:
        expected = "expected seconds that lead to a year from 1 to 9999"
        raise unfit("/seconds", f"seconds: {expected}, got {seconds}", expected=expected) from error


def existing(request: web.Request) -> Sandbox:
    """Give the sandbox that the path names; Problem 404 where there is none."""
    name = name_of(request)
    sandbox = core_of(request).sandboxes.get(name)
    if sandbox is None:
        raise Problem(404, "No such sandbox", f"There is no sandbox {name!r}; a request with its credential makes it.")
    return sandbox


async def _world(core: Core, fixtures: Any) -> World:
    if not isinstance(fixtures, str):
        try:
            return await asyncio.to_thread(core.sets.from_document, fixtures, "fixtures")
        except FixtureError as error:  # its pointer leads into the document, the body's into what holds it
            error.members["pointer"] = f"/fixtures{error.members['pointer']}"
            raise
    if fixtures not in core.sets.names:
        expected = f"expected one of {', '.join(core.sets.names)}, or a document"
        raise unfit("/fixtures", f"fixtures: {expected}, got {fixtures[:60]!r}", expected=expected)
    return await core.sandboxes.world(fixtures)


def look(sandbox: Sandbox) -> dict[str, Any]:
    """Say what a sandbox is."""
    return {
        "name": sandbox.name,
        "fixtures": sandbox.world.name,
        "outdated": sandbox.outdated,
        "profile": sandbox.profile,
        "current_customer": sandbox.current_customer,
        "clock": _clock(sandbox),
    }


def _clock(sandbox: Sandbox) -> dict[str, Any]:
    return {"now": format_time(sandbox.clock.now()), "frozen": sandbox.clock.frozen}


def _time(text: str, pointer: str) -> datetime:
    try:
        return parse_time(text)
    except ValueError as error:
        expected = "expected a time such as 2017-03-21T00:00:00Z"
        raise unfit(pointer, f"{pointer[1:]}: {expected}, got {text[:60]!r}", expected=expected) from error

"""The clock of a sandbox: read, set, advanced."""

from datetime import datetime
from typing import Any

from aiohttp import web

from mockorders.control.inputs import core_of, json_of, refuse, sandbox_of, unfit
from mockorders.emulator import Core
from mockorders.formats.timestamps import format_time, parse_time
from mockorders.sandbox.sandbox import Sandbox


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
    refuse(core.contract.violations("control/clock", wanted))
    now = _time(wanted["now"], "/now") if "now" in wanted else None
    sandbox.clock.set(now, frozen=wanted.get("frozen"))


async def advance_clock(request: web.Request) -> Any:
    """Move a sandbox's time."""
    sandbox = await sandbox_of(request)
    advance(core_of(request), sandbox, await json_of(request))
    return _clock(sandbox)


def advance(core: Core, sandbox: Sandbox, wanted: Any) -> None:
    """Move a sandbox's time as a body says that was read from JSON; Unfit where it cannot be."""
    refuse(core.contract.violations("control/advance", wanted))
    seconds = wanted["seconds"]
    try:
        sandbox.clock.advance(seconds)
    except OverflowError as error:
        expected = "expected seconds that lead to a year from 1 to 9999"
        raise unfit("/seconds", f"seconds: {expected}, got {seconds}", expected=expected) from error


def _clock(sandbox: Sandbox) -> dict[str, Any]:
    return {"now": format_time(sandbox.clock.now()), "frozen": sandbox.clock.frozen}


def _time(text: str, pointer: str) -> datetime:
    try:
        return parse_time(text)
    except ValueError as error:
        expected = "expected a time such as 2017-03-21T00:00:00Z"
        raise unfit(pointer, f"{pointer[1:]}: {expected}, got {text[:60]!r}", expected=expected) from error

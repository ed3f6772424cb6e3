"""The clock of a sandbox: read, set, advanced."""

from datetime import datetime
from typing import Any

from aiohttp import web

from mockorders.control.inputs import get_emulator, get_sandbox, raise_for_violations, read_json, unprocessable
from mockorders.emulator import Emulator
from mockorders.formats.timestamps import format_time, parse_time
from mockorders.sandbox.sandbox import Sandbox


async def get_clock(request: web.Request) -> Any:
    """Give a sandbox's time."""
    return clock_document(await get_sandbox(request))


async def put_clock(request: web.Request) -> Any:
    """Set a sandbox's time, or whether it stands still."""
    sandbox = await get_sandbox(request)
    set_clock(get_emulator(request), sandbox, await read_json(request))
    return clock_document(sandbox)


def set_clock(emulator: Emulator, sandbox: Sandbox, options: Any) -> None:
    """Set a sandbox's time as a body says that was read from JSON; Unfit where it cannot be."""
    raise_for_violations(emulator.validator.violations("control/clock", options))
    now = parse_time_at(options["now"], "/now") if "now" in options else None
    sandbox.clock.set(now, frozen=options.get("frozen"))


async def advance_clock(request: web.Request) -> Any:
    """Move a sandbox's time."""
    sandbox = await get_sandbox(request)
    advance(get_emulator(request), sandbox, await read_json(request))
    return clock_document(sandbox)


def advance(emulator: Emulator, sandbox: Sandbox, options: Any) -> None:
    """Move a sandbox's time as a body says that was read from JSON; Unfit where it cannot be."""
    raise_for_violations(emulator.validator.violations("control/advance", options))
    seconds = options["seconds"]
    try:
        sandbox.clock.advance(seconds)
    except OverflowError as error:
        expected = "expected seconds that lead to a year from 1 to 9999"
        raise unprocessable("/seconds", f"seconds: {expected}, got {seconds}", expected=expected) from error


def clock_document(sandbox: Sandbox) -> dict[str, Any]:
    return {"now": format_time(sandbox.clock.now()), "frozen": sandbox.clock.frozen}


def parse_time_at(text: str, pointer: str) -> datetime:
    try:
        return parse_time(text)
    except ValueError as error:
        expected = "expected a time such as 2017-03-21T00:00:00Z"
        raise unprocessable(pointer, f"{pointer[1:]}: {expected}, got {text[:60]!r}", expected=expected) from error

"""Endpoints for the clock of a sandbox: read, set, advance."""

from datetime import datetime
from typing import Any

from aiohttp import web

from mockorders.control.inputs import get_emulator, get_sandbox, raise_for_violations, read_json_for, unprocessable
from mockorders.emulator import Emulator
from mockorders.formats.timestamps import format_time, parse_time
from mockorders.sandbox.sandbox import Sandbox


async def get_clock(request: web.Request) -> Any:
    """Return a sandbox's time and whether it is frozen."""
    return clock_document(await get_sandbox(request))


async def put_clock(request: web.Request) -> Any:
    """Set a sandbox's time, whether it is frozen, or both."""
    sandbox = await get_sandbox(request)
    set_clock(get_emulator(request), sandbox, await read_json_for(request, sandbox))
    return clock_document(sandbox)


def set_clock(emulator: Emulator, sandbox: Sandbox, options: Any) -> None:
    """Apply a JSON body to a sandbox's clock. Raises UnprocessableError if the body is invalid."""
    raise_for_violations(emulator.validator.violations("control/clock", options))
    now = parse_time_at(options["now"], "/now") if "now" in options else None
    sandbox.clock.set(now, frozen=options.get("frozen"))


async def advance_clock(request: web.Request) -> Any:
    """Move a sandbox's time forward or back."""
    sandbox = await get_sandbox(request)
    advance(get_emulator(request), sandbox, await read_json_for(request, sandbox))
    return clock_document(sandbox)


def advance(emulator: Emulator, sandbox: Sandbox, options: Any) -> None:
    """Move a sandbox's time by the `seconds` of a JSON body. Raises UnprocessableError if the body is invalid."""
    raise_for_violations(emulator.validator.violations("control/advance", options))
    seconds = options["seconds"]
    try:
        sandbox.clock.advance(seconds)
    except OverflowError as error:
        expected = "expected seconds that keep the year between 1 and 9999"
        raise unprocessable("/seconds", f"seconds: {expected}, got {seconds}", message=expected) from error


def clock_document(sandbox: Sandbox) -> dict[str, Any]:
    """Return the clock as JSON: `now` is ISO 8601 in UTC."""
    return {"now": format_time(sandbox.clock.now()), "frozen": sandbox.clock.frozen}


def parse_time_at(text: str, pointer: str) -> datetime:
    """Parse a timestamp. Raises UnprocessableError with `pointer`, its place in the body, if it is invalid."""
    try:
        return parse_time(text)
    except ValueError as error:
        expected = "expected a time such as 2017-03-21T00:00:00Z"
        raise unprocessable(pointer, f"{pointer[1:]}: {expected}, got {text[:60]!r}", message=expected) from error

"""The faults of a sandbox: listed, added, removed."""

from typing import Any

from aiohttp import web

from mockorders.control.inputs import get_emulator, get_sandbox, raise_for_violations, read_json, unprocessable
from mockorders.emulator import Emulator
from mockorders.errors import ProblemError
from mockorders.formats.parsing import replace_floats
from mockorders.sandbox.sandbox import Sandbox

MAX_FAULTS = 1_000


async def list_faults(request: web.Request) -> Any:
    """List the faults in their order, each with how often it was met."""
    faults = (await get_sandbox(request)).faults
    return {"count": len(faults), "faults": [fault.document() for fault in faults]}


async def add_fault(request: web.Request) -> Any:
    """Add a fault behind the others."""
    sandbox = await get_sandbox(request)
    return add(get_emulator(request), sandbox, await read_json(request))


def add(emulator: Emulator, sandbox: Sandbox, value: Any) -> dict[str, Any]:
    """Add a rule that was read from JSON; gives it with its id. Unfit where it cannot be taken."""
    raise_for_violations(emulator.validator.violations("control/fault", value))
    rule = replace_floats(value, float)
    known = [api.name for api in emulator.apis]
    if rule.get("match", {}).get("api", known[0]) not in known:
        expected = f"expected one of {', '.join(known)}"
        raise unprocessable("/match/api", f"match.api: {expected}, got {rule['match']['api']!r}", expected=expected)
    uniform = rule["effect"].get("uniform", [0, 0])
    if uniform[0] > uniform[1]:
        expected = "expected the lower number first"
        raise unprocessable("/effect/uniform", f"effect.uniform: {expected}, got {uniform}", expected=expected)
    if len(sandbox.faults) >= MAX_FAULTS:
        expected = f"expected at most {MAX_FAULTS} faults"
        raise unprocessable("", expected, expected=expected)
    return sandbox.faults.add(rule).document()


async def clear_faults(request: web.Request) -> None:
    """Remove all faults."""
    (await get_sandbox(request)).faults.clear()


async def delete_fault(request: web.Request) -> None:
    """Remove one fault."""
    remove(await get_sandbox(request), request.match_info["id"])


def remove(sandbox: Sandbox, identifier: str) -> None:
    """Remove one fault; Problem 404 where there is none of the id."""
    if not sandbox.faults.remove(identifier):
        raise ProblemError(404, "No such fault", f"There is no fault {identifier[:60]!r}")

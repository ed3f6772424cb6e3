"""Endpoints for the faults of a sandbox: list, add, change, remove."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from mockorders.control.inputs import get_emulator, get_sandbox, raise_for_violations, read_json_for, unprocessable
from mockorders.control.records import merged
from mockorders.emulator import Emulator
from mockorders.errors import ProblemError
from mockorders.formats.suggestions import did_you_mean
from mockorders.sandbox.faults import Fault, with_floats
from mockorders.sandbox.sandbox import Sandbox

MAX_FAULTS = 1_000


async def list_faults(request: web.Request) -> Any:
    """List the faults in order, each with the number of times it was applied."""
    faults = (await get_sandbox(request)).faults
    return {"count": len(faults), "faults": [fault.document() for fault in faults]}


async def add_fault(request: web.Request) -> Any:
    """Add a fault after the existing ones."""
    sandbox = await get_sandbox(request)
    return add(get_emulator(request), sandbox, await read_json_for(request, sandbox))


def add(emulator: Emulator, sandbox: Sandbox, value: Any) -> dict[str, Any]:
    """Add a fault from JSON; return it with its id. Raises UnprocessableError if it is invalid."""
    rule = parse_rule(emulator, value)
    if len(sandbox.faults) >= MAX_FAULTS:
        expected = f"expected at most {MAX_FAULTS} faults"
        raise unprocessable("", expected, message=expected)
    return sandbox.faults.add(rule).document()


async def change_fault(request: web.Request) -> Any:
    """Change a fault by a JSON merge patch, or pause it. It keeps its place and its counters."""
    sandbox = await get_sandbox(request)
    identifier = request.match_info["fault"]
    get_fault_or_404(sandbox, identifier)
    emulator = get_emulator(request)
    patch = await read_json_for(request, sandbox)
    raise_for_violations(emulator.validator.violations("control/fault-patch", patch))
    fault = get_fault_or_404(sandbox, identifier)
    return replace(emulator, sandbox, fault, merged(fault.rule, patch))


def replace(emulator: Emulator, sandbox: Sandbox, fault: Fault, value: Any) -> dict[str, Any]:
    """Replace the rule of a fault by one from JSON; return the result. Raises UnprocessableError if it is invalid."""
    return sandbox.faults.change(fault, parse_rule(emulator, value)).document()


def parse_rule(emulator: Emulator, value: Any) -> dict[str, Any]:
    """Return the rule of a fault from JSON. Raises UnprocessableError if it is invalid."""
    raise_for_violations(emulator.validator.violations("control/fault", value))
    rule = with_floats(value)
    _check_api(emulator, rule.get("match", {}))
    _check_range(rule["effect"])
    return rule


def get_fault_or_404(sandbox: Sandbox, identifier: str) -> Fault:
    """Return a fault. Raises ProblemError (404) if it does not exist."""
    fault = sandbox.faults.get(identifier)
    if fault is None:
        raise _no_such_fault(identifier)
    return fault


def _no_such_fault(identifier: str) -> ProblemError:
    return ProblemError(404, "No such fault", f"There is no fault {identifier[:60]!r}.")


def _check_api(emulator: Emulator, match: Mapping[str, Any]) -> None:
    names = [api.name for api in emulator.apis]
    if match.get("api", names[0]) not in names:
        expected = f"expected one of {', '.join(names)}"
        detail = f"match.api: {expected}, got {match['api'][:60]!r}{did_you_mean(match['api'], names)}"
        raise unprocessable("/match/api", detail, message=expected)


def _check_range(effect: Mapping[str, Any]) -> None:
    uniform = effect.get("uniform", [0, 0])
    if uniform[0] > uniform[1]:
        expected = "expected the lower number first"
        raise unprocessable("/effect/uniform", f"effect.uniform: {expected}, got {uniform}", message=expected)


async def clear_faults(request: web.Request) -> None:
    """Remove all faults."""
    (await get_sandbox(request)).faults.clear()


async def delete_fault(request: web.Request) -> None:
    """Remove one fault."""
    remove(await get_sandbox(request), request.match_info["fault"])


def remove(sandbox: Sandbox, identifier: str) -> None:
    """Remove one fault. Raises ProblemError (404) if it does not exist."""
    if not sandbox.faults.remove(identifier):
        raise _no_such_fault(identifier)

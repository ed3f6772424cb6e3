"""The faults page: list, remove, and add with a form."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from mockorders.control import faults
from mockorders.control.inputs import UnprocessableError, get_emulator
from mockorders.control.sandboxes import get_sandbox_or_404
from mockorders.dashboard.fault_form import FaultForm
from mockorders.dashboard.inputs import read_form, viewed_sandbox
from mockorders.dashboard.templating import page, redirect_with_notice, sandbox_url
from mockorders.formats.serialization import dump_json
from mockorders.sandbox.faults import Fault
from mockorders.sandbox.sandbox import Sandbox

MAX_SUMMARY_LENGTH = 200


async def index(request: web.Request) -> web.Response:
    """Show the faults, and the form filled with the values in the query."""
    return _render(request, viewed_sandbox(request), FaultForm.of(get_emulator(request), request.query))


async def add(request: web.Request) -> web.Response:
    """Add the fault of the form, or show the form with error messages if it is invalid."""
    sandbox = get_sandbox_or_404(request)
    form = FaultForm.of(get_emulator(request), await read_form(request))
    try:
        faults.add(get_emulator(request), sandbox, form.rule())
    except UnprocessableError as error:
        return _render(request, sandbox, form.with_errors(error.violations), status=422)
    return redirect_with_notice(sandbox_url(sandbox.name, "faults"), "fault-added")


async def remove(request: web.Request) -> web.Response:
    """Remove one fault. Raises ProblemError (404) if it does not exist."""
    sandbox = get_sandbox_or_404(request)
    faults.remove(sandbox, request.match_info["id"])
    return redirect_with_notice(sandbox_url(sandbox.name, "faults"), "fault-removed")


async def clear(request: web.Request) -> web.Response:
    """Remove all faults."""
    sandbox = get_sandbox_or_404(request)
    sandbox.faults.clear()
    return redirect_with_notice(sandbox_url(sandbox.name, "faults"), "faults-cleared")


def _render(request: web.Request, sandbox: Sandbox, form: FaultForm, *, status: int = 200) -> web.Response:
    rows = [_row(fault) for fault in sandbox.faults]
    return page(request, "faults.html", status=status, sandbox=sandbox, rows=rows, form=form)


def _row(fault: Fault) -> dict[str, Any]:
    document = fault.document()
    parameters = {name: value for name, value in fault.effect.items() if name != "type"}
    return {
        **document,
        "kind": fault.kind,
        "parameters": _summary(parameters),
        "requests": _summary(document["match"]) or "any",
    }


def _summary(value: Mapping[str, Any]) -> str:
    text = ", ".join(f"{name} {dump_json(each).decode().strip(chr(34))}" for name, each in value.items())
    return text if len(text) <= MAX_SUMMARY_LENGTH else text[:MAX_SUMMARY_LENGTH] + "…"

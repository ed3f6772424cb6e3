"""The faults page: list, pause, change and remove; add with one click or with a form."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from aiohttp import web

from mockorders.concurrency import run_in_steps
from mockorders.control import faults
from mockorders.control.inputs import UnprocessableError, get_emulator, unprocessable
from mockorders.control.sandboxes import get_sandbox_or_404
from mockorders.dashboard.fault_count import FaultCount, count_hits
from mockorders.dashboard.fault_form import FaultForm
from mockorders.dashboard.fault_presets import PRESETS, preset_rules
from mockorders.dashboard.fault_texts import describe_effect, describe_limits, describe_match
from mockorders.dashboard.inputs import read_sandbox_form, viewed_sandbox
from mockorders.dashboard.templating import page, redirect_with_notice, sandbox_url, template
from mockorders.emulator import Emulator
from mockorders.sandbox.faults import Fault
from mockorders.sandbox.sandbox import Sandbox

TEMPLATE = template("faults.html")
PRESET = "preset"  # the field of the form that adds the faults of a preset


class FaultRow(NamedTuple):
    """One fault as shown: `state` is active, paused or spent."""

    id: str
    kind: str
    effect: str
    requests: str
    limits: str
    hits: str
    state: str

    @classmethod
    def of(cls, fault: Fault) -> "FaultRow":
        """Return the row of a fault."""
        times = fault.rule["times"]
        return cls(
            fault.id,
            fault.kind,
            describe_effect(fault.effect),
            describe_match(fault.rule["match"]),
            describe_limits(fault.rule),
            str(fault.hits) if times is None else f"{fault.hits} of {times}",
            _state(fault),
        )


def _state(fault: Fault) -> str:
    if fault.remaining == 0:
        return "spent"
    return "paused" if fault.rule["paused"] else "active"


async def index(request: web.Request) -> web.Response:
    """Show the faults, and the form filled with the values in the query."""
    sandbox = viewed_sandbox(request)
    form = FaultForm.of(get_emulator(request), request.query)
    return await _render(request, sandbox, form, is_open="effect" in request.query)


async def add(request: web.Request) -> web.Response:
    """Add the faults of a preset or the fault of the form, or show the form with messages if it is invalid."""
    emulator = get_emulator(request)
    sandbox, fields = await read_sandbox_form(request)
    form = FaultForm.of(emulator, fields)
    try:
        for rule in _rules(emulator, fields, form):
            faults.add(emulator, sandbox, rule)
    except UnprocessableError as error:
        return await _render(request, sandbox, form.with_errors(error.violations), is_open=True)
    return redirect_with_notice(sandbox_url(sandbox.name, "faults"), "fault-added")


def _rules(emulator: Emulator, fields: Mapping[str, str], form: FaultForm) -> list[dict[str, Any]]:
    """Return the faults to add. Raises UnprocessableError if a field is unreadable, or the preset unknown."""
    if PRESET not in fields:
        return [form.rule()]
    preset = PRESETS.get(fields[PRESET])
    if preset is None:
        expected = f"preset: expected one of {', '.join(PRESETS)}"
        raise unprocessable("", expected, message=expected)
    return preset_rules(preset, emulator.apis, form.conditions())


async def edit(request: web.Request) -> web.Response:
    """Show the form filled with a fault, or with the values in the query."""
    sandbox = viewed_sandbox(request)
    fault = faults.get_fault_or_404(sandbox, request.match_info["id"])
    emulator = get_emulator(request)
    is_sent = "effect" in request.query
    form = FaultForm.of(emulator, request.query) if is_sent else FaultForm.of_rule(emulator, fault.rule)
    return await _render(request, sandbox, form, edited=fault)


async def save(request: web.Request) -> web.Response:
    """Change a fault, or show the form with messages if it is invalid. Raises ProblemError (404) if it is gone."""
    emulator = get_emulator(request)
    sandbox, fields = await read_sandbox_form(request)
    form = FaultForm.of(emulator, fields)
    fault = faults.get_fault_or_404(sandbox, request.match_info["id"])
    try:
        faults.replace(emulator, sandbox, fault, {**form.rule(), "paused": fault.rule["paused"]})
    except UnprocessableError as error:
        return await _render(request, sandbox, form.with_errors(error.violations), edited=fault)
    return redirect_with_notice(sandbox_url(sandbox.name, "faults"), "fault-changed")


async def pause(request: web.Request) -> web.Response:
    """Pause a fault, or resume it. Raises ProblemError (404) if it does not exist."""
    sandbox, fields = await read_sandbox_form(request)
    fault = faults.get_fault_or_404(sandbox, request.match_info["id"])
    paused = fields.get("paused") == "true"
    sandbox.faults.change(fault, {**fault.rule, "paused": paused})
    return redirect_with_notice(sandbox_url(sandbox.name, "faults"), "fault-paused" if paused else "fault-resumed")


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


async def _render(
    request: web.Request,
    sandbox: Sandbox,
    form: FaultForm,
    *,
    is_open: bool = False,
    edited: Fault | None = None,
) -> web.Response:
    has_errors = bool(form.other_errors) or any(field.messages for field in form.fields)
    return page(
        request,
        TEMPLATE,
        status=422 if has_errors else 200,
        sandbox=sandbox,
        rows=[FaultRow.of(fault) for fault in sandbox.faults],
        presets=PRESETS,
        form=form,
        is_open=is_open or edited is not None,
        edited=None if edited is None else edited.id,
        hits=await _count(get_emulator(request), sandbox, form),
    )


async def _count(emulator: Emulator, sandbox: Sandbox, form: FaultForm) -> FaultCount | None:
    """Count the requests that the fault of the form would have been applied to; None if it is invalid."""
    try:
        conditions = faults.parse_rule(emulator, {**form.conditions(), "effect": {"type": "reset"}})
    except UnprocessableError:
        return None
    rule = {**conditions, "effect": {"type": form.effect}}
    return await run_in_steps(count_hits(list(sandbox.journal), rule))

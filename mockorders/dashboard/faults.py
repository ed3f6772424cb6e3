"""The faults of a sandbox: listed, removed, and added by a form that is made from their schemas."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from mockorders.control import faults
from mockorders.control.inputs import UnprocessableError, get_emulator
from mockorders.control.sandboxes import get_sandbox_or_404
from mockorders.dashboard.forms import Field, attach_errors, field
from mockorders.dashboard.inputs import read_form, viewed_sandbox
from mockorders.dashboard.templating import page, redirect_with_notice, sandbox_url
from mockorders.emulator import Emulator
from mockorders.formats.parsing import ParseError
from mockorders.sandbox.faults import Fault
from mockorders.sandbox.sandbox import Sandbox
from mockorders.validation.schemas import load_schema, properties

FAULT, EFFECT = "control/fault", "control/effect"
DEFAULT_EFFECT = "status"


async def index(request: web.Request) -> web.Response:
    """Show the faults, and the form for the effect that the query names."""
    effect = request.query.get("effect", DEFAULT_EFFECT)
    return _render(request, viewed_sandbox(request), effect if effect in _effects() else DEFAULT_EFFECT)


async def add(request: web.Request) -> web.Response:
    """Add the fault of the form; the form again, with messages, where it cannot be."""
    sandbox, sent = get_sandbox_or_404(request), await read_form(request)
    effect = sent.get("effect", DEFAULT_EFFECT)
    if effect not in _effects():
        effect = DEFAULT_EFFECT
    fields = [each.with_input(sent) for each in _fields(get_emulator(request), effect)]
    try:
        faults.add(get_emulator(request), sandbox, _rule(effect, fields))
    except UnprocessableError as error:
        return _render(request, sandbox, effect, fields, error.violations)
    return redirect_with_notice(sandbox_url(sandbox.name, "faults"), "added")


async def remove(request: web.Request) -> web.Response:
    """Remove one fault; Problem 404 where there is none of the id."""
    sandbox = get_sandbox_or_404(request)
    faults.remove(sandbox, request.match_info["id"])
    return redirect_with_notice(sandbox_url(sandbox.name, "faults"), "removed")


async def clear(request: web.Request) -> web.Response:
    """Remove all faults."""
    sandbox = get_sandbox_or_404(request)
    sandbox.faults.clear()
    return redirect_with_notice(sandbox_url(sandbox.name, "faults"), "none-left")


def _render(
    request: web.Request,
    sandbox: Sandbox,
    effect: str,
    fields: Sequence[Field] | None = None,
    violations: Sequence[tuple[str, str]] = (),
) -> web.Response:
    shown, left = attach_errors(fields or _fields(get_emulator(request), effect), violations)
    return page(
        request,
        "faults.html",
        status=422 if violations else 200,
        sandbox=sandbox,
        rows=[_row(fault) for fault in sandbox.faults],
        effects=list(_effects()),
        effect=effect,
        groups=_groups(shown, effect),
        left=left,
        one_of=_one_of(effect),
    )


def _groups(fields: Sequence[Field], effect: str) -> list[tuple[str, list[Field]]]:
    groups: dict[str, list[Field]] = {"effect": [], "match": [], "rule": []}
    for each in fields:
        part = each.pointer.split("/")[1]
        groups[part if part in groups else "rule"].append(each)
    titles = (f"What it does: {effect}", "Which requests", "When")
    return list(zip(titles, groups.values(), strict=True))


def _row(fault: Fault) -> dict[str, Any]:
    document = fault.document()
    parameters = {name: value for name, value in fault.effect.items() if name != "type"}
    return {**document, "kind": fault.kind, "does": _summary(parameters), "which": _summary(document["match"]) or "any"}


def _summary(value: Mapping[str, Any]) -> str:
    text = ", ".join(f"{name} {json.dumps(each, ensure_ascii=False).strip(chr(34))}" for name, each in value.items())
    return text if len(text) <= 200 else text[:200] + "…"


def _effects() -> dict[str, Mapping[str, Any]]:
    """Give the parameters of each effect, as its schema has them."""
    return {
        branch["if"]["properties"]["type"]["const"]: {
            name: schema for name, schema in branch["then"]["properties"].items() if name != "type"
        }
        for branch in load_schema(EFFECT)["allOf"]
    }


def _one_of(effect: str) -> list[str]:
    """List the parameters of which an effect takes exactly one, if it does."""
    branches = load_schema(EFFECT)["allOf"]
    branch = next(each["then"] for each in branches if each["if"]["properties"]["type"]["const"] == effect)
    return [name for choice in branch.get("oneOf", ()) for name in choice["required"]]


def _fields(emulator: Emulator, effect: str) -> list[Field]:
    """Make the fields of a fault: those of its effect, of what it matches, and of the rule itself."""
    made = [each for name, schema in _effects()[effect].items() for each in _parameters(f"/effect/{name}", schema)]
    known = properties(FAULT)
    match = known["match"]["properties"]
    match = {**match, "api": {**match["api"], "enum": [api.name for api in emulator.apis]}}
    made += [each for name, schema in match.items() for each in _parameters(f"/match/{name}", schema)]
    made += [field(f"/{name}", known[name], FAULT) for name in ("times", "after", "probability", "stage")]
    return [each._replace(optional=True, title="API" if each.pointer == "/match/api" else each.title) for each in made]


def _parameters(pointer: str, schema: Mapping[str, Any]) -> list[Field]:
    """Make the fields of one parameter: several for a pair of numbers, or for an object of known members."""
    name = pointer.rpartition("/")[2]
    if schema.get("minItems") == 2 == schema.get("maxItems"):
        item = {**schema["items"], "description": schema["description"]}
        ends = enumerate(("from", "to"))
        return [field(f"{pointer}/{each}", item, EFFECT)._replace(title=f"{name} {end}") for each, end in ends]
    if "properties" in schema:
        inner = schema["properties"].items()
        return [field(f"{pointer}/{each}", one, EFFECT)._replace(title=f"{name} {each}") for each, one in inner]
    made = field(pointer, schema, EFFECT)
    if schema.get("type") == "object":
        return [made._replace(kind="pairs")]
    return [made._replace(kind="any") if "type" not in schema and "enum" not in schema else made]


def _rule(effect: str, fields: Sequence[Field]) -> dict[str, Any]:
    """Put what was filled in together as a rule; Unfit where something cannot be read."""
    rule: dict[str, Any] = {"effect": {"type": effect}, "match": {}}
    unreadable = []
    for each in fields:
        if not each.text.strip():
            continue
        try:
            _put(rule, each.pointer.split("/")[1:], _value(each))
        except ParseError as error:
            unreadable.append((each.pointer, str(error)))
    if unreadable:
        raise UnprocessableError(unreadable[0][1], unreadable)
    return rule


def _value(made: Field) -> Any:
    value = made.read()
    if made.pointer != "/match/body":
        return value
    return {name: made._replace(kind="any", text=each).read() for name, each in value.items()}


def _put(whole: dict[str, Any], steps: Sequence[str], value: Any) -> None:
    for step, after in zip(steps, [*steps[1:], None], strict=True):
        if after is None:
            whole[step] = value
        elif after.isdecimal():
            whole.setdefault(step, []).append(value)
            return
        else:
            whole = whole.setdefault(step, {})

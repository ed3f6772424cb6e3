"""The faults page: list, remove, and add with a form generated from the faults' schemas."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from aiohttp import web

from mockorders.control import faults
from mockorders.control.inputs import UnprocessableError, get_emulator
from mockorders.control.sandboxes import get_sandbox_or_404
from mockorders.dashboard.forms import Field, attach_errors, field_for
from mockorders.dashboard.inputs import read_form, viewed_sandbox
from mockorders.dashboard.templating import page, redirect_with_notice, sandbox_url
from mockorders.emulator import Emulator
from mockorders.formats.parsing import ParseError
from mockorders.sandbox.faults import Fault
from mockorders.sandbox.sandbox import Sandbox
from mockorders.validation.schemas import load_schema, properties

FAULT_SCHEMA = "control/fault"
EFFECT_SCHEMA = "control/effect"
DEFAULT_EFFECT = "status"
MAX_SUMMARY_LENGTH = 200
TITLES = {"/match/api": "API"}


async def index(request: web.Request) -> web.Response:
    """Show the faults and the form of the effect `?effect=`."""
    effect = request.query.get("effect", DEFAULT_EFFECT)
    return _render(request, viewed_sandbox(request), effect if effect in _effects() else DEFAULT_EFFECT)


async def add(request: web.Request) -> web.Response:
    """Add the fault of the form, or show the form with error messages if it is invalid."""
    sandbox = get_sandbox_or_404(request)
    form = await read_form(request)
    effect = form.get("effect", DEFAULT_EFFECT)
    if effect not in _effects():
        effect = DEFAULT_EFFECT
    fields = [each.with_input(form) for each in _fields(get_emulator(request), effect)]
    try:
        faults.add(get_emulator(request), sandbox, _rule(effect, fields))
    except UnprocessableError as error:
        return _render(request, sandbox, effect, fields=fields, violations=error.violations)
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


def _render(
    request: web.Request,
    sandbox: Sandbox,
    effect: str,
    *,
    fields: Sequence[Field] | None = None,
    violations: Sequence[tuple[str, str]] = (),
) -> web.Response:
    shown, other_errors = attach_errors(fields or _fields(get_emulator(request), effect), violations)
    return page(
        request,
        "faults.html",
        status=422 if violations else 200,
        sandbox=sandbox,
        rows=[_row(fault) for fault in sandbox.faults],
        effects=list(_effects()),
        effect=effect,
        groups=_groups(shown, effect),
        other_errors=other_errors,
        one_of=_one_of(effect),
    )


def _groups(fields: Sequence[Field], effect: str) -> list[tuple[str, list[Field]]]:
    groups: dict[str, list[Field]] = {"effect": [], "match": [], "rule": []}
    for each in fields:
        group = each.pointer.split("/")[1]
        groups[group if group in groups else "rule"].append(each)
    titles = (f"Effect: {effect}", "Matching requests", "Limits")
    return list(zip(titles, groups.values(), strict=True))


def _row(fault: Fault) -> dict[str, Any]:
    document = fault.document()
    parameters = _without_type(fault.effect)
    return {
        **document,
        "kind": fault.kind,
        "parameters": _summary(parameters),
        "requests": _summary(document["match"]) or "any",
    }


def _summary(value: Mapping[str, Any]) -> str:
    text = ", ".join(f"{name} {json.dumps(each, ensure_ascii=False).strip(chr(34))}" for name, each in value.items())
    return text if len(text) <= MAX_SUMMARY_LENGTH else text[:MAX_SUMMARY_LENGTH] + "…"


def _effects() -> dict[str, Mapping[str, Any]]:
    """Return the schemas of each effect's parameters, by effect and parameter."""
    return {name: _without_type(branch["properties"]) for name, branch in _branches().items()}


def _branches() -> dict[str, Mapping[str, Any]]:
    """Return the schema of each effect by name."""
    branches = load_schema(EFFECT_SCHEMA)["allOf"]
    return {branch["if"]["properties"]["type"]["const"]: branch["then"] for branch in branches}


def _without_type(effect: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in effect.items() if name != "type"}


def _one_of(effect: str) -> list[str]:
    """List the parameters of which exactly one is required, if there are any."""
    choices = _branches()[effect].get("oneOf", ())
    return list(chain.from_iterable(choice["required"] for choice in choices))


def _fields(emulator: Emulator, effect: str) -> list[Field]:
    """Return the fields of a fault: of its effect, of the requests it matches, and of its limits."""
    schemas = properties(FAULT_SCHEMA)
    match = schemas["match"]["properties"]
    match = {**match, "api": {**match["api"], "enum": [api.name for api in emulator.apis]}}
    limits = (field_for(f"/{name}", schemas[name], FAULT_SCHEMA) for name in ("times", "after", "probability", "stage"))
    fields = chain(_group_fields("/effect", _effects()[effect]), _group_fields("/match", match), limits)
    return [each._replace(optional=True, title=TITLES.get(each.pointer, each.title)) for each in fields]


def _group_fields(pointer: str, schemas: Mapping[str, Any]) -> Iterator[Field]:
    for name, schema in schemas.items():
        yield from _parameter_fields(f"{pointer}/{name}", schema)


def _parameter_fields(pointer: str, schema: Mapping[str, Any]) -> list[Field]:
    """Return the fields of one parameter: two for a pair of numbers, one for each property of an object."""
    name = pointer.rpartition("/")[2]
    if schema.get("minItems") == 2 == schema.get("maxItems"):
        item = {**schema["items"], "description": schema["description"]}
        return [_titled(f"{pointer}/0", item, f"{name} from"), _titled(f"{pointer}/1", item, f"{name} to")]
    if "properties" in schema:
        members = schema["properties"].items()
        return [_titled(f"{pointer}/{member}", inner, f"{name} {member}") for member, inner in members]
    field = field_for(pointer, schema, EFFECT_SCHEMA)
    if schema.get("type") == "object":
        return [field._replace(kind="pairs")]
    return [field._replace(kind="any") if "type" not in schema and "enum" not in schema else field]


def _titled(pointer: str, schema: Mapping[str, Any], title: str) -> Field:
    return field_for(pointer, schema, EFFECT_SCHEMA)._replace(title=title)


def _rule(effect: str, fields: Sequence[Field]) -> dict[str, Any]:
    """Return the fault that the fields describe. Raises UnprocessableError if a field cannot be parsed."""
    rule: dict[str, Any] = {"effect": {"type": effect}, "match": {}}
    errors = []
    for field in fields:
        if not field.text.strip():
            continue
        try:
            _put(rule, field.pointer.split("/")[1:], _value(field))
        except ParseError as error:
            errors.append((field.pointer, str(error)))
    if errors:
        raise UnprocessableError(errors[0][1], errors)
    return rule


def _value(field: Field) -> Any:
    value = field.read()
    if field.pointer != "/match/body":
        return value
    return {name: field._replace(kind="any", text=each).read() for name, each in value.items()}


def _put(target: dict[str, Any], steps: Sequence[str], value: Any) -> None:
    """Set a nested value, creating objects on its path; a number as a last step appends to an array."""
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        if following is None:
            target[step] = value
        elif following.isdecimal():
            target.setdefault(step, []).append(value)
            return
        else:
            target = target.setdefault(step, {})

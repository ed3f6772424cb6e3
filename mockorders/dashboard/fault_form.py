"""The form of a fault: generated from the faults' schemas, filled with a fault, and parsed back to one."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any, NamedTuple

from mockorders.control.inputs import UnprocessableError
from mockorders.dashboard.fault_texts import form_texts
from mockorders.dashboard.forms import Field, attach_errors, field_for
from mockorders.emulator import Emulator
from mockorders.formats.parsing import ParseError, parse_json
from mockorders.sandbox.effects import EFFECTS
from mockorders.sandbox.faults import DEFAULTS
from mockorders.validation.schemas import load_schema, properties

FAULT_SCHEMA = "control/fault"
EFFECT_SCHEMA = "control/effect"
DEFAULT_EFFECT = "status"
TITLES = {"/match/api": "API"}
GROUPS = {"Which requests": ("match",), "When": ("times", "after", "probability", "stage")}


class EffectForm(NamedTuple):
    """One choice of the form: an effect and its fields, of which exactly one of `one_of` is required if there are any.

    The fields of all effects are part of the page, so their names begin with the effect. `summary` is what clients get.
    """

    name: str
    summary: str
    fields: Sequence[Field]
    one_of: Sequence[str]


class FaultForm(NamedTuple):
    """The form with its values: the chosen effect, the fields of each effect, and the fields of all faults by group.

    `other_errors` are the messages that belong to no field.
    """

    effect: str
    effects: Sequence[EffectForm]
    groups: Mapping[str, Sequence[Field]]
    other_errors: Sequence[str] = ()

    @classmethod
    def of(cls, emulator: Emulator, sent: Mapping[str, str]) -> "FaultForm":
        """Return the form filled with submitted text; an unknown effect is replaced by the default one."""
        branches = _branches()
        effect = sent.get("effect", "")
        effects = [_effect_form(name, branch, sent) for name, branch in branches.items()]
        groups = {title: _filled(_rule_fields(emulator, names, sent), sent) for title, names in GROUPS.items()}
        return cls(effect if effect in branches else DEFAULT_EFFECT, effects, groups)

    @classmethod
    def of_rule(cls, emulator: Emulator, rule: Mapping[str, Any]) -> "FaultForm":
        """Return the form filled with a fault; values that are defaults are left empty."""
        changed = {name: value for name, value in rule.items() if value != DEFAULTS.get(name)}
        effect = rule["effect"]["type"]
        empty = cls.of(emulator, {"effect": effect})
        return cls.of(emulator, {"effect": effect, **form_texts(changed, empty.fields)})

    @property
    def texts(self) -> dict[str, str]:
        """The fields of the chosen fault that are not empty, by name: the query of a page with this form."""
        return {"effect": self.effect, **{field.name: field.text for field in self.fields if field.text}}

    @property
    def fields(self) -> list[Field]:
        """The fields that matter: those of the chosen effect and those of all faults."""
        own = next(each.fields for each in self.effects if each.name == self.effect)
        return [*own, *chain.from_iterable(self.groups.values())]

    def with_errors(self, errors: Sequence[tuple[str, str]]) -> "FaultForm":
        """Return the form with messages beside its fields; errors are pairs of JSON pointer and message."""
        fields, other_errors = attach_errors(self.fields, errors)
        shown = {field.name: field for field in fields}
        effects = [
            each._replace(fields=[shown.get(field.name, field) for field in each.fields]) for each in self.effects
        ]
        groups = {title: [shown[field.name] for field in group] for title, group in self.groups.items()}
        return self._replace(effects=effects, groups=groups, other_errors=other_errors)

    def rule(self) -> dict[str, Any]:
        """Return the fault that the fields describe. Raises UnprocessableError if a field cannot be parsed."""
        return _read({"effect": {"type": self.effect}, "match": {}}, self.fields)

    def conditions(self) -> dict[str, Any]:
        """Return the fault without its effect. Raises UnprocessableError if a field cannot be parsed."""
        return _read({"match": {}}, list(chain.from_iterable(self.groups.values())))

    def is_filled(self, title: str) -> bool:
        """Return whether a field of a group has a text or a message."""
        return any(field.text.strip() or field.messages for field in self.groups[title])


def _read(rule: dict[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    """Add the values of the fields that are not empty to a fault. Raises UnprocessableError if one cannot be parsed."""
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


def _branches() -> dict[str, Mapping[str, Any]]:
    """Return the schema of each effect by name, in the order of the schema's `enum`."""
    schema = load_schema(EFFECT_SCHEMA)
    cases = [(case["if"]["properties"]["type"]["enum"], case["then"]) for case in schema["allOf"]]
    effects = schema["properties"]["type"]["enum"]
    return {effect: next(then for names, then in cases if effect in names) for effect in effects}


def _effect_form(name: str, branch: Mapping[str, Any], sent: Mapping[str, str]) -> EffectForm:
    parameters = {key: schema for key, schema in branch["properties"].items() if key != "type"}
    fields = [field._replace(scope=name) for field in _group_fields("/effect", parameters)]
    one_of = chain.from_iterable(choice["required"] for choice in branch.get("oneOf", ()))
    return EffectForm(name, EFFECTS[name].summary, _filled(fields, sent), list(one_of))


def _rule_fields(emulator: Emulator, names: Sequence[str], sent: Mapping[str, str]) -> Iterator[Field]:
    """Yield the fields of some properties of a fault."""
    schemas = properties(FAULT_SCHEMA)
    for name in names:
        if name != "match":
            yield field_for(f"/{name}", schemas[name], FAULT_SCHEMA)
            continue
        match = schemas["match"]["properties"]
        api = {**match["api"], "enum": [api.name for api in emulator.apis]}
        method = {**match["method"], "enum": _methods(emulator, sent)}
        yield from _group_fields("/match", {**match, "api": api, "method": method})


def _methods(emulator: Emulator, sent: Mapping[str, str]) -> list[str]:
    """Return the methods to choose from: those of the APIs, and the one that was sent."""
    methods = dict.fromkeys(chain.from_iterable(api.dialect.methods for api in emulator.apis))
    with suppress(ParseError):
        method = parse_json(sent.get("/match/method", "").encode("utf-8", "replace"))
        methods |= dict.fromkeys([method] if isinstance(method, str) else [])
    return list(methods)


def _filled(fields: Iterator[Field] | Sequence[Field], sent: Mapping[str, str]) -> list[Field]:
    titled = (each._replace(optional=True, title=TITLES.get(each.pointer, each.title)) for each in fields)
    return [each.with_input(sent) for each in titled]


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

"""What jsonschema finds, said in sentences: which place, what was expected, what stood there."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from numbers import Number
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from mockorders.formats.parsing import JsonFloat, abbreviate
from mockorders.validation.schemas import BASE, merged_properties, schema_at
from mockorders.validation.violations import UNKNOWN_PROPERTY, Violation

INT64_BOUND = 10**18

_TYPES = {
    "integer": "an integer",
    "number": "a number",
    "string": "text",
    "boolean": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "null",
}


def build_validator(name: str, prerendered: frozenset[str]) -> Draft202012Validator:
    """Make the validator of one schema; the views named in `kept` are taken as they are."""

    def fetch(uri: str) -> Resource[Any]:
        return DRAFT202012.create_resource(schema_at(uri, prerendered))

    registry = Registry(retrieve=fetch)  # type: ignore[call-arg]
    made: Draft202012Validator = _StrictValidator(
        {"$ref": f"{BASE}{name}.json"}, registry=registry, format_checker=_formats
    )
    return made


def to_violations(errors: Iterable[Any], name: str, limit: int) -> list[Violation]:
    """Turn errors into mistakes, by place, at most so many."""
    found = dict.fromkeys(islice((violation for error in errors for violation in _violations(error, name)), limit))
    return sorted(found, key=lambda mistake: [(isinstance(step, str), step) for step in mistake.path])


def describe_schema(schema: Mapping[str, Any]) -> str:
    """Say what a schema takes, such as `an integer of at least 1`."""
    if "enum" in schema:
        return "one of " + ", ".join(abbreviate(value) for value in schema["enum"])
    if "const" in schema:
        return abbreviate(schema["const"])
    choices = schema.get("anyOf", schema.get("oneOf"))
    if choices is not None:
        named = [name for choice in choices for name in choice.get("required", ()) if "type" not in choice]
        return f"exactly one of {', '.join(named)}" if named else " or ".join(map(describe_schema, choices))
    if "$ref" in schema or "type" not in schema:
        return "an object"
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return " or ".join(_TYPES[each] for each in types) + _describe_bounds(schema)


def _describe_bounds(schema: Mapping[str, Any]) -> str:
    for least, most, of in _BOUND_KEYWORDS:
        said = _describe_range(schema.get(least), schema.get(most))
        if said:
            return f" {'of' if of or said.startswith('at ') else 'from'} {said}{of}"
    return ""


def _describe_range(low: int | None, high: int | None) -> str:
    """Say a range; a bound that only keeps numbers within 64 bits is not worth a word."""
    low = None if low is None or low <= -INT64_BOUND else low
    high = None if high is None or high >= INT64_BOUND else high
    if low is None or high is None:
        return "" if low is high else f"at most {high}" if low is None else f"at least {low}"
    return f"{low} to {high}"


_BOUND_KEYWORDS = (
    ("minimum", "maximum", ""),
    ("minItems", "maxItems", " entries"),
    ("minProperties", "maxProperties", " entries"),
    ("minLength", "maxLength", " characters"),
)


def _violations(error: Any, name: str) -> Iterator[Violation]:
    path = tuple(error.absolute_path)
    special = _KEYWORD_VIOLATIONS.get(str(error.validator))
    if special is not None:
        yield from special(error, name)
        return
    if error.validator in {"pattern", "format"}:
        yield Violation(path, f"expected {_describe_pattern(error.schema)}, got {abbreviate(error.instance)}")
        return
    yield Violation(path, f"expected {describe_schema(error.schema)}, got {abbreviate(error.instance)}")


def _describe_pattern(schema: Mapping[str, Any]) -> str:
    description = str(schema.get("description", "")).rstrip(".")
    return f"text that matches {schema['pattern']}" + (f" ({description})" if description else "")


def _missing_properties(error: Any, name: str) -> Iterator[Violation]:
    path = tuple(error.absolute_path)
    known = merged_properties(error.schema, name)
    for key in error.validator_value:
        if key not in error.instance:
            yield Violation((*path, key), f"is required, expected {describe_schema(known.get(key, {}))}")


def _unknown_properties(error: Any, name: str) -> Iterator[Violation]:
    path = tuple(error.absolute_path)
    known = merged_properties(error.schema, name)
    for key in error.instance:
        if key not in known:
            place = Violation((*path, key), "")
            yield place._replace(message=f"{UNKNOWN_PROPERTY} '{place.field}'")


_KEYWORD_VIOLATIONS: dict[str, Callable[[Any, str], Iterator[Violation]]] = {
    "required": _missing_properties,
    "additionalProperties": _unknown_properties,
    "unevaluatedProperties": _unknown_properties,
}


_formats = FormatChecker(formats=())


@_formats.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


@_formats.checks("date-time", raises=ValueError)
def _is_date_time(value: object) -> bool:
    return not isinstance(value, str) or bool(datetime.fromisoformat(value))


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    """Match as ECMA does: Python's `$` would let a final line feed pass."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError("does not match")


_StrictValidator: Any = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {"pattern": _pattern},
    # A whole number that was typed with a point is no integer, though JSON Schema calls 1e30 one.
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "integer": lambda _, value: isinstance(value, int) and not isinstance(value, bool),
            "number": lambda _, value: isinstance(value, Number | JsonFloat) and not isinstance(value, bool),
        }
    ),
)

"""Messages for the errors of jsonschema: what was expected, and what was found."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain, islice
from numbers import Number
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from mockorders.formats.abbreviation import abbreviate
from mockorders.formats.parsing import JsonFloat
from mockorders.validation.schemas import BASE, merged_properties, schema_at
from mockorders.validation.violations import UNKNOWN_PROPERTY, Violation

INT64_BOUND = 10**18
ONLY_ONE = ("at least 1", "at most 1")

_TYPES = {
    "integer": "an integer",
    "number": "a number",
    "string": "text",
    "boolean": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "null",
}
_FORMATS = {
    "date": "a date such as 2017-03-21",
    "date-time": "a time such as 2017-03-21T00:00:00Z",
}


def build_validator(name: str, prerendered: frozenset[str]) -> Draft202012Validator:
    """Return the jsonschema validator of a schema. It accepts anything for the schemas named in `prerendered`."""

    def fetch(uri: str) -> Resource[Any]:
        return DRAFT202012.create_resource(schema_at(uri, prerendered))

    registry = Registry(retrieve=fetch)  # type: ignore[call-arg]
    validator: Draft202012Validator = _StrictValidator(
        {"$ref": f"{BASE}{name}.json"}, registry=registry, format_checker=_formats
    )
    return validator


def to_violations(errors: Iterable[Any], name: str, limit: int) -> list[Violation]:
    """Return the first `limit` violations among jsonschema's errors, without duplicates, sorted by path."""
    found = chain.from_iterable(_violations(error, name) for error in errors)
    return sorted(dict.fromkeys(islice(found, limit)), key=_sort_key)


def _sort_key(violation: Violation) -> list[tuple[bool, str | int]]:
    return [(isinstance(step, str), step) for step in violation.path]


def describe_schema(schema: Mapping[str, Any], *, exact: bool = False) -> str:
    """Return what a schema accepts in words, such as `an integer of at least 1`.

    Bounds that only limit integers to 64 bits are left out, unless `exact` is set.
    """
    if "enum" in schema:
        return "one of " + ", ".join(abbreviate(value) for value in schema["enum"])
    if "const" in schema:
        return abbreviate(schema["const"])
    choices = schema.get("anyOf", schema.get("oneOf"))
    if choices is not None:
        return _describe_choices(choices, exact=exact)
    if "$ref" in schema or "type" not in schema:
        return "an object"
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return " or ".join(_TYPES[each] for each in types) + _describe_bounds(schema, exact=exact)


def _describe_choices(choices: Sequence[Mapping[str, Any]], *, exact: bool) -> str:
    untyped = [choice for choice in choices if "type" not in choice]
    names = list(chain.from_iterable(choice.get("required", ()) for choice in untyped))
    if names:
        return f"exactly one of {', '.join(names)}"
    return " or ".join(describe_schema(choice, exact=exact) for choice in choices)


def _describe_bounds(schema: Mapping[str, Any], *, exact: bool) -> str:
    for lower, upper, singular, plural in _BOUND_KEYWORDS:
        bounds = _describe_range(schema.get(lower), schema.get(upper), exact=exact)
        if bounds and plural:
            return f" of {bounds} {singular if bounds in ONLY_ONE else plural}"
        if bounds:
            return f" {'of' if bounds.startswith('at ') else 'from'} {bounds}"
    return ""


def _describe_range(low: int | None, high: int | None, *, exact: bool) -> str:
    """Return a range in words; empty if there are no bounds to mention."""
    has_low = low is not None and (exact or low > -INT64_BOUND)
    has_high = high is not None and (exact or high < INT64_BOUND)
    if has_low and has_high:
        return f"{low} to {high}"
    if has_low:
        return f"at least {low}"
    return f"at most {high}" if has_high else ""


_BOUND_KEYWORDS = (
    ("minimum", "maximum", "", ""),
    ("minItems", "maxItems", "entry", "entries"),
    ("minProperties", "maxProperties", "entry", "entries"),
    ("minLength", "maxLength", "character", "characters"),
)


def _violations(error: Any, name: str) -> Iterator[Violation]:
    path = tuple(error.absolute_path)
    special = _KEYWORD_VIOLATIONS.get(str(error.validator))
    if special is not None:
        yield from special(error, name)
        return
    if error.validator in {"pattern", "format"}:
        yield Violation(path, f"expected {_describe_text(error.schema)}, got {abbreviate(error.instance)}")
        return
    expected = describe_schema(error.schema, exact=_is_large(error.instance))
    yield Violation(path, f"expected {expected}, got {abbreviate(error.instance)}", *_alternatives(error))


def _alternatives(error: Any) -> tuple[tuple[str, ...], str]:
    """Return the names that a schema lists and the one that was given instead; empty if they are not names."""
    values = error.schema.get("enum", ())
    if isinstance(error.instance, str) and values:
        return tuple(value for value in values if isinstance(value, str)), error.instance
    return (), ""


def _is_large(value: object) -> bool:
    return isinstance(value, int) and abs(value) >= INT64_BOUND


def _describe_text(schema: Mapping[str, Any]) -> str:
    """Return what a schema with a pattern or format accepts: its `x-expected`, its format in words, or its pattern."""
    words = schema.get("x-expected") or _FORMATS.get(schema.get("format", "")) or _describe_pattern(schema)
    return f"{words} or null" if "null" in schema.get("type", ()) else str(words)


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
            violation = Violation((*path, key), "", tuple(known))
            yield violation._replace(message=f"{UNKNOWN_PROPERTY} '{violation.field}'")


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
    """Search a pattern as ECMAScript does: Python's `$` would also match before a final line feed."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError("does not match")


_StrictValidator: Any = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {"pattern": _pattern},
    # Stricter than JSON Schema, which accepts 1e30 as an integer: a number with a decimal point or exponent is not one.
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "integer": lambda _, value: isinstance(value, int) and not isinstance(value, bool),
            "number": lambda _, value: isinstance(value, Number | JsonFloat) and not isinstance(value, bool),
        }
    ),
)

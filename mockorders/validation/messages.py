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

from mockorders.formats.parsing import Real, short
from mockorders.validation.schemas import BASE, flatten, retrieve
from mockorders.validation.violations import UNKNOWN, Mistake

HUGE = 10**18

_TYPES = {
    "integer": "an integer",
    "number": "a number",
    "string": "text",
    "boolean": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "null",
}


def validator(name: str, kept: frozenset[str]) -> Draft202012Validator:
    """Make the validator of one schema; the views named in `kept` are taken as they are."""

    def fetch(uri: str) -> Resource[Any]:
        return DRAFT202012.create_resource(retrieve(uri, kept))

    registry = Registry(retrieve=fetch)  # type: ignore[call-arg]
    made: Draft202012Validator = _Validator({"$ref": f"{BASE}{name}.json"}, registry=registry, format_checker=_formats)
    return made


def mistakes_of(errors: Iterable[Any], name: str, most: int) -> list[Mistake]:
    """Turn errors into mistakes, by place, at most so many."""
    found = dict.fromkeys(islice((mistake for error in errors for mistake in _mistakes(error, name)), most))
    return sorted(found, key=lambda mistake: [(isinstance(step, str), step) for step in mistake.path])


def expectation(schema: Mapping[str, Any]) -> str:
    """Say what a schema takes, such as `an integer of at least 1`."""
    if "enum" in schema:
        return "one of " + ", ".join(short(value) for value in schema["enum"])
    if "const" in schema:
        return short(schema["const"])
    choices = schema.get("anyOf", schema.get("oneOf"))
    if choices is not None:
        named = [name for choice in choices for name in choice.get("required", ()) if "type" not in choice]
        return f"exactly one of {', '.join(named)}" if named else " or ".join(map(expectation, choices))
    if "$ref" in schema or "type" not in schema:
        return "an object"
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return " or ".join(_TYPES[each] for each in types) + _bounds(schema)


def _bounds(schema: Mapping[str, Any]) -> str:
    for least, most, of in _SIZES:
        said = _range(schema.get(least), schema.get(most))
        if said:
            return f" {'of' if of or said.startswith('at ') else 'from'} {said}{of}"
    return ""


def _range(low: int | None, high: int | None) -> str:
    """Say a range; a bound that only keeps numbers within 64 bits is not worth a word."""
    low = None if low is None or low <= -HUGE else low
    high = None if high is None or high >= HUGE else high
    if low is None or high is None:
        return "" if low is high else f"at most {high}" if low is None else f"at least {low}"
    return f"{low} to {high}"


_SIZES = (
    ("minimum", "maximum", ""),
    ("minItems", "maxItems", " entries"),
    ("minProperties", "maxProperties", " entries"),
    ("minLength", "maxLength", " characters"),
)


def _mistakes(error: Any, name: str) -> Iterator[Mistake]:
    path = tuple(error.absolute_path)
    special = _SPECIAL.get(str(error.validator))
    if special is not None:
        yield from special(error, name)
        return
    if error.validator in {"pattern", "format"}:
        yield Mistake(path, f"expected {_described(error.schema)}, got {short(error.instance)}")
        return
    yield Mistake(path, f"expected {expectation(error.schema)}, got {short(error.instance)}")


def _described(schema: Mapping[str, Any]) -> str:
    description = str(schema.get("description", "")).rstrip(".")
    return f"text that matches {schema['pattern']}" + (f" ({description})" if description else "")


def _missing(error: Any, name: str) -> Iterator[Mistake]:
    path = tuple(error.absolute_path)
    known = flatten(error.schema, name)
    for key in error.validator_value:
        if key not in error.instance:
            yield Mistake((*path, key), f"is required, expected {expectation(known.get(key, {}))}")


def _unknown(error: Any, name: str) -> Iterator[Mistake]:
    path = tuple(error.absolute_path)
    known = flatten(error.schema, name)
    for key in error.instance:
        if key not in known:
            place = Mistake((*path, key), "")
            yield place._replace(message=f"{UNKNOWN} '{place.field}'")


_SPECIAL: dict[str, Callable[[Any, str], Iterator[Mistake]]] = {
    "required": _missing,
    "additionalProperties": _unknown,
    "unevaluatedProperties": _unknown,
}


_formats = FormatChecker(formats=())


@_formats.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


@_formats.checks("date-time", raises=ValueError)
def _is_time(value: object) -> bool:
    return not isinstance(value, str) or bool(datetime.fromisoformat(value))


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    """Match as ECMA does: Python's `$` would let a final line feed pass."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError("does not match")


_Validator: Any = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {"pattern": _pattern},
    # A whole number that was typed with a point is no integer, though JSON Schema calls 1e30 one.
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "integer": lambda _, value: isinstance(value, int) and not isinstance(value, bool),
            "number": lambda _, value: isinstance(value, Number | Real) and not isinstance(value, bool),
        }
    ),
)

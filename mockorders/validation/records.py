"""Schemas of stored records: defaults, references between records."""

from collections.abc import Iterator, Mapping
from copy import copy
from functools import cache
from typing import Any

from mockorders.validation.schemas import load_schema, merged_properties, properties

PathSteps = tuple[str, ...]


def record_schema(api: str, collection: str) -> str:
    """Give the name of the schema that a collection's records fit."""
    return f"{api}/record-{collection}"


def fill_defaults(schema: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in what a record leaves out, by the schema's defaults, in the schema's order; what is unknown stays."""
    full: dict[str, Any] = _fill(load_schema(schema), record, schema)
    return full


@cache
def references(schema: str) -> tuple[tuple[PathSteps, str], ...]:
    """List where a record names another one: the steps to it (`*` for each of a list) and its collection."""
    return tuple(_references(properties(schema), (), schema))


def values_at(value: Any, steps: PathSteps, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Give what stands at the end of the steps, each with its JSON pointer."""
    if not steps:
        yield pointer, value
    elif steps[0] == "*":
        for number, each in enumerate(value or ()):
            yield from values_at(each, steps[1:], f"{pointer}/{number}")
    elif value is not None:
        yield from values_at(value.get(steps[0]), steps[1:], f"{pointer}/{steps[0]}")


def _references(known: Mapping[str, Any], before: PathSteps, schema: str) -> Iterator[tuple[PathSteps, str]]:
    for name, inner in known.items():
        steps, items = (*before, name), inner.get("items", {})
        if "x-references" in inner:
            yield steps, inner["x-references"]
        if "x-references" in items:
            yield (*steps, "*"), items["x-references"]
        yield from _references(items.get("properties", {}), (*steps, "*"), schema)


def _fill(schema: Mapping[str, Any], value: Any, name: str) -> Any:
    """Put an object's members in the schema's order and fill in its defaults, at every level."""
    if isinstance(value, list) and "items" in schema:
        return [_fill(schema["items"], each, name) for each in value]
    if not isinstance(value, dict):
        return value
    full, known = {}, _all_properties(schema, name)
    for key, inner in known.items():
        if key in value:
            full[key] = _fill(inner, value[key], name)
        elif "default" in inner:
            full[key] = copy(inner["default"])
    return full | {key: inner for key, inner in value.items() if key not in known}


def _all_properties(schema: Mapping[str, Any], name: str) -> dict[str, Mapping[str, Any]]:
    known = merged_properties(schema, name)
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        known |= merged_properties(choice, name)
    return known

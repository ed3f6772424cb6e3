"""Schemas of stored records: their defaults, and the references between records."""

from collections.abc import Iterator, Mapping
from copy import copy
from functools import cache
from typing import Any, NamedTuple

from mockorders.validation.schemas import load_schema, merged_properties, properties

PathSteps = tuple[str, ...]

_CONTAINERS = (dict, list)


class _Properties(NamedTuple):
    """A schema, the schemas of its properties in their order, and their defaults."""

    schema: Mapping[str, Any]
    known: Mapping[str, Mapping[str, Any]]
    defaults: Mapping[str, Any]


def record_schema(api: str, collection: str) -> str:
    """Return the name of the schema of a collection's records."""
    return f"{api}/record-{collection}"


def fill_defaults(schema: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record with the schema's defaults filled in, in the schema's order. Unknown properties come last."""
    completed: dict[str, Any] = _fill(load_schema(schema), record, schema)
    return completed


@cache
def references(schema: str) -> tuple[tuple[PathSteps, str], ...]:
    """Return the steps to each reference to another record (`*` is any list index), with the collection it is in."""
    return tuple(_references(properties(schema), (), schema))


def values_at(value: Any, steps: PathSteps, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the JSON pointer and the value of everything that the steps lead to."""
    if not steps:
        yield pointer, value
    elif steps[0] == "*":
        for index, each in enumerate(value or ()):
            yield from values_at(each, steps[1:], f"{pointer}/{index}")
    elif value is not None:
        yield from values_at(value.get(steps[0]), steps[1:], f"{pointer}/{steps[0]}")


def _references(known: Mapping[str, Any], parent: PathSteps, schema: str) -> Iterator[tuple[PathSteps, str]]:
    for name, inner in known.items():
        steps = (*parent, name)
        items = inner.get("items", {})
        if "x-references" in inner:
            yield steps, inner["x-references"]
        if "x-references" in items:
            yield (*steps, "*"), items["x-references"]
        yield from _references(items.get("properties", {}), (*steps, "*"), schema)
        yield from _references(inner.get("properties", {}), steps, schema)


def _fill(schema: Mapping[str, Any], value: Any, name: str) -> Any:
    """Fill in the defaults and apply the order of a schema at every level of a value."""
    if isinstance(value, list) and "items" in schema:
        return [_fill(schema["items"], each, name) for each in value]
    if not isinstance(value, dict):
        return value
    properties = _all_properties(schema, name)
    known = properties.known
    given = {**properties.defaults, **value}
    completed = {key: given[key] for key in known if key in given}
    for key, inner in completed.items():
        if isinstance(inner, _CONTAINERS):
            completed[key] = _fill(known[key], inner, name) if key in value else copy(inner)
    if not value.keys() <= known.keys():
        completed |= {key: inner for key, inner in value.items() if key not in known}
    return completed


def _all_properties(schema: Mapping[str, Any], name: str) -> _Properties:
    found = _known_properties.get(id(schema))
    if found is None:
        known = merged_properties(schema, name)
        for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
            known |= merged_properties(choice, name)
        defaults = {key: inner["default"] for key, inner in known.items() if "default" in inner}
        found = _known_properties[id(schema)] = _Properties(schema, known, defaults)
    return found


# by the identity of a schema, which the reference to it keeps from being reused
_known_properties: dict[int, _Properties] = {}

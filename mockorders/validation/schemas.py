"""The schemas of `schemas/`, by name: their references, their properties, and text converted to their types."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from mockorders.formats.parsing import JsonFloat
from mockorders.resources import folder, not_empty

BASE = "https://mockorders.invalid/schemas/"

_INTEGER = re.compile(r"-?[0-9]{1,40}", re.ASCII)
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,39})\.[0-9]{1,40}", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


def schema_at(uri: str, prerendered: frozenset[str] = frozenset()) -> Any:
    """Return the schema at a URI below BASE; the empty schema, which accepts anything, if it is prerendered."""
    name = uri.removeprefix(BASE).removesuffix(".json")
    return {} if name in prerendered else load_schema(name)


@cache
def load_schema(name: str) -> Any:
    """Return a schema without its `$schema`. Raises KeyError if it does not exist.

    With `$schema`, jsonschema would use its own validator class, which has other types and patterns than ours.
    """
    return {key: value for key, value in read_schema(name).items() if key != "$schema"}


@cache
def schema_for_profile(name: str, profile: str) -> str:
    """Return the name of the profile's variant, such as `cratejoy/order-observed`, or `name` if there is none."""
    variant = f"{name}-{profile}"
    return variant if variant in schema_names() else name


@cache
def properties(name: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the properties of an object schema in their order, with references resolved."""
    return merged_properties(load_schema(name), name)


def merged_properties(schema: Mapping[str, Any], name: str) -> dict[str, Mapping[str, Any]]:
    """Return the properties of a schema in the file `name`, merged with those of the schema it references."""
    found: dict[str, Mapping[str, Any]] = {}
    if "$ref" in schema:
        target = resolve_ref(name, schema["$ref"])
        found.update(merged_properties(load_schema(target), target))
    for key, value in schema.get("properties", {}).items():
        found[key] = {**found.get(key, {}), **value}
    return found


def resolve_ref(name: str, reference: str) -> str:
    """Return the name of the schema that a `$ref` in the file `name` points to."""
    return f"{name.rpartition('/')[0]}/{reference.removesuffix('.json')}"


def coerce_text(schema: Mapping[str, Any], value: Any) -> Any:
    """Convert text, as in forms and query strings, to a number or boolean if the schema has this type."""
    types = schema.get("type", ())
    if not isinstance(value, str):
        return value
    if ("integer" in types or "number" in types) and _INTEGER.fullmatch(value):
        return int(value)
    if "number" in types and _DECIMAL.fullmatch(value):
        return JsonFloat(value)
    return _BOOLEANS.get(value, value) if "boolean" in types else value


Convert = Callable[[Mapping[str, Any], Any], Any]


def coerce(name: str, value: Any, convert: Convert = coerce_text) -> Any:
    """Convert the scalars in a value by their schemas; by default, text to numbers and booleans."""
    return _coerce(load_schema(name), value, name, convert)


def _coerce(schema: Mapping[str, Any], value: Any, name: str, convert: Convert) -> Any:
    if "$ref" in schema and not isinstance(value, str):
        known = merged_properties(schema, name)
        name = resolve_ref(name, schema["$ref"])
        schema = {**load_schema(name), "properties": known}
    if isinstance(value, dict):
        known = schema.get("properties", {})
        return {key: _coerce(known.get(key, {}), inner, name, convert) for key, inner in value.items()}
    if isinstance(value, list):
        return [_coerce(_item_schema(schema), inner, name, convert) for inner in value]
    return convert(schema, value)


def _item_schema(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    choices: Iterator[Mapping[str, Any]] = iter([schema, *schema.get("anyOf", ())])
    return next((choice["items"] for choice in choices if "items" in choice), {})


def read_schema(name: str) -> Any:
    """Return the content of a schema file, such as `cratejoy/order`. Raises KeyError if it does not exist."""
    return json.loads(_read_text(name))


@cache
def _read_text(name: str) -> str:
    path = folder("schemas") / f"{name}.json"
    if not path.is_file():
        not_empty(schema_names(), folder("schemas"))
        raise KeyError(name)
    return path.read_text(encoding="utf-8")


@cache
def schema_names() -> list[str]:
    """Return the names of all schemas, sorted."""
    root = folder("schemas")
    names = sorted(path.relative_to(root).with_suffix("").as_posix() for path in root.rglob("*.json"))
    return not_empty(names, root)

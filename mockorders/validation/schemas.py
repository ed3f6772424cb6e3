"""The schemas of `schemas/`: loaded by name, with their references and properties, and text read as they have it."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from mockorders.resources import folder

BASE = "https://mockorders.invalid/schemas/"

_INTEGER = re.compile(r"-?[0-9]{1,40}", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


def schema_at(uri: str, prerendered: frozenset[str] = frozenset()) -> Any:
    """Give the schema behind a URI below BASE; an empty one, which anything fits, for what is kept."""
    name = uri.removeprefix(BASE).removesuffix(".json")
    return {} if name in prerendered else load_schema(name)


@cache
def load_schema(name: str) -> Any:
    """Read a schema; KeyError where there is none.

    Without its `$schema`, at which jsonschema would change to its own validator, which knows our types less well.
    """
    return {key: value for key, value in read_schema(name).items() if key != "$schema"}


@cache
def schema_for_profile(name: str, profile: str) -> str:
    """Give the name of a schema as a profile has it: its own such as `cratejoy/order-observed`, where there is one."""
    own = f"{name}-{profile}"
    return own if own in schema_names() else name


@cache
def properties(name: str) -> Mapping[str, Mapping[str, Any]]:
    """Give the properties of an object schema, its references followed, in their order there."""
    return merged_properties(load_schema(name), name)


def merged_properties(schema: Mapping[str, Any], name: str) -> dict[str, Mapping[str, Any]]:
    """Give the properties of a schema that stands in the file `name`, its own reference included."""
    found: dict[str, Mapping[str, Any]] = {}
    if "$ref" in schema:
        target = resolve_ref(name, schema["$ref"])
        found.update(merged_properties(load_schema(target), target))
    for key, value in schema.get("properties", {}).items():
        found[key] = {**found.get(key, {}), **value}
    return found


def resolve_ref(name: str, reference: str) -> str:
    """Give the name of the schema that a `$ref` in the file `name` means."""
    return f"{name.rpartition('/')[0]}/{reference.removesuffix('.json')}"


def coerce(name: str, value: Any) -> Any:
    """Read the text of form fields and query strings as the schema has it: integers and booleans."""
    return _coerce(load_schema(name), value, name)


def _coerce(schema: Mapping[str, Any], value: Any, name: str) -> Any:
    if "$ref" in schema and not isinstance(value, str):
        target = resolve_ref(name, schema["$ref"])
        schema, name = {**load_schema(target), "properties": merged_properties(schema, name)}, target
    if isinstance(value, dict):
        known = schema.get("properties", {})
        return {key: _coerce(known.get(key, {}), inner, name) for key, inner in value.items()}
    if isinstance(value, list):
        return [_coerce(_item_schema(schema), inner, name) for inner in value]
    return _coerce_text(schema.get("type", ()), value)


def _item_schema(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    choices: Iterator[Mapping[str, Any]] = iter([schema, *schema.get("anyOf", ())])
    return next((choice["items"] for choice in choices if "items" in choice), {})


def _coerce_text(types: Any, value: Any) -> Any:
    if "integer" in types and isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    if "boolean" in types and isinstance(value, str):
        return _BOOLEANS.get(value, value)
    return value


def read_schema(name: str) -> Any:
    """Read one schema by its name, such as `cratejoy/order`; KeyError where there is none."""
    path = folder("schemas") / f"{name}.json"
    if not path.is_file():
        raise KeyError(name)
    return json.loads(path.read_text(encoding="utf-8"))


def schema_names() -> list[str]:
    """List the names of all schemas."""
    root = folder("schemas")
    return sorted(path.relative_to(root).with_suffix("").as_posix() for path in root.rglob("*.json"))

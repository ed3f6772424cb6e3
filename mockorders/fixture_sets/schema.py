"""The JSON Schema of fixture files for editors: without references, and with the records of every API."""

from collections.abc import Mapping, Sequence
from typing import Any

from mockorders.apis.base import Api
from mockorders.validation.records import record_schema
from mockorders.validation.schemas import load_schema, merged_properties, read_schema, resolve_ref, schema_names

DELETION = {
    "properties": {
        "id": {"description": "Record to delete.", "type": "integer"},
        "deleted": {"description": "Deletes the record of the extended set.", "const": True},
    },
    "required": ["id", "deleted"],
    "additionalProperties": False,
}
_DATA_KEYWORDS = {"const", "default", "enum", "examples"}  # their values are not schemas


def fixture_schema(apis: Sequence[Api]) -> dict[str, Any]:
    """Return the schema of fixture files for these APIs. Properties that have a default may be missing."""
    schema: dict[str, Any] = read_schema("fixture-set")
    names = {api.name: f"{api.name}/generate" for api in apis}
    generators = {api: _inlined(load_schema(name), name) for api, name in names.items() if name in schema_names()}
    generate = schema["properties"]["generate"]
    generate["properties"] |= generators
    generate["additionalProperties"] = False
    schema["properties"] |= {api.name: _section(api) for api in apis}
    schema["additionalProperties"] = False
    return schema


def _section(api: Api) -> dict[str, Any]:
    return {
        "description": f"Records of the {api.title}: a list for each collection.",
        "type": "object",
        "properties": {collection: _collection(record_schema(api.name, collection)) for collection in api.collections},
        "additionalProperties": False,
    }


def _collection(name: str) -> dict[str, Any]:
    deletes = {"properties": {"deleted": {"const": True}}, "required": ["deleted"], "maxProperties": 2}
    record = _inlined(load_schema(name), name)
    return {
        "description": record["title"],
        "type": "array",
        "items": {"type": "object", "if": deletes, "then": DELETION, "else": record},
    }


def _inlined(value: Any, name: str) -> Any:
    """Return a part of the schema file `name` without references, and with defaults instead of required properties."""
    if isinstance(value, list):
        return [_inlined(each, name) for each in value]
    if not isinstance(value, Mapping):
        return value
    schema = dict(_merged(value, name))
    known = schema.get("properties", {})
    if "required" in schema:
        schema["required"] = [key for key in schema["required"] if "default" not in known.get(key, {})]
    return {key: _inlined_keyword(key, each, name) for key, each in schema.items()}


def _inlined_keyword(keyword: str, value: Any, name: str) -> Any:
    if keyword in _DATA_KEYWORDS:
        return value
    if keyword == "properties":
        return {key: _inlined(each, name) for key, each in value.items()}
    return _inlined(value, name)


def _merged(schema: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a schema merged with the one it refers to."""
    if "$ref" not in schema:
        return schema
    target = resolve_ref(name, schema["$ref"])
    base = _merged(load_schema(target), target)
    own = {key: value for key, value in schema.items() if key != "$ref"}
    required = [*base.get("required", ()), *own.get("required", ())]
    return {**base, **own, "properties": merged_properties(schema, name), "required": required}

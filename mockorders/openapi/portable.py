"""Rewrite a schema in equivalent keywords that client generators understand."""

from collections.abc import Mapping
from typing import Any

from mockorders.openapi.conditions import replace_conditions
from mockorders.openapi.subschemas import Schema

INT32_MAX = 2**31 - 1
INT64_MAX = 2**63 - 1

KEYWORDS_OF_TYPES: Mapping[str, frozenset[str]] = {
    "string": frozenset({"pattern", "format", "minLength", "maxLength"}),
    "integer": frozenset({"format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}),
    "number": frozenset({"format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}),
    "array": frozenset({"items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems"}),
    "object": frozenset(
        {
            "properties",
            "patternProperties",
            "additionalProperties",
            "propertyNames",
            "required",
            "minProperties",
            "maxProperties",
        }
    ),
    "boolean": frozenset(),
    "null": frozenset(),
}
_OF_ANY_TYPE = frozenset().union(*KEYWORDS_OF_TYPES.values())
_COMBINED = frozenset({"const", "anyOf", "oneOf", "allOf", "not", "if", "$ref"})
_OF_NAMED = frozenset(
    {"properties", "additionalProperties", "patternProperties", "unevaluatedProperties", "enum", *_COMBINED}
)
_CHOICES = ("anyOf", "oneOf")
_JSON_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}


def portable(schema: Schema) -> Schema:
    """Return an equivalent schema with a type, a format for large integers, and at most one type besides null."""
    for rewrite in _REWRITES:
        schema = rewrite(schema)
    return _split_types(schema)


def _replace_unevaluated(schema: Schema) -> Schema:
    """Replace `unevaluatedProperties` where it means the same as the common `additionalProperties`."""
    others = {"additionalProperties", "patternProperties", *_COMBINED}
    if "unevaluatedProperties" not in schema or others & schema.keys():
        return schema
    renamed = {"unevaluatedProperties": "additionalProperties"}
    return {renamed.get(keyword, keyword): value for keyword, value in schema.items()}


def _state_additional_properties(schema: Schema) -> Schema:
    """State which properties an object without named ones may have: any, or none."""
    if set(_types(schema)) - {"null"} != {"object"} or not _OF_NAMED.isdisjoint(schema):
        return schema
    return {**schema, "additionalProperties": schema.get("maxProperties") != 0}


def _state_type(schema: Schema) -> Schema:
    """State the types that the values of `enum` or `const` have, unless one type is stated."""
    if isinstance(schema.get("type"), str) or not schema.keys() & {"enum", "const"}:
        return schema
    values = schema["enum"] if "enum" in schema else [schema["const"]]
    types = list(dict.fromkeys(_json_type(value) for value in values))
    return {**schema, "type": types[0] if len(types) == 1 else types}


def _state_integer_format(schema: Schema) -> Schema:
    """Add the format of integers that do not fit into 32 bits but into 64."""
    bounds = [abs(schema[bound]) for bound in ("minimum", "maximum") if bound in schema]
    types = set(_types(schema)) - {"null"}
    if types != {"integer"} or not bounds or "format" in schema:
        return schema
    return {**schema, "format": "int64"} if INT32_MAX < max(bounds) <= INT64_MAX else schema


def _replace_constant_choices(schema: Schema) -> Schema:
    """Write a constant among the choices as an enum: openapi-python-client rejects all others if it sees `const`."""
    choices = {keyword: [_as_enum(each) for each in schema[keyword]] for keyword in _CHOICES if keyword in schema}
    return {**schema, **choices}


def _without_default_object(schema: Schema) -> Schema:
    """Leave out the default of a choice if it is an object: openapi-python-client rejects the schema."""
    if not isinstance(schema.get("default"), Mapping) or schema.keys().isdisjoint(_CHOICES):
        return schema
    return {keyword: value for keyword, value in schema.items() if keyword != "default"}


def _as_enum(schema: Schema) -> Schema:
    if "const" not in schema:
        return schema
    others = {keyword: value for keyword, value in schema.items() if keyword != "const"}
    return {**others, "enum": [schema["const"]]}


def _split_types(schema: Schema) -> Schema:
    """Return a schema of several types as a choice of schemas of one type each.

    Plain values that may be null stay as they are: `type: [string, "null"]`.
    """
    types = _types(schema)
    plain = [each for each in types if each != "null"]
    combined = not _COMBINED.isdisjoint(schema)
    if combined or len(types) < 2 or (len(plain) < 2 and not {"properties", "enum"} & schema.keys()):
        return schema
    of_values = {"type", "enum", *_OF_ANY_TYPE}
    common = {keyword: value for keyword, value in schema.items() if keyword not in of_values}
    branches = [_of_type(schema, each) for each in types]
    return {**common, "anyOf": _without_null_branch(branches) if len(plain) > 1 else branches}


def _without_null_branch(branches: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return choices in which null is a type of the first one: openapi-generator fails if it is one of several."""
    first, *others = [branch for branch in branches if branch["type"] != "null"]
    if len(others) + 1 == len(branches) or "enum" in first:
        return branches
    return [{**first, "type": [first["type"], "null"]}, *others]


def _of_type(schema: Schema, name: str) -> dict[str, Any]:
    branch = {"type": name} | {key: value for key, value in schema.items() if key in KEYWORDS_OF_TYPES[name]}
    if "enum" not in schema or name == "null":
        return branch
    return {**branch, "enum": [value for value in schema["enum"] if _json_type(value) == name]}


def _json_type(value: Any) -> str:
    return _JSON_TYPES.get(type(value), "null")


def _types(schema: Schema) -> list[str]:
    stated = schema.get("type", [])
    return [stated] if isinstance(stated, str) else list(stated)


_REWRITES = (
    replace_conditions,
    _replace_unevaluated,
    _state_additional_properties,
    _state_type,
    _state_integer_format,
    _replace_constant_choices,
    _without_default_object,
)

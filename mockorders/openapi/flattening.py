"""Schemas without keywords beside `$ref`, which most client generators ignore."""

from typing import Any

from mockorders.openapi.subschemas import Schema, with_subschemas
from mockorders.validation.schemas import load_schema, resolve_ref

ANNOTATIONS = frozenset({"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"})
_MERGED = frozenset({"type", "properties", "required"})


def named_schema(name: str) -> Schema:
    """Return the schema of a file, flattened; references in it have names such as `cratejoy/address`."""
    return flatten(_with_absolute_refs(load_schema(name), name))


def flatten(schema: Schema) -> Schema:
    """Return a schema without keywords beside `$ref`: merged with the target if that is equivalent, else in `allOf`."""
    if "$ref" not in schema or len(schema) == 1:
        return schema
    siblings = {keyword: value for keyword, value in schema.items() if keyword != "$ref"}
    if not siblings.keys() <= ANNOTATIONS:
        target = named_schema(schema["$ref"])
        if _can_merge(target, siblings):
            return _merge(target, siblings)
    return {**siblings, "allOf": [{"$ref": schema["$ref"]}, *siblings.get("allOf", ())]}


def _with_absolute_refs(schema: Any, file: str) -> Any:
    """Return a part of the schema `file` with names of schemas as references."""
    if not isinstance(schema, dict):
        return schema
    found = with_subschemas(schema, lambda each, _: _with_absolute_refs(each, file))
    if "$ref" in found:
        found["$ref"] = resolve_ref(file, found["$ref"])
    return found


def _can_merge(target: Schema, siblings: Schema) -> bool:
    """Return whether both only list properties, and different ones."""
    keywords = {*target, *siblings} - ANNOTATIONS
    if not keywords <= _MERGED | {"unevaluatedProperties"} or "unevaluatedProperties" in target:
        return False
    if [target.get("type"), siblings.get("type", "object")] != ["object", "object"]:
        return False
    return not target.get("properties", {}).keys() & siblings.get("properties", {}).keys()


def _merge(target: Schema, siblings: dict[str, Any]) -> dict[str, Any]:
    """Return one schema that is equivalent to two that can be merged."""
    described = not siblings.keys().isdisjoint({"title", "description"})
    left_out = {"title", "description"} if described else set()
    merged = {keyword: value for keyword, value in target.items() if keyword not in left_out} | siblings
    merged["properties"] = {**target.get("properties", {}), **siblings.get("properties", {})}
    merged["required"] = list(dict.fromkeys((*target.get("required", ()), *siblings.get("required", ()))))
    return merged

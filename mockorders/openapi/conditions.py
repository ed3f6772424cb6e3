"""Rewrite conditions on one property as choices, because client generators ignore `if`."""

from collections.abc import Mapping
from itertools import chain
from typing import Any

from mockorders.openapi.subschemas import Schema


def replace_conditions(schema: Schema) -> Schema:
    """Replace `allOf` of conditions on the values of one property by `oneOf`, with a schema for each condition.

    The schema stays as it is unless the conditions together have exactly the values that the property may have.
    """
    conditions = schema.get("allOf", ())
    names = {_condition(each) for each in conditions}
    if len(names) != 1 or None in names:
        return schema
    (name,) = names
    listed = chain.from_iterable(each["if"]["properties"][name]["enum"] for each in conditions)
    if sorted(listed) != sorted(schema.get("properties", {}).get(name, {}).get("enum", ())):
        return schema
    choices = [_choice(schema, each, str(name)) for each in conditions]
    kept = {keyword: schema[keyword] for keyword in ("title", "description") if keyword in schema}
    return {**kept, "oneOf": choices}


def _condition(schema: Any) -> str | None:
    """Return the property that a condition is about, or None for any other schema."""
    if not isinstance(schema, Mapping) or schema.keys() != {"if", "then"}:
        return None
    (name, *others) = schema["if"].get("properties", {"": None})
    is_plain = not others and schema["if"].get("required") == [name]
    return name if is_plain and "enum" in schema["if"]["properties"][name] else None


def _choice(schema: Schema, condition: Schema, name: str) -> dict[str, Any]:
    then = condition["then"]
    shared = schema.get("properties", {})
    values = {**shared[name], "enum": condition["if"]["properties"][name]["enum"]}
    required = list(dict.fromkeys((*schema.get("required", ()), *then.get("required", ()))))
    return {
        "type": "object",
        **then,
        "properties": {**shared, **then["properties"], name: values},
        "required": required,
    }

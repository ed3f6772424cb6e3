"""Change the subschemas of JSON Schemas without mistaking the names of properties for keywords."""

from collections.abc import Callable, Mapping
from typing import Any

Schema = Mapping[str, Any]
Change = Callable[[Any, str], Any]
"""Returns the replacement for a subschema; the text is its name within its parent, such as `plan` or `item`."""

MAPS = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs"})
LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
SINGLE = {
    "items": "item",
    "contains": "item",
    "additionalProperties": "value",
    "unevaluatedProperties": "value",
    "propertyNames": "name",
    "not": "not",
    "if": "if",
    "then": "then",
    "else": "else",
}


def with_subschemas(schema: Schema, change: Change) -> dict[str, Any]:
    """Return a copy of a schema with its direct subschemas changed."""
    return {keyword: _changed(keyword, value, change) for keyword, value in schema.items()}


def _changed(keyword: str, value: Any, change: Change) -> Any:
    if keyword in MAPS:
        return {name: change(each, name) for name, each in value.items()}
    if keyword in LISTS:
        # Generators use the name of the parent for a class of all choices.
        choices = [each for each in value if each != {"type": "null"}]
        return [change(each, "option" if len(choices) > 1 else "") for each in value]
    if keyword in SINGLE and isinstance(value, Mapping):
        return change(value, SINGLE[keyword])
    return value

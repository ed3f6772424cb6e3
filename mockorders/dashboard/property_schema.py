"""What the schema of a record says about one of its properties: the kind of its field, its unit, what it contains."""

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, NamedTuple

from mockorders.formats.pointer import escape
from mockorders.validation.schemas import load_schema, merged_properties, resolve_ref

DATE_KINDS = {"date": "date", "date-time": "time"}
LONG_KINDS = {"object", "list", "json"}
SECTIONS = ("Details", "References", "Amounts", "Dates", "Options")
"""The titles under which the short properties of a record are grouped, in their order."""

_UNIT = re.compile(r"\bin (cents|months|pounds|days|seconds|milliseconds)\b", re.IGNORECASE)
_MONEY = re.compile(r"\bdecimal string\b", re.IGNORECASE)


class Missing(Enum):
    """The value of a property that a record does not have."""

    MISSING = "missing"


MISSING = Missing.MISSING


class Property(NamedTuple):
    """One property, its schema with references resolved; `file` is the schema file that inner references are in.

    `empty` is stored if the property is not set: None, an empty object, or `MISSING` if it is left out.
    """

    pointer: str
    schema: Mapping[str, Any]
    file: str
    empty: Any = None
    required: bool = True

    @classmethod
    def of(cls, pointer: str, schema: Mapping[str, Any], file: str, *, required: bool = True) -> "Property":
        """Return the property at a JSON pointer."""
        choices = [_resolve(each, file) for each in schema.get("anyOf", schema.get("oneOf", ()))]
        main = next((each for each in choices if _has_content(each)), {})
        own = {name: value for name, value in schema.items() if name not in {"anyOf", "oneOf"}}
        resolved = _resolve({**main, **own}, file)
        return cls(pointer, resolved, file, _empty(resolved, choices), required)

    @property
    def name(self) -> str:
        """The last part of the pointer in words, without the `_id` of a reference."""
        name = self.pointer.rpartition("/")[2]
        return (name.removesuffix("_id") if self.kind == "reference" else name).replace("_", " ")

    @property
    def kind(self) -> str:
        """The kind of field: text, number, choice, date, time, reference, object, list or json."""
        types = types_of(self.schema)
        if "enum" in self.schema or types == {"boolean"}:
            return "choice"
        if "x-references" in self.schema:
            return "reference"
        if types and types <= {"integer", "number"}:
            return "number"
        if types == {"string"}:
            return DATE_KINDS.get(self.schema.get("format", ""), "text")
        if self.schema.get("properties"):
            return "object"
        is_list = types == {"array"} and "items" in self.schema and self.item(0).kind != "json"
        return "list" if is_list else "json"

    @property
    def unit(self) -> str:
        """The unit that the description states, such as `cents`."""
        found = _UNIT.search(self.schema.get("description", ""))
        return found[1].lower() if found else ""

    @property
    def is_amount(self) -> bool:
        """Whether the property is an amount of money."""
        return self.unit == "cents" or bool(_MONEY.search(self.schema.get("description", "")))

    @property
    def section(self) -> str:
        """The title in `SECTIONS` under which the property stands, or empty if it has a section of its own."""
        kind = self.kind
        if kind in LONG_KINDS:
            return ""
        if self.is_amount:
            return "Amounts"
        if kind == "choice" and types_of(self.schema) == {"boolean"}:
            return "Options"
        return {"reference": "References", "date": "Dates", "time": "Dates"}.get(kind, "Details")

    @property
    def can_be_unset(self) -> bool:
        """Whether a record is valid without a value: it is null, empty or left out."""
        return self.empty is not MISSING or not (self.required or "default" in self.schema)

    def inner(self) -> "Iterator[Property]":
        """Yield the properties of an object."""
        required = self.schema.get("required", ())
        for name, schema in self.schema.get("properties", {}).items():
            yield Property.of(f"{self.pointer}/{escape(name)}", schema, self.file, required=name in required)

    def item(self, index: int) -> "Property":
        """Return an element of a list."""
        return Property.of(f"{self.pointer}/{index}", self.schema["items"], self.file)


def record_property(file: str) -> Property:
    """Return the whole record of a schema file, as the property at the empty pointer."""
    return Property.of("", load_schema(file), file)


def sections(properties: list[Property]) -> dict[str, list[Property]]:
    """Return the short properties by their titles; those that have a section of their own are left out."""
    grouped: dict[str, list[Property]] = {title: [] for title in SECTIONS}
    for each in properties:
        if each.section:
            grouped[each.section].append(each)
    return {title: found for title, found in grouped.items() if found}


def types_of(schema: Mapping[str, Any]) -> set[str]:
    """Return the types that a schema allows, without null."""
    types = schema.get("type", ())
    return ({types} if isinstance(types, str) else set(types)) - {"null"}


def _resolve(schema: Mapping[str, Any], file: str) -> dict[str, Any]:
    target = load_schema(resolve_ref(file, schema["$ref"])) if "$ref" in schema else {}
    required = [*target.get("required", ()), *schema.get("required", ())]
    return {**target, **schema, "required": required, "properties": merged_properties(schema, file)}


def _has_content(schema: Mapping[str, Any]) -> bool:
    return bool(schema["properties"]) or bool(types_of(schema) - {"object"})


def _empty(schema: Mapping[str, Any], choices: list[dict[str, Any]]) -> Any:
    """Return what is stored for a property that is not set."""
    if any("null" in each.get("type", ()) for each in (schema, *choices)) or None in schema.get("enum", ()):
        return None
    return {} if any(not _has_content(each) for each in choices) else MISSING

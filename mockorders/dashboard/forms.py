"""Forms made from schemas: a field for each property, text read back as JSON, messages beside the field."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mockorders.formats.parsing import ParseError, parse_json
from mockorders.validation.schemas import load_schema, resolve_ref

_NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?", re.ASCII)


class Field(NamedTuple):
    """One field: `kind` is text, number, choice, json, any (JSON, else text) or pairs (lines of `NAME: VALUE`).

    `nullable` text has a box beside it that makes it null; other kinds are null when they are empty. An `optional` one
    may be left out.
    """

    pointer: str
    kind: str
    schema: Mapping[str, Any]
    text: str = ""
    null: bool = False
    optional: bool = False
    title: str = ""
    messages: Sequence[str] = ()

    @property
    def label(self) -> str:
        """What it is called."""
        return self.title or self.pointer.rpartition("/")[2].replace("_", " ")

    @property
    def nullable(self) -> bool:
        """Whether it can be null."""
        return "null" in self.schema.get("type", ())

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What can be chosen: as JSON, and in words."""
        values = self.schema.get("enum") or [True, False, *([None] if self.nullable else [])]
        return [(json.dumps(value), value if isinstance(value, str) else json.dumps(value)) for value in values]

    @property
    def hint(self) -> str:
        """What it means, and its bounds."""
        bounds = [
            f"{word} {self.schema[name]}"
            for name, word in (("minimum", "from"), ("exclusiveMinimum", "above"), ("maximum", "to"))
            if name in self.schema and abs(self.schema[name]) < 10**9
        ]
        said = f"{' '.join(bounds).capitalize()}." if bounds else ""
        return " ".join(filter(None, [self.schema.get("description", ""), said]))

    def with_value(self, value: Any) -> "Field":
        """Give the field with a value in it."""
        if self.kind == "text":
            return self._replace(text="" if value is None else str(value), null=value is None)
        if self.kind == "number" and value is None:
            return self._replace(text="")
        return self._replace(text=json.dumps(value, ensure_ascii=False, indent=2 if self.kind == "json" else None))

    def with_input(self, fields: Mapping[str, str]) -> "Field":
        """Give the field with what was sent in it."""
        return self._replace(text=fields.get(self.pointer, ""), null=f"null:{self.pointer}" in fields)

    def read(self) -> Any:
        """Read what stands in it; Unreadable where that cannot be."""
        if self.kind == "text":
            return None if self.null and self.nullable and not self.text else self.text
        if self.kind == "pairs":
            return dict(_pairs(self.text))
        if self.kind == "number":
            text = self.text.strip()
            return None if not text else parse_json(text.encode()) if _NUMBER.fullmatch(text) else text
        try:
            return parse_json(self.text.encode("utf-8", "replace"))
        except ParseError:
            if self.kind == "any":
                return self.text
            raise


def field(pointer: str, schema: Mapping[str, Any], file: str) -> Field:
    """Make the field of a property whose schema stands in the file `file`."""
    return Field(pointer, _kind(schema), {**_resolved(schema, file), **schema})


def attach_errors(fields: Sequence[Field], errors: Sequence[tuple[str, str]]) -> tuple[list[Field], list[str]]:
    """Put each message, by its pointer, beside its field; gives those that belong to none as well."""
    left: list[str] = []
    found: dict[str, list[str]] = {}
    for pointer, message in errors:
        at = next((each.pointer for each in fields if _covers(each.pointer, pointer)), None)
        if at is None:
            left.append(f"{pointer[1:].replace('/', '.')}: {message}" if pointer else message)
        else:
            inner = pointer[len(at) + 1 :]
            found.setdefault(at, []).append(f"{inner}: {message}" if inner else message)
    return [each._replace(messages=found.get(each.pointer, ())) for each in fields], left


def _covers(field: str, violation: str) -> bool:
    return f"{violation}/".startswith(f"{field}/") or (violation.count("/") > 1 and field.startswith(f"{violation}/"))


def _resolved(schema: Mapping[str, Any], file: str) -> Mapping[str, Any]:
    target: Mapping[str, Any] = load_schema(resolve_ref(file, schema["$ref"])) if "$ref" in schema else {}
    return target


def _kind(schema: Mapping[str, Any]) -> str:
    types = schema.get("type", ())
    named = {types} if isinstance(types, str) else set(types)
    if "enum" in schema or named - {"null"} == {"boolean"}:
        return "choice"
    if named and named <= {"integer", "number", "null"}:
        return "number"
    return "text" if named and named <= {"string", "null"} else "json"


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in filter(None, map(str.strip, text.splitlines())):
        name, found, value = line.partition(":")
        if not found:
            message = f"expected lines such as NAME: VALUE, got {line[:60]!r}"
            raise ParseError(message)
        yield name.strip(), value.strip()

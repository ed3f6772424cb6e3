"""Forms generated from schemas: a field for each property, parsed back to JSON, with error messages."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mockorders.formats.parsing import ParseError, parse_json, replace_floats
from mockorders.validation.schemas import load_schema, resolve_ref

BOUNDS = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to"}
UNBOUNDED = 10**9  # limits of this size are not shown
DATES = {"date", "time"}
NUMBERS = {"number", "reference"}
_NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?", re.ASCII)
_FORMAT = re.compile(r"(?<=UTC), `YYYY[^`]*`| ?`YYYY[^`]*`\.", re.ASCII)
_LOCAL_TIME = re.compile(r"(\d{4,6}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(\.0+)?", re.ASCII)  # as browsers send it


def format_json(value: Any, indent: int | None = None) -> str:
    """Return a value of a record as JSON for people."""
    return json.dumps(replace_floats(value, float), ensure_ascii=False, indent=indent)


class Unparsed(str):
    """The text of a field that is not a value of its kind; it is shown again with an error message."""

    __slots__ = ()


class Field(NamedTuple):
    """One form field: `kind` is text, number, choice, date, time, reference, json, any (JSON, else text) or pairs.

    Pairs are lines of `NAME: VALUE`. `pointer` is its JSON pointer in the document; `scope` tells fields of the same
    pointer apart. Text that can be unset has a check box for it, other kinds are unset if they are empty. An `optional`
    field can be left empty. A field with `focus` has the focus when the page opens. `options` are the values to select
    from and their labels; `suggestions` is the URL of more. `note` says what the value stands for.
    """

    pointer: str
    kind: str
    schema: Mapping[str, Any]
    text: str = ""
    null: bool = False
    optional: bool = False
    title: str = ""
    messages: Sequence[str] = ()
    scope: str = ""
    focus: bool = False
    unit: str = ""
    can_be_unset: bool = False
    options: Sequence[tuple[str, str]] = ()
    suggestions: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        """The name in the form."""
        return self.scope + self.pointer

    @property
    def label(self) -> str:
        """The title, by default derived from the pointer."""
        return self.title or self.pointer.rpartition("/")[2].replace("_", " ")

    @property
    def nullable(self) -> bool:
        """Whether the schema allows null."""
        return "null" in self.schema.get("type", ())

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The allowed values: pairs of JSON and label."""
        values = self.schema.get("enum") or [True, False, *([None] if self.nullable else [])]
        return [(json.dumps(value), value if isinstance(value, str) else json.dumps(value)) for value in values]

    @property
    def placeholder(self) -> str:
        """The schema's example; empty if it has none."""
        return str(self.schema.get("examples", [""])[0])

    @property
    def hint(self) -> str:
        """The schema's description and bounds, without the form in which JSON has dates."""
        description = _FORMAT.sub("", self.schema.get("description", ""))
        if self.kind in {*DATES, "reference"}:
            return description
        limits = ((word, self.schema.get(name, UNBOUNDED)) for name, word in BOUNDS.items())
        bounds = [f"{word} {limit}" for word, limit in limits if abs(limit) < UNBOUNDED]
        sentence = f"{' '.join(bounds).capitalize()}." if bounds else ""
        return " ".join(filter(None, [self.schema.get("description", ""), sentence]))

    def with_value(self, value: Any) -> "Field":
        """Return the field filled with a value of the document."""
        if isinstance(value, Unparsed):
            return self._replace(text=str(value))
        if self.kind == "text":
            return self._replace(text="" if value is None else str(value), null=value is None)
        if self.kind in DATES:
            return self._replace(text="" if value is None else str(value).removesuffix("Z"))
        if self.kind in NUMBERS and value is None:
            return self._replace(text="")
        return self._replace(text=format_json(value, indent=2 if self.kind == "json" else None))

    def with_input(self, fields: Mapping[str, str]) -> "Field":
        """Return the field filled with submitted text; `fields` is the whole form."""
        return self._replace(text=fields.get(self.name, ""), null=f"null:{self.name}" in fields)

    def read(self) -> Any:
        """Parse the text to a JSON value. Raises ParseError if it is malformed; values are not validated."""
        if self.kind == "text":
            return None if self.null and self.nullable and not self.text else self.text
        if self.kind == "pairs":
            return dict(_pairs(self.text))
        if self.kind in DATES:
            return _time(self.text.strip(), self.kind)
        if self.kind in NUMBERS:
            return _number(self.text.strip())
        try:
            return parse_json(self.text.encode("utf-8", "replace"))
        except ParseError:
            if self.kind == "any":
                return self.text
            raise


def field_for(pointer: str, schema: Mapping[str, Any], file: str) -> Field:
    """Return the empty field of a property; `file` is the schema file that references are relative to."""
    return Field(pointer, _kind(schema), {**_resolved(schema, file), **schema})


def is_unchanged(before: Field, after: Field) -> bool:
    """Check whether a submitted field has its previous value; browsers normalize line breaks and times."""
    if before.kind in DATES and before.text and after.text:
        return bool(before.read() == after.read())
    return (_normalize(before.text), before.null) == (_normalize(after.text), after.null)


def _normalize(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def attach_errors(fields: Sequence[Field], errors: Sequence[tuple[str, str]]) -> tuple[list[Field], list[str]]:
    """Return the fields with the messages of their pointers, and the messages that belong to no field.

    The first field with a message gets the focus.
    """
    other: list[str] = []
    messages: dict[str, list[str]] = {}
    for pointer, message in errors:
        target = next((field.pointer for field in fields if _covers(field.pointer, pointer)), None)
        if target is None:
            other.append(f"{pointer[1:].replace('/', '.')}: {message}" if pointer else message)
        else:
            inner = pointer[len(target) + 1 :]
            messages.setdefault(target, []).append(f"{inner}: {message}" if inner else message)
    first = next((field.pointer for field in fields if field.pointer in messages), None)
    shown = [field._replace(messages=messages.get(field.pointer, ()), focus=field.pointer == first) for field in fields]
    return shown, other


def first_messages(errors: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the first message of each pointer, in order."""
    messages: dict[str, str] = {}
    for pointer, message in errors:
        messages.setdefault(pointer, message)
    return messages


def _covers(field: str, violation: str) -> bool:
    return f"{violation}/".startswith(f"{field}/") or (violation.count("/") > 1 and field.startswith(f"{violation}/"))


def _resolved(schema: Mapping[str, Any], file: str) -> Mapping[str, Any]:
    target: Mapping[str, Any] = load_schema(resolve_ref(file, schema["$ref"])) if "$ref" in schema else {}
    return target


def _kind(schema: Mapping[str, Any]) -> str:
    types = schema.get("type", ())
    allowed = {types} if isinstance(types, str) else set(types)
    if "enum" in schema or allowed - {"null"} == {"boolean"}:
        return "choice"
    if allowed and allowed <= {"integer", "number", "null"}:
        return "number"
    return "text" if allowed and allowed <= {"string", "null"} else "json"


def _number(text: str) -> Any:
    """Return a number, None if the text is empty, or the text itself if it is not a number."""
    if not text:
        return None
    return parse_json(text.encode()) if _NUMBER.fullmatch(text) else text


def _time(text: str, kind: str) -> str | None:
    """Return a date, or a time in UTC, as records have it; None if it is empty, the text itself if it is neither."""
    found = _LOCAL_TIME.fullmatch(text)
    if kind == "time" and found is not None:
        return f"{found[1]}T{found[2]}{found[3] or ':00'}Z"
    return text or None


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in filter(None, map(str.strip, text.splitlines())):
        name, separator, value = line.partition(":")
        if not separator:
            message = f"expected lines such as NAME: VALUE, got {line[:60]!r}"
            raise ParseError(message)
        yield name.strip(), value.strip()

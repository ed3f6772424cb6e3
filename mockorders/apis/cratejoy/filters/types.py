"""Types of the properties in filters: how their values are parsed and compared."""

import re
from collections.abc import Mapping
from typing import Any

from mockorders.apis.cratejoy.times import read_time
from mockorders.formats.abbreviation import abbreviate
from mockorders.formats.parsing import MAX_VALUES, JsonFloat, ParseError, parse_json
from mockorders.formats.timestamps import parse_time

_INTEGER = re.compile(r"[+-]?[0-9]{1,40}", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?", re.ASCII)
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def _json_array(text: str) -> list[Any] | None:
    """Return the values of a JSON array; None if the text is none."""
    if not text.startswith("["):
        return None
    try:
        values = parse_json(text.encode())
    except ParseError:
        return None
    return values if isinstance(values, list) else None


class InvalidFilterValue(ValueError):
    """Raised if a value or an operator does not suit a property; the message states what was expected."""


class FieldType:
    """The type of text properties, and the base class of all others."""

    name = "text"
    expected = "text"

    def read(self, value: Any, *, is_json: bool) -> Any:
        """Parse the value of a filter, which is JSON if `is_json`, else text. Raises InvalidFilterValue."""
        parsed = self.from_json(value) if is_json else self.from_text(value)
        if parsed is None:
            message = f"expected {self.expected}, got {abbreviate(value)}"
            raise InvalidFilterValue(message)
        return parsed

    def read_list(self, value: Any, *, is_json: bool) -> list[Any]:
        """Parse a comma-separated list or a JSON array of at most `MAX_VALUES` values. Raises InvalidFilterValue."""
        if isinstance(value, list):
            return [self.read(each, is_json=is_json) for each in value]
        if not isinstance(value, str):
            message = f"expected a list, got {abbreviate(value)}"
            raise InvalidFilterValue(message)
        array = _json_array(value)
        if array is not None:
            return [self.read(each, is_json=not isinstance(each, str)) for each in array]
        if value.count(",") >= MAX_VALUES:
            message = f"expected at most {MAX_VALUES} values, got {value.count(',') + 1}"
            raise InvalidFilterValue(message)
        return [self.read(each, is_json=False) for each in value.split(",")]

    def from_text(self, text: Any) -> Any:
        """Parse text; return None if it is not of this type."""
        return text if isinstance(text, str) else None

    def from_json(self, value: Any) -> Any:
        """Parse a JSON value; return None if it is not of this type."""
        return self.from_text(value) if isinstance(value, str) else None

    def rank(self, value: Any) -> Any:
        """Return the value by which a stored or parsed value is compared."""
        return value


class IntegerType(FieldType):
    """The type of integers."""

    name = "integer"
    expected = "an integer"

    def from_text(self, text: Any) -> Any:
        """Parse up to 40 digits with an optional sign."""
        return int(text) if isinstance(text, str) and _INTEGER.fullmatch(text) else None

    def from_json(self, value: Any) -> Any:
        """Accept integers only."""
        return value if isinstance(value, int) and not isinstance(value, bool) else None


class BooleanType(FieldType):
    """The type of booleans."""

    name = "boolean"
    expected = "true, false, 1 or 0"

    def from_text(self, text: Any) -> Any:
        """Parse true, false, 1 or 0, ignoring case."""
        return _BOOLEANS.get(text.lower()) if isinstance(text, str) else None

    def from_json(self, value: Any) -> Any:
        """Accept true and false only."""
        return value if isinstance(value, bool) else None


class DateTimeType(FieldType):
    """The type of timestamps, which are compared in UTC."""

    name = "time"
    expected = "a time such as 2017-03-15T20:00:24Z"

    def from_text(self, text: Any) -> Any:
        """Parse a date or time in any ISO 8601 format, or a date such as 12/27/2014."""
        try:
            return read_time(text)
        except (ValueError, TypeError, AttributeError):
            return None

    def rank(self, value: Any) -> Any:
        """Parse a stored timestamp; return a parsed one unchanged."""
        return parse_time(value) if isinstance(value, str) else value


class EnumType(FieldType):
    """The type of enum properties, whose names can have integer codes and aliases. Names are ordered by their codes."""

    name = "enum"

    def __init__(self, schema: Mapping[str, Any]) -> None:
        names = tuple(filter(None, schema["enum"]))
        self._codes: Mapping[str, int] = schema.get("x-codes", {})
        self._by_code = {str(code): name for name, code in self._codes.items()}
        self._words = {**schema.get("x-aliases", {}), **self._by_code, **{name: name for name in names}}
        self.expected = "one of " + ", ".join((*names, *self._by_code))

    def from_text(self, text: Any) -> Any:
        """Parse a name or its code."""
        return self._words.get(text) if isinstance(text, str) else None

    def from_json(self, value: Any) -> Any:
        """Parse a name or its code."""
        return self.from_text(str(value)) if isinstance(value, int | str) else None

    def rank(self, value: Any) -> Any:
        """Return the code of a name, or the name if it has none."""
        return self._codes.get(value, value)


class NumberType(FieldType):
    """The type of numbers with decimals."""

    name = "number"
    expected = "a number"

    def from_text(self, text: Any) -> Any:
        """Parse a decimal number with an optional sign."""
        return float(text) if isinstance(text, str) and _NUMBER.fullmatch(text) else None

    def from_json(self, value: Any) -> Any:
        """Accept numbers only."""
        return float(value) if isinstance(value, int | JsonFloat) and not isinstance(value, bool) else None

    def rank(self, value: Any) -> Any:
        """Return a stored number as a float."""
        return float(value)


class ObjectType(FieldType):
    """The type of objects and lists, which can only be compared with null."""

    name = "object"

    def rank(self, value: Any) -> Any:
        """Return the same rank for all values, as they are never compared with each other."""
        return True


BOOLEAN = BooleanType()
DATE_TIME = DateTimeType()
OBJECT = ObjectType()
TEXT = FieldType()
NUMBER = NumberType()
JSON_TYPES = (NUMBER, BOOLEAN, TEXT)
SIMPLE_TYPES: Mapping[str, FieldType] = {
    "integer": IntegerType(),
    "number": NUMBER,
    "boolean": BOOLEAN,
    "string": TEXT,
}


def field_type(schema: Mapping[str, Any]) -> FieldType:
    """Return the type of a property with this schema."""
    types = schema.get("x-type", schema.get("type", "string" if "const" in schema else "object"))
    name = next(each for each in types if each != "null") if isinstance(types, list) else types
    if name == "string" and "enum" in schema:
        return EnumType(schema)
    if schema.get("format") == "date-time":
        return DATE_TIME
    return SIMPLE_TYPES.get(name, OBJECT)


def json_type(value: Any) -> FieldType:
    """Return the type of a JSON value; that of null is the one of objects, which only can be compared with null."""
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, int | float | JsonFloat):
        return NUMBER
    return TEXT if isinstance(value, str) else OBJECT


def json_rank(value: Any) -> tuple[str, Any]:
    """Return the rank of a JSON value: its type, then the rank in this type."""
    kind = json_type(value)
    return kind.name, kind.rank(value)

"""Kinds of properties, as filters see them: how a value is read, and by what it is compared."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from mockorders.formats.parsing import abbreviate
from mockorders.formats.timestamps import parse_time

_INTEGER = re.compile(r"[+-]?[0-9]{1,40}", re.ASCII)
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class InvalidFilterValue(ValueError):
    """A value or comparison that does not fit a property; the text is what was expected."""


class FieldType:
    """A kind of property: text, and what all others are made from."""

    name = "text"
    expected = "text"

    def read(self, value: Any, *, typed: bool) -> Any:
        """Read the value of a filter: JSON's if `typed`, else text. Unfit where it is none of this kind."""
        fit = self.from_json(value) if typed else self.from_text(value)
        if fit is None:
            message = f"{self.expected}, got {abbreviate(value)}"
            raise InvalidFilterValue(message)
        return fit

    def read_list(self, value: Any, *, typed: bool) -> list[Any]:
        """Read the value of `in`: a comma list, or a JSON list."""
        if isinstance(value, list):
            return [self.read(each, typed=typed) for each in value]
        if not isinstance(value, str):
            message = f"a list of {self.expected}, got {abbreviate(value)}"
            raise InvalidFilterValue(message)
        return [self.read(each, typed=False) for each in value.split(",")]

    def from_text(self, text: Any) -> Any:
        """Read text; None where it is none of this kind."""
        return text if isinstance(text, str) else None

    def from_json(self, value: Any) -> Any:
        """Read a JSON value; None where it is none of this kind."""
        return self.from_text(value) if isinstance(value, str) else None

    def rank(self, value: Any) -> Any:
        """Give that by which two values are compared."""
        return value


class IntegerType(FieldType):
    """Integers of any size."""

    name = "integer"
    expected = "an integer"

    def from_text(self, text: Any) -> Any:
        """Read digits with or without a sign."""
        return int(text) if isinstance(text, str) and _INTEGER.fullmatch(text) else None

    def from_json(self, value: Any) -> Any:
        """Take integers as they are typed."""
        return value if isinstance(value, int) and not isinstance(value, bool) else None


class BooleanType(FieldType):
    """True or false."""

    name = "boolean"
    expected = "true, false, 1 or 0"

    def from_text(self, text: Any) -> Any:
        """Read the four words, in any case."""
        return _BOOLEANS.get(text.lower()) if isinstance(text, str) else None

    def from_json(self, value: Any) -> Any:
        """Take JSON's own two."""
        return value if isinstance(value, bool) else None


class DateTimeType(FieldType):
    """Moments: compared as such, whatever their offset."""

    name = "time"
    expected = "a time such as 2017-03-15T20:00:24Z"

    def from_text(self, text: Any) -> Any:
        """Read any ISO form."""
        try:
            return parse_time(text)
        except (ValueError, TypeError):
            return None

    def rank(self, value: Any) -> Any:
        """Read what is stored; what was given is read already."""
        return parse_time(value) if isinstance(value, str) else value


class EnumType(FieldType):
    """One of a few words, some with the integers that the model page gives them; ordered by these."""

    name = "enum"

    def __init__(self, names: tuple[str, ...], codes: Mapping[str, int]) -> None:
        self._names = names
        self._codes = codes
        self._by_code = {str(code): word for word, code in codes.items()}
        self.expected = "one of " + ", ".join((*names, *self._by_code))

    def from_text(self, text: Any) -> Any:
        """Read a word or its integer."""
        return text if text in self._names else self._by_code.get(text)

    def from_json(self, value: Any) -> Any:
        """Read a word or its integer."""
        return self.from_text(str(value)) if isinstance(value, int | str) else None

    def rank(self, value: Any) -> Any:
        """Give the word's integer, or the word where none is known."""
        return self._codes.get(value, value)


class ObjectType(FieldType):
    """Objects and lists, which only is_null can tell apart."""

    name = "object"

    def rank(self, value: Any) -> Any:
        """Tell none from another: only whether there is one is ever asked."""
        return True


BOOLEAN = BooleanType()


class _FieldTypes:
    simple: ClassVar[Mapping[str, FieldType]] = {"integer": IntegerType(), "boolean": BOOLEAN, "string": FieldType()}
    time = DateTimeType()
    objects = ObjectType()


def field_type(schema: Mapping[str, Any]) -> FieldType:
    """Give the kind of a property by its schema."""
    kind = schema.get("x-type", schema.get("type", "string" if "const" in schema else "object"))
    first = next(each for each in kind if each != "null") if isinstance(kind, list) else kind
    if first == "string" and "enum" in schema:
        return EnumType(tuple(schema["enum"]), schema.get("x-codes", {}))
    if schema.get("format") == "date-time":
        return _FieldTypes.time
    return _FieldTypes.simple.get(first, _FieldTypes.objects)

"""Parse JSON within limits of size and depth."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import total_ordering
from itertools import chain
from typing import Any

from mockorders.formats.abbreviation import abbreviate

MAX_DEPTH = 64
MAX_DIGITS = 40
MAX_VALUES = 10_000
NESTING_MESSAGE = f"expected at most {MAX_DEPTH} levels of nesting"

_SEPARATORS = (b"[", b"{", b",", b":")  # one before every key and value, except for the first
_WHITESPACE = b" \t\r\n"
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)  # a missing end is not searched for twice
_DEEP = re.compile(rb"(?:[\[{][0:,]*+){%d}" % (MAX_DEPTH + 1))  # in JSON without text and whitespace
_DEEP_BYTES = 4_096
_SURROGATE = re.compile("[\ud800-\udfff]")


class ParseError(ValueError):
    """Raised if bytes cannot be parsed; the message states what was expected."""


@total_ordering
class JsonFloat:
    """A JSON number with a decimal point or an exponent; not an integer, even if its value is whole."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __float__(self) -> float:
        return float(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int | float | JsonFloat) and float(self) == float(other)

    def __lt__(self, other: object) -> bool:
        return isinstance(other, int | float | JsonFloat) and float(self) < float(other)

    def __hash__(self) -> int:
        return hash(float(self))


def replace_floats(value: Any, convert: Callable[[JsonFloat], Any]) -> Any:
    """Return a copy of a value in which each JsonFloat is replaced by its conversion."""
    if isinstance(value, dict):
        return {key: replace_floats(inner, convert) for key, inner in value.items()}
    if isinstance(value, list):
        return [replace_floats(each, convert) for each in value]
    return convert(value) if isinstance(value, JsonFloat) else value


def parse_json(body: bytes, max_values: int = MAX_VALUES) -> Any:
    """Parse JSON. Numbers with a decimal point or an exponent become JsonFloat.

    Raises ParseError if it is not UTF-8, has duplicate keys, NaN, Infinity or integers of over 40 digits, is nested
    deeper than 64 levels, or has more than `max_values` keys and values.
    """
    _check_count(body, max_values)
    try:
        value = DECODER.decode(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        message = "expected JSON in UTF-8"
        raise ParseError(message) from error
    except RecursionError as error:
        raise ParseError(NESTING_MESSAGE) from error
    except json.JSONDecodeError as error:
        message = f"expected JSON: {error.msg.removesuffix(' at')} at line {error.lineno}, column {error.colno}"
        raise ParseError(message) from error
    if not _is_plain(body, max_values):
        check_size(value, max_values, MAX_DEPTH, max_values)
    return value


def _reject_constant(name: str) -> Any:
    message = f"expected JSON: {name} is not a JSON number"
    raise ParseError(message)


def _integer(text: str) -> int:
    if len(text.removeprefix("-")) > MAX_DIGITS:
        message = f"expected numbers of at most {MAX_DIGITS} digits"
        raise ParseError(message)
    return int(text)


def unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the members of an object. Raises ParseError if a name is repeated."""
    members = dict(pairs)
    if len(members) < len(pairs):
        seen: set[str] = set()
        duplicate = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        message = f"expected each name once in an object, got {abbreviate(duplicate)} twice"
        raise ParseError(message)
    return members


def _check_count(body: bytes, max_values: int) -> None:
    """Raise ParseError if JSON has too many keys and values, before they are created."""
    if sum(map(body.count, _SEPARATORS)) < max_values:
        return
    text, strings = _STRING.subn(b"0", body, count=max_values + 1)
    bare = text.translate(None, _WHITESPACE)
    empty = bare.count(b"[]") + bare.count(b"{}")
    if strings > max_values or sum(map(bare.count, _SEPARATORS)) - empty >= max_values:
        message = f"expected at most {max_values} values"
        raise ParseError(NESTING_MESSAGE if _DEEP.search(bare, 0, _DEEP_BYTES) else message)


def _is_plain(body: bytes, max_values: int) -> bool:
    """Check whether JSON has so few brackets and separators, and no escapes, that `check_size` cannot reject it."""
    opened = body.count(b"[") + body.count(b"{")
    return opened < MAX_DEPTH and b"\\" not in body and sum(map(body.count, _SEPARATORS)) < max_values


def check_size(value: Any, values_left: int, max_depth: int, max_values: int) -> int:
    """Check depth, size and lone surrogates of a value; return how many values are left.

    Uses no recursion. Raises ParseError, with `max_values` as the limit, if more than `values_left` are needed.
    """
    level = [value]
    for _ in range(max_depth):
        values_left -= len(level)
        if values_left < 0:
            message = f"expected at most {max_values} values"
            raise ParseError(message)
        level = list(chain.from_iterable(map(_children, level)))
        if not level:
            return values_left
    if any(isinstance(each, Mapping | list) for each in level):
        raise ParseError(NESTING_MESSAGE)
    return values_left


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return (*value.keys(), *value.values())
    if isinstance(value, str) and _SURROGATE.search(value):
        message = "expected text without lone surrogates"
        raise ParseError(message)
    return value if isinstance(value, list) else ()


DECODER = json.JSONDecoder(
    parse_constant=_reject_constant,
    parse_float=JsonFloat,
    parse_int=_integer,
    object_pairs_hook=unique_members,
)

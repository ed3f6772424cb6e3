"""Parse query strings, JSON and form bodies, within limits of size and depth."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import total_ordering
from itertools import chain
from typing import Any
from urllib.parse import parse_qsl

MAX_DEPTH = 64
MAX_DIGITS = 40
MAX_FIELDS = 3_000
MAX_LIST_LENGTH = 501
MAX_FORM_BYTES = 2**17
MAX_FORM_DEPTH = 16
MAX_FORM_FIELDS = 400  # they take 40 ms
MAX_VALUES = 10_000
MAX_ABBREVIATED = 60

_FORM = "application/x-www-form-urlencoded"
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


def parse_query(query: str, source: str = "The query string") -> list[tuple[str, str]]:
    """Return the name-value pairs of a query string, without empty pairs.

    `source` is its name in messages. Raises ParseError if it is not percent-encoded UTF-8 or has over 3,000 pairs.
    """
    try:
        query.encode("ascii")
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except UnicodeError as error:
        message = f"{source} is not percent-encoded UTF-8"
        raise ParseError(message) from error
    except ValueError as error:
        message = f"{source} has more than {MAX_FIELDS} parameters"
        raise ParseError(message) from error
    return [pair for pair in pairs if pair != ("", "")]


def find_parameter(query: str, name: str) -> str | None:
    """Return the last value of a parameter in a query string that `parse_query` rejects for another parameter.

    None if there is none, or if it is not percent-encoded UTF-8. `name` is only found unencoded.
    """
    _, found, rest = f"&{query}".rpartition(f"&{name}=")
    if not found:
        return None
    try:
        return parse_query(found + rest.partition("&")[0])[0][1]
    except ParseError:
        return None


def is_form(content_type: str, body: bytes) -> bool:
    """Check whether a body is a form: by its content type, unless it starts like a JSON object or array.

    Clients such as `curl -d` send the form type with any body.
    """
    return content_type.partition(";")[0].strip().lower() == _FORM and body.lstrip()[:1] not in {b"{", b"["}


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


def parse_form(body: bytes) -> dict[str, Any]:
    """Parse nested form fields in jQuery's format, `a[b][0]=c`. All values are text.

    Raises ParseError if the form is not percent-encoded ASCII, larger than 128 KiB, or too deep or long, or if it has
    over 400 fields.
    """
    import qs_codec

    options = qs_codec.DecodeOptions(
        depth=MAX_FORM_DEPTH,
        strict_depth=True,
        list_limit=MAX_LIST_LENGTH,
        parameter_limit=MAX_FIELDS,
        raise_on_limit_exceeded=True,
    )
    if len(body) > MAX_FORM_BYTES:
        message = f"expected form fields of at most {MAX_FORM_BYTES} bytes"
        raise ParseError(message)
    if body.count(b"&") >= MAX_FORM_FIELDS:
        message = f"expected form fields, at most {MAX_FORM_FIELDS}"
        raise ParseError(message)
    try:
        text = body.decode("ascii")
        parse_query(text, "The form")
        fields: dict[str, Any] = qs_codec.decode(text, options)
    except UnicodeDecodeError as error:
        message = "expected form fields in percent-encoded ASCII"
        raise ParseError(message) from error
    except (ValueError, IndexError, RecursionError, TypeError) as error:
        message = f"expected form fields, at most {MAX_FORM_DEPTH} levels deep and {MAX_LIST_LENGTH} long: {error}"
        raise ParseError(message) from error
    check_size(fields, MAX_VALUES, MAX_DEPTH, MAX_VALUES)
    return fields


def abbreviate(value: Any) -> str:
    """Return a value as JSON for a message, truncated to 60 characters; takes no time for the rest."""
    text = json.dumps(_start_of(value, iter(range(MAX_ABBREVIATED))), ensure_ascii=False, default=float)
    return text if len(text) <= MAX_ABBREVIATED else text[: MAX_ABBREVIATED - 3] + "..."


def _start_of(value: Any, budget: Iterator[int]) -> Any:
    """Return the part of a value whose JSON begins with the same characters, with one number of `budget` per entry.

    Each entry takes at least one character.
    """
    if isinstance(value, str):
        return value[:MAX_ABBREVIATED]
    if isinstance(value, Mapping):
        members = zip(value.items(), budget, strict=False)
        return {_start_of(name, budget): _start_of(inner, budget) for (name, inner), _ in members}
    if isinstance(value, list | tuple):
        return [_start_of(each, budget) for each, _ in zip(value, budget, strict=False)]
    return value


NESTING_MESSAGE = f"expected at most {MAX_DEPTH} levels of nesting"


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

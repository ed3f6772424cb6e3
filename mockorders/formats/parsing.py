"""From bytes to plain values: query strings, JSON and form bodies, each within limits."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import total_ordering
from typing import Any
from urllib.parse import parse_qsl

MAX_DEPTH = 64
MAX_DIGITS = 40
MAX_FIELDS = 3_000
MAX_LIST = 501
MAX_FORM = 2**17
MAX_FORM_DEPTH = 16
MAX_VALUES = 10_000

_FORM = "application/x-www-form-urlencoded"
_SURROGATE = re.compile("[\ud800-\udfff]")


class ParseError(ValueError):
    """Bytes that are not what they should be; the text says what was expected."""


@total_ordering
class JsonFloat:
    """A number that was typed with a point or an exponent: never an integer, whatever its value."""

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
    """Give a value with something else in the place of each Real."""
    if isinstance(value, dict):
        return {key: replace_floats(inner, convert) for key, inner in value.items()}
    if isinstance(value, list):
        return [replace_floats(each, convert) for each in value]
    return convert(value) if isinstance(value, JsonFloat) else value


def parse_query(query: str, source: str = "The query string") -> list[tuple[str, str]]:
    """Read a query string; empty pairs are nothing. Raises Unreadable for what is not UTF-8 or has too many pairs."""
    try:
        query.encode("ascii")
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except UnicodeError as error:
        message = f"{source} is not UTF-8, percent-encoded"
        raise ParseError(message) from error
    except ValueError as error:
        message = f"{source} has more than {MAX_FIELDS} parameters"
        raise ParseError(message) from error
    return [pair for pair in pairs if pair != ("", "")]


def is_form(content_type: str, body: bytes) -> bool:
    """Tell a form from JSON: its type says so, and it does not begin as a JSON object or list does.

    Clients such as `curl -d` name the form type for whatever they send.
    """
    return content_type.partition(";")[0].strip().lower() == _FORM and body.lstrip()[:1] not in {b"{", b"["}


def parse_json(body: bytes, most: int = MAX_VALUES) -> Any:
    """Read JSON: UTF-8, finite numbers, no duplicate keys, at most 64 levels and `most` values.

    Numbers with a point or an exponent become Real. Raises Unreadable, saying what is wrong.
    """
    try:
        value = json.loads(
            body.decode("utf-8-sig"),
            parse_constant=_reject_constant,
            parse_float=JsonFloat,
            parse_int=_integer,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError as error:
        message = "expected JSON in UTF-8"
        raise ParseError(message) from error
    except RecursionError as error:
        raise ParseError(_NESTING_MESSAGE) from error
    except json.JSONDecodeError as error:
        message = f"expected JSON: {error.msg.removesuffix(' at')} at line {error.lineno}, column {error.colno}"
        raise ParseError(message) from error
    _check_size(value, most)
    return value


def parse_form(body: bytes) -> dict[str, Any]:
    """Read nested form fields as jQuery writes them, `a[b][0]=c`; every value is text. Raises Unreadable."""
    import qs_codec

    options = qs_codec.DecodeOptions(
        depth=MAX_FORM_DEPTH,
        strict_depth=True,
        list_limit=MAX_LIST,
        parameter_limit=MAX_FIELDS,
        raise_on_limit_exceeded=True,
    )
    if len(body) > MAX_FORM:
        message = f"expected form fields of at most {MAX_FORM} bytes"
        raise ParseError(message)
    try:
        text = body.decode("ascii")
        parse_query(text, "The form")
        fields: dict[str, Any] = qs_codec.decode(text, options)
    except UnicodeDecodeError as error:
        message = "expected form fields in ASCII, percent-encoded"
        raise ParseError(message) from error
    except (ValueError, IndexError, RecursionError, TypeError) as error:
        message = f"expected form fields, at most {MAX_FORM_DEPTH} levels deep and {MAX_LIST} long: {error}"
        raise ParseError(message) from error
    _check_size(fields, MAX_VALUES)
    return fields


def abbreviate(value: Any) -> str:
    """Write a value for a message, cut to a length that can be read."""
    text = json.dumps(value, ensure_ascii=False, default=float)
    return text if len(text) <= 60 else text[:57] + "..."


_NESTING_MESSAGE = f"expected at most {MAX_DEPTH} levels of nesting"


def _reject_constant(name: str) -> Any:
    message = f"expected JSON: {name} is no JSON number"
    raise ParseError(message)


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        message = f"expected numbers of at most {MAX_DIGITS} digits"
        raise ParseError(message)
    return int(digits)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        message = f"expected each name once in an object: {abbreviate(twice)} stands twice"
        raise ParseError(message)
    return made


def _check_size(value: Any, most: int) -> None:
    """Refuse what is too deep or too much, and text that no UTF-8 can hold; walks without recursion."""
    level, left = [value], most
    for _ in range(MAX_DEPTH):
        left -= len(level)
        if left < 0:
            message = f"expected at most {most} values"
            raise ParseError(message)
        level = [inner for each in level for inner in _inside(each)]
    if any(isinstance(each, Mapping | list) for each in level):
        raise ParseError(_NESTING_MESSAGE)


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return (*value.keys(), *value.values())
    if isinstance(value, str) and _SURROGATE.search(value):
        message = "expected text without lone surrogates"
        raise ParseError(message)
    return value if isinstance(value, list) else ()

"""Write JSON: everything that `parsing` accepts, and texts of other sources that are not valid Unicode."""

import re
from collections.abc import Callable, Generator, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeVar

import orjson

from mockorders.formats.parsing import JsonFloat

T = TypeVar("T")

REPLACEMENT = "\ufffd"
_SURROGATE = re.compile("[\ud800-\udfff]")


def dump_json(value: Any, *, sort_keys: bool = False) -> bytes:
    """Return a value as JSON in UTF-8.

    Numbers keep all their digits; NaN and infinities become null, and lone surrogates U+FFFD. Raises TypeError for a
    value that JSON does not have.
    """
    option = orjson.OPT_SORT_KEYS if sort_keys else None
    return write_any(lambda each: orjson.dumps(each, encode_number, option), value)


def dump_in_pieces(value: Any) -> Generator[bytes, None, None]:
    """Yield a value as JSON in UTF-8, in pieces, for long documents.

    Objects may contain iterators of items that are JSON already; these become lists. An empty item is a pause.
    """
    if isinstance(value, Iterator):
        yield from _dump_list(value)
    elif isinstance(value, Mapping):
        separator = b"{"
        for name, inner in value.items():
            yield separator + dump_json(name) + b":"
            yield from dump_in_pieces(inner)
            separator = b","
        yield b"}" if value else b"{}"
    else:
        yield dump_json(value)


def _dump_list(items: Iterator[bytes]) -> Generator[bytes, None, None]:
    separator = b"["
    for item in items:
        yield separator + item if item else item
        separator = b"," if item else separator
    yield b"]" if separator == b"," else b"[]"


def write_any(write: Callable[[Any], T], value: Any) -> T:
    """Return the result of `write`, which uses orjson; if orjson rejects the value, of a copy that it accepts."""
    try:
        return write(value)
    except TypeError:
        return write(_writable(value))


def encode_number(value: Any) -> Any:
    """Encode a JsonFloat or a Decimal as a JSON number with exactly its digits: a `default` function of orjson.

    Raises TypeError for other types.
    """
    if isinstance(value, JsonFloat):
        return orjson.Fragment(value.text.encode())
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f").encode()) if value.is_finite() else None
    raise TypeError


def _writable(value: Any) -> Any:
    """Return a copy without what orjson rejects: lone surrogates, other keys than text, integers of over 64 bits."""
    if isinstance(value, str):
        return _SURROGATE.sub(REPLACEMENT, value)
    if isinstance(value, Mapping):
        return {_writable(str(key)): _writable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_writable(each) for each in value]
    return Decimal(value) if type(value) is int else value

"""Encode values that contain pre-rendered records as JSON."""

from typing import Any

import orjson

from mockorders.formats.serialization import encode_number, write_any


class EncodedRecord:
    """A record rendered as JSON by a view, to be inserted into a response unchanged."""

    __slots__ = ("text",)

    def __init__(self, text: bytes) -> None:
        self.text = text


class EncodedList:
    """A JSON list of rendered records, in pieces whose concatenation is the list."""

    __slots__ = ("pieces",)

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = pieces


def without_rendered(value: Any) -> Any:
    """Replace rendered records by empty values, leaving only the envelope to validate."""
    if isinstance(value, dict):
        return {key: without_rendered(inner) for key, inner in value.items()}
    if isinstance(value, EncodedList):
        return []
    return None if isinstance(value, EncodedRecord) else value


def encode(value: Any, *, sort_keys: bool = False) -> list[bytes]:
    """Return a value as JSON in pieces: one piece, unless it contains rendered lists."""
    if isinstance(value, EncodedRecord):
        return [value.text]
    option = orjson.OPT_SORT_KEYS if sort_keys else None
    return write_any(lambda each: _encode(each, option), value)


def _encode(value: Any, option: int | None) -> list[bytes]:
    found: list[EncodedList] = []

    def default(each: Any) -> Any:
        if isinstance(each, EncodedList):
            found.append(each)
            return orjson.Fragment(b"\0")  # a placeholder that cannot occur in JSON
        if isinstance(each, EncodedRecord):
            return orjson.Fragment(each.text)
        return encode_number(each)

    text = compact(orjson.dumps(value, default, option))
    if not found:
        return [text]
    pieces: list[bytes] = []
    for before, encoded in zip(text.split(b"\0"), [*found, EncodedList([])], strict=True):
        pieces += [before, *encoded.pieces]
    return pieces


def compact(text: bytes) -> bytes:
    """Return a copy without spare memory; the buffers that orjson returns hold several times their length."""
    return bytes(memoryview(text))

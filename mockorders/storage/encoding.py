"""Encode values that contain pre-rendered records as JSON."""

from typing import Any, NamedTuple

import orjson

from mockorders.formats.serialization import encode_number, write_any

PLACEHOLDER = b"\0"  # cannot occur in JSON


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


class Outline(NamedTuple):
    """A value as JSON, with a placeholder for each of its rendered lists."""

    text: bytes
    lists: list[EncodedList]

    def filled(self) -> list[bytes]:
        """Return the JSON in pieces: one piece, unless there are rendered lists."""
        if not self.lists:
            return [self.text]
        pieces: list[bytes] = []
        for before, encoded in zip(self.text.split(PLACEHOLDER), [*self.lists, EncodedList([])], strict=True):
            pieces += [before, *encoded.pieces]
        return pieces


def encode(value: Any, *, sort_keys: bool = False) -> list[bytes]:
    """Return a value as JSON in pieces: one piece, unless it contains rendered lists."""
    return outline(value, sort_keys=sort_keys).filled()


def outline(value: Any, *, sort_keys: bool = False) -> Outline:
    """Return the outline of a value."""
    if isinstance(value, EncodedRecord):
        return Outline(value.text, [])
    option = orjson.OPT_SORT_KEYS if sort_keys else None
    return write_any(lambda each: _outline(each, option), value)


def _outline(value: Any, option: int | None) -> Outline:
    found: list[EncodedList] = []

    def default(each: Any) -> Any:
        if isinstance(each, EncodedList):
            found.append(each)
            return orjson.Fragment(PLACEHOLDER)
        if isinstance(each, EncodedRecord):
            return orjson.Fragment(each.text)
        return encode_number(each)

    return Outline(compact(orjson.dumps(value, default, option)), found)


def compact(text: bytes) -> bytes:
    """Return a copy without spare memory; the buffers that orjson returns hold several times their length."""
    return bytes(memoryview(text))

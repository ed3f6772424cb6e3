"""Encode values that contain pre-rendered records as JSON."""

from typing import Any

import orjson


class EncodedRecord:
    """A record that is encoded already, in some form."""

    __slots__ = ("text",)

    def __init__(self, text: bytes) -> None:
        self.text = text


class EncodedList:
    """A JSON list of records that are encoded already, in pieces that are sent one after another."""

    __slots__ = ("pieces",)

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = pieces


def without_rendered(value: Any) -> Any:
    """Give an answer with nothing in the place of what was validated already."""
    if isinstance(value, dict):
        return {key: without_rendered(inner) for key, inner in value.items()}
    return [] if isinstance(value, EncodedList) else None if isinstance(value, EncodedRecord) else value


def encode(value: Any) -> list[bytes]:
    """Write an answer as JSON, in pieces: one, unless a long list stands in it; what is encoded already as it is."""
    if isinstance(value, EncodedRecord):
        return [value.text]
    found: list[EncodedList] = []

    def default(each: Any) -> Any:
        if isinstance(each, EncodedList):
            found.append(each)
            return orjson.Fragment(b"\0")  # never in JSON: marks the place
        if isinstance(each, EncodedRecord):
            return orjson.Fragment(each.text)
        return encode_decimal(each)

    text = compact(orjson.dumps(value, default=default))
    if not found:
        return [text]
    pieces: list[bytes] = []
    for before, encoded in zip(text.split(b"\0"), [*found, EncodedList([])], strict=True):
        pieces += [before, *encoded.pieces]
    return pieces if sum(map(len, pieces)) > 2**20 else [b"".join(pieces)]


def compact(text: bytes) -> bytes:
    """Copy what is kept for long: orjson's own bytes hold several times the memory that they need."""
    return bytes(memoryview(text))


def encode_decimal(value: Any) -> Any:
    """Write a Decimal as the number that it is, digit for digit."""
    from decimal import Decimal

    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f").encode())
    raise TypeError

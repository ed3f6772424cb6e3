"""Encode values that contain pre-rendered records as JSON."""

from typing import Any

import orjson


class Shown:
    """A record that is encoded already, in some form."""

    __slots__ = ("text",)

    def __init__(self, text: bytes) -> None:
        self.text = text


class Many:
    """A JSON list of records that are encoded already, in pieces that are sent one after another."""

    __slots__ = ("pieces",)

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = pieces


def shell(value: Any) -> Any:
    """Give an answer with nothing in the place of what was validated already."""
    if isinstance(value, dict):
        return {key: shell(inner) for key, inner in value.items()}
    return [] if isinstance(value, Many) else None if isinstance(value, Shown) else value


def encode(value: Any) -> list[bytes]:
    """Write an answer as JSON, in pieces: one, unless a long list stands in it; what is encoded already as it is."""
    if isinstance(value, Shown):
        return [value.text]
    found: list[Many] = []

    def default(each: Any) -> Any:
        if isinstance(each, Many):
            found.append(each)
            return orjson.Fragment(b"\0")  # never in JSON: marks the place
        if isinstance(each, Shown):
            return orjson.Fragment(each.text)
        return _plain(each)

    text = _exactly(orjson.dumps(value, default=default))
    if not found:
        return [text]
    pieces: list[bytes] = []
    for before, many in zip(text.split(b"\0"), [*found, Many([])], strict=True):
        pieces += [before, *many.pieces]
    return pieces if sum(map(len, pieces)) > 2**20 else [b"".join(pieces)]


def _exactly(text: bytes) -> bytes:
    """Copy what is kept for long: orjson's own bytes hold several times the memory that they need."""
    return bytes(memoryview(text))


def _plain(value: Any) -> Any:
    """Write a Decimal as the number that it is, digit for digit."""
    from decimal import Decimal

    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f").encode())
    raise TypeError

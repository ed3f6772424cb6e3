"""JSON Pointers (RFC 6901), as text and as lists of tokens."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)


def escape(token: str) -> str:
    """Escape a token for use in a pointer."""
    return token.replace("~", "~0").replace("/", "~1")


def unescape(text: str) -> str:
    """Return the token that an escaped text represents."""
    return text.replace("~1", "/").replace("~0", "~")


def join(tokens: Iterable[str | int]) -> str:
    """Return the pointer that consists of these tokens; the empty pointer if there are none."""
    return "".join("/" + escape(str(token)) for token in tokens)


def split(pointer: str) -> list[str]:
    """Return the tokens of a pointer."""
    return [unescape(text) for text in pointer.split("/")[1:]]


def find(value: Any, pointer: str) -> tuple[Any, ...]:
    """Return the value at a pointer as a tuple of one, or an empty tuple if there is none."""
    for token in split(pointer):
        found = child(value, token)
        if not found:
            return ()
        value = found[0]
    return (value,)


def child(value: Any, token: str) -> tuple[Any, ...]:
    """Return the member or element of a value that a token names, as a tuple of one, or an empty tuple."""
    if isinstance(value, Mapping) and token in value:
        return (value[token],)
    if isinstance(value, list) and _INDEX.fullmatch(token):
        index = int(token)
        return (value[index],) if index < len(value) else ()
    return ()

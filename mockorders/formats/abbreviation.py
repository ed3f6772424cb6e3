"""Show the start of long values in messages."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

MAX_ABBREVIATED = 60


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

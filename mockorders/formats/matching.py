"""Patterns in which one wildcard matches any sequence of characters."""

from collections.abc import Sequence


def matches_glob(parts: Sequence[str], text: str) -> bool:
    """Check whether text matches a pattern, given as its parts between wildcards. Never backtracks."""
    if len(parts) == 1:
        return text == parts[0]
    first, *middle, last = parts
    end = len(text) - len(last)
    if not text.startswith(first) or not text.endswith(last) or end < len(first):
        return False
    at = len(first)
    for part in middle:
        at = text.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True

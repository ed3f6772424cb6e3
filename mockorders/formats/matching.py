"""Patterns with one wildcard for any run: split at the wildcard, matched without ever going back."""

from collections.abc import Sequence


def matches_glob(parts: Sequence[str], text: str) -> bool:
    """Say whether text is the parts in turn, with anything between them: first and last stand at the ends."""
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

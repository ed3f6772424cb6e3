"""Patterns in which one wildcard matches any sequence of characters."""


class Glob:
    """A pattern with a one-character wildcard. Matching takes time linear in the text, whatever the pattern."""

    __slots__ = ("_first", "_last", "_middle")

    def __init__(self, pattern: str, wildcard: str) -> None:
        first, *rest = pattern.split(wildcard)
        self._first = first
        self._last = rest.pop() if rest else None
        self._middle = [part for part in rest if part]  # consecutive wildcards are equivalent to one

    def matches(self, text: str) -> bool:
        """Check whether the whole text matches. Never backtracks."""
        if self._last is None:
            return text == self._first
        at = len(self._first)
        end = len(text) - len(self._last)
        if not text.startswith(self._first) or not text.endswith(self._last) or end < at:
            return False
        for part in self._middle:
            at = text.find(part, at, end)
            if at < 0:
                return False
            at += len(part)
        return True

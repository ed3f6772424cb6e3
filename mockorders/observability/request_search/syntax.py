"""The syntax of searches: terms separated by spaces, each a word or `NAME:VALUE`, quoted if needed, negated by `-`."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from mockorders.formats.parsing import ParseError

_TERM = re.compile(r'(-?)(?:([A-Za-z][A-Za-z_]*):)?(?:"((?:[^"\\]|\\.)*)"|([^\s"]\S*)|(?=\s|$))', re.DOTALL)
_UNCLOSED = re.compile(r'-?(?:[A-Za-z][A-Za-z_]*:)?"')
_SPACES = re.compile(r"\s*")
_PLAIN = re.compile(r'(?!-)[^\s":]+')
_PLAIN_VALUE = re.compile(r'[^\s"]\S*')


class Term(NamedTuple):
    """One term of a search: `name` is empty for a word. A quoted word is always text, never the name of a state."""

    name: str
    value: str
    negated: bool = False
    quoted: bool = False

    def __str__(self) -> str:
        """Return the term as it is written."""
        sign = "-" if self.negated else ""
        prefix = f"{self.name}:" if self.name else ""
        pattern = _PLAIN_VALUE if self.name else _PLAIN
        if pattern.fullmatch(self.value) and (self.name or not self.quoted):
            return f"{sign}{prefix}{self.value}"
        escaped = self.value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{sign}{prefix}"{escaped}"'


def split_terms(text: str) -> Iterator[Term]:
    """Yield the terms of a search. Raises ParseError if a quote is not closed, or a value is missing."""
    position = _end_of_spaces(text, 0)
    while position < len(text):
        found = _TERM.match(text, position)
        if found is None or (found[4] is not None and _UNCLOSED.match(found[0])):
            message = f"expected a closing quote after {text[position : position + 40]}"
            raise ParseError(message)
        yield _term(found)
        position = _end_of_spaces(text, found.end())


def _end_of_spaces(text: str, position: int) -> int:
    found = _SPACES.match(text, position)
    return position if found is None else found.end()


def _term(found: re.Match[str]) -> Term:
    sign, name, quoted, plain = found.groups()
    if quoted is not None:
        return Term((name or "").lower(), re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL), bool(sign), quoted=True)
    if plain is not None:
        return Term((name or "").lower(), plain, bool(sign))
    if name:
        message = f"{name}: expected a value after the colon"
        raise ParseError(message)
    return Term("", "-")

"""Parse long JSON documents without holding the interpreter's lock for long, in a thread.

`json` parses a document in one call, which may not release the lock before its end. Here it only parses values that
fit into a window of the text; larger objects and lists are read one member after the other.
"""

import re
from json import JSONDecodeError
from typing import Any

from mockorders.formats.parsing import DECODER, MAX_DEPTH, NESTING_MESSAGE, ParseError, check_size, unique_members

WINDOW = 2**16
MAX_TEXT_LENGTH = 2**22
_SPACE = re.compile(r"[ \t\r\n]*")
_ENDS = frozenset(" \t\r\n,]}")


def parse_long_json(body: bytes, max_values: int) -> Any:
    """Parse JSON as `parsing.parse_json` does. Raises ParseError as that does, and if a text is longer than 4 MiB."""
    try:
        return _Parser(body.decode("utf-8-sig"), max_values).parse()
    except UnicodeDecodeError as error:
        message = "expected JSON in UTF-8"
        raise ParseError(message) from error
    except JSONDecodeError as error:
        message = f"expected JSON: {error.msg.removesuffix(' at')} at line {error.lineno}, column {error.colno}"
        raise ParseError(message) from error


class _Parser:
    """Parses one document. `_at` is the position in the text, `_values_left` how many more values it may have."""

    def __init__(self, text: str, max_values: int) -> None:
        self._text = text
        self._at = 0
        self._max_values = max_values
        self._values_left = max_values
        self._window = ""
        self._window_start = 0
        self._single_until = 0

    def parse(self) -> Any:
        """Return the value of the whole text."""
        self._skip_space()
        value = self._value(0)
        self._skip_space()
        if self._at < len(self._text):
            raise self._error("Extra data")
        return value

    def _value(self, depth: int) -> Any:
        """Parse the value at the position, which is `depth` levels deep."""
        found = self._value_in_window() or self._value_in_window(is_new=True)
        if found:
            value = found[0]
            if isinstance(value, str | list | dict):
                self._values_left = check_size(value, self._values_left, MAX_DEPTH - depth, self._max_values)
            else:
                self._count()
            return value
        self._count()
        opening = self._text[self._at : self._at + 1]
        if opening in {"[", "{"} and depth == MAX_DEPTH:
            raise ParseError(NESTING_MESSAGE)
        if opening == "[":
            return self._list(depth + 1)
        if opening == "{":
            return self._object(depth + 1)
        return self._scalar()

    def _value_in_window(self, *, is_new: bool = False) -> tuple[Any] | None:
        """Parse the value if it ends within the window, or within a new one that begins with it; else return None."""
        if is_new:
            self._window_start = self._at
            self._window = self._text[self._at : self._at + WINDOW]
        start = self._at - self._window_start
        if start >= len(self._window):
            return None
        try:
            value, end = DECODER.raw_decode(self._window, start)
        except (JSONDecodeError, RecursionError):
            return None
        end += self._window_start
        if end < len(self._text) and self._text[end] not in _ENDS:  # a number of which the window has a part
            return None
        self._at = end
        return (value,)

    def _scalar(self) -> Any:
        """Parse a text that does not fit into a window, or raise the error of an invalid value."""
        part = self._text[self._at : self._at + MAX_TEXT_LENGTH]
        try:
            value, length = DECODER.raw_decode(part)
        except JSONDecodeError as error:
            if part.startswith('"') and self._at + len(part) < len(self._text):
                message = f"expected texts of at most {MAX_TEXT_LENGTH} characters"
                raise ParseError(message) from error
            raise JSONDecodeError(error.msg, self._text, self._at + error.pos) from error
        self._at += length
        check_size(value, 1, 1, 1)
        return value

    def _list(self, depth: int) -> list[Any]:
        values: list[Any] = []
        while self._has_next("]", is_first=not values):
            values.extend(self._batch("[]", depth) or [self._value(depth)])
        return values

    def _object(self, depth: int) -> dict[str, Any]:
        pairs: list[tuple[str, Any]] = []
        while self._has_next("}", is_first=not pairs):
            batch = self._batch("{}", depth)
            pairs.extend(batch.items() if batch else [self._member(depth)])
        return unique_members(pairs)

    def _member(self, depth: int) -> tuple[str, Any]:
        if not self._text.startswith('"', self._at):
            raise self._error("Expecting property name enclosed in double quotes")
        name = self._value(depth)
        self._skip_space()
        self._expect(":", "Expecting ':' delimiter")
        self._skip_space()
        return name, self._value(depth)

    def _batch(self, brackets: str, depth: int) -> Any:
        """Parse as many values or members as fit into a window, as a list or an object.

        It is cut at the last comma, behind an object or a list if there is one. Where that is within a value, the batch
        is empty, and the window is parsed value by value.
        """
        end = self._at + WINDOW
        if self._at < self._single_until or end > len(self._text):
            return None
        cut = max(self._text.rfind(ending, self._at, end) for ending in ("},", "],")) + 1
        cut = cut or self._text.rfind(",", self._at, end)
        part = self._text[self._at : max(cut, self._at)]
        try:
            batch, length = DECODER.raw_decode(brackets[0] + part + brackets[1])
        except (JSONDecodeError, RecursionError):
            length = 0
        if length != len(part) + 2:
            self._single_until = end
            return None
        self._values_left = check_size(batch, self._values_left + 1, MAX_DEPTH - depth + 1, self._max_values)
        self._at += len(part)
        return batch

    def _has_next(self, closing: str, *, is_first: bool) -> bool:
        """Move to the next value of a list or an object; return false, behind its end, if there is none."""
        if is_first:
            self._at += 1
        self._skip_space()
        if self._text.startswith(closing, self._at):
            self._at += 1
            return False
        if not is_first:
            comma = self._at
            self._expect(",", "Expecting ',' delimiter")
            self._skip_space()
            if self._text.startswith(closing, self._at):
                raise self._trailing_comma(comma, closing)
        return True

    def _trailing_comma(self, comma: int, closing: str) -> JSONDecodeError:
        """Return the error of a comma before the end of a list or an object, which depends on the version of Python."""
        before = '{"":0' if closing == "}" else "[0"
        try:
            DECODER.raw_decode(before + self._text[comma : self._at + 1])
        except JSONDecodeError as error:
            return JSONDecodeError(error.msg, self._text, comma + error.pos - len(before))
        raise AssertionError

    def _expect(self, character: str, message: str) -> None:
        if not self._text.startswith(character, self._at):
            raise self._error(message)
        self._at += 1

    def _skip_space(self) -> None:
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _count(self) -> None:
        self._values_left -= 1
        if self._values_left < 0:
            message = f"expected at most {self._max_values} values"
            raise ParseError(message)

    def _error(self, message: str) -> JSONDecodeError:
        return JSONDecodeError(message, self._text, self._at)

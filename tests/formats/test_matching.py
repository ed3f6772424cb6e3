"""Patterns with one wildcard, compared with regular expressions."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockorders.formats.matching import Glob


class CountingText(str):
    """Text that counts how often it is searched."""

    searches = 0

    def find(self, *args: Any) -> int:
        self.searches += 1
        return super().find(*args)


@given(pattern=st.text("ab*", max_size=8), text=st.text("ab", max_size=8))
def test_glob_agrees_with_a_regular_expression(pattern: str, text: str) -> None:
    expected = re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text) is not None
    assert expected == Glob(pattern, "*").matches(text)


@pytest.mark.parametrize(
    ("pattern", "most"),
    [
        ("*" * 100_000, 0),
        ("a" + "*" * 100_000 + "c", 0),
        ("*a" * 100_000 + "*", 4),
        ("*" * 50_000 + "b" + "*" * 50_000, 1),
    ],
)
def test_text_is_searched_at_most_once_per_character(pattern: str, most: int) -> None:
    text = CountingText("abc")
    Glob(pattern, "*").matches(text)
    assert text.searches <= most

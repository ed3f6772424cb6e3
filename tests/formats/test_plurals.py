"""Numbers in messages have the right noun."""

import pytest

from mockorders.formats.plurals import count, times


@pytest.mark.parametrize(
    ("number", "expected"), [(0, "0 requests"), (1, "1 request"), (2, "2 requests"), (1000, "1,000 requests")]
)
def test_noun_is_singular_only_for_one(number: int, expected: str) -> None:
    assert expected == count(number, "request")


@pytest.mark.parametrize(("number", "expected"), [(1, "1 entry"), (2, "2 entries")])
def test_irregular_plural_can_be_given(number: int, expected: str) -> None:
    assert expected == count(number, "entry", "entries")


@pytest.mark.parametrize(("number", "expected"), [(1, "once"), (2, "twice"), (3, "3 times"), (1000, "1,000 times")])
def test_times_are_words_up_to_two(number: int, expected: str) -> None:
    assert expected == times(number)

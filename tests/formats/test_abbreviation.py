"""Long values are shortened in messages."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockorders.formats.abbreviation import abbreviate
from mockorders.formats.parsing import JsonFloat


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (5, "5"),
        (JsonFloat("5.0"), "5.0"),
        (JsonFloat("1e30"), "1e+30"),
        ("é\n", '"é\\n"'),
        ([1, {"a": JsonFloat("0.5")}], '[1, {"a": 0.5}]'),
        ("x" * 58, '"' + "x" * 58 + '"'),
        ("x" * 59, '"' + "x" * 56 + "..."),
        (["y"] * 1000, '["y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "y...'),
    ],
)
def test_values_are_abbreviated(value: Any, text: str) -> None:
    written = abbreviate(value)
    assert (text[:57], True) == (written[:57], len(written) <= 60)


ANY_JSON = st.recursive(
    st.one_of(st.none(), st.integers(), st.text(max_size=90)),
    lambda inner: st.one_of(st.lists(inner, max_size=70), st.dictionaries(st.text(max_size=90), inner, max_size=5)),
)


@given(value=ANY_JSON)
def test_abbreviation_is_the_start_of_the_whole_text(value: Any) -> None:
    whole = json.dumps(value, ensure_ascii=False)
    assert (whole if len(whole) <= 60 else whole[:57] + "...") == abbreviate(value)


@pytest.mark.timing
@pytest.mark.parametrize(
    "value", [[1] * 5_000_000, "x" * 50_000_000, [[[0] * 99] * 99] * 99], ids=["list", "text", "nested"]
)
def test_abbreviation_takes_no_time_for_long_values(value: Any) -> None:
    started = time.thread_time()
    abbreviate(value)
    assert time.thread_time() - started < 0.01


@pytest.mark.parametrize("text", ["1e999999", "-1e999999"])
def test_numbers_over_the_float_range_are_formatted(text: str) -> None:
    assert abbreviate(JsonFloat(text))

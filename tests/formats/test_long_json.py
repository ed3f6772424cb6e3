"""Long JSON documents are parsed as short ones are."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockorders.formats import long_json
from mockorders.formats.long_json import parse_long_json
from mockorders.formats.parsing import MAX_DEPTH, ParseError, parse_json

MAX_VALUES = 200
SMALL_WINDOW = 8

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=20)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(st.text(max_size=9), inner, max_size=5)),
)
TEXTS = st.one_of(
    st.builds(json.dumps, VALUES, ensure_ascii=st.booleans(), indent=st.sampled_from([None, 1])).map(str.encode),
    st.text('[]{},:"\\u0123456789ed8-+.truefalsn x\n', max_size=40).map(str.encode),
    st.builds(lambda value, at: json.dumps(value).encode()[:at], VALUES, st.integers(0, 60)),
)


@pytest.fixture
def small_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_json, "WINDOW", SMALL_WINDOW)


def result(parse: Callable[[bytes, int], Any], text: bytes) -> Any:
    """Return the value as it is written, or the error."""
    try:
        return repr(json.dumps(parse(text, MAX_VALUES), default=lambda number: f"number {number.text}"))
    except ParseError as error:
        return type(error), str(error)


@given(text=TEXTS)
def test_result_does_not_depend_on_the_window(text: bytes) -> None:
    expected = result(parse_json, text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_json, "WINDOW", SMALL_WINDOW)
        assert expected == result(parse_long_json, text)


LIMITS: dict[str, bytes] = {
    "levels": b"[" * MAX_DEPTH + b"]" * MAX_DEPTH,
    "too many levels": b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
    "levels of objects": b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH,
    "too many levels of objects": b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1),
    "values": b"[" + b"1," * (MAX_VALUES - 2) + b"1]",
    "too many values": b"[" + b"1," * (MAX_VALUES - 1) + b"1]",
    "too many empty objects": b"[" + b"{}," * MAX_VALUES + b"{}]",
    "long number": b"[" + b"9" * 40 + b"]",
    "too long number": b"[" + b"9" * 41 + b"]",
    "long text": b'["' + b"x" * 100 + b'"]',
    "lone surrogate": b'["' + b"x" * 100 + b'\\ud800"]',
    "repeated name": b'{"a": 1, "bcdefghijkl": 2, "a": 3}',
    "not UTF-8": b'["\xff"]',
    "byte order mark": b"\xef\xbb\xbf[1]",
    "NaN": b"[1, NaN]",
    "long float": b"[1." + b"5" * 100 + b"e10, 1]",
    "empty": b"",
    "two values": b"[1] [2]",
    "trailing comma": b"[1, 2, ]",
    "trailing comma of an object": b'{"abcdefgh": 1, "b": 2 , }',
    "two commas": b"[1, 2, , 3, 4, 5, 6]",
    "missing end": b'{"abcdefgh": [1, 2, 3, 4, 5, 6',
}


@pytest.mark.usefixtures("small_window")
@pytest.mark.parametrize("name", LIMITS)
def test_limits_do_not_depend_on_the_window(name: str) -> None:
    assert result(parse_json, LIMITS[name]) == result(parse_long_json, LIMITS[name])


@pytest.mark.usefixtures("small_window")
@pytest.mark.parametrize("extra", [0, 1])
def test_texts_are_limited(monkeypatch: pytest.MonkeyPatch, extra: int) -> None:
    monkeypatch.setattr(long_json, "MAX_TEXT_LENGTH", 50)
    text = b'["' + b"x" * (48 + extra) + b'"]'
    expected = (ParseError, "expected texts of at most 50 characters") if extra else result(parse_json, text)
    assert expected == result(parse_long_json, text)

"""JSON Pointers: the examples of RFC 6901, joining and splitting."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockorders.formats import pointer

# The document and the pointers of RFC 6901, section 5.
DOCUMENT: Any = {
    "foo": ["bar", "baz"],
    "": 0,
    "a/b": 1,
    "c%d": 2,
    "e^f": 3,
    "g|h": 4,
    "i\\j": 5,
    'k"l': 6,
    " ": 7,
    "m~n": 8,
}
EXAMPLES: list[tuple[str, Any]] = [
    ("", DOCUMENT),
    ("/foo", ["bar", "baz"]),
    ("/foo/0", "bar"),
    ("/", 0),
    ("/a~1b", 1),
    ("/c%d", 2),
    ("/e^f", 3),
    ("/g|h", 4),
    ("/i\\j", 5),
    ('/k"l', 6),
    ("/ ", 7),
    ("/m~0n", 8),
]


@pytest.mark.parametrize(("text", "value"), EXAMPLES)
def test_examples_of_rfc_6901(text: str, value: Any) -> None:
    assert (value,) == pointer.find(DOCUMENT, text)


@pytest.mark.parametrize(
    "text", ["/foo/2", "/foo/-", "/foo/-1", "/foo/00", "/foo/01", "/foo/1e0", "/foo/\uff11", "/x", "/foo/0/1"]
)
def test_missing_values_are_not_found(text: str) -> None:
    assert () == pointer.find(DOCUMENT, text)


@given(tokens=st.lists(st.text()))
def test_split_inverts_join(tokens: list[str]) -> None:
    assert tokens == pointer.split(pointer.join(tokens))

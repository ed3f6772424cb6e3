"""Values are written as JSON without loss, and as valid Unicode."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mockorders
from mockorders.formats.parsing import JsonFloat, parse_json
from mockorders.formats.serialization import dump_json
from mockorders.storage.encoding import EncodedList, EncodedRecord, encode


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2**63, "9223372036854775808"),
        (2**64, "18446744073709551616"),
        (-(2**63) - 1, "-9223372036854775809"),
        ([10**5_000], "[1" + "0" * 5_000 + "]"),
        ([{"a": (2**64, True)}], '[{"a":[18446744073709551616,true]}]'),
        (JsonFloat("1.10"), "1.10"),
        (JsonFloat("1e999"), "1e999"),
        (Decimal("0.10"), "0.10"),
        (Decimal("1E+3"), "1000"),
        ([Decimal("NaN"), Decimal("Infinity"), float("nan"), float("inf")], "[null,null,null,null]"),
        ("a\ud800b\udfff", '"a\ufffdb\ufffd"'),
        ({"\udcff": 2**64}, '{"\ufffd":18446744073709551616}'),
        ({1: None}, '{"1":null}'),
        ("\0\u2028</", '"\\u0000\u2028</"'),
    ],
)
def test_value_is_written_as(value: Any, text: str) -> None:
    assert text == dump_json(value).decode()


@pytest.mark.parametrize("value", [object(), {"a": b""}, [2**64, object()]])
def test_other_types_are_rejected(value: Any) -> None:
    with pytest.raises(TypeError):
        dump_json(value)


def test_large_numbers_beside_rendered_records() -> None:
    value = {
        "n": 2**64,
        "one": EncodedRecord(b"{}"),
        "all": EncodedList([b"[", b"1", b"]"]),
        "none": EncodedList([b"[]"]),
    }
    assert b'{"n":18446744073709551616,"one":{},"all":[1],"none":[]}' == b"".join(encode(value))


def _containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner) | st.dictionaries(st.text(), inner)


@given(st.recursive(st.none() | st.booleans() | st.integers(-(10**39), 10**39) | st.text(), _containers, max_leaves=20))
def test_what_was_parsed_is_written_as_it_was(value: Any) -> None:
    parsed = parse_json(json.dumps(value).encode())
    assert value == json.loads(dump_json(parsed))


def test_json_is_written_in_one_place() -> None:
    root = Path(mockorders.__file__).parent
    users = {
        file.relative_to(root).as_posix() for file in root.rglob("*.py") if "orjson.dumps" in file.read_text("utf-8")
    }
    assert {"formats/serialization.py", "storage/encoding.py", "store/codec.py"} == users

"""Queries, JSON and forms are parsed, or rejected with a message, always quickly."""

import json
import time
from collections.abc import Callable
from itertools import chain
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.examples import examples

from mockorders.formats.form_bodies import MAX_FORM_FIELDS, is_form, parse_form
from mockorders.formats.parsing import MAX_DEPTH, MAX_DIGITS, JsonFloat, ParseError, parse_json
from mockorders.formats.query_strings import MAX_FIELDS, parse_query

QUICK = settings(max_examples=examples(150), deadline=None, derandomize=True, database=None)
PRINTED = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)

# Query strings


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        ("", []),
        ("&", []),
        ("&&a=1&&", [("a", "1")]),
        ("=", []),
        ("a", [("a", "")]),
        ("a=", [("a", "")]),
        ("=a", [("", "a")]),
        ("a=1&a=2", [("a", "1"), ("a", "2")]),
        ("a=b=c", [("a", "b=c")]),
        ("a=1;b=2", [("a", "1;b=2")]),
        ("a+b=c+d", [("a b", "c d")]),
        ("a%20b=%2B", [("a b", "+")]),
        ("%3D=%26", [("=", "&")]),
        ("n=%C3%A9", [("n", "é")]),
        ("n=%F0%9F%8E%81", [("n", "\U0001f381")]),
        ("n=100%", [("n", "100%")]),
        ("n=%zz", [("n", "%zz")]),
        ("a[b][]=1", [("a[b][]", "1")]),
        ("?a=1", [("?a", "1")]),
    ],
)
def test_queries_are_parsed(query: str, pairs: list[tuple[str, str]]) -> None:
    assert pairs == parse_query(query)


@pytest.mark.parametrize("query", ["a=%FF", "%FF=a", "a=%C3", "a=%ED%A0%80", "a=\u00e9", "a=\udcff", "a=%C0%80"])
def test_queries_with_invalid_utf_8_are_rejected(query: str) -> None:
    with pytest.raises(ParseError, match="The query string is not percent-encoded UTF-8"):
        parse_query(query)


@pytest.mark.parametrize(("count", "fine"), [(MAX_FIELDS, True), (MAX_FIELDS + 1, False)])
def test_queries_of_too_many_parameters_are_rejected(count: int, fine: bool) -> None:
    query = "&".join(["a=1"] * count)
    if fine:
        assert len(parse_query(query)) == count
    else:
        with pytest.raises(ParseError, match=f"more than {MAX_FIELDS} parameters"):
            parse_query(query)


@QUICK
@given(st.lists(st.tuples(PRINTED, PRINTED).filter(lambda pair: pair != ("", "")), max_size=10))
def test_queries_round_trip(pairs: list[tuple[str, str]]) -> None:
    assert pairs == parse_query(urlencode(pairs))


# JSON

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | PRINTED,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PRINTED, inner, max_size=4),
    max_leaves=20,
)


@QUICK
@given(value=JSON, ascii_only=st.booleans(), indent=st.sampled_from([None, 1]))
def test_json_round_trips(value: Any, ascii_only: bool, indent: int | None) -> None:
    assert value == parse_json(json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode())


@pytest.mark.parametrize("text", ["5.0", "1e30", "1E2", "-0.0", "0.1", "1e999999", "-1e-5"])
def test_numbers_with_a_point_or_exponent_are_not_integers(text: str) -> None:
    value = parse_json(f"[{text}]".encode())[0]
    assert (JsonFloat, text) == (type(value), value.text)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "expected JSON: Expecting value at line 1, column 1"),
        (b"   ", "expected JSON"),
        (b"{", "expected JSON"),
        (b"[1,]", "expected JSON"),
        (b"{'a':1}", "expected JSON"),
        (b"{a:1}", "expected JSON"),
        (b"[1] [2]", "expected JSON: Extra data at line 1, column 5"),
        (b"01", "expected JSON"),
        (b"+1", "expected JSON"),
        (b".5", "expected JSON"),
        (b"5.", "expected JSON"),
        (b'"a\nb"', "expected JSON"),
        (b'"\\x"', "expected JSON"),
        (b"True", "expected JSON"),
        (b"// no\n1", "expected JSON"),
        (b"NaN", "expected JSON: NaN is not a JSON number"),
        (b"[Infinity]", "expected JSON: Infinity is not a JSON number"),
        (b'{"a":-Infinity}', "expected JSON: -Infinity is not a JSON number"),
        (b'"\xff"', "expected JSON in UTF-8"),
        (b'"\xc3"', "expected JSON in UTF-8"),
        (b'"\xed\xa0\x80"', "expected JSON in UTF-8"),
        ('"é"'.encode("latin-1"), "expected JSON in UTF-8"),
        ("{}".encode("utf-16"), "expected JSON in UTF-8"),
        (b'"\\ud800"', "expected text without lone surrogates"),
        (b'{"\\udfff":1}', "expected text without lone surrogates"),
        (b'[["a\\udc00b"]]', "expected text without lone surrogates"),
        (b'{"a":1,"a":1}', 'expected each name once in an object, got "a" twice'),
        (b'[{"b":{"a":1,"x":2,"\\u0061":3}}]', 'expected each name once in an object, got "a" twice'),
        (b"9" * (MAX_DIGITS + 1), f"expected numbers of at most {MAX_DIGITS} digits"),
        (b"[-" + b"9" * 5000 + b"]", f"expected numbers of at most {MAX_DIGITS} digits"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), f"expected at most {MAX_DEPTH} levels of nesting"),
        (b'{"a":' * 65 + b"1" + b"}" * 65, f"expected at most {MAX_DEPTH} levels of nesting"),
        (b"[" * 500_000, f"expected at most {MAX_DEPTH} levels of nesting"),
        (b'{"a":[' * 200_000, f"expected at most {MAX_DEPTH} levels of nesting"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_invalid_json_is_rejected_with_a_message(body: bytes, words: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_json(body)
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"\xef\xbb\xbf{}", {}),
        (b' \t\r\n{"a" : [ ] } \n', {"a": []}),
        (b'"\\ud83c\\udf81"', "\U0001f381"),
        (b'"\\u0000"', "\x00"),
        (b'{"a":{"a":1}}', {"a": {"a": 1}}),
        (b"-0", 0),
        (b"9" * MAX_DIGITS, int("9" * MAX_DIGITS)),
        (b"-" + b"9" * MAX_DIGITS, -int("9" * MAX_DIGITS)),
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, None),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_unusual_json_is_parsed(body: bytes, value: Any) -> None:
    assert value is None or value == parse_json(body)
    parse_json(body)


# Forms


@pytest.mark.parametrize(
    ("content_type", "body", "form"),
    [
        ("application/x-www-form-urlencoded", b"a=1", True),
        ("application/x-www-form-urlencoded; charset=UTF-8", b"a=1", True),
        ("Application/X-WWW-Form-Urlencoded ;charset=x", b"a=1", True),
        ("application/x-www-form-urlencoded", b"", True),
        ("application/x-www-form-urlencoded", b"%7B=1", True),
        ("application/x-www-form-urlencoded", b'{"a":1}', False),
        ("application/x-www-form-urlencoded", b' \r\n{"a":1}', False),
        ("application/x-www-form-urlencoded", b"[1]", False),
        ("application/json", b"a=1", False),
        ("", b"a=1", False),
        ("multipart/form-data; boundary=x", b"a=1", False),
        ("text/plain", b"a=1", False),
    ],
)
def test_forms_are_distinguished_from_json(content_type: str, body: bytes, form: bool) -> None:
    assert form == is_form(content_type, body)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"", {}),
        (b"a=1", {"a": "1"}),
        (b"a=", {"a": ""}),
        (b"a+b=c+d%2B", {"a b": "c d+"}),
        (b"a[b]=1&a[c]=2", {"a": {"b": "1", "c": "2"}}),
        (b"a%5Bb%5D%5Bc%5D=1", {"a": {"b": {"c": "1"}}}),
        (b"a[]=1&a[]=2", {"a": ["1", "2"]}),
        (b"a[]=1", {"a": ["1"]}),
        (b"a[0][b]=1&a[1][b]=2", {"a": [{"b": "1"}, {"b": "2"}]}),
        (b"a[0][b][id]=1&a[0][c]=2", {"a": [{"b": {"id": "1"}, "c": "2"}]}),
        (b"a=%C3%A9%F0%9F%8E%81", {"a": "é\U0001f381"}),
        (b"a=%7B%22b%22%3A1%7D", {"a": '{"b":1}'}),
        (b"a=1%262", {"a": "1&2"}),
        (b"a.b=1", {"a.b": "1"}),
    ],
)
def test_nested_form_fields_are_parsed(body: bytes, value: Any) -> None:
    assert value == parse_form(body)


@pytest.mark.parametrize("length", [21, 60, MAX_FORM_FIELDS])
def test_long_form_lists_keep_their_order(length: int) -> None:
    body = "&".join(f"a[{number}][b]={number}" for number in range(length))
    assert {"a": [{"b": str(number)} for number in range(length)]} == parse_form(body.encode())


FIELD_NAMES = st.text("abcdefgh_", min_size=1, max_size=5)
FIELDS = st.recursive(
    PRINTED,
    lambda inner: (
        st.dictionaries(FIELD_NAMES, inner, min_size=1, max_size=3)
        | st.lists(st.dictionaries(FIELD_NAMES, inner, min_size=1, max_size=3), min_size=1, max_size=3)
        | st.lists(PRINTED, min_size=1, max_size=3)
    ),
    max_leaves=12,
)


def jquery(value: Any, name: str) -> list[str]:
    """Encode fields as jQuery does."""
    if isinstance(value, dict):
        return list(chain.from_iterable(jquery(inner, f"{name}[{key}]") for key, inner in value.items()))
    if isinstance(value, list):
        steps = [f"[{at}]" if isinstance(inner, dict) else "[]" for at, inner in enumerate(value)]
        return list(chain.from_iterable(jquery(inner, name + step) for step, inner in zip(steps, value, strict=True)))
    return [f"{quote_plus(name)}={quote_plus(value)}"]


@QUICK
@given(st.dictionaries(FIELD_NAMES, FIELDS, min_size=1, max_size=3))
def test_forms_round_trip(fields: dict[str, Any]) -> None:
    body = "&".join(chain.from_iterable(jquery(value, key) for key, value in fields.items()))
    assert fields == parse_form(body.encode())


@pytest.mark.parametrize(
    "body",
    [
        b"a=%FF",
        b"%FF=a",
        b"a=\xc3\xa9",
        b"a=%ED%A0%80",
        b"&".join([b"a=1"] * (MAX_FORM_FIELDS + 1)),
        b"a" + b"[b]" * (MAX_DEPTH + 1) + b"=1",
        b"a" + b"[b]" * 5000 + b"=1",
        b"&".join(f"a[]={number}".encode() for number in range(600)),
    ],
    ids=lambda body: repr(body)[:40],
)
def test_forms_over_the_limits_are_rejected_with_a_message(body: bytes) -> None:
    with pytest.raises(ParseError, match="expected form fields"):
        parse_form(body)


HOSTILE: list[tuple[Callable[[bytes], Any], bytes]] = [
    (parse_form, b"a[" * 400_000),
    (parse_form, b"a" + b"]" * 900_000 + b"=1"),
    (parse_form, b"a" + b"[" * 900_000 + b"=1"),
    (parse_form, b"a[99999999999999999999]=1"),
    (parse_form, b"a[1000000]=1"),
    (parse_form, b"a[__proto__][x]=1"),
    (parse_form, b"[]=1&[][]=2&[a]=3&]=4&[=5"),
    (parse_form, b"a=1&a[b]=2&a[]=3&a[0]=4"),
    (parse_form, b"&".join(f"a[{number}]=1".encode() for number in range(2999, 0, -1))),
    (parse_form, b"&" * 1_000_000),
    (parse_form, b"%" * 1_000_000),
    (parse_form, b"a" * 1_000_000),
    (parse_json, b'"' + b"\\" * 1_000_000),
    (parse_json, b"[" + b"[]," * 300_000 + b"[]]"),
    (parse_json, b"{" + b",".join(b'"%d":1' % number for number in range(80_000)) + b"}"),
    (parse_json, b"[" + b"{}," * 300_000 + b"{}]"),
    (parse_json, b'["' + b'","' * 300_000 + b'"]'),
    (parse_json, b'["' + b'\\"' * 500_000),
    (parse_json, b"[" + (b"[" * 60 + b"]" * 60 + b",") * 8_000 + b"1]"),
    (parse_json, b"1" + b"0" * 1_000_000),
    (parse_json, b"1." + b"0" * 1_000_000),
    (parse_json, b"1e" + b"9" * 1_000_000),
]


@pytest.mark.timing
@pytest.mark.parametrize(("parse", "body"), HOSTILE, ids=lambda value: getattr(value, "__name__", repr(value)[:40]))
def test_hostile_bodies_are_handled_quickly(parse: Callable[[bytes], Any], body: bytes) -> None:
    started = time.thread_time()
    text = outcome(parse, body)
    seconds = time.thread_time() - started
    assert seconds < 1  # the event loop is blocked meanwhile
    assert len(text) < 1000 or not text.startswith("rejected")


TOO_MANY = [
    b"[" + b"{}," * 10_000 + b"{}]",
    b"[" + b"[ ]," * 9_999 + b"1]",
    b'["' + b'","' * 9_999 + b'"]',
    b"{" + b",".join(b'"%d":"[,"' % number for number in range(5_000)) + b"}",
    b"[" + (b"[" * 60 + b"]" * 60 + b",") * 200 + b"1]",
]
JUST_ENOUGH = [
    b"[" + b"[ ]," * 9_998 + b"1]",
    b"[" + b"{}," * 9_998 + b"{}]",
    b'["' + b'","' * 9_998 + b'"]',
    b'{"a":"' + b'[,{:\\"' * 10_000 + b'"}',
    b"{" + b",".join(b'"%d" : "[,"' % number for number in range(4_999)) + b"}",
]


@pytest.mark.parametrize("body", TOO_MANY, ids=lambda body: body[:12])
def test_json_with_too_many_values_is_rejected_before_they_are_created(
    body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockorders.formats.parsing.json.loads", pytest.fail)
    assert "rejected: expected at most 10000 values" == outcome(parse_json, body)


@pytest.mark.parametrize("body", JUST_ENOUGH, ids=lambda body: body[:12])
def test_json_with_10000_values_is_parsed(body: bytes) -> None:
    assert json.loads(body) == parse_json(body)


def outcome(parse: Callable[[bytes], Any], body: bytes) -> str:
    """Return the parsed value as JSON, or the message of its rejection."""
    try:
        return json.dumps(parse(body), default=lambda real: real.text)
    except ParseError as caught:
        return f"rejected: {caught}"


@QUICK
@given(st.binary(max_size=200) | st.text("[]{}\"',:=&%0123456789abcdef\\.eE+-", max_size=200).map(str.encode))
def test_any_bytes_are_parsed_or_rejected(body: bytes) -> None:
    for parse in (parse_json, parse_form):
        text = outcome(parse, body)
        assert text.startswith("rejected: expected") or json.loads(text) is not ...

"""Malformed and invalid bodies: one error response, no change, no delay."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from support.bad_requests import CRATEJOY, FORM, ORDER, error_messages, exchange, http
from support.emulator import RunningEmulator

JSON = "application/json"


# Malformed JSON, and JSON that no client should send

UNREADABLE: list[tuple[str, Callable[[], bytes], str]] = [
    ("empty", lambda: b"", "body: expected JSON: Expecting value at line 1, column 1"),
    ("white space", lambda: b" \n ", "body: expected JSON: Expecting value at line 2, column 2"),
    ("brace", lambda: b"{", "body: expected JSON: Expecting property name"),
    ("cut", lambda: b'{"note": "a', "body: expected JSON: Unterminated string"),
    ("more after the end", lambda: b'{"note": "a"} {}', "body: expected JSON: Extra data at line 1, column 15"),
    ("single quotes", lambda: b"{'note': 'a'}", "body: expected JSON: Expecting property name"),
    ("trailing comma", lambda: b'{"note": "a",}', "body: expected JSON: "),
    ("control character", lambda: b'{"note": "\x01"}', "body: expected JSON: Invalid control character"),
    ("nul bytes", lambda: b"\0" * 1000, "body: expected JSON"),
    ("not UTF-8", lambda: b'{"note": "\xff"}', "body: expected JSON in UTF-8"),
    ("latin-1", lambda: '{"note": "café"}'.encode("latin-1"), "body: expected JSON in UTF-8"),
    ("UTF-16", lambda: '{"note": "a"}'.encode("utf-16"), "body: expected JSON in UTF-8"),
    ("surrogate bytes", lambda: b'{"note": "\xed\xa0\x80"}', "body: expected JSON in UTF-8"),
    ("NaN", lambda: b'{"note": NaN}', "body: expected JSON: NaN is not a JSON number"),
    ("Infinity", lambda: b'{"note": Infinity}', "body: expected JSON: Infinity is not a JSON number"),
    ("-Infinity", lambda: b'{"note": [-Infinity]}', "body: expected JSON: -Infinity is not a JSON number"),
    ("41 digits", lambda: b'{"note": %b}' % (b"9" * 41), "body: expected numbers of at most 40 digits"),
    ("4301 digits", lambda: b'{"note": %b}' % (b"9" * 4301), "body: expected numbers of at most 40 digits"),
    ("-100000 digits", lambda: b'{"note": -%b}' % (b"9" * 100_000), "body: expected numbers of at most 40 digits"),
    (
        "the same name twice",
        lambda: b'{"note": "a", "note": "b"}',
        'body: expected each name once in an object, got "note"',
    ),
    ("twice by an escape", lambda: b'{"note": "a", "\\u006eote": "b"}', "body: expected each name once in an object"),
    (
        "twice deep inside",
        lambda: b'{"a": [{"b": {"c": 1, "c": 1}}]}',
        'body: expected each name once in an object, got "c"',
    ),
    ("lone surrogate", lambda: b'{"note": "\\ud800"}', "body: expected text without lone surrogates"),
    ("lone low surrogate", lambda: b'{"note": "a\\udc00b"}', "body: expected text without lone surrogates"),
    ("surrogate in a name", lambda: b'{"\\udfff": 1}', "body: expected text without lone surrogates"),
    ("65 levels", lambda: nested(65), "body: expected at most 64 levels of nesting"),
    ("65 levels of objects", lambda: nested(65, b'{"a":', b"}"), "body: expected at most 64 levels of nesting"),
    ("100000 levels", lambda: nested(100_000), "body: expected at most 64 levels of nesting"),
    (
        "100000 levels of objects",
        lambda: nested(100_000, b'{"a":', b"}"),
        "body: expected at most 64 levels of nesting",
    ),
    ("levels without end", lambda: b'{"note":' + b"[" * 500_000, "body: expected at most 64 levels of nesting"),
]


def nested(levels: int, opening: bytes = b"[", closing: bytes = b"]") -> bytes:
    """Return JSON with this many levels; the outermost is an object."""
    return b'{"note":' + opening * (levels - 1) + b"1" + closing * (levels - 1) + b"}"


@pytest.mark.parametrize(("method", "path"), [("PUT", ORDER), ("POST", "/v1/orders/")])
@pytest.mark.parametrize(("body", "expected"), [row[1:] for row in UNREADABLE], ids=[row[0] for row in UNREADABLE])
async def test_unparsable_body_is_400(
    victim: RunningEmulator, method: str, path: str, body: Callable[[], bytes], expected: str
) -> None:
    reply = await exchange(victim, http(method, path, body(), Content_Type=JSON, **CRATEJOY))
    (message,) = error_messages(reply)
    assert (400, expected, False) == (reply.status, message[: len(expected)], " at at " in message)


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/xml", "multipart/form-data", "\xff/%", ";" * 999]
)
async def test_unparsable_body_is_400_for_every_content_type(victim: RunningEmulator, content_type: str) -> None:
    reply = await exchange(victim, http("PUT", ORDER, b"{", Content_Type=content_type, **CRATEJOY))
    assert (400, True) == (reply.status, error_messages(reply)[0].startswith("body: expected JSON: "))


UNFIT: list[tuple[str, Callable[[], bytes], str]] = [
    ("a list", lambda: b"[]", "body: expected an object, got []"),
    ("text", lambda: b'"note"', 'body: expected an object, got "note"'),
    ("null", lambda: b"null", "body: expected an object, got null"),
    ("a number", lambda: b"1e999", "body: expected an object, got "),
    ("64 levels", lambda: nested(64), "note: expected text or null, got [[["),
    ("40 digits", lambda: b'{"note": %b}' % (b"9" * 40), "note: expected text or null, got 9999"),
    ("1e999", lambda: b'{"note": 1e999}', "note: expected text or null, got "),
    ("-1e999999999", lambda: b'{"note": -1e999999999}', "note: expected text or null, got "),
    ("100000 decimals", lambda: b'{"note": 0.%b}' % (b"1" * 100_000), "note: expected text or null, got 0.111"),
    ("minus nothing", lambda: b'{"note": -0}', "note: expected text or null, got 0"),
    ("a list of 500000", lambda: b'{"note": [%b1]}' % (b"1," * 500_000), "body: expected at most 10000 values"),
    ("nothing but lists", lambda: b'{"note": [%b[]]}' % (b"[]," * 300_000), "body: expected at most 10000 values"),
    ("a long name", lambda: b'{"%b": 1}' % (b"n" * 1_000_000), "Unknown property 'nnn"),
]


@pytest.mark.parametrize(("body", "expected"), [row[1:] for row in UNFIT], ids=[row[0] for row in UNFIT])
async def test_invalid_body_is_rejected(victim: RunningEmulator, body: Callable[[], bytes], expected: str) -> None:
    reply = await exchange(victim, http("PUT", ORDER, body(), Content_Type=JSON, **CRATEJOY))
    assert (400, expected) == (reply.status, error_messages(reply)[0][: len(expected)])


CROWDS: list[tuple[str, Callable[[], dict[str, Any]]]] = [
    ("unknown properties", lambda: {f"a{number}": 0 for number in range(75_000)}),
    ("lines that are no objects", lambda: {"customer": {"id": 586402305}, "products": [1] * 300_000}),
    ("lines with unknown properties", lambda: {"products": [{f"a{i}": 1} for i in range(60_000)]}),
    ("coupons that are no text", lambda: {"coupons": [1] * 300_000}),
    ("members of an in filter", lambda: order_for({"id__in": list(range(100_000))})),
    ("members of an in filter in text", lambda: order_for({"email__in": "a," * 400_000})),
    ("times", lambda: order_for({"created_at__in": ["2017-03-15T20:00:24Z"] * 30_000})),
    ("filters", lambda: order_for({f"id__gt{' ' * i}": 0 for i in range(1_000)})),
    ("only percent signs", lambda: order_for({"name__like": "%" * 1_000_000})),
    ("as many percent signs as a query string can have", lambda: order_for({"name__like": "%" * 65_536})),
    ("percent signs", lambda: order_for({"email__like": "%a" * 500_000})),
    ("nearly matching percent signs", lambda: order_for({"email__ilike": "%e%x%a%m" * 100_000 + "!"})),
    ("an id of 40 digits", lambda: order_for({"id": 10**39})),
    ("dots", lambda: order_for({"a." * 400_000: 1})),
    ("underscores", lambda: order_for({"__" * 400_000: 1})),
]


def order_for(customer: dict[str, Any]) -> dict[str, Any]:
    return {"customer": customer, "products": [{"product_instance": {"id": 0}}]}


@pytest.mark.parametrize("body", [row[1] for row in CROWDS], ids=[row[0] for row in CROWDS])
async def test_mebibyte_of_violations_is_rejected_quickly(
    victim: RunningEmulator, body: Callable[[], dict[str, Any]]
) -> None:
    text = await asyncio.to_thread(lambda: json.dumps(body()).encode())
    reply = await exchange(victim, http("POST", "/v1/orders/", text, Content_Type=JSON, **CRATEJOY))
    messages = error_messages(reply)
    assert (400, True, True) == (reply.status, len(messages) <= 20, len(reply.body) < 64 * 1024)


async def test_unusual_but_valid_text_is_stored_unchanged(emulator: RunningEmulator) -> None:
    note = "\0\x7f\u2028</script>\U0001f600\u202e"
    reply = await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": note})
    listed = await emulator.cratejoy("GET", "/orders/?id=75572230")
    assert (200, note, note) == (reply.status, reply.json["note"], listed.json["results"][0]["note"])


# Form bodies

FORMS: list[tuple[str, Callable[[], bytes], str]] = [
    ("brackets without end", lambda: b"note" + b"[" * 500_000 + b"=1", ""),
    ("closing brackets", lambda: b"note" + b"]" * 500_000 + b"=1", ""),
    ("open names", lambda: b"note" + b"[a" * 300_000 + b"=1", ""),
    ("65 levels", lambda: b"note" + b"[a]" * 65 + b"=1", "body: expected form fields"),
    ("100000 levels", lambda: b"note" + b"[a]" * 100_000 + b"=1", "body: expected form fields"),
    ("100000 empty brackets", lambda: b"note" + b"[]" * 100_000 + b"=1", "body: expected form fields"),
    ("deep, many times", lambda: b"&".join(b"note%d%b=1" % (i, b"[a]" * 60) for i in range(2_900)), ""),
    ("index over the limit", lambda: b"products[502][quantity]=1", "body: expected form fields"),
    ("huge index", lambda: b"products[99999999999999999999][quantity]=1", "body: expected form fields"),
    (
        "many indexes",
        lambda: b"&".join(b"products[%d][quantity]=1" % i for i in range(2_999)),
        "body: expected form fields",
    ),
    ("index of 100000 digits", lambda: b"products[" + b"9" * 100_000 + b"]=1", ""),
    ("negative index", lambda: b"products[-1][quantity]=1", ""),
    ("401 fields", lambda: b"&".join(b"a%d=1" % i for i in range(401)), "body: expected form fields, at most 400"),
    ("100000 fields", lambda: b"&".join(b"a%d=1" % i for i in range(100_000)), "body: expected form fields"),
    ("100000 times the same field", lambda: b"&".join([b"note=1"] * 100_000), "body: expected form fields"),
    ("500000 separators", lambda: b"&" * 500_000 + b"=1", "body: expected form fields"),
    ("not UTF-8", lambda: b"note=%ff", "body: expected form fields"),
    ("overlong UTF-8", lambda: b"note=%c0%80", "body: expected form fields"),
    ("surrogates", lambda: b"note=%ed%a0%80", "body: expected form fields"),
    ("raw bytes", lambda: b"note=\xff\xfe", "body: expected form fields"),
    ("name not UTF-8", lambda: b"%ff=1", "body: expected form fields"),
    ("list and fields", lambda: b"note[0]=a&note[b]=c", ""),
    ("text and fields", lambda: b"order_gift_info=a&order_gift_info[gift_message]=b", ""),
    ("text for an object", lambda: b"order_gift_info=a", ""),
    ("names of JavaScript", lambda: b"__proto__[note]=1&constructor[prototype]=1&toString=1", ""),
    ("brackets alone", lambda: b"[]=1&[a]=2&[=3&]=4", ""),
    ("a number of 100000 digits", lambda: b"order_gift_info[gift_message][0]=" + b"9" * 100_000, ""),
]


@pytest.mark.parametrize(("body", "expected"), [row[1:] for row in FORMS], ids=[row[0] for row in FORMS])
@pytest.mark.parametrize(("method", "path"), [("PUT", ORDER), ("POST", "/v1/orders/")])
async def test_hostile_form_is_rejected(
    victim: RunningEmulator, method: str, path: str, body: Callable[[], bytes], expected: str
) -> None:
    reply = await exchange(victim, http(method, path, body(), Content_Type=FORM, **CRATEJOY))
    messages = error_messages(reply)
    assert (400, expected, True) == (reply.status, messages[0][: len(expected)], len(messages) <= 20)

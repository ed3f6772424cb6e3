"""What clients should not send: an answer in the API's own words, in bounded time, and nobody else is disturbed."""

import asyncio
import base64
import gzip
import json
import logging
import socket
import struct
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pytest
from conftest import Emulator, Reply, Start, basic
from hypothesis import given, settings
from hypothesis import strategies as st
from multidict import CIMultiDict

import mockorders.app
import mockorders.transport
from mockorders import MockServer

MIB = 2**20
LOOP_SECONDS = 0.25
CPU_SECONDS = 1.0
ORDER = "/v1/orders/75572230/"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
CRATEJOY = basic("docs")

# ---- what every test of a bad request shares


class Heart:
    """Beats in the server's loop: the longest that the loop's thread worked without letting it beat."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def beat(self) -> None:
        before = time.thread_time()
        while True:
            await asyncio.sleep(0.002)
            now = time.thread_time()
            self.longest = max(self.longest, now - before)
            before = now


@pytest.fixture
async def victim(start: Start, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Emulator]:
    """Give an emulator that must stay as it is: its data, its log, its loop, the others in it."""
    caplog.set_level(logging.INFO)
    emulator = await start()
    before = await look(emulator)
    caplog.clear()
    heart, cpu = Heart(), time.process_time()
    beating = asyncio.create_task(heart.beat())
    yield emulator
    beating.cancel()
    cpu = time.process_time() - cpu
    troubles = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert ([], False) == (troubles, "Traceback" in caplog.text)
    assert before == await look(emulator)
    assert cpu < CPU_SECONDS
    assert heart.longest < LOOP_SECONDS


async def look(emulator: Emulator) -> list[Any]:
    """Ask for all that a bad request could have changed; load what only errors need, so that it is not measured."""
    states = [(await emulator.control("GET", f"/sandboxes/{name}/state")).json for name in ("docs", "docs.other")]
    orders = [await emulator.universe("/orders", f"{name}@2") for name in ("docs", "docs.other")]
    listed = [(await emulator.cratejoy("GET", "/orders/", name)).json for name in ("docs", "docs.other")]
    await emulator.cratejoy("PUT", "/orders/75572230/", "docs.warm", json={"x": 1})
    await emulator.cratejoy("PUT", "/orders/75572230/", "docs.warm", data={"x[y]": "1"})
    return [states, [order.json for order in orders], listed]


def http(method: str, target: str | bytes, body: str | bytes = b"", **headers: str | bytes) -> bytes:
    """Write a request that asks to close the connection; header names with `_` for `-`."""
    given: dict[str, str | bytes] = {"Host": "localhost", "Connection": "close"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    if body:
        given.setdefault("Content-Length", str(len(body)))
    lines = [b"%b %b HTTP/1.1" % (method.encode(), encoded(target))]
    lines += [b"%b: %b" % (name.encode(), encoded(value)) for name, value in given.items()]
    return b"\r\n".join(lines) + b"\r\n\r\n" + encoded(body)


def encoded(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


async def connect(emulator: Emulator) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    url = urlsplit(emulator.url)
    return await asyncio.open_connection(url.hostname, url.port)


async def raw(emulator: Emulator, *pieces: bytes) -> Reply | None:
    """Send bytes, in pieces, and read one answer; None where the connection was closed without one."""
    reader, writer = await connect(emulator)

    async def write() -> None:
        with suppress(ConnectionError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)

    writing = asyncio.create_task(write())
    try:
        async with asyncio.timeout(5):
            return await read(reader)
    except (ConnectionError, asyncio.IncompleteReadError):
        return None
    finally:
        writing.cancel()
        writer.close()


async def read(reader: asyncio.StreamReader) -> Reply:
    """Read one answer."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    status, *lines = head.rstrip().split("\r\n")
    headers = CIMultiDict((name, value) for name, _, value in (line.partition(": ") for line in lines))
    return Reply(int(status.split(" ")[1]), headers, await reader.readexactly(int(headers["Content-Length"])))


async def ask(emulator: Emulator, *pieces: bytes) -> Reply:
    """Do the same, where an answer must come."""
    reply = await raw(emulator, *pieces)
    assert reply is not None
    return reply


def complaints(reply: Reply) -> list[str]:
    """Give the messages of an error, in the shape of one of the two APIs."""
    value = reply.json
    messages = value.get("errors", value.get("messages"))
    shapes = ({"errors": messages}, {"status": "error", "messages": messages})
    assert (True, True) == (value in shapes, "Traceback" not in reply.text)
    return [str(message) for message in messages]


def chunked(body: bytes, size: int = 65536) -> Iterable[bytes]:
    for start in range(0, len(body), size):
        piece = body[start : start + size]
        yield b"%x\r\n%b\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


# ---- bodies that are no JSON, or JSON that no client should send

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
    ("NaN", lambda: b'{"note": NaN}', "body: expected JSON: NaN is no JSON number"),
    ("Infinity", lambda: b'{"note": Infinity}', "body: expected JSON: Infinity is no JSON number"),
    ("-Infinity", lambda: b'{"note": [-Infinity]}', "body: expected JSON: -Infinity is no JSON number"),
    ("41 digits", lambda: b'{"note": %b}' % (b"9" * 41), "body: expected numbers of at most 40 digits"),
    ("4301 digits", lambda: b'{"note": %b}' % (b"9" * 4301), "body: expected numbers of at most 40 digits"),
    ("-100000 digits", lambda: b'{"note": -%b}' % (b"9" * 100_000), "body: expected numbers of at most 40 digits"),
    (
        "the same name twice",
        lambda: b'{"note": "a", "note": "b"}',
        'body: expected each name once in an object: "note"',
    ),
    ("twice by an escape", lambda: b'{"note": "a", "\\u006eote": "b"}', "body: expected each name once in an object"),
    (
        "twice deep inside",
        lambda: b'{"a": [{"b": {"c": 1, "c": 1}}]}',
        'body: expected each name once in an object: "c"',
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
    """Give JSON of so many levels, the outermost an object."""
    return b'{"note":' + opening * (levels - 1) + b"1" + closing * (levels - 1) + b"}"


@pytest.mark.parametrize(("method", "path"), [("PUT", ORDER), ("POST", "/v1/orders/")])
@pytest.mark.parametrize(("body", "expected"), [row[1:] for row in UNREADABLE], ids=[row[0] for row in UNREADABLE])
async def test_a_body_that_cannot_be_read(
    victim: Emulator, method: str, path: str, body: Callable[[], bytes], expected: str
) -> None:
    reply = await ask(victim, http(method, path, body(), Content_Type=JSON, **CRATEJOY))
    (message,) = complaints(reply)
    assert (400, expected, False) == (reply.status, message[: len(expected)], " at at " in message)


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/xml", "multipart/form-data", "\xff/%", ";" * 999]
)
async def test_the_content_type_does_not_matter(victim: Emulator, content_type: str) -> None:
    reply = await ask(victim, http("PUT", ORDER, b"{", Content_Type=content_type, **CRATEJOY))
    assert (400, True) == (reply.status, complaints(reply)[0].startswith("body: expected JSON: "))


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
async def test_a_body_that_does_not_fit(victim: Emulator, body: Callable[[], bytes], expected: str) -> None:
    reply = await ask(victim, http("PUT", ORDER, body(), Content_Type=JSON, **CRATEJOY))
    assert (400, expected) == (reply.status, complaints(reply)[0][: len(expected)])


CROWDS: list[tuple[str, Callable[[], dict[str, Any]]]] = [
    ("unknown properties", lambda: {f"a{number}": 0 for number in range(75_000)}),
    ("lines that are no objects", lambda: {"customer": {"id": 586402305}, "products": [1] * 300_000}),
    ("lines with unknown properties", lambda: {"products": [{f"a{i}": 1} for i in range(60_000)]}),
    ("coupons that are no text", lambda: {"coupons": [1] * 300_000}),
    ("members of an in filter", lambda: order_for({"id__in": list(range(100_000))})),
    ("members of an in filter in text", lambda: order_for({"email__in": "a," * 400_000})),
    ("times", lambda: order_for({"created_at__in": ["2017-03-15T20:00:24Z"] * 30_000})),
    ("filters", lambda: order_for({f"id__gt{' ' * i}": 0 for i in range(1_000)})),
    ("percent signs", lambda: order_for({"email__like": "%a" * 500_000})),
    ("nearly matching percent signs", lambda: order_for({"email__ilike": "%e%x%a%m" * 100_000 + "!"})),
    ("an id of 40 digits", lambda: order_for({"id": 10**39})),
    ("dots", lambda: order_for({"a." * 400_000: 1})),
    ("underscores", lambda: order_for({"__" * 400_000: 1})),
]


def order_for(customer: dict[str, Any]) -> dict[str, Any]:
    return {"customer": customer, "products": [{"product_instance": {"id": 0}}]}


@pytest.mark.parametrize("body", [row[1] for row in CROWDS], ids=[row[0] for row in CROWDS])
async def test_a_mebibyte_of_mistakes(victim: Emulator, body: Callable[[], dict[str, Any]]) -> None:
    text = await asyncio.to_thread(lambda: json.dumps(body()).encode())
    reply = await ask(victim, http("POST", "/v1/orders/", text, Content_Type=JSON, **CRATEJOY))
    messages = complaints(reply)
    assert (400, True, True) == (reply.status, len(messages) <= 20, len(reply.body) < 64 * 1024)


async def test_text_that_is_valid_and_odd_is_kept(emulator: Emulator) -> None:
    note = "\0\x7f\u2028</script>\U0001f600\u202e"
    reply = await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": note})
    listed = await emulator.cratejoy("GET", "/orders/?id=75572230")
    assert (200, note, note) == (reply.status, reply.json["note"], listed.json["results"][0]["note"])


# ---- the size of bodies


@cache
def note(size: int) -> bytes:
    """Give a body of so many bytes that changes the note."""
    return b'{"note":"' + b"n" * (size - 11) + b'"}'


async def test_a_mebibyte_is_taken(emulator: Emulator) -> None:
    reply = await emulator.cratejoy("PUT", "/orders/75572230/", data=note(MIB))
    assert (200, MIB - 11) == (reply.status, len(reply.json["note"]))


async def test_a_mebibyte_in_chunks_is_taken(emulator: Emulator) -> None:
    reply = await ask(emulator, http("PUT", ORDER, Transfer_Encoding="chunked", **CRATEJOY), *chunked(note(MIB)))
    assert (200, MIB - 11) == (reply.status, len(reply.json["note"]))


TOO_LARGE = ["body: expected at most 1048576 bytes"]
BOTH = [
    pytest.param("PUT", ORDER, CRATEJOY, id="cratejoy"),
    pytest.param("GET", "/v1/orders/", CRATEJOY, id="cratejoy GET"),
    pytest.param("GET", "/orders?key=docs@2", {}, id="universe"),
    pytest.param("GET", "/api/v1/orders/latest?key=docs@2", {}, id="universe latest"),
]


@pytest.mark.parametrize("size", [MIB + 1, 3 * MIB])
@pytest.mark.parametrize(("method", "path", "headers"), BOTH)
async def test_a_byte_more_is_too_large(
    victim: Emulator, method: str, path: str, headers: dict[str, str], size: int
) -> None:
    reply = await ask(victim, http(method, path, note(size), **headers))
    assert (413, TOO_LARGE) == (reply.status, complaints(reply))


@pytest.mark.parametrize(("method", "path", "headers"), BOTH)
async def test_a_byte_more_in_chunks_is_too_large(
    victim: Emulator, method: str, path: str, headers: dict[str, str]
) -> None:
    reply = await ask(victim, http(method, path, Transfer_Encoding="chunked", **headers), *chunked(note(MIB + 1)))
    assert (413, TOO_LARGE) == (reply.status, complaints(reply))


@pytest.mark.parametrize(("method", "path", "headers"), BOTH)
async def test_chunks_without_end_are_too_large(
    victim: Emulator, method: str, path: str, headers: dict[str, str]
) -> None:
    endless = [b"10000\r\n" + b"n" * 65536 + b"\r\n"] * 64
    reply = await ask(victim, http(method, path, Transfer_Encoding="chunked", **headers), *endless)
    assert (413, TOO_LARGE) == (reply.status, complaints(reply))


@pytest.mark.parametrize(("method", "path", "headers"), BOTH)
async def test_a_declared_length_alone_takes_no_memory(
    victim: Emulator, method: str, path: str, headers: dict[str, str]
) -> None:
    reply = await ask(victim, http(method, path, Content_Length="99999999999999", **headers), note(2 * MIB))
    assert (413, TOO_LARGE) == (reply.status, complaints(reply))


# ---- compressed bodies


@cache
def bomb() -> bytes:
    """Give 32 MiB, compressed to some 32 KiB."""
    return gzip.compress(b'{"note":"' + b"n" * (32 * MIB) + b'"}', 6)


async def test_a_compressed_body_is_read(emulator: Emulator) -> None:
    body = gzip.compress(b'{"note": "small"}')
    reply = await ask(emulator, http("PUT", ORDER, body, Content_Encoding="gzip", **CRATEJOY))
    assert (200, "small") == (reply.status, reply.json["note"])


@pytest.mark.parametrize(("method", "path", "headers"), BOTH)
async def test_what_a_compressed_body_unpacks_to_is_bounded(
    victim: Emulator, method: str, path: str, headers: dict[str, str]
) -> None:
    body = await asyncio.to_thread(bomb)
    reply = await ask(victim, http(method, path, body, Content_Encoding="gzip", **headers))
    assert (413, TOO_LARGE) == (reply.status, complaints(reply))


BROKEN_CODINGS = [
    ("no gzip at all", "gzip", b'{"note": "a"}'),
    ("cut gzip", "gzip", gzip.compress(b'{"note": "abcdefghij"}')[:-12]),
    ("wrong checksum", "gzip", gzip.compress(b'{"note": "a"}')[:-8] + b"\0" * 8),
    ("no deflate at all", "deflate", b"\xff\xff\xff\xff"),
    ("a coding that there is not", "snappy", b"\x01\x02"),
]


@pytest.mark.parametrize(
    ("coding", "body"), [row[1:] for row in BROKEN_CODINGS], ids=[row[0] for row in BROKEN_CODINGS]
)
async def test_a_broken_content_coding(victim: Emulator, coding: str, body: bytes) -> None:
    reply = await ask(victim, http("PUT", ORDER, body, Content_Encoding=coding, **CRATEJOY))
    assert (400, True) == (reply.status, complaints(reply)[0].startswith("body: expected "))


# ---- form bodies

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
    ("3001 fields", lambda: b"&".join(b"a%d=1" % i for i in range(3_001)), "body: expected form fields"),
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
async def test_a_hostile_form(
    victim: Emulator, method: str, path: str, body: Callable[[], bytes], expected: str
) -> None:
    reply = await ask(victim, http(method, path, body(), Content_Type=FORM, **CRATEJOY))
    messages = complaints(reply)
    assert (400, expected, True) == (reply.status, messages[0][: len(expected)], len(messages) <= 20)


# ---- paths, queries and headers

TARGETS: list[tuple[str, str, bytes, int]] = [
    ("percent without digits", "universe", b"/orders/%zz?key=docs@2", 200),
    ("percent at the end", "universe", b"/orders/%?key=docs@2", 200),
    ("path not UTF-8", "universe", b"/orders/%ff?key=docs@2", 200),
    ("nul in the path", "universe", b"/orders/2%00?key=docs@2", 200),
    ("line break in the path", "universe", b"/orders/2%0a?key=docs@2", 200),
    ("underscore in an id", "universe", b"/orders/4_89?key=docs@164", 200),
    ("space around an id", "universe", b"/orders/%20489?key=docs@164", 200),
    ("sign of an id", "universe", b"/orders/+489?key=docs@164", 200),
    ("id with decimals", "universe", b"/orders/2.0?key=docs@2", 200),
    ("id of 60000 digits", "universe", b"/orders/" + b"9" * 60_000 + b"?key=docs@2", 200),
    ("id as SQL", "universe", b"/orders/2'%20OR%201=1--?key=docs@2", 200),
    ("no UTF-8 in the query", "universe", b"/orders?key=docs@2&order=%ff", 200),
    ("no UTF-8 in the key", "universe", b"/orders?key=%ff", 200),
    ("surrogate in the key", "universe", b"/orders?key=%ed%a0%80", 200),
    ("3001 parameters", "universe", b"/orders?key=docs@2" + b"&a=1" * 3_000, 200),
    ("nul in the key", "universe", b"/orders?key=docs%00", 200),
    ("line break in the key", "universe", b"/orders?key=docs%0d%0aX-A:%20b", 200),
    ("201 characters", "universe", b"/orders?key=" + b"k" * 201, 200),
    ("50000 characters", "universe", b"/orders?key=" + b"k" * 50_000, 200),
    ("hostile callback", "universe", b"/orders?key=docs@2&callback=alert(1)//", 200),
    ("callback of 50000", "universe", b"/orders?key=docs@2&callback=" + b"a" * 50_000, 200),
    ("customer of 5000 digits", "universe", b"/orders?key=docs@" + b"9" * 5_000, 200),
    ("two slashes", "universe", b"//orders?key=docs@2", 404),
    ("dots", "universe", b"/orders/../../etc/passwd?key=docs@2", 404),
    ("many slashes", "universe", b"/" * 60_000, 404),
    ("semicolons", "universe", b"/orders;a=b?key=docs@2", 404),
    ("backslashes", "universe", b"/\\orders?key=docs@2", 404),
    ("encoded slash", "universe", b"/orders%2f2?key=docs@2", 404),
    ("two question marks", "universe", b"/orders??key=docs@2", 200),
    ("percent without digits", "cratejoy", b"/v1/orders/%zz/", 404),
    ("path not UTF-8", "cratejoy", b"/v1/orders/%ff/", 404),
    ("underscore in an id", "cratejoy", b"/v1/orders/7557_2230/", 404),
    ("space after an id", "cratejoy", b"/v1/orders/75572230%20/", 404),
    ("sign of an id", "cratejoy", b"/v1/orders/-75572230/", 404),
    ("id of 60000 digits", "cratejoy", b"/v1/orders/" + b"9" * 60_000 + b"/", 404),
    ("id of 5000 zeros", "cratejoy", b"/v1/orders/" + b"0" * 5_000 + b"75572230/", 404),
    ("no such path", "cratejoy", b"/v1/%00", 404),
    ("no UTF-8 in the query", "cratejoy", b"/v1/orders/?note=%ff", 400),
    ("no UTF-8 in a name", "cratejoy", b"/v1/orders/?%c3%28=1", 400),
    ("surrogate in the query", "cratejoy", b"/v1/orders/?note=%ed%a0%80", 400),
    ("3001 parameters", "cratejoy", b"/v1/orders/?" + b"&".join([b"id=1"] * 3_001), 400),
    ("12000 parameters", "cratejoy", b"/v1/orders/?" + b"&".join([b"a=1"] * 12_000), 400),
    ("limit of 0", "cratejoy", b"/v1/orders/?limit=0", 400),
    ("limit below 0", "cratejoy", b"/v1/orders/?limit=-1", 400),
    ("limit in letters", "cratejoy", b"/v1/orders/?limit=ten", 400),
    ("limit with decimals", "cratejoy", b"/v1/orders/?limit=1.0", 400),
    ("limit in other digits", "cratejoy", b"/v1/orders/?limit=%EF%BC%91", 400),
    ("limit of 5000 digits", "cratejoy", b"/v1/orders/?limit=" + b"9" * 5_000, 400),
    ("limit of 50000 zeros", "cratejoy", b"/v1/orders/?limit=" + b"0" * 50_000 + b"1", 400),
    ("page below 0", "cratejoy", b"/v1/orders/?page=-1", 400),
    ("page without end", "cratejoy", b"/v1/orders/?page=1e999", 400),
    ("limit twice", "cratejoy", b"/v1/orders/?limit=1&limit=2", 400),
    ("2000 limits", "cratejoy", b"/v1/orders/?" + b"&".join([b"limit=1"] * 2_000), 400),
    ("with of nothing", "cratejoy", b"/v1/orders/?with=" + b"nothing," * 5_000, 400),
    ("property not known", "cratejoy", b"/v1/orders/?" + b"x" * 50_000 + b"=1", 400),
    ("property of Python", "cratejoy", b"/v1/orders/?__class__=1", 400),
    ("property of JavaScript", "cratejoy", b"/v1/orders/?customer.__proto__=1", 400),
    ("relation of a relation", "cratejoy", b"/v1/orders/?customer.addresses.id=1", 400),
    ("dots without end", "cratejoy", b"/v1/orders/?" + b"customer." * 6_000 + b"id=1", 400),
    ("underscores without end", "cratejoy", b"/v1/orders/?note" + b"__" * 20_000 + b"=1", 400),
    ("comparison not known", "cratejoy", b"/v1/orders/?id__regex=.*", 400),
    ("like of a number", "cratejoy", b"/v1/orders/?id__like=1%25", 400),
    ("id in letters", "cratejoy", b"/v1/orders/?id=abc", 400),
    ("id of 5000 digits", "cratejoy", b"/v1/orders/?id=" + b"9" * 5_000, 400),
    ("id with decimals", "cratejoy", b"/v1/orders/?id__gt=1e999", 400),
    ("id that is not a number", "cratejoy", b"/v1/orders/?id__lt=NaN", 400),
    ("time that there is not", "cratejoy", b"/v1/orders/?placed_at__gt=2017-02-30", 400),
    ("time out of range", "cratejoy", b"/v1/orders/?placed_at__gt=0001-01-01T00:00:00%2B14:00", 400),
    ("time of 50000", "cratejoy", b"/v1/orders/?placed_at__gt=" + b"2017-" * 10_000, 400),
    ("one bad member", "cratejoy", b"/v1/orders/?id__in=" + b"1," * 10_000 + b"x", 400),
    ("empty members", "cratejoy", b"/v1/orders/?id__in=" + b"," * 10_000, 400),
    ("nul", "cratejoy", b"/v1/orders/?%00=%00", 400),
]


@pytest.mark.parametrize(
    ("api", "target", "status"), [row[1:] for row in TARGETS], ids=[f"{r[1]}, {r[0]}" for r in TARGETS]
)
async def test_a_hostile_target(victim: Emulator, api: str, target: bytes, status: int) -> None:
    headers = CRATEJOY if api == "cratejoy" else {}
    reply = await ask(victim, http("GET", target, **headers))
    messages = complaints(reply)
    assert (status, ["Invalid query parameter"] if status == 400 else []) == (reply.status, messages[1:])


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("note__like=" + "%25a" * 12_000 + "b", id="12000 percent signs"),
        pytest.param("note__ilike=" + "%25ab" * 10_000, id="10000 percent signs"),
        pytest.param("note__like=%25" + "a" * 30_000 + "b%25" + "a" * 20_000, id="a long part"),
        pytest.param("note__like=" + "_" * 60_000, id="underscores"),
        pytest.param("id__in=" + ",".join(map(str, range(10_000))), id="10000 members"),
        pytest.param("id__nin=75572230,730837920," + ",".join(map(str, range(9_000))), id="9000 members, none of them"),
        pytest.param("&".join(["customer.id__gt=99999999999"] * 100), id="100 filters"),
        pytest.param("limit=9999999999&page=9999999999&id__gt=999999999999", id="a page far away"),
        pytest.param("id=" + "9" * 40, id="an id of 40 digits"),
        pytest.param("id__lt=-" + "9" * 40, id="an id far below zero"),
    ],
)
async def test_a_hostile_filter_finds_nothing(start: Start, query: str) -> None:
    emulator = await start()
    await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "a" * 1_000_000})
    heart = Heart()
    beating = asyncio.create_task(heart.beat())
    reply = await emulator.cratejoy("GET", f"/orders/?{query}")
    beating.cancel()
    assert (200, []) == (reply.status, reply.json["results"])
    assert heart.longest < LOOP_SECONDS


async def test_many_filters_over_many_orders_do_not_hold_the_loop(start: Start) -> None:
    emulator = await start(fixtures="default")
    count = (await emulator.cratejoy("GET", "/orders/?products.id__gt=0", "default")).json["count"]
    heart = Heart()
    beating = asyncio.create_task(heart.beat())
    reply = await emulator.cratejoy("GET", "/orders/?" + "&".join(["products.id__gt=0"] * 100), "default")
    beating.cancel()
    assert (200, count) == (reply.status, reply.json["count"])
    assert heart.longest < LOOP_SECONDS


async def test_more_filters_are_refused(emulator: Emulator) -> None:
    reply = await emulator.cratejoy("GET", "/orders/?" + "&".join(["id__gt=0"] * 101))
    assert (400, "expected at most 100 filters, got 101") == (reply.status, reply.json["errors"][0])


LOGGED_OUT = ["Please log in to access your online benefits."]
NO_KEY = ["Invalid API key"]
NOT_LET_IN = ["expected a credential whose name has 1 to 200 visible characters"]


def b64(text: bytes) -> bytes:
    return b"Basic " + base64.b64encode(text)


HEADERS: list[tuple[str, str, dict[str, bytes], int, list[str]]] = [
    ("no such customer", "universe", {"Authorization": b"Bearer customer-" + b"9" * 40}, 200, LOGGED_OUT),
    ("customer of 5000 digits", "universe", {"Authorization": b"Bearer customer-" + b"9" * 5_000}, 200, LOGGED_OUT),
    ("customer in other digits", "universe", {"Authorization": "Bearer customer-\uff12".encode()}, 200, LOGGED_OUT),
    ("bearer of nothing", "universe", {"Authorization": b"Bearer \xff\xfe"}, 200, LOGGED_OUT),
    ("bearer of 60000", "universe", {"Authorization": b"Bearer " + b"x" * 60_000}, 200, LOGGED_OUT),
    ("cookie of 5000 digits", "universe", {"Cookie": b"mockorders_customer=" + b"9" * 5_000}, 200, LOGGED_OUT),
    ("cookie of raw bytes", "universe", {"Cookie": b"mockorders_customer=\xff"}, 200, LOGGED_OUT),
    ("cookies without end", "universe", {"Cookie": b"a=b;" * 15_000 + b"mockorders_customer=x"}, 200, LOGGED_OUT),
    ("no base64", "cratejoy", {"Authorization": b"Basic ####"}, 401, NOT_LET_IN),
    ("nothing after Basic", "cratejoy", {"Authorization": b"Basic"}, 401, NOT_LET_IN),
    ("raw bytes", "cratejoy", {"Authorization": b"Basic \xff\xfe"}, 401, NOT_LET_IN),
    ("no UTF-8", "cratejoy", {"Authorization": b64(b"\xff\xfe:x")}, 401, NOT_LET_IN),
    ("surrogates", "cratejoy", {"Authorization": b64(b"\xed\xa0\x80:x")}, 401, NOT_LET_IN),
    ("no colon", "cratejoy", {"Authorization": b64(b"docs")}, 401, NOT_LET_IN),
    ("only a colon", "cratejoy", {"Authorization": b64(b":")}, 401, NOT_LET_IN),
    ("nul", "cratejoy", {"Authorization": b64(b"docs\0:x")}, 401, NOT_LET_IN),
    ("line break", "cratejoy", {"Authorization": b64(b"docs\r\nX-A: b:x")}, 401, NOT_LET_IN),
    ("45000 characters", "cratejoy", {"Authorization": b64(b"d" * 45_000 + b":x")}, 401, NOT_LET_IN),
    ("another scheme", "cratejoy", {"Authorization": b"Digest username=docs"}, 401, NOT_LET_IN),
    ("a bearer", "cratejoy", {"Authorization": b"Bearer customer-2"}, 401, NOT_LET_IN),
]


@pytest.mark.parametrize(
    ("api", "headers", "status", "messages"), [row[1:] for row in HEADERS], ids=[f"{r[1]}, {r[0]}" for r in HEADERS]
)
async def test_a_hostile_credential(
    victim: Emulator, api: str, headers: dict[str, bytes], status: int, messages: list[str]
) -> None:
    reply = await ask(victim, http("GET", "/v1/orders/" if api == "cratejoy" else "/orders?key=docs@2", **headers))
    assert (status, messages) == (reply.status, complaints(reply))


@pytest.mark.parametrize(
    "origin",
    [
        b"\xff\xfe",
        b"http://\xff.localhost",
        "http://lócalhost".encode(),
        b"http://[",
        b"http://[::1",
        b"http://localhost@evil.example",
        b"http://localhost.evil.example",
        b"http://evil.example/.localhost",
        b"http://evil.example#.localhost",
        b"javascript:localhost",
        b"https://" + b"a" * 60_000 + b".example",
        b"://",
        b"",
    ],
)
async def test_a_hostile_origin_gets_the_answer_without_cors_headers(victim: Emulator, origin: bytes) -> None:
    reply = await ask(victim, http("GET", "/orders?key=docs@2", Origin=origin))
    cors = [name for name in reply.headers if name.lower().startswith("access-control")]
    assert (200, "ok", []) == (reply.status, reply.json["status"], cors)


@pytest.mark.parametrize(
    "name",
    [
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "Content-Type",
        "Cookie",
        "Host",
        "If-None-Match",
        "Range",
        "Referer",
        "Via",
    ],
)
@pytest.mark.parametrize("value", [b"\xff\xfe", b"\xed\xa0\x80", b'"', b"x" * 60_000, b"=;,=;,", b""], ids=range(6))
async def test_a_header_of_any_value_is_let_pass(victim: Emulator, name: str, value: bytes) -> None:
    reply = await ask(victim, http("GET", "/orders?key=docs@2", **{name: value}))
    assert (200, "ok") == (reply.status, reply.json["status"])


@pytest.mark.parametrize(
    "target",
    [
        b"/orders/\xff\xfe?key=docs@2",
        "/orders/\uff14\uff18\uff19?key=docs@164".encode(),
        b"/orders?key=docs@2&a=\xff",
        "/orders?key=dócs".encode(),
        b"/v1/orders/\xff/",
        "/v1/orders/\uff17\uff15/".encode(),
        b"/v1/orders/?note=\xff",
    ],
)
async def test_raw_bytes_in_the_target_are_no_http(victim: Emulator, target: bytes) -> None:
    assert_plain(await ask(victim, http("GET", target, **CRATEJOY)))


async def test_two_thousand_headers(victim: Emulator) -> None:
    many = b"".join(b"X-A%d: b\r\n" % number for number in range(2_000))
    reply = await ask(victim, http("GET", "/orders?key=docs@2").replace(b"\r\n\r\n", b"\r\n" + many + b"\r\n"))
    assert reply.status in {200, 400, 431}


# ---- the request line


@pytest.mark.parametrize(
    "target",
    [
        b"http://localhost/orders?key=docs@2",
        b"http://example.com:80/orders?key=docs@2",
        b"https://user:pass@[::1]:9/orders?key=docs@2",
        b"HTTP://LOCALHOST/orders?key=docs@2",
        b"/orders?key=docs@2#fragment",
    ],
)
async def test_a_proxy_s_target_is_its_path(victim: Emulator, target: bytes) -> None:
    expected = (await victim.universe("/orders")).json
    reply = await ask(victim, http("GET", target))
    assert (200, expected) == (reply.status, reply.json)


async def test_a_proxy_s_target_without_a_path_leads_to_the_start_page(victim: Emulator) -> None:
    reply = await ask(victim, http("GET", b"http://localhost"))
    assert (302, "/_mockorders/") == (reply.status, reply.headers["Location"])


async def test_options_of_the_whole_server(victim: Emulator) -> None:
    reply = await ask(victim, http("OPTIONS", "*"))
    assert (200, b"") == (reply.status, reply.body)


async def test_a_tunnel_is_not_dug(victim: Emulator) -> None:
    reply = await ask(victim, http("CONNECT", "localhost:80"))
    assert (True, 1) == (reply.status in {404, 405}, len(complaints(reply)))


@pytest.mark.parametrize("target", [b"*", b"localhost:80", b"orders", b"mailto:x", b"://", b"http://"])
async def test_a_target_that_is_no_path(victim: Emulator, target: bytes) -> None:
    reply = await ask(victim, http("GET", target))
    assert reply.status in {302, 400, 404}


@pytest.mark.parametrize("method", ["PROPFIND", "TRACE", "get", "X" * 2_000, "DELETE", "M-SEARCH"])
@pytest.mark.parametrize("target", ["/orders?key=docs@2", "/v1/orders/"])
async def test_a_method_that_no_path_takes(victim: Emulator, method: str, target: str) -> None:
    reply = await ask(victim, http(method, target, **CRATEJOY))
    if reply.status == 405:
        assert (1, True) == (len(complaints(reply)), "GET" in reply.headers["Allow"])
    else:
        assert_plain(reply)


@pytest.mark.parametrize("size", [8_190, 8_191, 16_384, 65_000, 65_536])
@pytest.mark.parametrize("place", ["/orders?key=docs@2&x={}", "/orders?x={}&key=docs@2"])
async def test_a_request_line_of_up_to_64_kib_is_fine(victim: Emulator, place: str, size: int) -> None:
    pad = size - len("GET  HTTP/1.1\r\n") - len(place.format(""))
    reply = await ask(victim, http("GET", place.format("x" * pad)))
    assert (200, "ok") == (reply.status, reply.json["status"])


async def test_a_longer_request_line_is_refused(victim: Emulator) -> None:
    assert_plain(await ask(victim, http("GET", "/orders?key=docs@2&x=" + "x" * 2**16)))


async def test_a_request_line_without_end_is_cut_off(victim: Emulator) -> None:
    reply = await raw(victim, b"GET /orders?key=docs@2&x=", *[b"x" * 65_536] * 128)
    if reply is not None:
        assert_plain(reply)


async def test_a_header_over_64_kib_is_refused(victim: Emulator) -> None:
    assert_plain(await ask(victim, http("GET", "/orders?key=docs@2", X_Long="x" * 100_000)))


def assert_plain(reply: Reply) -> None:
    """Make sure of the short plain 400 that what is no HTTP gets."""
    assert (400, "text/plain") == (reply.status, reply.headers["Content-Type"].partition(";")[0])
    assert "Traceback" not in reply.text


NO_HTTP = [
    ("words", b"hello world\r\n\r\n"),
    ("noise", bytes(range(256)) * 4),
    ("nul", b"\0" * 4_096),
    ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xaa" * 500),
    ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("no target", b"GET  HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("another version", b"GET /orders HTTP/9.9\r\nHost: localhost\r\n\r\n"),
    ("no version", b"GET /orders HTTP\r\nHost: localhost\r\n\r\n"),
    ("another protocol", b"GET /orders ICY/1.1\r\nHost: localhost\r\n\r\n"),
    ("spaces in the target", b"GET /orders /orders HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("odd method", b"G\xffT /orders HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("header without a colon", b"GET /orders HTTP/1.1\r\nHost localhost\r\n\r\n"),
    ("header without a name", b"GET /orders HTTP/1.1\r\n: localhost\r\n\r\n"),
    ("space in a header's name", b"GET /orders HTTP/1.1\r\nX A: b\r\n\r\n"),
    ("space before the colon", b"GET /orders HTTP/1.1\r\nHost : localhost\r\n\r\n"),
    ("nul in a header", b"GET /orders HTTP/1.1\r\nX: a\0b\r\n\r\n"),
    ("length that is no number", b"PUT /v1/orders/1 HTTP/1.1\r\nContent-Length: ten\r\n\r\n{}"),
    ("length below zero", b"PUT /v1/orders/1 HTTP/1.1\r\nContent-Length: -1\r\n\r\n{}"),
    ("length of 100 digits", b"PUT /v1/orders/1 HTTP/1.1\r\nContent-Length: %b\r\n\r\n{}" % (b"9" * 100)),
    ("two lengths", b"PUT /v1/orders/1 HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}"),
    (
        "length and chunks",
        b"PUT /v1/orders/1 HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    ("SMTP", b"EHLO example.com\r\nMAIL FROM:<a@example.com>\r\n"),
    ("SSH", b"SSH-2.0-OpenSSH_9.0\r\n"),
]


@pytest.mark.parametrize("data", [row[1] for row in NO_HTTP], ids=[row[0] for row in NO_HTTP])
async def test_what_is_no_http_gets_a_plain_400(victim: Emulator, data: bytes) -> None:
    assert_plain(await ask(victim, data))


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param(b"zz\r\n{}\r\n0\r\n\r\n", id="size in letters"),
        pytest.param(b"-2\r\n{}\r\n0\r\n\r\n", id="size below zero"),
        pytest.param(b"2\r\n{}{}{}\r\n0\r\n\r\n", id="more than the size"),
        pytest.param(b"f" * 17 + b"\r\n{}", id="size of 17 digits"),
    ],
)
async def test_broken_chunks(victim: Emulator, chunks: bytes) -> None:
    reply = await ask(victim, http("PUT", ORDER, Transfer_Encoding="chunked", **CRATEJOY) + chunks)
    assert (400, False) == (reply.status, "Traceback" in reply.text)


async def test_an_unknown_transfer_coding(victim: Emulator) -> None:
    reply = await ask(victim, http("PUT", ORDER, Transfer_Encoding="gzip", **CRATEJOY) + b"{}")
    assert (400, False) == (reply.status, "Traceback" in reply.text)


async def test_an_expectation_that_nobody_can_meet(victim: Emulator) -> None:
    reply = await ask(victim, http("PUT", ORDER, b"{", Expect="a miracle", **CRATEJOY))
    assert (True, False) == (400 <= reply.status < 500, "Traceback" in reply.text)


async def test_an_upgrade_that_is_not_taken(emulator: Emulator) -> None:
    headers = {
        **CRATEJOY,
        "Connection": "close, Upgrade, HTTP2-Settings",
        "Upgrade": "h2c",
        "HTTP2-Settings": "AAMAAABk",
    }
    reply = await ask(emulator, http("PUT", ORDER, b'{"note": "a"}', **headers))
    assert (200, "a") == (reply.status, reply.json["note"])


# ---- slow and cut connections


@pytest.mark.parametrize(("method", "path", "headers"), BOTH)
async def test_a_slow_body_is_not_waited_for(
    victim: Emulator, monkeypatch: pytest.MonkeyPatch, method: str, path: str, headers: dict[str, str]
) -> None:
    monkeypatch.setattr(mockorders.transport, "BODY_SECONDS", 0.1)
    reply = await ask(victim, http(method, path, Content_Length="100", **headers) + b'{"note":')
    assert (408, ["body: expected to arrive within 0.1 s"]) == (reply.status, complaints(reply))


@pytest.mark.parametrize(("method", "path", "headers"), BOTH)
async def test_a_dripping_body_is_not_waited_for(
    victim: Emulator, monkeypatch: pytest.MonkeyPatch, method: str, path: str, headers: dict[str, str]
) -> None:
    monkeypatch.setattr(mockorders.transport, "BODY_SECONDS", 0.1)
    reader, writer = await connect(victim)
    writer.write(http(method, path, Transfer_Encoding="chunked", **headers))

    async def drip() -> None:
        with suppress(ConnectionError):
            while True:
                writer.write(b"1\r\n{\r\n")
                await asyncio.sleep(0.01)

    dripping = asyncio.create_task(drip())
    async with asyncio.timeout(5):
        head = await reader.readuntil(b"\r\n")
    dripping.cancel()
    writer.close()
    assert b"408" == head.split(b" ")[1]


async def test_half_a_head_is_not_waited_for(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mockorders.app, "HEAD_SECONDS", 0.2)
    emulator = await start()
    reader, writer = await connect(emulator)
    writer.write(b"GET /orders?key=docs HTTP/1.1\r\nHost: loc")
    async with asyncio.timeout(5):
        assert b"" == await reader.read()
    writer.close()


async def test_a_connection_without_a_word_is_not_waited_for(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mockorders.app, "HEAD_SECONDS", 0.2)
    emulator = await start()
    reader, writer = await connect(emulator)
    async with asyncio.timeout(5):
        assert b"" == await reader.read()
    writer.close()


CUTS = [
    ("before the first byte", b""),
    ("in the request line", b"PUT /v1/ord"),
    ("in the head", http("PUT", ORDER, **CRATEJOY)[:-10]),
    ("before the body", http("PUT", ORDER, Content_Length="20", **CRATEJOY)),
    ("in the body", http("PUT", ORDER, Content_Length="20", **CRATEJOY) + b'{"note":'),
    ("in a chunk", http("PUT", ORDER, Transfer_Encoding="chunked", **CRATEJOY) + b'f\r\n{"note"'),
    ("before the last chunk", http("PUT", ORDER, Transfer_Encoding="chunked", **CRATEJOY) + b'd\r\n{"note": "a"}\r\n'),
    ("before the answer", http("GET", "/v1/orders/", **CRATEJOY)),
]


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("data", [row[1] for row in CUTS], ids=[row[0] for row in CUTS])
async def test_a_cut_connection_changes_nothing(victim: Emulator, data: bytes, reset: bool) -> None:
    _, writer = await connect(victim)
    writer.write(data)
    await writer.drain()
    await asyncio.sleep(0.01)
    if reset:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()
    await asyncio.sleep(0.02)


async def test_a_hundred_half_requests_disturb_nobody(victim: Emulator) -> None:
    halves = [await connect(victim) for _ in range(100)]
    for _, writer in halves:
        writer.write(http("PUT", ORDER, Content_Length="20", **CRATEJOY) + b'{"note":')
    expected = [200] * 20
    assert expected == [(await victim.cratejoy("GET", "/orders/", "docs.other")).status for _ in range(20)]
    for _, writer in halves:
        writer.close()


async def test_requests_in_one_packet_are_answered_in_turn(victim: Emulator) -> None:
    first = http("PUT", ORDER, b"{", **CRATEJOY).replace(b"Connection: close", b"Connection: keep-alive")
    second = http("GET", "/orders/2?key=docs@2")
    reader, writer = await connect(victim)
    writer.write(first + second)
    async with asyncio.timeout(5):
        answers = [await read(reader), await read(reader)]
    writer.close()
    assert [400, 200] == [answer.status for answer in answers]


async def test_a_connection_goes_on_after_a_refused_body(victim: Emulator) -> None:
    refused = await victim.cratejoy("PUT", "/orders/75572230/", data=b"{")
    answered = await victim.cratejoy("GET", "/orders/75572230/")
    assert (400, 200) == (refused.status, answered.status)


# ---- anything at all

TOKENS = st.sampled_from([b"GET", b"POST", b"PUT", b"OPTIONS", b"HEAD", b"DELETE", b"get", b"\xff"])
PATHS = st.sampled_from(
    [
        b"/orders",
        b"/orders/2",
        b"/orders/latest",
        b"/v1/orders/",
        b"/v1/orders/75572230/",
        b"/api/v1/orders.json",
        b"/",
        b"*",
    ]
)
NOISE = st.binary(max_size=30).map(lambda noise: noise.replace(b"\r", b"").replace(b"\n", b"").replace(b" ", b""))
NAMES = st.sampled_from(
    [
        b"Authorization",
        b"Cookie",
        b"Origin",
        b"Host",
        b"Content-Type",
        b"Content-Encoding",
        b"Accept-Encoding",
        b"X-Mockorders-Fault",
    ]
)
VALUES = st.one_of(NOISE, st.sampled_from([b64(b"docs:x"), b"null", b"gzip", b"application/json", FORM.encode()]))
LINES = st.lists(st.tuples(NAMES, VALUES).map(b": ".join), max_size=4)
BODIES = st.one_of(
    st.binary(max_size=60),
    st.recursive(
        st.none() | st.integers() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    ).map(lambda value: json.dumps(value).encode()),
)


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """Write requests that nearly are some, and bytes that are none."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.binary(max_size=200)) + b"\r\n\r\n"
    body = draw(BODIES)
    target = draw(PATHS) + draw(st.sampled_from([b"", b"?key=docs@2&", b"?", b"/"])) + draw(NOISE)
    lines = [draw(TOKENS) + b" " + target + b" HTTP/1.1", b"Content-Length: %d" % len(body), *draw(LINES)]
    whole = b"\r\n".join(lines) + b"\r\n\r\n" + body
    if draw(st.booleans()):
        return whole
    at = draw(st.integers(0, len(whole)))
    return whole[:at] + draw(st.binary(max_size=4)) + whole[at + draw(st.integers(0, 4)) :]


def exchange(port: int, data: bytes) -> bytes:
    """Send bytes and one good request after them; give all that comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=0.15) as connection:
        got = b""
        with suppress(OSError):
            connection.sendall(data + http("GET", "/_mockorders/health"))
            while piece := connection.recv(65536):
                got += piece
        return got


def test_no_bytes_make_it_fail(caplog: pytest.LogCaptureFixture) -> None:
    with MockServer(fixtures="docs") as server:
        port = urlsplit(server.url).port
        assert port is not None

        @settings(max_examples=300, deadline=None, database=None)
        @given(requests())
        def check(data: bytes) -> None:
            got = exchange(port, data)
            assert (False, False) == (b"HTTP/1.1 5" in got, b"Traceback" in got)
            assert b"HTTP/1.1 200" in exchange(port, b"")

        check()
    assert [] == [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]

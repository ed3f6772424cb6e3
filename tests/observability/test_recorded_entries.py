"""Journal entries that were read from their records are shown as those in memory, and have no secrets."""

import gzip
import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from typing import Any, TypeVar

import pytest
from aiohttp import ClientError
from hypothesis import given
from hypothesis import strategies as st
from support.bad_requests import FORM, http
from support.connections import connected, delayed, ended, leave
from support.emulator import RunningEmulator, basic
from support.faults import CHANGES, EXAMPLES, fault, raw
from support.faults import ORDER as NEW_ORDER

from mockorders.apis import discover
from mockorders.dashboard.comparison import compare_entries
from mockorders.dashboard.fault_count import count_hits
from mockorders.dashboard.rejections import group_by_rule
from mockorders.dashboard.request_row import RequestRow
from mockorders.formats.serialization import dump_in_pieces
from mockorders.observability.entry import JournalEntry
from mockorders.observability.entry_records import EntryWriter
from mockorders.observability.explain import explain
from mockorders.observability.har import har
from mockorders.observability.recorded_entries import EntryReader
from mockorders.observability.redaction import mask_header, mask_message, mask_query
from mockorders.observability.request_search import SearchTerms, parse_search
from mockorders.observability.snippets import snippets
from mockorders.sandbox.journal import Journal
from mockorders.storage.encoding import encode
from mockorders.store.journal_records import EntryRecord

T = TypeVar("T")

SECRET = "wJalrXUtnFEMI"
ORDER = "/v1/orders/75572230/"
NOTE = json.dumps({"note": "new"}).encode()
JSON = {"Content-Type": "application/json"}
LOGIN = basic("docs@164", SECRET)

# method, target, headers, body
Sent = tuple[str, str, Mapping[str, str], bytes]
REQUESTS: dict[str, Sent] = {
    "a list": ("GET", "/orders?key=docs@164&order=DESC", {}, b""),
    "a page of a list": ("GET", "/v1/orders/?limit=1&with=customer", LOGIN, b""),
    "HEAD": ("HEAD", "/v1/orders/", LOGIN, b""),
    "preflight": ("OPTIONS", "/v1/orders/", {"Origin": "http://localhost:1"}, b""),
    "a local page": (
        "GET",
        "/orders?key=docs",
        {"Origin": "http://localhost:1", "Referer": "http://a:b@c/?key=x"},
        b"",
    ),
    "a foreign page": ("GET", "/orders?key=docs", {"Origin": "http://evil.example"}, b""),
    "an update": ("PUT", ORDER, LOGIN | JSON, NOTE),
    "a creation": ("POST", "/v1/orders/", LOGIN | JSON, json.dumps(NEW_ORDER).encode()),
    "a deletion": ("DELETE", "/v1/customers/586402305/", LOGIN, b""),
    "a rejected property": ("PUT", ORDER, LOGIN | JSON, b'{"password": "wJalrXUtnFEMI", "x": 1}'),
    "an id of 40 digits": ("GET", f"/v1/orders/{'9' * 40}/", LOGIN, b""),
    "an invalid query": ("GET", "/orders?b=%FF&key=docs", {}, b""),
    "an unknown path": ("GET", "/v1/nothing/", LOGIN, b""),
    "a wrong method": ("PUT", "/orders?key=docs", {}, b""),
    "no credential": ("GET", "/v1/orders/", {}, b""),
    "an invalid credential": ("GET", "/orders?key=a+b", {}, b""),
    "a form": ("PUT", ORDER, LOGIN | {"Content-Type": FORM}, b"note=new"),
    "a form with the key": ("POST", "/account", {"Content-Type": FORM}, b"key=docs%40164&password=x"),
    "a long body": ("PUT", ORDER, LOGIN | JSON, json.dumps({"note": "n" * 70_000}).encode()),
    "bytes": ("PUT", ORDER, LOGIN | JSON, b"\xff\x00'"),
    "a compressed body": ("PUT", ORDER, LOGIN | JSON | {"Content-Encoding": "gzip"}, gzip.compress(NOTE)),
    "JSONP": ("GET", "/orders?key=docs&callback=show&_method=POST", {}, b""),
    "a login page": ("GET", "/login/docs?redirect=http://localhost/", {}, b""),
    "a public token": ("GET", "/orders?key=docs@2", {"Authorization": "Bearer customer-164"}, b""),
    "a secret token": ("GET", "/orders?key=docs&access_token=x", {"Authorization": f"Bearer {SECRET}"}, b""),
    "cookies": ("GET", "/orders?key=docs", {"Cookie": f"session={SECRET}; mockorders_customer=164"}, b""),
    "a secret header": ("GET", "/orders?key=docs", {"X-Api-Key": SECRET, "X-Empty": "", "X-Kind": "one"}, b""),
    "bytes in a header": ("GET", "/orders?key=docs", {"X-Name": "\udcff"}, b""),
    "a fault in a header": ("GET", ORDER, LOGIN | {"X-Mockorders-Fault": "drift; seed=1"}, b""),
}
SEARCHES = (
    *("status:4xx", "rejected", "fault", "disconnected", "violation", "method:PUT", "path:/v1/*", "api:universe"),
    *("rule:*.body", "fault:*", "customer:164", "customer:none", "order:75572230", "body:new", "DESC"),
)
RULES: tuple[dict[str, Any], ...] = (
    {"match": {"path": "/v1/*"}},
    {"match": {"method": "put", "body": {"/note": "new"}}},
    {"match": {"header": {"X-Kind": "one"}}},
    {"match": {"query": {"order": "DESC"}}},
)
EFFECTS = {
    **{each["type"]: each for each in CHANGES},
    **EXAMPLES,
    "headers": {"type": "status", "status": 503, "headers": {"Set-Cookie": f"session={SECRET}; Path=/"}},
    "numbers": {"type": "status", "status": 200, "body": {"a": 1e-7, "b": 18446744073709551616, "c": [None, "é"]}},
    "a long body": {"type": "status", "status": 200, "body": "x" * 5_000},
    "a delay": {"type": "delay", "ms": 1},
}


@pytest.fixture
def entries(monkeypatch: pytest.MonkeyPatch) -> list[JournalEntry]:
    """Return the entries that are added to any journal."""
    added: list[JournalEntry] = []
    add = Journal.add

    def adds(journal: Journal[Any], entry: JournalEntry) -> None:
        added.append(entry)
        add(journal, entry)

    monkeypatch.setattr(Journal, "add", adds)
    return added


def read_again(entry: JournalEntry) -> tuple[EntryRecord, JournalEntry]:
    """Return the record of an entry, and the entry that is read from it."""
    record = EntryWriter().write(entry)
    (again,) = EntryReader(discover()).read([record], entry.exchange.sandbox)
    return record, again


def views(entry: JournalEntry) -> Iterator[tuple[str, Any]]:
    """Yield all that is shown of an entry."""
    terms = SearchTerms(discover())
    yield "document", b"".join(encode(entry.document()))
    yield "explanation", b"".join(encode(explain(entry)))
    yield "HAR", b"".join(dump_in_pieces(har([entry], "http://localhost:8080")))
    yield "snippets", list(snippets(entry, "http://localhost:8080"))
    yield "row", RequestRow.of(entry)
    yield "headers", entry.headers
    access = entry.exchange.access
    yield "access", (access.reads, access.writes, access.changes)
    yield "searches", [each for each in SEARCHES if parse_search(each, terms).matches(entry)]
    yield "faults", [finished(count_hits([entry], {**each, "effect": {"type": "reset"}})) for each in RULES]
    yield "rejections", group_by_rule([entry])


def finished(steps: Generator[None, None, T]) -> T:
    """Return the value of a generator."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def check(entry: JournalEntry) -> None:
    record, again = read_again(entry)
    for (name, expected), (_, found) in zip(views(entry), views(again), strict=True):
        assert expected == found, name
    assert 0 == compare_entries(entry, again).different
    written = EntryWriter().write(again)
    assert (record.facts.data, record.head.facts.data) == (written.facts.data, written.head.facts.data)
    assert record.response.facts.data == written.response.facts.data
    assert SECRET.encode() not in record.facts.data + record.head.facts.data + record.response.facts.data


@pytest.mark.parametrize("name", REQUESTS)
async def test_a_request_is_the_same(emulator: RunningEmulator, entries: list[JournalEntry], name: str) -> None:
    method, target, headers, body = REQUESTS[name]
    await emulator.control("PATCH", "/sandboxes/docs", json={"current_customer": 2})
    for _ in range(2):  # the second one may be from a cache
        await emulator.request(method, target, headers=headers, data=body or None)
    assert 2 == len(entries)
    for entry in entries:
        check(entry)


@pytest.mark.parametrize("name", EFFECTS)
async def test_a_request_with_a_fault_is_the_same(
    emulator: RunningEmulator, entries: list[JournalEntry], name: str
) -> None:
    await fault(emulator, EFFECTS[name])
    with suppress(OSError, ClientError):
        await emulator.request("GET", ORDER, headers=LOGIN)
    assert [True] == [bool(entry.exchange.faults.applied) for entry in entries]
    check(entries[0])


@pytest.mark.parametrize("data", [b"G\0T / HTTP/1.1\r\n\r\n", b"GET /orders?key=docs HTTP/1.1\r\nHost : x\r\n\r\n"])
async def test_a_malformed_request_is_the_same(
    emulator: RunningEmulator, entries: list[JournalEntry], data: bytes
) -> None:
    await raw(emulator, data)
    assert ["http"] == [entry.exchange.check.label for entry in entries]
    check(entries[0])


async def test_a_disconnected_request_is_the_same(emulator: RunningEmulator, entries: list[JournalEntry]) -> None:
    await fault(emulator, {"type": "delay", "ms": 60_000})
    async with connected(emulator, http("PUT", ORDER, NOTE.decode(), **LOGIN)) as (_, writer):
        await delayed(emulator)
        leave(writer, reset=False)
    await ended(emulator)
    assert [True] == [entry.exchange.interruption is not None for entry in entries]
    check(entries[0])


async def test_an_unhandled_error_is_the_same(
    emulator: RunningEmulator, entries: list[JournalEntry], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("mockorders.sandbox.execution.Executor._parse", fail)
    await emulator.request("GET", ORDER, headers=LOGIN)
    assert [500] == [entry.status for entry in entries]
    check(entries[0])


async def test_entries_of_equal_heads_and_responses_share_their_parts(
    emulator: RunningEmulator, entries: list[JournalEntry]
) -> None:
    for _ in range(3):
        await emulator.request("GET", ORDER, headers=LOGIN)
    writer = EntryWriter()
    first, *others = map(writer.write, entries)
    assert [(first.head, first.response)] * 2 == [(each.head, each.response) for each in others]


async def test_an_entry_of_an_unknown_api_is_left_out(emulator: RunningEmulator, entries: list[JournalEntry]) -> None:
    await emulator.request("GET", ORDER, headers=LOGIN)
    record, _ = read_again(entries[0])
    others = [api for api in discover() if api.name != "cratejoy"]
    assert [] == list(EntryReader(others).read([record], entries[0].exchange.sandbox))


async def test_an_entry_of_an_unknown_rule_has_its_name(emulator: RunningEmulator, entries: list[JournalEntry]) -> None:
    await emulator.request("GET", "/v1/nothing/", headers=LOGIN)
    record, _ = read_again(entries[0])
    old = record.facts._replace(data=record.facts.data.replace(b'"http.no-route"', b'"old.rule"'))
    (again,) = EntryReader(discover()).read([record._replace(facts=old)], entries[0].exchange.sandbox)
    assert "old.rule" == again.document()["rule"]


PIECES = ("key", "token", "=", "&", "?", "@1", ":", "//", "a", "%20", '"', " ", "Basic", ";", ",")


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_redacted_text_is_redacted_as_it_is(text: str) -> None:
    for mask in (mask_query, mask_message):
        assert mask(text) == mask(mask(text))
    for name in ("Authorization", "Cookie", "Set-Cookie", "Referer", "X-Token", "X-Other"):
        for dialect in (api.dialect for api in discover()):
            once = mask_header(name, text, dialect.is_public)
            assert once == mask_header(name, once, dialect.is_public)

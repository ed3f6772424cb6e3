"""Whatever a request contains, every part of the control API can still be read."""

import json
import socket
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bad_requests import CRATEJOY, ORDER, http
from support.examples import examples

from mockorders import MockServer

HUGE = "18446744073709551616"
SANDBOX = "/_mockorders/sandboxes/docs"
JSON_ROUTES = [
    "/_mockorders/sandboxes",
    "/_mockorders/schemas",
    "/_mockorders/fidelity",
    SANDBOX,
    *(f"{SANDBOX}/{each}" for each in ("state", "diff", "clock", "faults", "requests", "requests.har")),
    f"{SANDBOX}/records/universe/orders",
    f"{SANDBOX}/records/cratejoy/orders/75572230",
    "/_mockorders/sandboxes/_/requests",
    "/_mockorders/sandboxes/_/requests.har",
]
PAGES = [
    "/_mockorders/",
    "/_mockorders/docs",
    "/_mockorders/metrics",
    *(f"/_mockorders/ui/docs/{each}" for each in ("requests", "faults", "state", "connect")),
    "/_mockorders/ui/docs/records/cratejoy/orders",
    "/_mockorders/ui/docs/records/cratejoy/orders/75572230",
    "/_mockorders/ui/docs/records/cratejoy/orders/75572230/edit",
]


class Target:
    """A server, and connections to it."""

    def __init__(self, server: MockServer) -> None:
        url = urlsplit(server.url)
        assert url.hostname is not None
        self.address = (url.hostname, url.port or 0)
        self._connection = HTTPConnection(*self.address, timeout=20)

    def close(self) -> None:
        self._connection.close()

    def send(self, request: bytes) -> int:
        """Send bytes over a new connection; return the status of the response, or 0 if there was none."""
        with socket.create_connection(self.address, timeout=20) as connection:
            connection.sendall(request)
            connection.settimeout(20)
            line = connection.makefile("rb").readline(64)
        return int(line.split()[1]) if line else 0

    def get(self, path: str) -> tuple[int, bytes]:
        """Return status and body of a path."""
        self._connection.request("GET", path)
        response = self._connection.getresponse()
        return response.status, response.read()

    def reset(self) -> None:
        self._connection.request("PUT", SANDBOX, '{"fixtures": "docs"}')
        self._connection.getresponse().read()


@pytest.fixture(scope="module")
def running() -> Iterator[Target]:
    with MockServer(fixtures="docs") as server:
        target = Target(server)
        yield target
        target.close()


@pytest.fixture
def target(running: Target) -> Target:
    """Recreate the sandbox for a test."""
    running.reset()
    return running


def strict(body: bytes) -> Any:
    """Parse JSON as the standard defines it, without NaN and infinities."""

    def fail(name: str) -> NoReturn:
        raise AssertionError(name)

    return json.loads(body.decode(), parse_constant=fail)


def check_readable(target: Target) -> Any:
    """Check that every part of the control API can be read; return the list of requests."""
    listed = strict(target.get(f"{SANDBOX}/requests")[1])["requests"]
    one = [f"{SANDBOX}/requests/{each['id']}" for each in listed[-1:]]
    paths = [*JSON_ROUTES, *one, *(f"{each}/explain" for each in one)]
    pages = [*PAGES, *(each.replace("/sandboxes/", "/ui/") for each in one)]
    replies = {path: target.get(path) for path in (*paths, *pages)}
    assert {} == {path: status for path, (status, _) in replies.items() if status not in {200, missing(path)}}
    for path in paths:
        strict(replies[path][1])
    return listed


def missing(path: str) -> int:
    """Return the status of a record that may have been deleted, or 200 for other paths."""
    return 404 if "/75572230" in path else 200


def control(method: str, path: str, body: str) -> bytes:
    return http(method, path, body)


# Known cases


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ('{"x":18446744073709551616}', 400),
        ('{"x":-9223372036854775809}', 400),
        (f'{{"x":{"9" * 40}}}', 400),
        ('{"x":1.10}', 400),
        ('{"x":1e999}', 400),
    ],
)
def test_journal_shows_a_number_as_it_was_written(target: Target, text: str, status: int) -> None:
    assert status == target.send(http("POST", "/v1/orders/", text, **CRATEJOY))
    check_readable(target)
    assert text.encode() in target.get(f"{SANDBOX}/requests")[1]


@pytest.mark.parametrize("text", ['{"x":NaN}', '{"x":"\\ud800"}', '{"\\udfff":1}', "[" * 65 + "]" * 65, "{"])
def test_journal_shows_rejected_json_as_text(target: Target, text: str) -> None:
    assert 400 == target.send(http("POST", "/v1/orders/", text, **CRATEJOY))
    assert text == check_readable(target)[-1]["request"]["body"]


def test_current_customer_can_be_larger_than_64_bits(target: Target) -> None:
    document = f'{{"fixtures":{{"extends":"docs","current_customer":{HUGE}}}}}'
    assert 200 == target.send(control("PUT", SANDBOX, document))
    check_readable(target)
    assert int(HUGE) == strict(target.get(SANDBOX)[1])["current_customer"]


@pytest.mark.parametrize("number", ["1.10", "1e999", HUGE, "-0.0"])
def test_fault_responds_with_a_number_as_it_was_written(target: Target, number: str) -> None:
    rule = f'{{"effect":{{"type":"status","status":200,"body":{{"x":{number}}}}}}}'
    assert 201 == target.send(control("POST", f"{SANDBOX}/faults", rule))
    assert f'{{"x":{number}}}'.encode() == target.get("/orders?key=docs")[1]
    check_readable(target)
    assert f'"body":{{"x":{number}}}'.encode() in target.get(f"{SANDBOX}/faults")[1]


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("X-Mockorders-Fault", b"\xe9", 200),
        ("Expect", b"\xff", 200),
        ("Origin", b"\xff", 403),
        ("Authorization", b"Bearer \xff", 200),
        ("Cookie", b"mockorders_customer=\xff", 200),
        ("X-Other", b"\xed\xa0\x80", 200),
    ],
)
def test_header_bytes_that_are_not_utf8(target: Target, name: str, value: bytes, status: int) -> None:
    assert status == target.send(http("GET", "/orders?key=docs", **{name: value}))
    check_readable(target)


@pytest.mark.parametrize("value", [b"\xff", b"other"])
def test_control_api_rejects_an_unknown_expectation(target: Target, value: bytes) -> None:
    assert 417 == target.send(http("GET", SANDBOX, Expect=value))


def test_any_allowed_origin_is_text() -> None:
    with MockServer(fixtures="docs", allow_origins=("*",)) as server:
        target = Target(server)
        statuses = [target.send(http("GET", "/nothing", Origin=each)) for each in (b"\xff", b"\xc3\xa9")]
        assert [404, 404] == statuses
        check_readable(target)
        target.close()


# Arbitrary values

NUMBERS = st.one_of(
    st.sampled_from(["1e999", "-1E-999", "-0.0", "1.10", "NaN", "-Infinity", HUGE, "9" * 40, "9" * 41]),
    st.integers().map(str),
)
TEXTS = st.one_of(st.text(), st.sampled_from(["\ud800", "\udfff\ud800", "\0", "\u2028", "</script>", "é"])).map(
    json.dumps
)


def _containers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(TEXTS, inner).map(":".join)
    lists = st.lists(inner, max_size=3).map(lambda each: f"[{','.join(each)}]")
    nested = st.tuples(inner, st.integers(1, 70)).map(lambda pair: "[" * pair[1] + pair[0] + "]" * pair[1])
    return lists | nested | st.lists(pairs, max_size=3).map(lambda each: f"{{{','.join(each)}}}")


JSON = st.recursive(NUMBERS | TEXTS | st.sampled_from(["null", "true"]), _containers, max_leaves=5)
HEADER_NAMES = st.sampled_from(
    "Authorization Cookie Origin Referer Content-Type Content-Encoding X-Mockorders-Fault X-Other Expect "
    "Sec-Fetch-Site Sec-Fetch-Mode Access-Control-Request-Headers".split()
)
VALUES = st.binary(max_size=12).map(lambda value: bytes(each for each in value if each not in b"\r\n\0"))
TARGETS = st.sampled_from(["/orders", "/orders/2", "/v1/orders/", ORDER, "/nothing"])
QUERIES = st.binary(max_size=8).map(lambda value: "".join(f"%{each:02X}" for each in value)) | st.text(
    st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="#\x7f"), max_size=8
)
CONTROL = [
    ("PUT", "", '{"fixtures":{"extends":"docs","current_customer":VALUE}}'),
    ("PUT", "", '{"fixtures":{"extends":"docs","description":VALUE}}'),
    ("PUT", "", '{"clock":VALUE}'),
    ("PUT", "", "VALUE"),
    ("PATCH", "", '{"current_customer":VALUE}'),
    ("PUT", "/state", '{"current_customer":VALUE,"profile":"documented"}'),
    ("PUT", "/state", "VALUE"),
    ("PATCH", "/records/cratejoy/orders/75572230", '{"note":VALUE}'),
    ("PATCH", "/records/cratejoy/orders/75572230", '{"total":VALUE}'),
    ("PUT", "/records/universe/customers/7", '{"id":VALUE}'),
    ("POST", "/faults", '{"effect":{"type":"status","status":200,"body":VALUE}}'),
    ("POST", "/faults", '{"match":{"body":{"/x":VALUE}},"effect":{"type":"status","status":500}}'),
    ("POST", "/faults", '{"match":{"query":{"x":VALUE}},"effect":{"type":"malformed"}}'),
    ("POST", "/faults", '{"probability":VALUE,"effect":{"type":"drift","pointer":"/status"}}'),
    ("PUT", "/clock", '{"now":VALUE}'),
    ("POST", "/clock/advance", '{"seconds":VALUE}'),
]


@st.composite
def api_requests(draw: st.DrawFn) -> bytes:
    target = f"{draw(TARGETS)}?key=docs&{draw(QUERIES)}".encode("iso-8859-1")
    headers = draw(st.dictionaries(HEADER_NAMES, VALUES, max_size=2))
    fields: dict[str, Any] = {**CRATEJOY, **headers}
    return http(draw(st.sampled_from(["GET", "POST", "PUT", "OPTIONS"])), target, draw(JSON), **fields)


@st.composite
def control_requests(draw: st.DrawFn) -> bytes:
    method, path, body = draw(st.sampled_from(CONTROL))
    fields: dict[str, Any] = draw(st.dictionaries(st.sampled_from(["Accept", "Cookie", "X-Other"]), VALUES, max_size=1))
    return http(method, SANDBOX + path, body.replace("VALUE", draw(JSON)), **fields)


def test_everything_can_be_read_after_arbitrary_requests(target: Target, caplog: pytest.LogCaptureFixture) -> None:
    @settings(max_examples=examples(200), deadline=None, database=None)
    @given(st.lists(api_requests() | control_requests(), min_size=1, max_size=4))
    def check(requests: list[bytes]) -> None:
        target.reset()
        statuses = [target.send(request) for request in requests]
        assert [] == [
            request for request, status in zip(requests, statuses, strict=True) if is_failure(request, status)
        ]
        check_readable(target)

    check()
    assert [] == [each.getMessage() for each in caplog.records if "unhandled" in each.getMessage()]


def is_failure(request: bytes, status: int) -> bool:
    """Check whether a status is one of an error of the server; those that a fault responds with are not."""
    return status in {0, 501, 502, 503} or (status == 500 and b"/_mockorders/" in request)

"""Requests that are responded to from their bytes: recognized, or left to aiohttp, but always with the same result."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from support.emulator import basic
from support.peer import Peer

from mockorders import MockServer, Sandbox
from mockorders.client.sandbox import EmulatorClient
from mockorders.http.head import HeadParser
from mockorders.pipeline.recorder import Recorder

TOKEN = basic("docs.one")["Authorization"]
GET = f"GET /v1/orders/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: {TOKEN}\r\n\r\n".encode()
UNIVERSE = b"GET /orders/latest?key=docs.one@2 HTTP/1.1\r\nHost: localhost\r\n\r\n"
BODY = b'{"note": "new"}'
PUT = GET.replace(b"GET /v1/orders/", b"PUT /v1/orders/730837920/").replace(
    b"\r\n\r\n", b"\r\nContent-Length: %d\r\n\r\n" % len(BODY)
)


@contextmanager
def peer() -> Iterator[tuple[Peer, str]]:
    with MockServer(fixtures="docs", clock="2017-03-21T00:00:00Z") as server, closing(Peer(server.url)) as connection:
        yield connection, server.url


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The targets of the requests that aiohttp parsed."""
    targets: list[str] = []
    parse = HeadParser.parse

    def counted(parser: HeadParser, http: object) -> object:
        if http.raw_path != "/wait":  # type: ignore[attr-defined]
            targets.append(http.raw_path)  # type: ignore[attr-defined]
        return parse(parser, http)  # type: ignore[arg-type]

    monkeypatch.setattr(HeadParser, "parse", counted)
    return targets


# Recognized


@pytest.mark.parametrize("request_bytes", [GET, UNIVERSE, GET.replace(b"orders/", b"orders/1/")])
def test_repeated_request_is_parsed_once(parsed: list[str], request_bytes: bytes) -> None:
    with peer() as (connection, _):
        for _ in range(3):
            connection.send(request_bytes)
    assert 1 == len(parsed)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (GET, GET.replace(TOKEN.encode(), basic("docs.two")["Authorization"].encode())),
        (UNIVERSE, UNIVERSE.replace(b"docs.one", b"docs.two")),
        (UNIVERSE, UNIVERSE.replace(b"docs.one@2", b"docs%2Etwo%402")),
    ],
)
def test_request_with_another_credential_is_recognized(parsed: list[str], first: bytes, second: bytes) -> None:
    with peer() as (connection, url):
        connection.send(first)
        connection.send(second)
        names = sorted(each["name"] for each in EmulatorClient(url).sandboxes())
    assert (["docs.one", "docs.two"], 1) == (names, len(parsed))


def test_journal_has_the_credential_of_the_recognized_request() -> None:
    """It is redacted, but as long as the one that was sent."""
    with peer() as (connection, url):
        connection.send(GET)
        connection.send(GET.replace(TOKEN.encode(), basic("docs.two@7")["Authorization"].encode()))
        assert [1, 1] == [len(Sandbox(url, name).requests()) for name in ("docs.one", "docs.two")]


@pytest.mark.parametrize("pieces", [(PUT + BODY,), (PUT, BODY), (PUT, BODY[:4], BODY[4:])])
def test_request_after_a_body_is_recognized(parsed: list[str], pieces: tuple[bytes, ...]) -> None:
    with peer() as (connection, _):
        connection.send(*pieces)
        connection.send(GET)
        connection.send(GET)
    assert ["/v1/orders/730837920/", "/v1/orders/"] == parsed


@pytest.mark.parametrize("other", [b'{"note": "new"}', b'{"note": "one"}', b'{"note":    1 }', b"{'note': 'new'}"])
def test_request_with_a_body_is_parsed_once(parsed: list[str], other: bytes) -> None:
    """The first one, which may be the first rejection of the server, is parsed in any case."""
    with peer() as (connection, _):
        responses = [connection.send(PUT + body) for body in (other, BODY, other)]
        count = len(parsed)
    with peer() as (connection, _):
        connection.send(PUT, BODY)
        expected = connection.send(PUT, other)
    assert (1, _body(expected)) == (count, _body(responses[2]))


def _body(response: bytes) -> bytes:
    return response.partition(b"\r\n\r\n")[2]


CLOSING = GET.replace(b"Host", b"Connection: close\r\nHost")


def test_request_that_closes_its_connection_is_parsed_once(parsed: list[str]) -> None:
    with peer() as (connection, url):
        connection.send(CLOSING)
        for _ in range(2):
            with closing(Peer(url)) as other:
                other.send(CLOSING)
    assert 1 == len(parsed)


def test_connection_ends_after_a_request_that_closes_it() -> None:
    with peer() as (connection, url):
        connection.send(CLOSING)
        with closing(Peer(url)) as other:
            other.send(CLOSING)
            assert b"" == other.socket.recv(1)


def test_response_that_closes_a_connection_is_that_of_the_first_request() -> None:
    with peer() as (connection, url):
        first = connection.send(CLOSING)
        with closing(Peer(url)) as other:
            second = other.send(CLOSING).replace(b"Request: 2", b"Request: 1")
    lines = [sorted(each.partition(b"\r\n\r\n")[0].split(b"\r\n")) for each in (first, second)]
    assert (lines[0], _body(first)) == (lines[1], _body(second))


def test_response_without_content_is_that_of_the_first_request() -> None:
    metadata = PUT.replace(b"PUT /v1/orders/730837920/", b"POST /v1/orders/730837920/metadata/")
    delete = GET.replace(b"GET /v1/orders/", b"DELETE /v1/orders/730837920/metadata/")
    with peer() as (connection, _):
        heads = []
        for _ in range(2):
            connection.send(metadata + BODY)
            heads.append(connection.send(delete).replace(b"Request: 4", b"Request: 2"))
    assert heads[0] == heads[1]
    assert heads[0].startswith(b"HTTP/1.1 204 ")
    assert b"Content-Length" not in heads[0]


def test_changes_of_known_requests_are_in_the_journal() -> None:
    with peer() as (connection, url):
        for name in ("docs.one", "docs.two"):
            connection.send(PUT.replace(TOKEN.encode(), basic(name)["Authorization"].encode()) + BODY)
        first, second = (Sandbox(url, name).requests()[0] for name in ("docs.one", "docs.two"))
        one, two = (Sandbox(url, name).explain("1")["records"] for name in ("docs.one", "docs.two"))
    assert (first["request"]["body"], first["rules"], one) == (second["request"]["body"], second["rules"], two)


def test_known_request_whose_recording_fails_is_executed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with peer() as (connection, url):
        connection.send(PUT + BODY)
        with monkeypatch.context() as broken:
            broken.setattr(Recorder, "record", None)
            response = connection.send(PUT + BODY.replace(b"new", b"one"))
        assert response.startswith(b"HTTP/1.1 500")
        assert b'"note":"one"' in connection.send(GET.replace(b"/orders/", b"/orders/730837920/"))
        assert 1 == Sandbox(url, "docs.one").errors()["count"]


# Left to aiohttp


@pytest.mark.parametrize("cut", [1, 4, 30, len(GET) - 1])
def test_request_in_pieces_gets_the_same_response(cut: int) -> None:
    with peer() as (connection, _):
        whole = connection.send(GET)
        split = connection.send(GET[:cut], GET[cut:])
        assert (whole.partition(b"\r\n\r\n")[2], b"HTTP/1.1 200 OK") == (split.partition(b"\r\n\r\n")[2], split[:15])


def test_start_of_a_request_is_not_taken_for_another_one() -> None:
    """The second piece, by itself, is a known request; here it is the rest of another one's headers."""
    with peer() as (connection, _):
        connection.send(GET)
        response = connection.send(b"GET /v1/orders/1/ HTTP/1.1\r\nHost: localhost\r\nX-Rest: ", GET)
        assert b" 400 " in response.partition(b"\r\n")[0] or b" 404 " in response.partition(b"\r\n")[0]


def test_body_that_looks_like_a_known_request_is_a_body() -> None:
    with peer() as (connection, url):
        connection.send(GET)
        head = PUT.replace(b"%d" % len(BODY), b"%d" % len(GET))
        assert connection.send(head, GET).startswith(b"HTTP/1.1 400")
        assert 2 == len(Sandbox(url, "docs.one").requests())


@pytest.mark.parametrize("rest", [b"", b"G", GET])
def test_known_head_with_another_length_of_body_gets_all_responses(rest: bytes) -> None:
    with peer() as (connection, _):
        connection.send(PUT + BODY)
        connection.socket.sendall(PUT + BODY + rest)
        connection.read()
        connection.socket.sendall(GET[len(rest) % len(GET) :])
        assert connection.read().startswith(b"HTTP/1.1 200 OK")


def test_pipelined_requests_get_all_responses_in_order() -> None:
    with peer() as (connection, _):
        connection.send(GET)
        connection.socket.sendall(GET + UNIVERSE + GET)
        starts = [connection.read().partition(b"\r\n\r\n")[0].split(b"X-Mockorders-Request: ")[0] for _ in range(3)]
        assert [True, False] == [starts[0] == starts[2], starts[0] == starts[1]]


@pytest.mark.parametrize(
    "change",
    [
        (TOKEN.encode(), b"Basic \x00"),
        (TOKEN.encode(), b"Basic a\nX-B: c"),
        (TOKEN.encode(), b"Bearer \xff"),
        (b"Host", b"Authorization: Basic eDp5\r\nHost"),
        (b"Authorization: " + TOKEN.encode() + b"\r\n", b""),
    ],
)
def test_other_credential_gets_the_response_of_a_new_connection(change: tuple[bytes, bytes]) -> None:
    other = GET.replace(*change)
    with peer() as (connection, _):
        connection.send(GET)
        got = connection.send(other)
    with peer() as (connection, _):
        expected = connection.send(other)
    assert expected.partition(b"\r\n\r\n")[2] == got.partition(b"\r\n\r\n")[2]


def test_empty_key_is_not_the_key_of_an_earlier_request() -> None:
    with peer() as (connection, _):
        connection.send(UNIVERSE)
        assert b"Invalid API key" in connection.send(UNIVERSE.replace(b"docs.one@2", b""))


@pytest.mark.parametrize(
    "line",
    [
        b"X-Mockorders-Fault: status=503\r\n",
        b"Expect: 100-continue\r\n",
        b"Content-Encoding: identity\r\n",
    ],
)
def test_request_with_a_special_header_is_parsed_each_time(parsed: list[str], line: bytes) -> None:
    special = GET.replace(b"Host", line + b"Host")
    with peer() as (connection, url):
        connection.send(special)
        with closing(Peer(url)) as other:
            other.send(special)
    assert 2 == len(parsed)


def test_fault_applies_to_a_known_request() -> None:
    with peer() as (connection, url):
        connection.send(GET)
        Sandbox(url, "docs.one").fault("status", status=503)
        assert connection.send(GET).startswith(b"HTTP/1.1 503")


def test_fault_of_other_requests_leaves_a_known_request_known(parsed: list[str]) -> None:
    with peer() as (connection, url):
        connection.send(GET)
        Sandbox(url, "docs.one").fault("status", status=503, method="POST")
        connection.send(GET)
    assert 1 == len(parsed)


def test_write_is_seen_by_a_known_request() -> None:
    with peer() as (connection, _):
        connection.send(GET)
        connection.send(PUT, BODY)
        assert b'"note":"new"' in connection.send(GET)

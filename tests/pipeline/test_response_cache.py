"""Cached responses: the same bytes as uncached ones, from the server and the application, and never stale."""

import asyncio
import base64
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.emulator import Start, basic
from support.examples import examples
from support.raw_client import RawClient

from mockorders import MockServer, Sandbox
from mockorders.caching import LruCache
from mockorders.client.errors import ControlError
from mockorders.pipeline import response_cache
from mockorders.pipeline.response_cache import CachedResponse, ResponseCache
from mockorders.sandbox.journal import Journal
from mockorders.sandbox.journal_budget import JournalBudget

CLOCK = "2017-03-21T00:00:00Z"
TARGETS = [
    "/orders/latest?key=docs.w",
    "/orders?key=docs.w&order=DESC",
    "/api/v1/orders/2.json?key=docs.w@2",
    "/orders?key=docs.w&callback=show",
    "/orders?key=docs.w&callback=no%20name",
    "/orders/999?key=docs.w",
    "/v1/orders/",
    "/v1/orders/?offset=3&with=all",
    "/v1/orders/730837920/",
    "/v1/orders/?status=done",
    "/v1/nothing",
]
BASIC = base64.b64encode(b"docs.w:any").decode()


class Client(RawClient):
    """A keep-alive connection with the credential of one sandbox."""

    def __init__(self, url: str) -> None:
        super().__init__(url, f"Authorization: Basic {BASIC}")


@contextmanager
def client(**options: Any) -> Iterator[tuple[Client, str]]:
    with MockServer(fixtures="docs", clock=CLOCK, **options) as server, closing(Client(server.url)) as connection:
        yield connection, server.url


def without_request_id(response: tuple[list[str], bytes]) -> tuple[list[str], bytes]:
    """Return a response without what differs between equal ones, its headers sorted."""
    return sorted(
        line for line in response[0] if not line.startswith(("X-Mockorders-Request", "Connection"))
    ), response[1]


# The same bytes on every path


@pytest.fixture(scope="module")
def shared() -> Iterator[Client]:
    with client() as (connection, _):
        yield connection


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("origin", [[], ["Origin: http://localhost:3000"], ["Origin: https://shop.example"]])
def test_cached_response_has_the_same_bytes_as_the_first(shared: Client, target: str, origin: list[str]) -> None:
    responses = [without_request_id(shared.request(target, *origin)) for _ in range(3)]
    assert [responses[0]] * 3 == responses


@pytest.mark.parametrize("target", TARGETS)
def test_preformatted_response_equals_the_ordinary_one(shared: Client, target: str) -> None:
    prepared = [without_request_id(shared.request(target)) for _ in range(2)][-1]
    with closing(Client("http://{}:{}".format(*shared.peer))) as other:
        assert prepared == without_request_id(other.request(target, "Connection: close"))


@pytest.mark.parametrize("target", TARGETS)
def test_head_has_the_headers_of_the_cached_response(shared: Client, target: str) -> None:
    got, head = (shared.request(target, method=method) for method in ("GET", "HEAD"))
    assert (without_request_id(got)[0], b"") == without_request_id(head)


@pytest.mark.parametrize("target", TARGETS)
async def test_server_and_application_send_the_same_bytes(shared: Client, start: Start, target: str) -> None:
    """The server calls the pipeline directly; an application does so through aiohttp."""
    emulator = await start(clock=CLOCK)
    with closing(Client(emulator.url)) as other:
        expected = [without_request_id(await asyncio.to_thread(other.request, target)) for _ in range(2)]
    assert expected == [without_request_id(shared.request(target)) for _ in range(2)]


@pytest.mark.parametrize(
    ("target", "line"),
    [
        ("/", "HTTP/1.1 302 Found"),
        ("/?a=b", "HTTP/1.1 302 Found"),
        ("/_mockorders/health", "HTTP/1.1 200 OK"),
        ("http://proxy/_mockorders/health", "HTTP/1.1 200 OK"),
        ("/_mockordersx", "HTTP/1.1 404 Not Found"),
    ],
)
def test_other_targets_are_handled_by_the_application(shared: Client, target: str, line: str) -> None:
    assert line == shared.request(target)[0][0]


def test_expect_header_gets_100_continue(shared: Client) -> None:
    """Clients send the body only after this response."""
    credential = f"Authorization: {basic('docs')['Authorization']}"
    lines = ["PUT /v1/orders/1/ HTTP/1.1", "Host: a", credential, "Expect: 100-continue", "Content-Length: 2", "", ""]
    with closing(socket.create_connection(shared.peer, timeout=20)) as waiting:
        waiting.sendall("\r\n".join(lines).encode())
        assert b"HTTP/1.1 100 Continue" == waiting.recv(len("HTTP/1.1 100 Continue"))


# Never stale

ORDERS = "/v1/orders/?with=all"
STEPS = st.lists(
    st.one_of(
        st.sampled_from(TARGETS[:9]),
        st.sampled_from(["note one", "note two", "customer", "address", "snapshot", "restore", "reset", "state"]),
    ),
    max_size=25,
)


@given(steps=STEPS)
@settings(max_examples=examples(15), deadline=None)
def test_cached_responses_equal_uncached_ones(steps: list[str]) -> None:
    with client() as (one, one_url), client() as (two, two_url):
        for step in steps:
            expected = _step(one, one_url, step)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(ResponseCache, "replay", lambda *_: None)
                assert expected == _step(two, two_url, step)


def _step(connection: Client, url: str, step: str) -> Any:
    if step.startswith("/"):
        return connection.request(step)
    if step.startswith("note"):
        return connection.request("/v1/orders/730837920/", method="PUT", body=json.dumps({"note": step}).encode())
    sandbox = Sandbox(url, "docs.w")
    done: dict[str, Callable[[], Any]] = {
        "customer": lambda: sandbox.patch_record("cratejoy", "customers", 586402305, {"name": _next(sandbox)}),
        "address": lambda: sandbox.patch_record("cratejoy", "addresses", 8675309, {"city": _next(sandbox)}),
        "snapshot": lambda: sandbox.snapshot("one"),
        "restore": lambda: sandbox.restore("one"),
        "reset": sandbox.reset,
        "state": lambda: sandbox.put_state(sandbox.state),
    }
    try:
        return done[step]()
    except ControlError as error:  # there is no snapshot yet
        return str(error)


def _next(sandbox: Sandbox) -> str:
    return f"Number {len(sandbox.requests())}"


# Limits of the cache


def test_varying_request_headers_do_not_change_the_response(shared: Client) -> None:
    responses = [without_request_id(shared.request(ORDERS, f"X-Trace: {number}")) for number in range(3)]
    assert [responses[0]] * 3 == responses


def test_cached_responses_stay_within_their_limit() -> None:
    with client() as (connection, _), pytest.MonkeyPatch.context() as patch:
        patch.setattr(response_cache, "OVERHEAD_BYTES", response_cache.CACHE_BYTES // 3)
        cached: list[int] = []
        put = LruCache.put

        def counted(cache: LruCache[Any, Any], key: Any, value: Any) -> None:
            put(cache, key, value)
            if isinstance(value, CachedResponse):
                cached.append(len(cache))

        patch.setattr(LruCache, "put", counted)
        for identifier in range(5):
            connection.request(f"/v1/orders/?id__ge={identifier}")
    assert [1, 2, 2, 2, 2] == cached


class Item(NamedTuple):
    """A journal entry that shares its response body."""

    id: str
    size: int
    shared: bytes


def test_journals_count_a_shared_body_once() -> None:
    journals = JournalBudget()
    journal: Journal[Item] = Journal(journals)
    body = b"x" * 10_000
    sizes = []
    for number in range(3):
        journal.add(Item(str(number), 1, body))
        sizes.append(journals.size)
    journal.clear()
    assert [10_001, 10_002, 10_003, 0] == [*sizes, journals.size]

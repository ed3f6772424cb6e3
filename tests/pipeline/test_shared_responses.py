"""Responses that sandboxes without changes share: the same bytes as without the cache."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.emulator import basic
from support.examples import examples
from support.raw_client import RawClient

from mockorders import MockServer, Sandbox
from mockorders.client.errors import ControlError
from mockorders.client.sandbox import EmulatorClient
from mockorders.http.parsed_head import ParsedHead
from mockorders.pipeline.response_cache import ResponseCache
from mockorders.sandbox.execution import Executor
from mockorders.storage.state import MAX_SHARED_DEPTH

CLOCK = "2017-03-21T00:00:00Z"
NAMES = ["docs.one", "docs.two", "default.three", "empty"]
CUSTOMERS = ["", "@1", "@2", "@164", "@none"]
UNIVERSE = ["/orders/latest", "/orders", "/orders/2", "/orders/999", "/nothing", "/orders/latest?callback=show"]
CRATEJOY = ["/v1/orders/", "/v1/orders/?limit=1&with=all", "/v1/orders/730837920/", "/v1/orders/?status=done", "/v1/x"]
CRATEJOY += ["/v1/orders/?customer.email__like=%25", "/v1/shipments/?limit=2", "/v1/customers/586402305/"]
NOTE = "/v1/orders/730837920/"
ORDER = {
    "customer": {"id": 586402305},
    "products": [{"product_instance": {"id": 645769439}, "term": {"num_cycles": 1}, "quantity": 1}],
}
WRITES = {
    "note": ("PUT", NOTE, {"note": "new"}),
    "invalid": ("PUT", NOTE, {"note": 1}),
    "order": ("POST", "/v1/orders/", ORDER),
    "renew": ("PUT", "/v1/subscriptions/75562148/renew/", {}),
    "metadata": ("POST", f"{NOTE}metadata/", {"a": 1}),
    "delete": ("DELETE", f"{NOTE}metadata/", None),
}


@contextmanager
def client() -> Iterator[tuple[RawClient, str]]:
    with MockServer(fixtures="docs", clock=CLOCK) as server, closing(RawClient(server.url)) as connection:
        yield connection, server.url


def without_cache(patch: pytest.MonkeyPatch) -> None:
    """Execute each request, and parse each head by itself."""
    patch.setattr(ResponseCache, "replay", lambda *_: None)
    patch.setattr(ParsedHead, "with_request", None)
    patch.setattr("mockorders.http.head.cut_credential", lambda *_: None)


def universe(name: str, customer: str, target: str) -> str:
    """Return a target with a key, at its start or at its end."""
    path, _, query = target.partition("?")
    return f"{path}?key={quote(name + customer)}&{query}" if len(target) % 2 else f"{path}?{query}&key={name}{customer}"


def cratejoy(name: str, customer: str) -> str:
    return f"Authorization: {basic(name + customer)['Authorization']}"


Step = tuple[str, str, str, str]  # kind, name of the sandbox, customer, and what depends on the kind
NAME = st.sampled_from(NAMES)
CUSTOMER = st.sampled_from(CUSTOMERS)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("universe"), NAME, CUSTOMER, st.sampled_from(UNIVERSE)),
        st.tuples(st.just("cratejoy"), NAME, CUSTOMER, st.sampled_from(CRATEJOY)),
        st.tuples(st.just("write"), NAME, CUSTOMER, st.sampled_from(list(WRITES))),
        st.tuples(
            st.sampled_from(["log in", "observed", "fault", "snapshot", "restore", "reset", "state", "clock", "patch"]),
            NAME,
            st.just(""),
            st.just(""),
        ),
    ),
    max_size=25,
)


SAME = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from(list(WRITES))),
        st.tuples(st.just("cratejoy"), st.sampled_from(CRATEJOY)),
        st.tuples(st.sampled_from(["clock", "patch", "snapshot", "restore"]), st.just("")),
    ),
    max_size=8,
)


@given(steps=STEPS)
@settings(max_examples=examples(25), deadline=None)
def test_shared_responses_equal_those_without_a_cache(steps: list[Step]) -> None:
    _compare(steps)


@given(same=SAME, names=st.permutations([*NAMES[:2], NAMES[0]]))
@settings(max_examples=examples(25), deadline=None)
def test_shared_changes_equal_those_without_a_cache(same: list[tuple[str, str]], names: list[str]) -> None:
    """Several sandboxes get the same requests, so most of them adopt what the requests changed in the first."""
    _compare([(kind, name, "", argument) for name, (kind, argument) in product(names, same)])


def _compare(steps: list[Step]) -> None:
    with client() as (one, one_url), client() as (two, two_url):
        for step in steps:
            expected = _step(one, one_url, step)
            with pytest.MonkeyPatch.context() as patch:
                without_cache(patch)
                assert expected == _step(two, two_url, step)
        expected = [_recorded(one_url, name) for name in NAMES]
        assert expected == [_recorded(two_url, name) for name in NAMES]


def _step(connection: RawClient, url: str, step: Step) -> Any:
    kind, name, customer, argument = step
    if kind == "universe":
        return connection.request(universe(name, customer, argument))
    if kind == "cratejoy":
        return connection.request(argument, cratejoy(name, customer))
    if kind == "write":
        method, target, content = WRITES[argument]
        body = b"" if content is None else json.dumps(content).encode()
        return connection.request(target, cratejoy(name, customer), method=method, body=body)
    sandbox = Sandbox(url, name)
    calls: dict[str, Callable[[], Any]] = {
        "log in": lambda: sandbox.log_in(1),
        "observed": lambda: sandbox.create(profile="observed"),
        "fault": lambda: sandbox.fault("status", status=503, times=1),
        "snapshot": lambda: sandbox.snapshot("one"),
        "restore": lambda: sandbox.restore("one"),
        "reset": sandbox.reset,
        "state": lambda: sandbox.put_state(sandbox.state),
        "clock": lambda: sandbox.clock.advance(seconds=90),
        "patch": lambda: sandbox.patch_record("cratejoy", "orders", 730837920, {"note": "patched"}),
    }
    try:
        calls[kind]()
    except ControlError as error:  # the sandbox, record or snapshot does not exist
        return str(error)
    return None


def _recorded(url: str, name: str) -> Any:
    """Return what the journal of a sandbox says about its requests, without times and the server's URL."""
    sandbox = Sandbox(url, name)
    try:
        entries = list(sandbox.requests())
    except ControlError as error:
        return str(error)
    recorded = [({**entry, "duration_ms": 0, "at": ""}, sandbox.explain(entry["id"])) for entry in entries]
    return json.dumps(recorded).replace(url, "")


@pytest.mark.parametrize(
    ("step", "request_step"),
    [
        (("observed", "docs.two", "", ""), ("cratejoy", "", "/v1/orders/")),
        (("log in", "docs.two", "", ""), ("universe", "", "/orders/latest")),
        (("write", "docs.two", "", "note"), ("cratejoy", "", "/v1/orders/")),
        (("patch", "docs.two", "", ""), ("cratejoy", "", "/v1/orders/730837920/")),
        (("fault", "docs.two", "", ""), ("cratejoy", "", "/v1/orders/")),
        (("fault", "docs.two", "", ""), ("universe", "", "/orders/999")),
    ],
)
def test_changed_sandbox_does_not_get_a_shared_response(step: Step, request_step: tuple[str, str, str]) -> None:
    kind, customer, target = request_step
    with client() as (connection, url):
        first = _step(connection, url, (kind, "docs.one", customer, target))
        _step(connection, url, step)
        assert first[1] != _step(connection, url, (kind, "docs.two", customer, target))[1]


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the sandboxes in which requests are executed, not served from the cache."""
    names: list[str] = []
    execute = Executor.execute

    def counted(executor: Executor, invocation: Any, trace: Any) -> Any:
        names.append(invocation.sandbox.name)
        return execute(executor, invocation, trace)

    monkeypatch.setattr(Executor, "execute", counted)
    return names


@pytest.mark.parametrize(
    ("target", "header"),
    [
        ("/orders/latest?key={}@2", "X-Any: 1"),
        ("/orders/latest?a=b&key={}&order=DESC", "X-Any: 1"),
        ("/orders/999?key={}@2", "X-Any: 1"),
        ("/v1/orders/", "Authorization: Basic {}"),
        ("/v1/orders/?status=done", "Authorization: Basic {}"),
        ("/v1/orders/1/", "Authorization: Basic {}"),
    ],
)
def test_new_sandbox_gets_the_response_that_another_one_got(executed: list[str], target: str, header: str) -> None:
    with client() as (connection, _):
        for name in ("docs.one", "docs.two"):
            token = basic(name)["Authorization"].removeprefix("Basic ")
            connection.request(target.format(name), header.format(token))
    assert ["docs.one"] == executed


def test_change_of_another_sandbox_is_adopted(executed: list[str]) -> None:
    with client() as (connection, url):
        for name in ("docs.one", "docs.two"):
            for argument in ("note", "order", "metadata", "delete"):
                _step(connection, url, ("write", name, "", argument))
            connection.request("/v1/orders/", cratejoy(name, ""))
    assert ["docs.one"] * 5 == executed


def test_change_is_not_adopted_at_another_time(executed: list[str]) -> None:
    with client() as (connection, url):
        for name in ("docs.one", "docs.two"):
            Sandbox(url, name).create(clock=f"2017-03-21T00:00:0{len(executed)}Z")
            _step(connection, url, ("write", name, "", "order"))
        placed = {name: Sandbox(url, name).state["cratejoy"]["orders"][-1]["placed_at"] for name in set(executed)}
    assert {"docs.one": "2017-03-21T00:00:00Z", "docs.two": "2017-03-21T00:00:01Z"} == placed


def test_change_of_a_sandbox_with_an_adopted_change_stays_its_own() -> None:
    with client() as (connection, url):
        for name in ("docs.one", "docs.two"):
            _step(connection, url, ("write", name, "", "order"))
        _step(connection, url, ("patch", "docs.two", "", ""))
        expected = connection.request(NOTE, cratejoy("docs.new", ""))[1]
        assert expected == connection.request(NOTE, cratejoy("docs.one", ""))[1]


def test_only_the_first_changes_of_a_sandbox_are_adopted(executed: list[str]) -> None:
    with client() as (connection, _):
        for name in ("docs.one", "docs.two"):
            for number in range(MAX_SHARED_DEPTH + 1):
                body = json.dumps({"note": str(number)}).encode()
                connection.request(NOTE, cratejoy(name, ""), method="PUT", body=body)
    assert [*["docs.one"] * (MAX_SHARED_DEPTH + 1), "docs.two"] == executed


@pytest.mark.parametrize(
    ("key", "name"),
    [("docs.%C3%B6", "docs.ö"), ("docs.%74wo", "docs.two"), ("docs.two@1", "docs.two"), ("docs+a%402", "docs+a")],
)
def test_encoded_key_selects_its_own_sandbox(key: str, name: str) -> None:
    with client() as (connection, url):
        connection.request("/orders/latest?key=docs.first")
        connection.request(f"/orders/latest?key={key.replace('+', '%2B')}")
        assert sorted(["docs.first", name]) == _names(url)


@pytest.mark.parametrize(
    "query", ["key=docs.one&key=docs.two", "key=docs.one&%6Bey=docs.two", "%6bey=docs.two&a=key=x"]
)
def test_last_of_several_keys_selects_the_sandbox(query: str) -> None:
    with client() as (connection, url):
        connection.request(f"/orders/latest?{query.replace('docs.two', 'docs.before')}")
        connection.request(f"/orders/latest?{query}")
        assert ["docs.before", "docs.two"] == _names(url)


def _names(url: str) -> list[str]:
    return sorted(each["name"] for each in EmulatorClient(url).sandboxes())

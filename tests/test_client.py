"""The control client: one table of calls, held against a Sandbox and an AsyncSandbox, which give the same."""

import asyncio
import inspect
import json
import pickle
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from typing import Any, assert_type
from urllib.parse import quote

import aiohttp
import pytest
from aiohttp import web
from conftest import Start, basic
from pytest_aiohttp.plugin import AiohttpServer
from yarl import URL

import mockorders
from mockorders import MockServer
from mockorders.answers import Clock, Fault, Look, Request
from mockorders.calls import Call, ClockCalls, Endpoint, Reading, SandboxCalls, ServerCalls
from mockorders.client import AsyncSandbox, ControlError, Sandbox, Server, Unreachable

FROZEN = "2017-03-21T00:00:00Z"
TIME = datetime(2017, 3, 21, tzinfo=UTC)
ORDER = 75572230
CUSTOMER = 586402305
TOKEN = "a token"
NUMBERS = count()


@dataclass
class Client:
    """A client of either kind, called alike; `url` is the emulator's."""

    url: str
    sandbox: Any

    @property
    def name(self) -> str:
        return str(self.sandbox.name)

    async def __call__(self, call: str, *args: Any, **options: Any) -> Any:
        """Make a call, such as `clock.freeze`."""
        target = self.sandbox
        for step in call.split("."):
            target = getattr(target, step)
        value = target(*args, **options) if callable(target) else target
        assert inspect.isawaitable(value) == isinstance(self.sandbox, AsyncSandbox)
        return await value if inspect.isawaitable(value) else value

    async def refused(self, call: str, *args: Any, **options: Any) -> ControlError:
        """Make a call that is refused."""
        with pytest.raises(ControlError) as caught:
            await self(call, *args, **options)
        return caught.value

    async def order(self, method: str = "GET", note: str | None = None) -> int:
        """Use Cratejoy as the sandbox; gives the answer's status."""
        url = f"{self.url}/v1/orders/{ORDER}/"
        body = {} if note is None else {"note": note}
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, json=body, headers=basic(self.name)) as response,
        ):
            await response.read()
            return response.status


Connect = Callable[..., Awaitable[Client]]


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """Run an emulator in a thread; gives its URL."""
    with MockServer(fixtures="docs") as server:
        yield server.url


@pytest.fixture(params=["sync", "async"])
async def connect(request: pytest.FixtureRequest, served: str, start: Start) -> AsyncIterator[Connect]:
    """Give a function that makes a client of each kind; its options are those of the clients, and `url`."""
    opened: list[AsyncSandbox] = []

    async def connects(name: str | None = None, **options: Any) -> Client:
        name = f"docs.{next(NUMBERS)}" if name is None else name
        url = options.pop("url", None)
        if request.param == "sync":
            return Client(url or served, Sandbox(url or served, name, **options))
        url = url or (await start()).url
        opened.append(AsyncSandbox(url, name, **options))
        return Client(url, opened[-1])

    yield connects
    for sandbox in opened:
        await sandbox.close()


@pytest.fixture
async def client(connect: Connect) -> Client:
    """Give a client of a fresh sandbox."""
    return await connect()


# The table: what is called before, what is called, and what it gives

Step = tuple[str, tuple[Any, ...], dict[str, Any]]


def step(call: str, *args: Any, **options: Any) -> Step:
    return call, args, options


def has(**expected: Any) -> Callable[[Any], bool]:
    """Expect an object with these members."""
    return lambda value: expected.items() <= value.items()


def ids(*expected: Any) -> Callable[[Any], bool]:
    """Expect a list of records with these ids."""
    return lambda value: list(expected) == [each["id"] for each in value]


ADDRESS = {"id": 1, "customer_id": CUSTOMER}
FREEZE = step("clock.freeze", FROZEN)
FAULT = step("fault", "status", status=503)
DEFAULTS = {"times": None, "after": 0, "probability": 1, "stage": "before", "id": "1", "met": 0}
NOTE = step("patch_record", "cratejoy", "orders", ORDER, {"note": "n"})

CALLS: list[tuple[list[Step], Step, Any]] = [
    ([], step("make"), has(fixtures="docs", profile="documented", current_customer=2)),
    ([], step("make", fixtures="empty", profile="observed"), has(fixtures="empty", profile="observed")),
    ([], step("make", fixtures={"extends": "empty", "current_customer": 1}), has(current_customer=1)),
    ([], step("make", clock=FROZEN), has(clock={"now": FROZEN, "frozen": True})),
    ([], step("make", clock=TIME), has(clock={"now": FROZEN, "frozen": True})),
    ([FREEZE], step("look"), has(clock={"now": FROZEN, "frozen": True})),
    ([FREEZE], step("forget"), None),
    ([FREEZE, step("forget"), step("make")], step("look"), lambda value: not value["clock"]["frozen"]),
    ([NOTE], step("reset"), None),
    ([NOTE, step("reset")], step("diff"), {"from": None, "patch": [], "lines": []}),
    ([], step("state"), lambda value: {"universe", "cratejoy", "current_customer", "profile"} <= set(value)),
    ([], step("put_state", {"extends": "empty", "current_customer": 1}), has(current_customer=1)),
    ([step("put_state", {"extends": "empty"})], step("records", "cratejoy", "orders"), []),
    ([], step("snapshot", "a"), ["a"]),
    ([step("snapshot", "b")], step("snapshot", "a"), ["a", "b"]),
    ([step("snapshot", "a"), NOTE], step("restore", "a"), None),
    ([step("snapshot", "a"), NOTE, step("restore", "a")], step("diff", "a"), {"from": "a", "patch": [], "lines": []}),
    ([step("snapshot", "a")], step("delete_snapshot", "a"), None),
    (
        [NOTE],
        step("diff"),
        has(**{"from": None, "lines": [f'order {ORDER}: note null → "n"']}),
    ),
    ([], step("records", "cratejoy", "orders"), ids(ORDER, 730837920)),
    ([], step("record", "universe", "orders", 489), has(id=489)),
    ([NOTE], step("record", "cratejoy", "orders", ORDER), has(id=ORDER, note="n")),
    ([], NOTE, has(id=ORDER, note="n")),
    ([], step("put_record", "cratejoy", "addresses", 1, ADDRESS), has(**ADDRESS)),
    (
        [step("put_record", "cratejoy", "addresses", 1, ADDRESS)],
        step("delete_record", "cratejoy", "addresses", 1),
        None,
    ),
    ([FREEZE], step("clock.now"), TIME),
    ([], FREEZE, {"now": FROZEN, "frozen": True}),
    ([], step("clock.freeze", TIME), {"now": FROZEN, "frozen": True}),
    ([], step("clock.freeze"), has(frozen=True)),
    ([FREEZE], step("clock.run"), has(frozen=False)),
    ([FREEZE], step("clock.set", frozen=False), has(frozen=False)),
    ([], step("clock.set", now=FROZEN, frozen=True), {"now": FROZEN, "frozen": True}),
    ([FREEZE], step("clock.set", now="2020-01-01"), {"now": "2020-01-01T00:00:00Z", "frozen": True}),
    ([FREEZE], step("clock.advance", seconds=61), {"now": "2017-03-21T00:01:01Z", "frozen": True}),
    ([FREEZE], step("clock.advance", seconds=-1), {"now": "2017-03-20T23:59:59Z", "frozen": True}),
    ([], FAULT, {**DEFAULTS, "match": {}, "effect": {"type": "status", "status": 503}}),
    ([FAULT], FAULT, has(id="2")),
    ([], step("faults"), []),
    ([FAULT, FAULT], step("faults"), ids("1", "2")),
    ([FAULT], step("delete_fault", "1"), None),
    ([FAULT, FAULT, step("delete_fault", {"id": "1"})], step("faults"), ids("2")),
    ([FAULT], step("clear_faults"), None),
    ([FAULT, step("clear_faults")], step("faults"), []),
    ([], step("requests"), []),
    ([], step("clear_requests"), None),
    ([], step("har"), lambda value: (value["log"]["version"], value["log"]["entries"]) == ("1.2", [])),
]


@pytest.mark.parametrize(
    ("before", "call", "expected"), CALLS, ids=[f"{number}-{call[0]}" for number, (_, call, _) in enumerate(CALLS)]
)
async def test_the_calls(client: Client, before: list[Step], call: Step, expected: Any) -> None:
    for name, args, options in before:
        await client(name, *args, **options)
    value = await client(call[0], *call[1], **call[2])
    assert expected(value) if callable(expected) else expected == value


def test_the_table_has_every_call() -> None:
    seen = {call[0] for _, call, _ in CALLS}
    assert endpoints(SandboxCalls) | {f"clock.{name}" for name in endpoints(ClockCalls)} == seen | {
        "request",  # these two need a request: see the journal's tests
        "explain",
    }


def endpoints(group: type) -> set[str]:
    return {name for name, value in vars(group).items() if isinstance(value, Endpoint | Reading)}


# Faults: what chooses, when, and what the effect takes


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        (
            "reset",
            {"method": "POST", "stage": "after", "times": 1},
            {"match": {"method": "POST"}, "effect": {"type": "reset"}, "stage": "after", "times": 1},
        ),
        (
            "status",
            {"status": 503, "body": {"a": 1}, "headers": {"X-A": "b"}, "api": "cratejoy", "path": "/v1/*"},
            {
                "match": {"api": "cratejoy", "path": "/v1/*"},
                "effect": {"type": "status", "status": 503, "body": {"a": 1}, "headers": {"X-A": "b"}},
            },
        ),
        (
            "delay",
            {"ms": 1.5, "after": 2, "probability": 0.5, "query": {"a": "b"}, "header": {"X-A": "b"}},
            {
                "match": {"query": {"a": "b"}, "header": {"X-A": "b"}},
                "effect": {"type": "delay", "ms": 1.5},
                "after": 2,
                "probability": 0.5,
            },
        ),
        ("delay", {"uniform": (1, 2)}, {"match": {}, "effect": {"type": "delay", "uniform": [1, 2]}}),
        (
            "close",
            {"match": {"body": {"/note": "n"}, "method": "GET"}, "method": "PUT"},
            {"match": {"body": {"/note": "n"}, "method": "PUT"}, "effect": {"type": "close"}},
        ),
        (
            "rate_limit",
            {"requests": 5, "window": 60, "times": None},
            {"match": {}, "effect": {"type": "rate_limit", "requests": 5, "window": 60}, "times": None},
        ),
        (
            "drift",
            {"pointer": "/id", "how": "retype"},
            {"match": {}, "effect": {"type": "drift", "pointer": "/id", "how": "retype"}},
        ),
    ],
)
async def test_a_fault_s_options_find_their_place(client: Client, kind: str, options: Any, expected: Any) -> None:
    assert {**DEFAULTS, **expected} == await client("fault", kind, **options)


async def test_a_fault_strikes_and_tells_so(client: Client) -> None:
    fault = await client("fault", "status", status=503, method="PUT", times=1)
    assert [200, 503, 200] == [await client.order(), await client.order("PUT"), await client.order("PUT")]
    assert [1] == [each["met"] for each in await client("faults")]
    await client("delete_fault", fault)
    assert await client("faults") == []


# The journal


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["1", "2", "3"]),
        ({"method": "GET"}, ["1", "3"]),
        ({"status": 200, "path": "/v1/*", "api": "cratejoy"}, ["1", "2", "3"]),
        ({"api": "universe"}, []),
        ({"since": "2"}, ["3"]),
        ({"since": {"id": "1"}, "method": None}, ["2", "3"]),
        ({"path": "/a b&c=ü"}, []),
    ],
)
async def test_requests_are_listed_and_filtered(client: Client, filters: dict[str, Any], expected: list[str]) -> None:
    for method in ("GET", "PUT", "GET"):
        await client.order(method)
    assert ids(*expected)(await client("requests", **filters))
    har = await client("har", **filters)
    assert [f"request {identifier}" for identifier in expected] == [each["comment"] for each in har["log"]["entries"]]


async def test_requests_are_forgotten(client: Client) -> None:
    await client.order()
    await client("clear_requests")
    assert await client("requests") == []


async def test_requests_are_waited_for(client: Client) -> None:
    await client.order()
    begun = datetime.now(UTC)
    assert ids("1")(await client("requests", wait=5, min=1))
    assert datetime.now(UTC) - begun < timedelta(seconds=4)
    assert ids("1")(await client("requests", wait=1, min=2))
    assert timedelta(seconds=1) <= datetime.now(UTC) - begun < timedelta(seconds=5)


async def test_a_request_is_given_and_explained(client: Client) -> None:
    await client.order("PUT", "n")
    (request,) = await client("requests")
    assert request == await client("request", "1")
    assert (await client("explain", request)) == (await client("explain", "1"))
    assert has(id="1", status=200, sandbox=client.name)(await client("explain", "1"))


# Times


@pytest.mark.parametrize("time", [TIME, TIME.astimezone(timezone(timedelta(hours=-7))), "2017-03-21T02:00+02:00"])
async def test_times_are_aware_or_text(client: Client, time: datetime | str) -> None:
    assert {"now": FROZEN, "frozen": True} == await client("clock.freeze", time)
    assert await client("clock.now") == TIME
    assert (await client("clock.now")).utcoffset() == timedelta()


@pytest.mark.parametrize(("call", "name"), [("clock.freeze", "t"), ("clock.set", "now"), ("make", "clock")])
async def test_a_time_that_is_not_aware_is_refused(client: Client, call: str, name: str) -> None:
    with pytest.raises(ValueError, match="aware"):
        await client(call, **{name: TIME.replace(tzinfo=None)})


# Names

NAMES = [
    "a/b",
    "/",
    "a/",
    "%",
    "%2F",
    "%252F",
    "100%",
    "..",
    ".",
    "../..",
    "a?b=c&d#e",
    "a+b;c,d",
    "docs.test[x-1]",
    "a{b}",
    "a\\b",
    "a@b",
    "ünïcödé-日本-🎁",
    '"quoted"',
    "a:b",
    "état/%/..",
    "x" * 200,
    "é" * 200,
]


@pytest.mark.parametrize("name", NAMES)
async def test_every_name_reaches_its_own_sandbox(connect: Connect, name: str) -> None:
    client = await connect(name)
    await client("make")
    assert name == (await client("look"))["name"]
    assert [name] == await client("snapshot", name)
    await client("restore", name)
    assert name == (await client("diff", name))["from"]
    await client("delete_snapshot", name)
    await client("forget")


@pytest.mark.parametrize("name", NAMES)
async def test_the_credential_of_a_name_leads_to_the_same_sandbox(connect: Connect, name: str) -> None:
    client = await connect(name)
    url = URL(f"{client.url}/orders?key={quote(name, safe='')}", encoded=True)
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert (await response.json())["status"] == "ok"
    assert ids("1")(await client("requests"))
    assert name in [each["name"] for each in await asyncio.to_thread(Server(client.url).sandboxes)]
    await client("forget")


@pytest.mark.parametrize("name", ["a b", " ", "a\tb", "a\x00b", "x" * 201, "docs@2", "docs@none"])
async def test_what_is_no_name_is_refused(connect: Connect, name: str) -> None:
    error = await (await connect(name)).refused("clock.now")
    assert (422, "No name of a sandbox") == (error.status, error.title)


# Errors


@pytest.mark.parametrize(
    ("call", "status", "pointer"),
    [
        (step("look"), 404, None),
        (step("forget"), 404, None),
        (step("restore", "none"), 404, None),
        (step("delete_snapshot", "none"), 404, None),
        (step("diff", "none"), 404, None),
        (step("record", "cratejoy", "orders", 1), 404, None),
        (step("record", "cratejoy", "nothing", 1), 404, None),
        (step("records", "nothing", "orders"), 404, None),
        (step("delete_fault", "9"), 404, None),
        (step("request", "9"), 404, None),
        (step("explain", "9"), 404, None),
        (step("make", fixtures="none"), 422, "/fixtures"),
        (step("make", clock="soon"), 422, "/clock"),
        (step("make", profile="none"), 422, "/profile"),
        (step("put_state", {"cratejoy": {"orders": [{"id": "x"}]}}), 422, "/cratejoy/orders/0"),
        (step("make", fixtures={"x": 1}), 422, "/fixtures/x"),
        (step("patch_record", "cratejoy", "orders", ORDER, {"customer_id": 1}), 422, "/customer_id"),
        (step("patch_record", "cratejoy", "orders", ORDER, {"note": 5}), 422, "/note"),
        (step("put_record", "cratejoy", "addresses", 1, {"id": 2, "customer_id": CUSTOMER}), 422, "/id"),
        (step("delete_record", "cratejoy", "customers", CUSTOMER), 422, ""),
        (step("clock.set"), 422, ""),
        (step("clock.freeze", "soon"), 422, "/now"),
        (step("clock.advance", seconds=1.5), 422, "/seconds"),
        (step("clock.advance", seconds=10**15), 422, "/seconds"),
        (step("fault", "explode"), 422, "/effect/type"),
        (step("fault", "status"), 422, "/effect/status"),
        (step("fault", "status", status=99), 422, "/effect/status"),
        (step("fault", "reset", api="none"), 422, "/match/api"),
        (step("fault", "delay", uniform=(2, 1)), 422, "/effect/uniform"),
        (step("fault", "reset", times=0), 422, "/times"),
        (step("requests", status="x"), 422, "/status"),
        (step("requests", wait=61), 422, "/wait"),
        (step("har", since="x"), 422, "/since"),
        (step("put_state", {"current_customer": float("nan")}), 400, None),
    ],
)
async def test_errors_carry_the_problem_document(
    connect: Connect, call: Step, status: int, pointer: str | None
) -> None:
    client = await connect(f"docs.refused.{next(NUMBERS)}")
    error = await client.refused(call[0], *call[1], **call[2])
    assert (status, status) == (error.status, error.document["status"])
    assert (pointer, pointer) == (error.pointer, error.document.get("pointer"))
    assert (error.title, error.detail) == (error.document["title"], error.document["detail"])
    assert f"{status} {error.title}: {error.detail}" == str(error)


async def test_an_error_survives_the_way_between_processes(client: Client) -> None:
    error = await client.refused("clock.freeze", "soon")
    again = pickle.loads(pickle.dumps(error))
    assert (str(error), error.pointer, error.document) == (str(again), again.pointer, again.document)


async def test_nothing_there_is_said_clearly(connect: Connect) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        client = await connect("docs", url=url)
        with pytest.raises(Unreachable, match=f"GET {url}/_mockorders/sandboxes/docs: .*(refused|failed)"):
            await client("look")
        assert issubclass(Unreachable, ConnectionError)


@pytest.mark.parametrize("cuts", [True, False])
async def test_no_answer_is_said_clearly(connect: Connect, cuts: bool) -> None:
    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not cuts:
            await reader.read()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        client = await connect("docs", url=url)
        with pytest.raises(Unreachable, match=f"GET {url}/_mockorders/sandboxes/docs/clock: ."):
            await in_thread(client, "send", Call("GET", "/clock", seconds=60 if cuts else 0.1))


async def in_thread(client: Client, call: str, *args: Any) -> Any:
    """Make a call beside a server that runs in this thread."""
    if isinstance(client.sandbox, AsyncSandbox):
        return await client(call, *args)
    return await asyncio.to_thread(getattr(client.sandbox, call), *args)


@pytest.mark.parametrize(
    ("status", "text"), [(404, "<h1>Not found</h1>"), (200, "<h1>Welcome</h1>"), (302, ""), (200, ""), (500, "[]")]
)
async def test_another_server_s_answer_is_said_clearly(
    connect: Connect, aiohttp_server: AiohttpServer, status: int, text: str
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=text, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_get("/_mockorders/sandboxes/docs", answer)
    server = await aiohttp_server(app)
    client = await connect("docs", url=str(server.make_url("")))
    with pytest.raises(ControlError, match="Not an answer of the control API") as caught:
        await in_thread(client, "look")
    assert (status, None) == (caught.value.status, caught.value.pointer)
    assert "GET http://127.0.0.1" in caught.value.detail


@pytest.mark.parametrize("url", ["", "localhost:8080", "ftp://localhost", "http://", "http://localhost/?a=b"])
@pytest.mark.parametrize("kind", [Sandbox, AsyncSandbox])
def test_what_is_no_url_is_refused(kind: type[Sandbox | AsyncSandbox], url: str) -> None:
    with pytest.raises(ValueError, match="url: expected"):
        kind(url, "docs")


async def test_a_slash_at_the_url_s_end_is_nothing(connect: Connect, served: str) -> None:
    assert (await (await connect("docs.slash", url=served + "/"))("make"))["name"] == "docs.slash"


# The token


@pytest.fixture(scope="module")
def guarded() -> Iterator[str]:
    """Run an emulator that asks for a token; gives its URL."""
    with MockServer(fixtures="docs", control_token=TOKEN) as server:
        yield server.url


async def test_the_token_is_sent(connect: Connect, guarded: str) -> None:
    client = await connect("docs", url=guarded, token=TOKEN)
    assert (await client("make"))["name"] == "docs"
    assert (await client("clock.freeze", FROZEN))["frozen"]


@pytest.mark.parametrize("token", [None, "", "another"])
async def test_without_the_token_nothing_is_told(connect: Connect, guarded: str, token: str | None) -> None:
    error = await (await connect("docs", url=guarded, token=token)).refused("state")
    assert (401, "No token") == (error.status, error.title)


# The whole emulator


def test_the_server_is_asked(guarded: str) -> None:
    assert Server(guarded).health() == {"status": "ok", "version": mockorders.__version__}
    server, sandbox = Server(guarded, token=TOKEN), Sandbox(guarded, "docs.all", token=TOKEN)
    sandbox.patch_record("cratejoy", "orders", ORDER, {"note": "n"})
    assert "docs.all" in [each["name"] for each in server.sandboxes()]
    server.reset_all()
    assert sandbox.diff()["patch"] == []
    assert {"name", "statement", "evidence", "source", "sentence"} == set(server.fidelity()[0])
    with pytest.raises(ControlError, match="401 No token"):
        Server(guarded).reset_all()


# Both kinds


def test_the_two_clients_offer_the_same() -> None:
    asynchronous = {name for name in dir(AsyncSandbox) if not name.startswith("_")} - {"close"}
    assert {name for name in dir(Sandbox) if not name.startswith("_")} == asynchronous


@pytest.mark.parametrize("group", [SandboxCalls, ClockCalls, ServerCalls])
def test_every_call_says_what_it_does(group: type) -> None:
    assert all(vars(group)[name].__doc__ for name in endpoints(group))
    assert Sandbox.look.__doc__ == Sandbox("http://localhost", "docs").look.__doc__


async def test_an_async_client_opens_anew_after_it_was_closed(start: Start) -> None:
    async with AsyncSandbox((await start()).url, "docs") as sandbox:
        await sandbox.make()
        await sandbox.close()
        assert (await sandbox.look())["name"] == "docs"


async def test_threads_share_a_client(served: str) -> None:
    sandbox = Sandbox(served, "docs.threads")
    added = await asyncio.gather(*(asyncio.to_thread(sandbox.fault, "reset") for _ in range(20)))
    assert {str(number) for number in range(1, 21)} == {fault["id"] for fault in added}


async def test_the_state_is_not_assigned_by_mistake(client: Client) -> None:
    with pytest.raises(AttributeError, match="put_state"):
        client.sandbox.state = {}


async def test_what_they_give_is_typed(served: str) -> None:
    sandbox = Sandbox(served, "docs.typed")
    assert_type(sandbox.make(), Look)
    assert_type(sandbox.clock.freeze(), Clock)
    assert_type(sandbox.clock.now(), datetime)
    assert_type(sandbox.fault("reset", method="POST", stage="after", times=1), Fault)
    assert_type(sandbox.requests(method="POST", wait=1, min=0), list[Request])
    assert_type(sandbox.clear_faults(), None)
    assert_type(sandbox.state, dict[str, Any])
    async with AsyncSandbox(served, "docs.typed") as other:
        assert_type(await other.make(), Look)
        assert_type(await other.fault("delay", uniform=(0, 1)), Fault)
        assert_type(await other.clock.now(), datetime)
        assert_type(await other.state, dict[str, Any])


def test_importing_the_client_costs_nothing_heavy() -> None:
    script = (
        "import json, sys; import mockorders.client as client; client.Sandbox('http://127.0.0.1:1', 'docs').clock;"
        "client.AsyncSandbox('http://127.0.0.1:1', 'docs'); print(json.dumps(sorted(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    heavy = {"aiohttp", "yarl", "asyncio", "http.client", "ssl", "jsonschema", "faker", "orjson", "mockorders.app"}
    assert heavy & set(json.loads(found.stdout)) == set()


def test_a_waiting_client_never_needs_aiohttp(served: str) -> None:
    script = (
        "import sys; from mockorders.client import Sandbox; print(Sandbox(sys.argv[1], 'docs.bare').make()['name'],"
        "'aiohttp' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", script, served], check=True, capture_output=True, text=True)
    assert found.stdout.split() == ["docs.bare", "False"]

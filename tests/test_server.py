"""The emulator in Python: in a thread for blocking code, as an application for asynchronous code."""

import http.client
import inspect
import json
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient
from support.processes import finish

import mockorders
from mockorders import MockServer, Sandbox, create_app
from mockorders.fixture_sets.errors import FixtureError


def get(server: MockServer, path: str) -> Any:
    """Send a blocking GET request."""
    url = urlsplit(server.url)
    assert url.hostname is not None
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
    try:
        connection.request("GET", path)
        return json.load(connection.getresponse())
    finally:
        connection.close()


def latest(server: MockServer, key: str = "x@164") -> Any:
    return get(server, f"/orders/latest?key={key}")["order"]["id"]


# ---- MockServer


def test_server_runs_in_a_with_block() -> None:
    with MockServer(fixtures="docs") as server:
        assert (True, 489) == (server.url.startswith("http://127.0.0.1:"), latest(server))


def test_server_runs_between_start_and_stop() -> None:
    server = MockServer(fixtures="docs")
    assert server is server.start()
    assert 489 == latest(server)
    server.stop()
    with pytest.raises(OSError, match="refused"):
        latest(server)


def servers() -> list[threading.Thread]:
    """Return the threads of running servers, including those of other tests' fixtures."""
    return [thread for thread in threading.enumerate() if thread.name == "mockorders"]


def test_stop_can_be_called_twice_and_without_start() -> None:
    before = servers()
    server = MockServer(fixtures="docs")
    server.stop()
    server.start()
    server.stop()
    server.stop()
    assert before == servers()


def test_server_stops_if_the_block_raises() -> None:
    before = servers()
    with pytest.raises(ZeroDivisionError), MockServer(fixtures="docs"):
        _ = 1 / 0
    assert before == servers()


def test_two_servers_are_independent() -> None:
    with MockServer(fixtures="docs") as one, MockServer(fixtures="empty") as two:
        assert one.url != two.url
        assert [2, 0] == [len(get(server, "/orders?key=x@2")["orders"]) for server in (one, two)]
        assert [1, 1] == [get(server, "/_mockorders/sandboxes")["count"] for server in (one, two)]


def test_port_in_use_is_an_error_at_each_start() -> None:
    with MockServer(fixtures="docs") as server:
        second = MockServer(fixtures="docs", port=port_of(server))
        for _ in range(2):
            with pytest.raises(OSError, match="in use"):
                second.start()
        second.stop()
        assert 489 == latest(server)
    with second:
        assert 489 == latest(second)


def port_of(server: MockServer) -> int:
    port = urlsplit(server.url).port
    assert port is not None
    return port


# ---- starting again


def test_server_can_be_started_again_on_its_port() -> None:
    server = MockServer(fixtures="docs")
    urls = []
    for _ in range(3):
        with server:
            assert 489 == latest(server)
            urls.append(server.url)
        with pytest.raises(OSError, match="refused"):
            latest(server)
    assert [urls[0]] * 3 == urls


def test_sandboxes_outlive_a_restart() -> None:
    with MockServer(fixtures="docs") as server:
        Sandbox(server.url, "x").patch_record("cratejoy", "orders", 75572230, {"note": "kept"})
        server.stop()
        server.start()
        assert "kept" == Sandbox(server.url, "x").record("cratejoy", "orders", 75572230)["note"]


def test_restart_on_a_port_in_use_is_an_error() -> None:
    server = MockServer(fixtures="docs").start()
    server.stop()
    with socket.create_server(("127.0.0.1", port_of(server))), pytest.raises(OSError, match="in use"):
        server.start()
    with server:
        assert 489 == latest(server)


def test_start_does_nothing_while_running() -> None:
    before = servers()
    with MockServer(fixtures="docs").start() as server:
        url = server.url
        assert url == server.start().url
        assert len(before) + 1 == len(servers())
        assert 489 == latest(server)
    assert before == servers()


def test_threads_that_start_and_stop_a_server_share_one_run() -> None:
    before = servers()
    server = MockServer(fixtures="docs")
    with ThreadPoolExecutor(8) as pool:
        urls = list(pool.map(lambda _: server.start().url, range(8)))
        assert (len(before) + 1, 489) == (len(servers()), latest(server))
        list(pool.map(lambda _: server.stop(), range(8)))
    assert [server.url] * 8 == urls
    assert before == servers()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_any_error_of_the_event_loop_is_raised_by_start(
    monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def fail(*arguments: Any, **_: Any) -> None:
        for coroutine in filter(inspect.iscoroutine, arguments):
            coroutine.close()
        raise error("no loop")

    before = servers()
    server = MockServer(fixtures="docs")
    for place in ("mockorders.server.asyncio.Runner.run", "mockorders.server.Listener", "mockorders.server.make_app"):
        with monkeypatch.context() as patch:
            patch.setattr(place, fail)
            with pytest.raises(error, match="no loop"):
                server.start()
        assert before == servers()
    with server:
        assert 489 == latest(server)


def test_given_port_is_used() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with MockServer(fixtures="docs", port=port) as server:
        assert f"http://127.0.0.1:{port}" == server.url


@pytest.mark.parametrize("port", [-1, 65_536])
def test_invalid_port_is_an_error(port: int) -> None:
    with pytest.raises(ValueError, match=f"^port: expected an integer from 0 to 65535, got {port}$"):
        MockServer(fixtures="docs", port=port)


def test_server_handles_many_threads() -> None:
    found: list[int] = []
    with MockServer(fixtures="docs") as server:
        threads = [
            threading.Thread(target=lambda key=f"docs.{number}@164": found.append(latest(server, key)))
            for number in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [489] * 20 == found


async def test_server_runs_next_to_a_running_loop() -> None:
    with MockServer(fixtures="docs") as server:
        assert 489 == latest(server)


# ---- options


def test_options_are_applied() -> None:
    with MockServer(fixtures=["docs"], clock="2017-03-21", profile="observed", max_sandboxes=1) as server:
        frozen = get(server, "/_mockorders/sandboxes/x/clock")
        second = get(server, "/orders?key=y")
    assert ({"now": "2017-03-21T00:00:00Z", "frozen": True}, 503) == (frozen, second["status"])


def test_clock_can_be_a_datetime() -> None:
    with MockServer(fixtures="docs", clock=datetime(2017, 3, 21, tzinfo=UTC)) as server:
        assert "2017-03-21T00:00:00Z" == get(server, "/_mockorders/sandboxes/x/clock")["now"]


@pytest.mark.parametrize("make", [create_app, MockServer])
def test_unknown_options_are_type_errors(make: Any) -> None:
    with pytest.raises(TypeError, match="nope"):
        make(nope=1)
    with pytest.raises(ValueError, match="noon"):
        make(clock="noon")
    with pytest.raises(FixtureError, match="nope: expected the name of a set"):
        make(fixtures="nope")


# ---- the application


async def test_create_app_works_with_pytest_aiohttp(aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(create_app(fixtures="docs"))
    async with client.get("/api/v1/orders/latest", params={"key": "docs@164"}) as response:
        assert (200, 489) == (response.status, (await response.json())["order"]["id"])


async def test_two_applications_are_independent(aiohttp_client: AiohttpClient) -> None:
    one, two = [await aiohttp_client(create_app(fixtures="docs")) for _ in range(2)]
    async with one.get("/orders?key=x") as first, two.get("/_mockorders/sandboxes") as second:
        assert (200, 0) == (first.status, (await second.json())["count"])


async def test_application_stops_with_the_signals_of_its_loop(aiohttp_client: AiohttpClient) -> None:
    app = create_app(fixtures="docs")
    seen: list[str] = []

    async def started(_: web.Application) -> None:
        seen.append("started")

    app.on_startup.append(started)
    await aiohttp_client(app)
    assert ["started"] == seen


# ---- cost of imports


def imported(statement: str) -> set[str]:
    """Return the modules that a statement imports in a fresh interpreter."""
    code = f"import sys; before = set(sys.modules); {statement}; print(*(set(sys.modules) - before))"
    return set(finish([sys.executable, "-c", code], check=True).stdout.split())


def test_import_of_the_package_is_lazy() -> None:
    found = imported("import mockorders")
    others = {name for name in found if name.partition(".")[0] not in sys.stdlib_module_names}
    heavy = found & {"asyncio", "json", "logging", "ssl", "socket"}
    assert ({"mockorders", "mockorders.__version__"}, set()) == (others, heavy)


def test_import_of_create_app_has_no_side_effects() -> None:
    found = imported("from mockorders import create_app")
    assert set() == found & {
        "faker",
        "jsonschema",
        "platformdirs",
        "qs_codec",
        "jinja2",
        "click",
        "mockorders.cli.main",
    }


def test_public_names_are_complete() -> None:
    assert {"MockServer", "create_app", "__version__"} <= set(mockorders.__all__)
    assert [True] * len(mockorders.__all__) == [hasattr(mockorders, name) for name in mockorders.__all__]
    with pytest.raises(AttributeError, match="module 'mockorders' has no attribute 'nope'"):
        _ = mockorders.nope  # type: ignore[attr-defined]

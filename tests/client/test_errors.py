"""Errors and the token of the Python client."""

import asyncio
import pickle
import socket
from typing import Any

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpServer
from support.client import CUSTOMER, FROZEN, NUMBERS, ORDER, TOKEN, Client, Connect, Step, step

from mockorders.client.descriptors import ControlRequest
from mockorders.client.errors import ControlError, UnreachableError
from mockorders.client.sandbox import AsyncSandbox, Sandbox

# Errors


@pytest.mark.parametrize(
    ("call", "status", "pointer"),
    [
        (step("info"), 404, None),
        (step("delete"), 404, None),
        (step("restore", "none"), 404, None),
        (step("delete_snapshot", "none"), 404, None),
        (step("diff", "none"), 404, None),
        (step("record", "cratejoy", "orders", 1), 404, None),
        (step("record", "cratejoy", "nothing", 1), 404, None),
        (step("records", "nothing", "orders"), 404, None),
        (step("delete_fault", "9"), 404, None),
        (step("request", "9"), 404, None),
        (step("explain", "9"), 404, None),
        (step("create", fixtures="none"), 422, "/fixtures"),
        (step("create", clock="soon"), 422, "/clock"),
        (step("create", profile="none"), 422, "/profile"),
        (step("put_state", {"cratejoy": {"orders": [{"id": "x"}]}}), 422, "/cratejoy/orders/0"),
        (step("create", fixtures={"x": 1}), 422, "/fixtures/x"),
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
async def test_errors_have_the_problem_document(connect: Connect, call: Step, status: int, pointer: str | None) -> None:
    client = await connect(f"docs.rejected.{next(NUMBERS)}")
    error = await client.error(call[0], *call[1], **call[2])
    assert (status, status) == (error.status, error.document["status"])
    assert (pointer, pointer) == (error.pointer, error.document.get("pointer"))
    assert (error.title, error.detail) == (error.document["title"], error.document["detail"])
    assert f"{status} {error.title}: {error.detail}" == str(error)


async def test_error_can_be_pickled(client: Client) -> None:
    error = await client.error("clock.freeze", "soon")
    again = pickle.loads(pickle.dumps(error))
    assert (str(error), error.pointer, error.document) == (str(again), again.pointer, again.document)


async def test_refused_connection_is_a_clear_error(connect: Connect) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        client = await connect("docs", url=url)
        with pytest.raises(UnreachableError, match=f"GET {url}/_mockorders/sandboxes/docs: .*(refused|failed)"):
            await client("info")
        assert issubclass(UnreachableError, ConnectionError)


@pytest.mark.parametrize("cuts", [True, False])
async def test_timeout_is_a_clear_error(connect: Connect, cuts: bool) -> None:
    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not cuts:
            await reader.read()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        client = await connect("docs", url=url)
        with pytest.raises(UnreachableError, match=f"GET {url}/_mockorders/sandboxes/docs/clock: ."):
            await in_thread(client, "send", ControlRequest("GET", "/clock", timeout=60 if cuts else 0.1))


async def in_thread(client: Client, call: str, *args: Any) -> Any:
    """Call a method while the server runs in this thread."""
    if isinstance(client.sandbox, AsyncSandbox):
        return await client(call, *args)
    return await asyncio.to_thread(getattr(client.sandbox, call), *args)


@pytest.mark.parametrize(
    ("status", "text"), [(404, "<h1>Not found</h1>"), (200, "<h1>Welcome</h1>"), (302, ""), (200, ""), (500, "[]")]
)
async def test_response_of_another_server_is_a_clear_error(
    connect: Connect, aiohttp_server: AiohttpServer, status: int, text: str
) -> None:
    async def respond(_: web.Request) -> web.Response:
        return web.Response(status=status, text=text, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_get("/_mockorders/sandboxes/docs", respond)
    server = await aiohttp_server(app)
    client = await connect("docs", url=str(server.make_url("")))
    with pytest.raises(ControlError, match="Not a response of the control API") as caught:
        await in_thread(client, "info")
    assert (status, None) == (caught.value.status, caught.value.pointer)
    assert "GET http://127.0.0.1" in caught.value.detail


@pytest.mark.parametrize("url", ["", "localhost:8080", "ftp://localhost", "http://", "http://localhost/?a=b"])
@pytest.mark.parametrize("kind", [Sandbox, AsyncSandbox])
def test_invalid_url_is_rejected(kind: type[Sandbox | AsyncSandbox], url: str) -> None:
    with pytest.raises(ValueError, match="url: expected"):
        kind(url, "docs")


async def test_trailing_slash_of_the_url_is_ignored(connect: Connect, served: str) -> None:
    assert "docs.slash" == (await (await connect("docs.slash", url=served + "/"))("create"))["name"]


# The token


async def test_token_is_sent(connect: Connect, guarded: str) -> None:
    client = await connect("docs", url=guarded, token=TOKEN)
    assert "docs" == (await client("create"))["name"]
    assert (await client("clock.freeze", FROZEN))["frozen"]


@pytest.mark.parametrize("token", [None, "", "another"])
async def test_missing_token_is_an_error(connect: Connect, guarded: str, token: str | None) -> None:
    error = await (await connect("docs", url=guarded, token=token)).error("state")
    assert (401, "Missing or invalid token") == (error.status, error.title)

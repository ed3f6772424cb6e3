"""Connections that the blocking client keeps."""

import os
import socket
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from support.processes import wait_until

from mockorders import MockServer
from mockorders.client.errors import UnreachableError
from mockorders.client.sandbox import EmulatorClient, Sandbox


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Record the addresses to which connections are opened."""
    addresses: list[Any] = []
    connect = socket.create_connection

    def record(address: Any, *args: Any, **options: Any) -> socket.socket:
        addresses.append(address)
        return connect(address, *args, **options)

    monkeypatch.setattr(socket, "create_connection", record)
    return addresses


@pytest.fixture
def own() -> Iterator[MockServer]:
    with MockServer(fixtures="docs") as server:
        yield server


@pytest.fixture
def client(own: MockServer) -> Iterator[EmulatorClient]:
    client = EmulatorClient(own.url, keep_connections=True)
    yield client
    client.close()


def test_calls_use_one_connection_each_by_default(served: str, opened: list[Any]) -> None:
    sandbox = Sandbox(served, "docs.each")
    sandbox.create()
    sandbox.faults()
    assert 2 == len(opened)


def test_sandboxes_share_the_kept_connection(client: EmulatorClient, opened: list[Any]) -> None:
    for name in ("docs.a", "docs.b"):
        sandbox = Sandbox(client.url, name, connections=client.connections)
        sandbox.create()
        sandbox.finish()
    assert 1 == len(opened)


def test_connection_is_opened_again_after_close(client: EmulatorClient, opened: list[Any]) -> None:
    client.health()
    client.close()
    assert not client.connections.is_open
    client.health()
    assert 2 == len(opened)


def test_threads_use_different_connections(own: MockServer, client: EmulatorClient, opened: list[Any]) -> None:
    sandbox = Sandbox(client.url, "docs.wait", connections=client.connections)
    sandbox.create()
    waiting = threading.Thread(target=sandbox.requests, kwargs={"wait": 20})
    waiting.start()
    wait_until(lambda: is_waited_for(own, sandbox.name))
    client.health()
    assert 2 == len(opened)
    urllib.request.urlopen(f"{client.url}/orders?key={sandbox.name}").close()
    waiting.join()
    assert client.connections.is_open


def is_waited_for(server: MockServer, name: str) -> bool:
    found = server._emulator.sandboxes.get(name)
    return found is not None and bool(found.journal._listeners)


@pytest.mark.parametrize("call", ["create", "faults", "finish", "clear_faults"])
def test_server_can_be_restarted_between_calls(
    own: MockServer, client: EmulatorClient, opened: list[Any], call: str
) -> None:
    sandbox = Sandbox(client.url, "docs.restart", connections=client.connections)
    sandbox.create()
    own.stop()
    own.start()
    getattr(sandbox, call)()
    assert 2 == len(opened)


def test_stopped_server_is_unreachable(own: MockServer, client: EmulatorClient) -> None:
    client.health()
    own.stop()
    assert not client.connections.is_open
    with pytest.raises(UnreachableError):
        client.health()


class ClosingServer:
    """A server that closes each connection when it receives the second request on it; counts the requests."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.requests = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listening.accept()
            with connection:
                connection.recv(2**16)
                self.requests += 1
                connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
                connection.recv(2**16)


@pytest.mark.parametrize(("call", "requests"), [("delete", 2), ("reset", 1)])
def test_only_idempotent_calls_are_repeated(call: str, requests: int) -> None:
    server = ClosingServer()
    client = EmulatorClient(server.url, keep_connections=True)
    sandbox = Sandbox(client.url, "docs", connections=client.connections)
    getattr(sandbox, call)()
    with suppress(UnreachableError):
        getattr(sandbox, call)()
    client.close()
    assert requests == server.requests


@pytest.mark.skipif(sys.platform == "win32", reason="has no fork")
def test_forked_process_opens_its_own_connection(client: EmulatorClient) -> None:
    client.health()
    child = os.fork()
    if child == 0:
        os._exit(1 if client.connections.is_open else 0)
    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert client.connections.is_open

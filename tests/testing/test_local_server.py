"""The session's own server, which ends tests without a request."""

import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.plugin_session import with_bugs

from mockorders.client.errors import ControlError, UnreachableError
from mockorders.client.sandbox import EmulatorClient, Sandbox
from mockorders.errors import internal_error
from mockorders.testing.local_server import LocalServer


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """Run a server with a handler that has bugs."""
    local = LocalServer(fixtures="docs")
    local._emulator = local._emulator._replace(apis=[*map(with_bugs, local._emulator.apis)])
    with local:
        yield local


def leave(sandbox: Sandbox) -> None:
    """Do nothing in a sandbox, which does not exist then."""


def use(sandbox: Sandbox) -> None:
    with urllib.request.urlopen(f"{sandbox.universe.base_url}/orders/489?key={sandbox.universe.key}@2") as response:
        response.read()


def break_it(sandbox: Sandbox) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{sandbox.universe.base_url}/orders/latest?key={sandbox.universe.key}@1")
    caught.value.close()


def add_fault(sandbox: Sandbox) -> None:
    sandbox.fault("reset", method="POST")


@pytest.mark.parametrize(("act", "kept"), [(leave, 0), (use, 0), (break_it, 2), (add_fault, 2)])
def test_result_is_that_of_the_control_api(server: LocalServer, act: Callable[[Sandbox], None], kept: int) -> None:
    sandboxes = [Sandbox(server.url, name) for name in ("local", "other")]
    for sandbox in sandboxes:
        act(sandbox)
    found = server.finish("local")
    expected: Any = sandboxes[1].finish()
    for error in expected["errors"]["errors"]:
        error["request"] = found["errors"]["errors"][0]["request"]  # ids are those of the whole server
    assert expected == found
    assert kept == len(EmulatorClient(server.url).sandboxes())


def test_problem_is_raised_as_by_a_client(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = internal_error()

    async def fail(*_: object) -> None:
        raise problem

    monkeypatch.setattr(type(server._emulator.sandboxes), "transact", fail)
    with pytest.raises(ControlError) as caught:
        server.finish("local")
    assert (problem.status, problem.document()) == (caught.value.status, caught.value.document)


def test_wait_for_a_server_that_does_not_respond_is_limited(server: LocalServer) -> None:
    goes_on = threading.Event()

    async def wait() -> None:
        goes_on.wait()

    blocking = server._submit(wait())
    with pytest.raises(UnreachableError, match=r"no response within 0\.01 s"):
        server.finish("local", timeout=0.01)
    goes_on.set()
    blocking.result()

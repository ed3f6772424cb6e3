"""The synchronous and the asynchronous client have the same methods."""

import asyncio
import inspect
import json
import sys
from datetime import datetime
from typing import Any, assert_type

import pytest
from support.client import ORDER, TOKEN, Client, endpoints
from support.emulator import Start
from support.processes import finish

import mockorders
from mockorders.client.endpoints import ClockApi, SandboxApi, ServerApi
from mockorders.client.errors import ControlError
from mockorders.client.models import ClockInfo, FaultInfo, RecordedRequest, SandboxInfo
from mockorders.client.sandbox import AsyncSandbox, EmulatorClient, Sandbox

# Methods of the whole emulator


def test_emulator_wide_methods_work(guarded: str) -> None:
    assert EmulatorClient(guarded).health() == {"status": "ok", "version": mockorders.__version__}
    server = EmulatorClient(guarded, token=TOKEN)
    sandbox = Sandbox(guarded, "docs.all", token=TOKEN)
    sandbox.patch_record("cratejoy", "orders", ORDER, {"note": "n"})
    assert "docs.all" in [each["name"] for each in server.sandboxes()]
    server.reset_all()
    assert [] == sandbox.diff()["patch"]
    assert {"name", "statement", "evidence", "source", "sentence"} == set(server.fidelity()[0])
    with pytest.raises(ControlError, match="401 Missing or invalid token"):
        EmulatorClient(guarded).reset_all()


# Both kinds


def test_both_clients_have_the_same_methods() -> None:
    asynchronous = {name for name in dir(AsyncSandbox) if not name.startswith("_")} - {"close"}
    assert {name for name in dir(Sandbox) if not name.startswith("_")} == asynchronous


@pytest.mark.parametrize("group", [SandboxApi, ClockApi, ServerApi])
def test_every_method_has_a_docstring(group: type) -> None:
    assert all(inspect.getattr_static(group, name).__doc__ for name in endpoints(group))
    assert Sandbox.info.__doc__ == Sandbox("http://localhost", "docs").info.__doc__


async def test_async_client_reconnects_after_close(start: Start) -> None:
    async with AsyncSandbox((await start()).url, "docs") as sandbox:
        await sandbox.create()
        await sandbox.close()
        assert "docs" == (await sandbox.info())["name"]


async def test_client_can_be_shared_by_threads(served: str) -> None:
    sandbox = Sandbox(served, "docs.threads")
    added = await asyncio.gather(*(asyncio.to_thread(sandbox.fault, "reset") for _ in range(20)))
    assert {str(number) for number in range(1, 21)} == {fault["id"] for fault in added}


async def test_state_cannot_be_assigned(client: Client) -> None:
    with pytest.raises(AttributeError, match="put_state"):
        client.sandbox.state = {}


async def test_results_are_typed(served: str) -> None:
    sandbox = Sandbox(served, "docs.typed")
    assert_type(sandbox.create(), SandboxInfo)
    assert_type(sandbox.clock.freeze(), ClockInfo)
    assert_type(sandbox.clock.now(), datetime)
    assert_type(sandbox.fault("reset", method="POST", stage="after", times=1), FaultInfo)
    assert_type(sandbox.requests(method="POST", wait=1, min=0), list[RecordedRequest])
    assert_type(sandbox.clear_faults(), None)
    assert_type(sandbox.state, dict[str, Any])
    async with AsyncSandbox(served, "docs.typed") as other:
        assert_type(await other.create(), SandboxInfo)
        assert_type(await other.fault("delay", uniform=(0, 1)), FaultInfo)
        assert_type(await other.clock.now(), datetime)
        assert_type(await other.state, dict[str, Any])


def test_import_of_the_client_is_light() -> None:
    script = (
        "import json, sys; from mockorders import client; client.Sandbox('http://127.0.0.1:1', 'docs').clock;"
        "client.AsyncSandbox('http://127.0.0.1:1', 'docs'); print(json.dumps(sorted(sys.modules)))"
    )
    found = finish([sys.executable, "-c", script], check=True)
    heavy = {"aiohttp", "yarl", "asyncio", "http.client", "ssl", "jsonschema", "faker", "orjson", "mockorders.app"}
    assert set() == heavy & set(json.loads(found.stdout))


def test_synchronous_client_does_not_import_aiohttp(served: str) -> None:
    script = (
        "import sys; from mockorders.client import Sandbox; print(Sandbox(sys.argv[1], 'docs.bare').create()['name'],"
        "'aiohttp' in sys.modules)"
    )
    found = finish([sys.executable, "-c", script, served], check=True)
    assert ["docs.bare", "False"] == found.stdout.split()

"""An asynchronous client in several event loops."""

import asyncio
import gc
import sys
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from support.client import NUMBERS
from support.processes import finish

from mockorders.client.sandbox import AsyncSandbox

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture
def sandbox(served: str) -> AsyncSandbox:
    return AsyncSandbox(served, f"docs.{next(NUMBERS)}")


async def name(sandbox: AsyncSandbox) -> str:
    return (await sandbox.create())["name"]


async def name_in_a_block(sandbox: AsyncSandbox) -> str:
    async with sandbox:
        await sandbox.clock.now()
        return await name(sandbox)


async def both(sandbox: AsyncSandbox) -> str:
    return "".join({await name(sandbox), await name_in_a_block(sandbox), await name(sandbox)})


def run(call: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in a new event loop; warnings about what it left open are errors."""
    result = asyncio.run(call)
    gc.collect()
    return result


@pytest.mark.parametrize("call", [name, name_in_a_block, both])
def test_client_works_in_each_event_loop(sandbox: AsyncSandbox, call: Any) -> None:
    assert [sandbox.name] * 3 == [run(call(sandbox)) for _ in range(3)]


@pytest.mark.parametrize("call", [name, name_in_a_block, both])
def test_client_works_in_event_loops_of_several_threads(sandbox: AsyncSandbox, call: Any) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert {sandbox.name} == set(pool.map(lambda _: run(call(sandbox)), range(12)))


def test_block_of_one_loop_does_not_affect_another(sandbox: AsyncSandbox) -> None:
    async def outer() -> list[str]:
        async with sandbox:
            inner = await asyncio.to_thread(run, both(sandbox))
            return [inner, await name(sandbox)]

    assert [sandbox.name] * 2 == run(outer())


def test_client_works_after_a_loop_was_closed_during_a_request(sandbox: AsyncSandbox) -> None:
    async def wait_in_the_background() -> None:
        task = asyncio.create_task(sandbox.requests(wait=30))
        await asyncio.sleep(0)
        assert not task.done()

    async def cancel_in_a_block() -> None:
        async with sandbox:
            await wait_in_the_background()

    for call in (wait_in_the_background, cancel_in_a_block):
        run(call())
        assert sandbox.name == run(both(sandbox))


ABANDONED = """
import asyncio, gc, sys
from mockorders import AsyncSandbox

sandbox = AsyncSandbox(sys.argv[1], "docs.abandoned")
loop = asyncio.new_event_loop()
loop.run_until_complete(sandbox.create())
loop.close()
print(asyncio.run(sandbox.info())["name"])
del sandbox, loop
gc.collect()
"""


def test_nothing_is_left_open_without_a_block(served: str) -> None:
    done = finish([sys.executable, "-W", "error", "-c", ABANDONED, served], check=True)
    assert ("docs.abandoned\n", "") == (done.stdout, done.stderr)


async def test_connections_are_reused_in_a_block(sandbox: AsyncSandbox) -> None:
    async with sandbox:
        await sandbox.create()
        (session,) = sandbox._transport._sessions.values()
        await sandbox.info()
        assert session.connector is not None
        assert 1 == len(session.connector._conns)
    assert session.closed

"""Waiting for requests that have not arrived yet."""

import asyncio
import time
from functools import partial
from typing import Any

import pytest
from support.emulator import RunningEmulator, eventually, settle
from support.journal import ids, listed

from mockorders.sandbox.journal_wait import EntryCounter


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[EntryCounter[Any]]:
    """Return the counters of entries, one for each wait that has begun."""
    counters: list[EntryCounter[Any]] = []
    wait = EntryCounter.wait

    async def noted(counter: EntryCounter[Any]) -> None:
        counters.append(counter)
        await wait(counter)

    monkeypatch.setattr(EntryCounter, "wait", noted)
    return counters


def later(emulator: RunningEmulator, query: str, user: str = "docs") -> "asyncio.Task[Any]":
    """Begin to wait."""
    return asyncio.create_task(listed(emulator, user, query))


def done_are(waiting: "list[asyncio.Task[Any]]", expected: list[bool]) -> bool:
    return expected == [each.done() for each in waiting]


async def test_wait_ends_as_soon_as_enough_requests_arrived(
    emulator: RunningEmulator, begun: list[EntryCounter[Any]]
) -> None:
    waiting = later(emulator, "?wait=30&min=2")
    await eventually(lambda: begun)
    for _ in range(2):
        await settle(emulator)
        assert not waiting.done()
        await emulator.universe("/orders")
    assert ["1", "2"] == ids(await asyncio.wait_for(waiting, 20))


@pytest.mark.parametrize("query", ["?wait=30", "?wait=60&min=1", "?wait=30&min=0", "?wait=30&api=universe&status=200"])
async def test_wait_for_existing_requests_returns_at_once(emulator: RunningEmulator, query: str) -> None:
    await emulator.universe("/orders")
    assert ["1"] == ids(await asyncio.wait_for(later(emulator, query), 20))


async def test_wait_times_out_with_the_existing_requests(emulator: RunningEmulator) -> None:
    await emulator.universe("/orders")
    started = time.perf_counter()
    assert ["1"] == ids(await later(emulator, "?wait=1&min=2"))
    assert 0.95 < time.perf_counter() - started


async def test_wait_counts_only_filtered_requests(emulator: RunningEmulator, begun: list[EntryCounter[Any]]) -> None:
    await emulator.universe("/orders")
    waiting = later(emulator, "?wait=30&since=1&api=cratejoy")
    await eventually(lambda: begun)
    await emulator.universe("/orders")
    await emulator.universe("/orders", "docs.other")
    await settle(emulator)
    assert not waiting.done()
    await emulator.cratejoy("GET", "/orders/")
    assert ["3"] == ids(await asyncio.wait_for(waiting, 20))


async def test_several_clients_can_wait_at_once(emulator: RunningEmulator, begun: list[EntryCounter[Any]]) -> None:
    waiting = [later(emulator, f"?wait=30&min={number}") for number in (1, 1, 2, 3)]
    waiting.append(later(emulator, "?wait=30", "docs.other"))
    await eventually(lambda: len(begun) == len(waiting))
    a = [True, True, False, False, False]
    b = [True, True, True, False, False]
    c = [True, True, True, False, True]
    for user, expected in (("docs", a), ("docs", b), ("docs.other", c), ("docs", [True] * 5)):
        await emulator.universe("/orders", user)
        await eventually(partial(done_are, waiting, expected))


async def test_wait_returns_a_response_that_is_still_being_sent(
    emulator: RunningEmulator, begun: list[EntryCounter[Any]]
) -> None:
    waiting = later(emulator, "?wait=30")
    await eventually(lambda: begun)
    slow = asyncio.create_task(emulator.universe("/orders", X_Mockorders_Fault="drip=1000"))
    assert ["1"] == ids(await asyncio.wait_for(waiting, 20))
    assert not slow.done()
    await slow

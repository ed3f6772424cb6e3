"""Waiting for requests that are still to come."""

import asyncio
import time
from typing import Any

import pytest
from support.emulator import Emulator
from support.journal import ids, listed


def later(emulator: Emulator, query: str, user: str = "docs") -> "asyncio.Task[Any]":
    """Begin to wait."""
    return asyncio.create_task(listed(emulator, user, query))


async def test_waiting_ends_as_soon_as_enough_came(emulator: Emulator) -> None:
    started = time.perf_counter()
    waiting = later(emulator, "?wait=30&min=2")
    for _ in range(2):
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await emulator.universe("/orders")
    assert ["1", "2"] == ids(await asyncio.wait_for(waiting, 5))
    assert time.perf_counter() - started < 3


@pytest.mark.parametrize("query", ["?wait=30", "?wait=60&min=1", "?wait=30&min=0", "?wait=30&api=universe&status=200"])
async def test_waiting_for_what_is_there_takes_no_time(emulator: Emulator, query: str) -> None:
    await emulator.universe("/orders")
    assert ["1"] == ids(await asyncio.wait_for(later(emulator, query), 5))


async def test_waiting_ends_at_its_time_with_what_there_is(emulator: Emulator) -> None:
    await emulator.universe("/orders")
    started = time.perf_counter()
    assert ["1"] == ids(await later(emulator, "?wait=1&min=2"))
    assert 0.95 < time.perf_counter() - started < 3


async def test_waiting_counts_only_what_the_filters_choose(emulator: Emulator) -> None:
    await emulator.universe("/orders")
    waiting = later(emulator, "?wait=30&since=1&api=cratejoy")
    await asyncio.sleep(0.1)
    await emulator.universe("/orders")
    await emulator.universe("/orders", "docs.other")
    await asyncio.sleep(0.1)
    assert not waiting.done()
    await emulator.cratejoy("GET", "/orders/")
    assert ["3"] == ids(await asyncio.wait_for(waiting, 5))


async def test_several_may_wait_at_once(emulator: Emulator) -> None:
    waiting = [later(emulator, f"?wait=30&min={number}") for number in (1, 1, 2, 3)]
    waiting.append(later(emulator, "?wait=30", "docs.other"))
    await asyncio.sleep(0.1)
    story = []
    for user in ("docs", "docs", "docs.other", "docs"):
        await emulator.universe("/orders", user)
        await asyncio.sleep(0.1)
        story.append([each.done() for each in waiting])
    a, b, c = [True, True, False, False, False], [True, True, True, False, False], [True, True, True, False, True]
    assert [a, b, c, [True] * 5] == story


async def test_who_waits_sees_an_answer_that_is_still_dripping(emulator: Emulator) -> None:
    waiting = later(emulator, "?wait=30")
    await asyncio.sleep(0.1)
    slow = asyncio.create_task(emulator.universe("/orders", X_Mockorders_Fault="drip=1000"))
    assert ["1"] == ids(await asyncio.wait_for(waiting, 1.2))
    assert not slow.done()
    await slow

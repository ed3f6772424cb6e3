"""Faults hold back a limited number of requests, for a limited time."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from support.connections import connected, leave
from support.emulator import Reply, RunningEmulator, Start, eventually
from support.faults import GET, ORDER, fault, hits
from support.journal import listed
from support.processes import SECONDS, serving, wait_until

from mockorders import Sandbox
from mockorders.pipeline.held_requests import HeldRequests
from mockorders.sandbox.fault_injector import FaultInjector
from mockorders.sandbox.faults import Fault, RequestContent

LONG = {"type": "delay", "ms": 60_000}
SLOW = {"type": "drip", "bytes_per_second": 1}


@pytest.fixture
async def emulator(start: Start, monkeypatch: pytest.MonkeyPatch) -> RunningEmulator:
    """Start an emulator that holds back one request."""
    monkeypatch.setattr("mockorders.pipeline.fault_stages.HeldRequests", partial(HeldRequests, 1))
    return await start()


async def hold(emulator: RunningEmulator, count: int = 1) -> None:
    await eventually(partial(is_hit, emulator, count))


async def is_hit(emulator: RunningEmulator, count: int) -> bool:
    return [count] == await hits(emulator)


@pytest.mark.parametrize("effect", [LONG, SLOW], ids=["delay", "drip"])
async def test_further_request_gets_503_at_once(emulator: RunningEmulator, effect: dict[str, Any]) -> None:
    await fault(emulator, effect)
    async with connected(emulator, GET):
        await hold(emulator)
        reply = await emulator.universe("/orders")
    assert (503, "application/problem+json") == (reply.status, reply.headers["Content-Type"])
    assert ("Too many delayed requests", "faults.held-requests") == (reply.json["title"], reply.json["rule"])


async def test_write_that_is_held_back_afterwards_is_kept(emulator: RunningEmulator) -> None:
    await fault(emulator, LONG, stage="after")
    async with connected(emulator, GET):
        await hold(emulator)
        reply = await emulator.cratejoy("POST", "/orders/", json=ORDER)
    orders = (await emulator.control("GET", "/sandboxes/docs/state")).json["cratejoy"]["orders"]
    assert (503, 3) == (reply.status, len(orders))


async def test_other_requests_are_not_affected(emulator: RunningEmulator) -> None:
    await fault(emulator, LONG)
    async with connected(emulator, GET):
        await hold(emulator)
        assert 200 == (await emulator.universe("/orders", "docs.other")).status


@pytest.mark.parametrize("effect", [LONG, SLOW], ids=["delay", "drip"])
async def test_client_that_leaves_makes_room(emulator: RunningEmulator, effect: dict[str, Any]) -> None:
    await fault(emulator, effect, times=1)
    async with connected(emulator, GET) as (_, writer):
        await hold(emulator)
        leave(writer, reset=True)
    await fault(emulator, {"type": "delay", "ms": 1})
    await eventually(partial(is_accepted, emulator))


async def is_accepted(emulator: RunningEmulator) -> bool:
    return (await emulator.universe("/orders")).status == 200


async def test_requests_one_after_the_other_are_not_limited(emulator: RunningEmulator) -> None:
    await fault(emulator, {"type": "delay", "ms": 1})
    await fault(emulator, {"type": "delay", "ms": 1}, stage="after")
    await fault(emulator, {"type": "drip", "bytes_per_second": 10**6})
    replies: list[Reply] = [await emulator.universe("/orders") for _ in range(3)]
    assert [200] * 3 == [reply.status for reply in replies]


async def test_503_is_in_the_journal(emulator: RunningEmulator) -> None:
    await fault(emulator, LONG)
    async with connected(emulator, GET):
        await hold(emulator)
        await emulator.universe("/orders")
        assert [None, 503] == [each["status"] for each in (await listed(emulator))["requests"]]


def test_sum_of_delays_is_limited() -> None:
    faults = [Fault(str(number), {"effect": {"type": "delay", "ms": 600_000}}) for number in range(20)]
    decision = FaultInjector().decide(faults, RequestContent({}, None), timedelta())
    assert (600, 0) == (decision.delays["before"], decision.delays["after"])


# The end of the server


@contextmanager
def clients(port: int, count: int) -> Iterator[None]:
    """Send a request over each of many connections."""
    with ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=SECONDS)).sendall(GET)
        yield


@pytest.mark.slow
@pytest.mark.timing
def test_server_with_many_delayed_requests_stops_within_two_seconds() -> None:
    with serving("--fixtures", "docs") as server:
        Sandbox(server.url, "docs").fault("delay", ms=60_000)
        with clients(int(server.url.rpartition(":")[2]), 2_000):
            wait_until(lambda: server.get("/_mockorders/sandboxes/docs/faults")["faults"][0]["hits"] == 2_000)
            started = time.monotonic()
            code = server.end().code
    assert (0, True) == (code, time.monotonic() - started < 2)

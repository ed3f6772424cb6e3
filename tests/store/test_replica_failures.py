"""What replicas do while their database, or the connection to it, fails: nothing wrong, and they recover."""

import asyncio
import os
import signal
import time
from collections import Counter
from typing import Any

import pytest
from support.cut_proxy import CutProxy
from support.emulator import eventually
from support.replicas import replicas
from support.stored import NEW_ORDER, ORDER, Stored

from bench.postgres import PostgresServer

PROBLEM = "application/problem+json"


async def count_orders(stored: Stored) -> Any:
    return (await stored.emulator.control("GET", "/sandboxes/docs/records/cratejoy/orders")).json["count"]


async def test_a_change_is_acknowledged_if_the_connection_is_lost_after_it_was_kept(
    proxied: tuple[CutProxy, Stored, Stored],
) -> None:
    proxy, one, two = proxied
    await one.note("first")
    before = await count_orders(two)
    proxy.cut_after = b"gift_info"
    reply = await one.emulator.cratejoy("POST", "/orders/", "docs", json=NEW_ORDER)
    assert (1, 201, before + 1) == (proxy.cuts, reply.status, await count_orders(two))


async def test_a_read_is_repeated_if_the_connection_is_lost(proxied: tuple[CutProxy, Stored, Stored]) -> None:
    proxy, one, two = proxied
    await one.note("first")
    await two.note("second")
    proxy.cut_after = b"docs"
    assert ("second", 1) == (await one.read_note(), proxy.cuts)


@pytest.mark.timing
async def test_requests_are_503_while_the_database_is_away(own_server: PostgresServer) -> None:
    async with replicas(own_server.url(), 1) as (one,):
        await one.note("kept")
        own_server.stop(signal.SIGINT)
        read = await one.emulator.cratejoy("GET", f"/orders/{ORDER}/", "docs")
        other = await one.emulator.cratejoy("GET", f"/orders/{ORDER}/", "docs.new")
        write = await one.emulator.cratejoy("PUT", f"/orders/{ORDER}/", "docs", json={"note": "lost"})
        control = await one.emulator.control("PUT", "/sandboxes/docs/clock", json={"frozen": True})
        health = await one.emulator.control("GET", "/health")
        replies = [read, other, write, control, health]
        assert [(503, "1", PROBLEM)] * 5 == [
            (each.status, each.headers.get("Retry-After"), each.headers["Content-Type"]) for each in replies
        ]
        assert 200 == (await one.emulator.control("GET", "/health/live")).status
        own_server.start()
        started = time.monotonic()
        await eventually(lambda: is_kept(one))
        assert time.monotonic() - started < 1


async def is_kept(stored: Stored) -> bool:
    reply = await stored.emulator.cratejoy("GET", f"/orders/{ORDER}/", "docs")
    return reply.status == 200 and reply.json["note"] == "kept"


@pytest.mark.slow
async def test_a_server_starts_while_the_database_is_away(own_server: PostgresServer) -> None:
    own_server.stop()
    async with replicas(own_server.url(), 1) as (one,):
        assert 503 == await one.note("lost")
        own_server.start()
        await eventually(lambda: is_writable(one))


async def is_writable(stored: Stored) -> bool:
    return await stored.note("kept") == 200


@pytest.mark.slow
@pytest.mark.parametrize("number", ["SIGINT", "SIGQUIT", "SIGKILL"])
async def test_nothing_acknowledged_is_lost_when_the_database_restarts(own_server: PostgresServer, number: str) -> None:
    async with replicas(own_server.url(), 2) as servers:
        acknowledged: list[str] = []
        is_done = asyncio.Event()

        async def write(stored: Stored, name: str) -> None:
            count = 0
            while not is_done.is_set():
                reply = await stored.emulator.control(
                    "POST", "/sandboxes/docs/records/cratejoy/orders", json={"note": f"{name}{count}"}
                )
                if reply.status == 201:
                    acknowledged.append(f"{name}{count}")
                count += 1

        writers = [asyncio.create_task(write(servers[each % 2], f"w{each}n")) for each in range(4)]
        for _ in range(3):
            await grow(acknowledged)
            await asyncio.to_thread(own_server.restart, getattr(signal, number))
        await grow(acknowledged)
        is_done.set()
        await asyncio.gather(*writers)
        records = (await servers[0].emulator.control("GET", "/sandboxes/docs/records/cratejoy/orders")).json["records"]
        notes = Counter(each["note"] for each in records)
        assert [] == [each for each in acknowledged if notes[each] != 1]


async def grow(found: list[str]) -> None:
    """Wait until a list has more than five further texts."""
    length = len(found) + 5
    await eventually(lambda: len(found) > length)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGSTOP")
async def test_a_stopped_backend_does_not_hold_a_request_for_long(proxied: tuple[CutProxy, Stored, Stored]) -> None:
    proxy, one, two = proxied
    await one.note("first")
    proxy.speaks.clear()
    waiting = asyncio.create_task(one.note("second"))
    assert 200 == await two.note("third")
    proxy.speaks.set()
    assert 200 == await waiting
    assert await two.read_note() in {"second", "third"}


async def test_the_password_is_in_no_response(database: str) -> None:
    secret = database.replace("mockorders@", "mockorders:secret@")
    async with replicas(secret, 1) as (one,):
        await one.note("kept")
        pages: list[Any] = [
            await one.emulator.control("GET", path)
            for path in ("/health", "/metrics", "/ui/docs/state", "/sandboxes/docs", "/")
        ]
        assert [False] * 5 == ["secret" in each.text for each in pages]


@pytest.mark.slow
@pytest.mark.timing
async def test_a_database_that_does_not_respond_is_503_for_all_that_wait(
    proxied: tuple[CutProxy, Stored, Stored],
) -> None:
    proxy, one, _ = proxied
    await one.note("kept")
    proxy.speaks.clear()
    started = time.monotonic()
    replies = await asyncio.gather(
        *[one.emulator.cratejoy("GET", f"/orders/{ORDER}/", "docs") for _ in range(20)],
        *[one.emulator.cratejoy("PUT", f"/orders/{ORDER}/", "docs", json={"note": "x"}) for _ in range(20)],
    )
    assert ({503}, True) == ({each.status for each in replies}, time.monotonic() - started < 25)
    proxy.speaks.set()
    await eventually(lambda: is_writable(one))

"""The journal of servers that share a PostgreSQL database: each has the requests to all."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from support.bad_requests import http
from support.connections import connected, leave
from support.dashboard import post
from support.emulator import basic, eventually
from support.faults import fault
from support.replicas import replicas
from support.stored import Stored
from support.stored_requests import CALLS, HERE, PAGE, PATH, READ, REQUESTS, SECRET, WRITE, call, shown

from bench.postgres import PostgresServer
from mockorders.store.postgres_journal_trim import SPARE_ENTRIES


@pytest.fixture
async def pair(database: str) -> AsyncIterator[list[Stored]]:
    """Run two replicas."""
    async with replicas(database, 2) as both:
        yield both


async def listed(place: Stored, query: str = "") -> list[Any]:
    reply = await place.emulator.control("GET", f"{REQUESTS}{query}")
    assert 200 == reply.status, reply.text
    requests: list[Any] = reply.json["requests"]
    return requests


async def ids(place: Stored) -> list[str]:
    return [each["id"] for each in await listed(place)]


async def test_each_has_the_requests_to_all(pair: list[Stored]) -> None:
    one, two = pair
    replies = [await each.emulator.cratejoy("GET", "/orders/") for each in (one, two, one)]
    assert ["1", "2", "3"] == [each.headers["X-Mockorders-Request"] for each in replies]
    found = await listed(one)
    assert found == await listed(two)
    assert ["r0", "r1", "r0"] == [each["replica"] for each in found]


async def test_ids_of_concurrent_requests_are_unique_and_have_no_gaps(pair: list[Stored]) -> None:
    sent = [pair[each % 2].emulator.cratejoy("GET", "/orders/1/") for each in range(40)]
    headers = [each.headers["X-Mockorders-Request"] for each in await asyncio.gather(*sent)]
    expected = [str(number) for number in range(1, 41)]
    assert set(expected) == set(headers)
    assert [expected, expected] == [await ids(each) for each in pair]
    assert {"r0": 20, "r1": 20} == Counter(each["replica"] for each in await listed(pair[0]))


FAST_CALLS = 4  # of them in the fast suite


@pytest.mark.parametrize(
    "name", [*[*CALLS][:FAST_CALLS], *(pytest.param(each, marks=pytest.mark.slow) for each in [*CALLS][FAST_CALLS:])]
)
async def test_both_show_the_same_and_so_does_a_third_one(pair: list[Stored], database: str, name: str) -> None:
    for number, each in enumerate(CALLS[name]):
        await call(pair[number % 2], *each)
    expected = await shown(pair[0])
    assert expected == await shown(pair[1])
    async with replicas(database, 1) as third:
        assert expected == await shown(third[0])


async def test_a_request_is_shown_on_the_other_server(pair: list[Stored]) -> None:
    one, two = pair
    await call(one, *WRITE)
    page = (await two.emulator.control("GET", f"{PAGE}/1", headers={"Accept": "text/html"})).text
    assert "request 1, recorded by r0<" in page


async def test_a_request_can_be_repeated_on_the_other_server(database: str) -> None:
    async with replicas(database, 2, credentials={"docs": SECRET}) as (one, two):
        await call(one, *WRITE)
        await one.emulator.universe("/orders", "docs@164")
        for each in ("1", "2"):
            assert 303 == (await post(two.emulator, f"{PAGE}/{each}/repeat")).status
        found = [(each["method"], each["status"], each["customer"]) for each in await listed(one)]
        assert found[:2] == found[2:]


async def test_a_wait_ends_with_a_request_to_the_other_server(pair: list[Stored]) -> None:
    one, two = pair
    waiting = asyncio.create_task(listed(two, "?wait=30&min=1"))
    await eventually(lambda: two.core.sandboxes.get("docs") and two.core.sandboxes.get("docs").journal.is_watched)  # type: ignore[union-attr]
    await call(one, *READ)
    assert ["1"] == [each["id"] for each in await waiting]


async def test_a_disconnected_request_is_in_the_journal_of_both(pair: list[Stored]) -> None:
    one, two = pair
    await fault(one.emulator, {"type": "delay", "ms": 60_000})
    async with connected(one.emulator, http("GET", PATH, **basic("docs"))) as (_, writer):
        await eventually(lambda: len(asyncio.all_tasks()) and one.core.sandboxes.get("docs"))
        await eventually(lambda: _hits(one))
        leave(writer, reset=False)
    await eventually(lambda: ids(two))
    (found,) = await listed(two, "?status=disconnected")
    assert (None, "r0") == (found["status"], found["replica"])


async def _hits(place: Stored) -> int:
    faults = (await place.emulator.control("GET", f"{HERE}/faults")).json["faults"]
    return int(faults[0]["hits"])


async def test_only_the_last_thousand_requests_are_kept_in_memory(pair: list[Stored]) -> None:
    one, two = pair
    for _ in range(5):
        await call(one, *READ)
    await ids(two)
    two.core.sandboxes.get("docs").journal.clear()  # type: ignore[union-attr]
    assert ["1", "2", "3", "4", "5"] == await ids(two)


async def test_nothing_is_acknowledged_while_the_database_is_away(
    pair: list[Stored], postgres_server: PostgresServer
) -> None:
    one, two = pair
    await call(one, *READ)
    expected = await listed(two)
    postgres_server.stop()
    try:
        statuses = [(await one.emulator.request("GET", PATH, headers=basic("docs"))).status]
        statuses.append((await one.emulator.request("GET", "/v1/orders/")).status)
        statuses.append((await two.emulator.control("GET", REQUESTS)).status)
        assert [503] * 3 == statuses
    finally:
        postgres_server.start()
    assert expected == await listed(two)


async def test_the_database_has_a_limit_of_bytes_for_each_journal(database: str) -> None:
    async with replicas(database, 2, journal_memory=100_000) as pair, replicas(database, 1) as (reader,):
        for number in range(SPARE_ENTRIES + 1):
            await pair[number % 2].emulator.cratejoy("GET", "/orders/")
            if number == SPARE_ENTRIES - 10:
                await post(reader.emulator, f"{PAGE}/10/pin", pinned="true")
                read = await ids(reader)

        async def is_trimmed() -> bool:
            return len(await stored_numbers(reader)) < SPARE_ENTRIES

        await eventually(is_trimmed)
        kept = await stored_numbers(reader)
        async with replicas(database, 1) as (third,):
            assert (SPARE_ENTRIES - 9, kept, kept) == (len(read), await ids(reader), await ids(third))
        assert ("10", str(SPARE_ENTRIES + 1)) == (kept[0], kept[-1])


async def stored_numbers(place: Stored) -> list[str]:
    """Return the ids of the requests that the database has."""
    async with place.core.database.reading() as connection:
        rows = await connection.fetch("SELECT number FROM entries ORDER BY number")
    return [str(row["number"]) for row in rows]

"""Several servers with one PostgreSQL database act as one: what one has acknowledged, the others have."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from support.emulator import eventually
from support.replicas import replicas
from support.store_changes import CHANGES, make_change
from support.stored import NEW_ORDER, ORDER, Stored

from mockorders.sandbox.replicated_sandbox import ReplicatedSandbox
from mockorders.store import postgres_statements

HERE = "/sandboxes/docs"
NEW = "/orders/"
QUICK = ("a record", "counters of faults", "a deleted snapshot", "a restored snapshot", "a reset", "a document")
MARKS = dict.fromkeys(QUICK, ())


@pytest.fixture
async def pair(database: str) -> AsyncIterator[list[Stored]]:
    """Run two replicas."""
    async with replicas(database, 2) as both:
        yield both


async def control(stored: Stored, method: str, path: str, body: Any = None) -> Any:
    """Return the JSON of a control response with status 2xx."""
    reply = await stored.emulator.control(method, path, json=body)
    assert 2 == reply.status // 100, reply.text
    return reply.json if reply.text else None


async def test_a_change_on_one_is_read_on_the_other(pair: list[Stored]) -> None:
    one, two = pair
    assert (200, "a") == (await one.note("a"), await two.read_note())
    assert (200, "b") == (await two.note("b"), await one.read_note())


@pytest.mark.parametrize("name", [pytest.param(name, marks=MARKS.get(name, pytest.mark.slow)) for name in CHANGES])
async def test_any_change_on_one_is_there_on_the_other(pair: list[Stored], name: str) -> None:
    one, two = pair
    await two.read_note()
    await make_change(one, name)
    assert await two.read() == await one.read()


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGES)
async def test_a_third_one_has_what_two_have_changed(pair: list[Stored], database: str, name: str) -> None:
    await pair[1].note("before")
    await make_change(pair[0], name)
    await pair[1].note("after")
    async with replicas(database, 1) as third:
        assert await pair[0].read() == await third[0].read()


@pytest.mark.parametrize("number", [1, 2, 4])
async def test_concurrent_creates_make_one_order(database: str, number: int) -> None:
    async with replicas(database, number) as servers:
        posts = [servers[each % number].emulator.cratejoy("POST", NEW, "docs", json=NEW_ORDER) for each in range(64)]
        assert {201: 1, 400: 63} == Counter(each.status for each in await asyncio.gather(*posts))
        orders = [(await each.emulator.cratejoy("GET", "/orders/?limit=1", "docs")).json["count"] for each in servers]
        assert 1 == len(set(orders))


async def test_concurrent_changes_are_all_kept(pair: list[Stored]) -> None:
    posts = [
        pair[number % 2].emulator.control("POST", f"{HERE}/records/cratejoy/orders", json={"note": str(number)})
        for number in range(20)
    ]
    await asyncio.gather(*posts)
    records = (await control(pair[0], "GET", f"{HERE}/records/cratejoy/orders"))["records"]
    assert 20 == len({each["id"] for each in records if each["note"] in set(map(str, range(20)))})


async def test_a_reset_and_creates_are_in_some_order(pair: list[Stored]) -> None:
    one, two = pair
    before = (await control(one, "GET", f"{HERE}/records/cratejoy/orders"))["count"]
    calls = [one.emulator.cratejoy("POST", NEW, "docs", json=NEW_ORDER), two.emulator.control("POST", f"{HERE}/reset")]
    created, _ = await asyncio.gather(*calls)
    counts = [(await control(each, "GET", f"{HERE}/records/cratejoy/orders"))["count"] for each in pair]
    assert (201, True) == (created.status, counts in ([before] * 2, [before + 1] * 2))


async def test_a_fault_strikes_as_often_as_it_says_in_the_fleet(pair: list[Stored]) -> None:
    fault = {"effect": {"type": "status", "status": 503}, "times": 3}
    await control(pair[0], "POST", f"{HERE}/faults", fault)
    calls = [pair[each % 2].emulator.cratejoy("GET", f"/orders/{ORDER}/", "docs") for each in range(20)]
    assert {503: 3, 200: 17} == Counter(each.status for each in await asyncio.gather(*calls))
    assert 3 == (await control(pair[1], "GET", f"{HERE}/faults"))["faults"][0]["hits"]


async def test_a_deleted_sandbox_is_new_everywhere(pair: list[Stored]) -> None:
    one, two = pair
    await one.note("old")
    await two.read_note()
    await control(two, "DELETE", HERE)
    assert (404, True) == ((await one.emulator.control("GET", HERE)).status, "old" != await one.read_note())
    assert (200, "new") == (await one.note("new"), await two.read_note())


async def test_a_snapshot_of_one_is_restored_on_the_other(pair: list[Stored]) -> None:
    one, two = pair
    await one.note("saved")
    await control(one, "PUT", f"{HERE}/snapshots/a")
    await two.note("later")
    await control(two, "POST", f"{HERE}/snapshots/a/restore")
    assert ["saved", "saved"] == [await one.read_note(), await two.read_note()]


async def test_lists_have_the_sandboxes_of_all(pair: list[Stored]) -> None:
    one, two = pair
    await one.note("a", "docs.one")
    await two.note("a", "docs.two")
    for each in pair:
        names = {each["name"] for each in (await control(each, "GET", "/sandboxes"))["sandboxes"]}
        assert {"docs.one", "docs.two"} == names


async def test_a_reset_of_all_resets_those_of_others(pair: list[Stored]) -> None:
    await pair[0].note("changed", "docs.one")
    await control(pair[1], "POST", "/reset")
    assert "changed" != await pair[0].read_note("docs.one")


async def test_the_dashboard_names_version_and_server(pair: list[Stored], database: str) -> None:
    await pair[0].note("a")
    await pair[0].note("b")
    page = (await pair[1].emulator.request("GET", "/_mockorders/ui/docs/state")).text
    assert f"{database}</code>: generation 1, version 2, shown by the server <bdi>r1</bdi>." in page


async def test_metrics_count_conflicts(pair: list[Stored]) -> None:
    one, two = pair
    for number, each in enumerate((one, two, one)):
        await each.note(str(number))
    texts = [(await each.emulator.control("GET", "/metrics")).text for each in pair]
    counts = {
        name: sum(int(float(re.findall(rf"^{name} (\S+)$", text, re.MULTILINE)[0])) for text in texts)
        for name in ("mockorders_store_commits_total", "mockorders_store_conflicts_total")
    }
    assert {"mockorders_store_commits_total": 3, "mockorders_store_conflicts_total": 1} == counts


@pytest.mark.slow
async def test_a_server_that_is_far_behind_loads_the_sandbox_again(pair: list[Stored]) -> None:
    one, two = pair
    await two.note("old")
    for number in range(postgres_statements.MAX_RETURNED + 5):
        await one.note(str(number))
    assert (str(number), 200) == (await two.read_note(), await two.note("new"))


@pytest.mark.slow
async def test_a_long_change_is_loaded(pair: list[Stored]) -> None:
    one, two = pair
    await two.note("old")
    orders = [{"note": "x" * 10_000} for _ in range(40)]
    await control(one, "POST", f"{HERE}/records", {"cratejoy": {"orders": orders}})
    counts = [(await control(each, "GET", f"{HERE}/records/cratejoy/orders"))["count"] for each in pair]
    assert (counts[0], "old") == (counts[1], await two.read_note())


async def test_a_sandbox_over_other_fixtures_is_stale_where_they_changed(database: str, tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_text(json.dumps({"extends": "docs"}), encoding="utf-8")
    async with replicas(database, 1, fixtures=str(path)) as (one,):
        await one.note("changed", "x")
        customers = [{"id": 7, "email": "new@example.com"}]
        path.write_text(json.dumps({"extends": "docs", "cratejoy": {"customers": customers}}), encoding="utf-8")
        async with replicas(database, 1, fixtures=str(path)) as (two,):
            assert [False, True] == [(await control(each, "GET", "/sandboxes/x"))["stale"] for each in (one, two)]
            assert ("changed", 200, "more") == (
                await two.read_note("x"),
                await two.note("more", "x"),
                await one.read_note("x"),
            )


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path"), [("POST", f"{HERE}/reset"), ("DELETE", HERE), ("PUT", HERE)])
async def test_a_request_that_a_fault_holds_back_during_a_reset_is_409_and_not_recorded(
    pair: list[Stored], method: str, path: str
) -> None:
    one, _ = pair
    delay = {"X-Mockorders-Fault": "delay=3000"}
    late = asyncio.create_task(one.emulator.cratejoy("GET", f"/orders/{ORDER}/", "docs", headers=delay))
    await eventually(lambda: one.core.sandboxes.get("docs"))
    await control(one, method, path, {} if method == "PUT" else None)
    reply = await late
    requests = (await control(one, "GET", f"{HERE}/requests"))["requests"]
    assert (409, []) == (reply.status, requests)


async def test_a_fault_that_is_added_while_a_request_waits_for_its_turn_strikes(pair: list[Stored]) -> None:
    one, two = pair
    await two.note("first")
    sandbox = await two.core.sandboxes.get_or_create("docs")
    assert isinstance(sandbox, ReplicatedSandbox)
    async with sandbox.writing:
        waiting = asyncio.create_task(two.note("waits"))
        await eventually(lambda: sandbox.writing._waiters)
        await control(one, "POST", f"{HERE}/faults", {"effect": {"type": "status", "status": 502}, "times": 1})
        await control(two, "GET", f"{HERE}/faults")  # from now on, it knows the fault
    assert (502, "first") == (await waiting, await one.read_note())

"""Requests that are in the journal while they are in progress."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from support.bad_requests import CRATEJOY, ORDER, http
from support.connections import connected, delayed, ended
from support.emulator import RunningEmulator, Start, eventually
from support.faults import fault
from support.journal import ids, listed

UPLOAD = http("PUT", ORDER, Content_Length="15", **CRATEJOY)
LIST = http("GET", "/v1/orders/", **CRATEJOY)
PATH = "/sandboxes/docs/requests"


@asynccontextmanager
async def delayed_request(emulator: RunningEmulator, stage: str = "before") -> AsyncIterator[None]:
    """Keep a GET in progress while the block runs."""
    await fault(emulator, {"type": "delay", "ms": 60_000}, stage=stage, times=1)
    async with connected(emulator, LIST):
        await delayed(emulator)
        yield


@asynccontextmanager
async def upload(emulator: RunningEmulator) -> AsyncIterator[asyncio.StreamWriter]:
    """Keep a PUT in progress whose body has not arrived."""
    async with connected(emulator, UPLOAD) as (_, writer):
        await listed(emulator, query="?status=in-progress&wait=10")
        yield writer


async def only(emulator: RunningEmulator) -> Any:
    (entry,) = (await listed(emulator))["requests"]
    return entry


@pytest.mark.parametrize("stage", ["before", "after"])
async def test_delayed_request_is_in_the_journal(emulator: RunningEmulator, stage: str) -> None:
    async with delayed_request(emulator, stage):
        entry = await only(emulator)
    assert ("1", "GET", True, None, None) == tuple(
        entry[name] for name in ("id", "method", "in_progress", "status", "response")
    )


async def test_delayed_request_has_its_fault(emulator: RunningEmulator) -> None:
    async with delayed_request(emulator):
        assert "delay" == (await only(emulator))["fault"]["type"]


async def test_upload_is_in_the_journal(emulator: RunningEmulator) -> None:
    async with upload(emulator):
        entry = await only(emulator)
    assert ("PUT", True) == (entry["method"], entry["in_progress"])


async def test_request_is_completed_in_place(emulator: RunningEmulator) -> None:
    async with upload(emulator) as writer:
        await emulator.cratejoy("GET", "/orders/")
        writer.write(b'{"note": "late"}'[:14] + b"}")
        found = await listed(emulator, query="?wait=10&min=2")
    statuses = [(each["id"], each["status"], each["in_progress"]) for each in found["requests"]]
    assert [("1", 400, False), ("2", 200, False)] == statuses


async def test_wait_counts_complete_requests(emulator: RunningEmulator) -> None:
    async with delayed_request(emulator):
        waiting = asyncio.create_task(listed(emulator, query="?wait=30"))
        await listed(emulator, query="?status=in-progress&wait=10")
        assert not waiting.done()
        await emulator.cratejoy("GET", "/orders/")
        assert ["1", "2"] == ids(await waiting)


@pytest.mark.parametrize(("status", "expected"), [("in-progress", ["1"]), ("none", []), ("fault", ["1"]), ("2xx", [])])
async def test_status_selects_requests_in_progress(emulator: RunningEmulator, status: str, expected: list[str]) -> None:
    async with delayed_request(emulator):
        assert expected == ids(await listed(emulator, query=f"?status={status}"))


@pytest.mark.parametrize(
    ("stage", "check", "result"), [("before", "faults", "in progress"), ("after", "response", "passed")]
)
async def test_explain_shows_where_a_request_waits(
    emulator: RunningEmulator, stage: str, check: str, result: str
) -> None:
    async with delayed_request(emulator, stage):
        explained = (await emulator.control("GET", f"{PATH}/1/explain")).json
    assert result == next(each["result"] for each in explained["checks"] if each["check"] == check)


async def test_har_has_only_complete_requests(emulator: RunningEmulator) -> None:
    async with delayed_request(emulator):
        assert [] == (await emulator.control("GET", f"{PATH}.har")).json["log"]["entries"]


async def test_metrics_count_complete_requests(emulator: RunningEmulator) -> None:
    async with delayed_request(emulator):
        assert "mockorders_requests_total{" not in (await emulator.control("GET", "/metrics")).text


async def test_evicted_request_is_not_added_again(start: Start) -> None:
    emulator = await start(journal_memory=8_000)
    async with upload(emulator) as writer:
        for _ in range(9):
            await emulator.cratejoy("GET", "/orders/?limit=1")
        writer.write(b'{"note": "long"}'[:15])
        await eventually(lambda: counted(emulator, 10))
    assert "1" not in ids(await listed(emulator))


async def counted(emulator: RunningEmulator, number: int) -> bool:
    """Check whether a number of requests is complete."""
    text = (await emulator.control("GET", "/metrics")).text
    lines = [line for line in text.splitlines() if line.startswith("mockorders_requests_total{")]
    return number == sum(float(line.rpartition(" ")[2]) for line in lines)


async def test_dashboard_lists_a_request_in_progress(emulator: RunningEmulator) -> None:
    async with delayed_request(emulator):
        page = (await emulator.control("GET", "/ui/docs/requests")).text
        detail = (await emulator.control("GET", "/ui/docs/requests/1")).text
    assert (True, True) == ('data-request="1" data-open>' in page, "No response yet." in detail)


async def test_live_list_sends_a_request_again_when_it_is_complete(emulator: RunningEmulator) -> None:
    async with upload(emulator) as writer:
        url = f"{emulator.url}/_mockorders/live/docs?from=1-0"
        async with emulator.session.get(url) as stream:
            shown = await rows(stream.content)
            writer.write(b"{}             ")
            completed = await rows(stream.content)
    assert [True, False] == ["data-open" in text for text in (shown, completed)]
    assert [True, True] == ['data-request="1"' in text for text in (shown, completed)]


async def test_live_list_sends_completed_requests_that_the_page_shows(emulator: RunningEmulator) -> None:
    await emulator.cratejoy("GET", "/orders/")
    url = f"{emulator.url}/_mockorders/live/docs?from=1-1&open=1,77,x"
    async with emulator.session.get(url) as stream:
        assert 'data-request="1"' in await rows(stream.content)


async def rows(content: Any) -> str:
    """Return the data of the next event with requests."""
    async with asyncio.timeout(10):
        while text := (await content.readuntil(b"\n\n")).decode():
            if text.startswith("event: requests"):
                return str(text)
    raise AssertionError("the stream has ended")


async def test_completed_request_has_its_body(emulator: RunningEmulator) -> None:
    async with upload(emulator) as writer:
        writer.write(b'{"note": "abc"}')
        entry = await ended(emulator)
    assert ({"note": "abc"}, 200) == (entry["request"]["body"], entry["status"])

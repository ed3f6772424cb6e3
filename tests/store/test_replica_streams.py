"""The dashboard's live list of requests follows what other servers do."""

import asyncio
import re
from typing import Any

import pytest
from support.replicas import replicas

STREAM = "/_mockorders/live/docs?from="


async def next_event(response: Any) -> str:
    """Return the name of the next event of a stream."""
    async with asyncio.timeout(30):
        while True:
            line: str = (await response.content.readline()).decode()
            if line.startswith("event: "):
                return line.removeprefix("event: ").strip()


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/sandboxes/docs/reset"), ("DELETE", "/sandboxes/docs/requests")]
)
async def test_a_page_reloads_when_another_server_deletes_its_requests(database: str, method: str, path: str) -> None:
    async with replicas(database, 2) as (one, two):
        await one.note("first")
        page = (await one.emulator.control("GET", "/ui/docs/requests")).text
        (shown,) = re.findall(r'data-from="([0-9]+-1)"', page)
        async with one.emulator.session.get(f"{one.emulator.url}{STREAM}{shown}") as response:
            await two.note("second")
            assert "requests" == await next_event(response)
            await two.emulator.control(method, path)
            assert "reload" == await next_event(response)


async def test_a_repeated_request_is_shown(database: str) -> None:
    async with replicas(database, 1) as (one,):
        await one.note("first")
        headers = {"Origin": one.emulator.url, "Content-Type": "application/x-www-form-urlencoded"}
        reply = await one.emulator.request("POST", "/_mockorders/ui/docs/requests/1/repeat", data="", headers=headers)
        assert "/_mockorders/ui/docs/requests/2?notice=request-repeated" == reply.headers["Location"]

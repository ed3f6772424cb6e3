"""The journal of several servers while their database, or the connection to it, fails."""

import asyncio
from typing import Any

import pytest
from support.cut_proxy import CutProxy
from support.emulator import basic, eventually
from support.replicas import replicas
from support.stored import NEW_ORDER, Stored
from support.stored_requests import PATH, READ, REQUESTS, call

from bench.postgres import PostgresServer

pytestmark = pytest.mark.slow


async def listed(place: Stored, query: str = "") -> list[Any]:
    """Return the method and the status of each request, and its id."""
    reply = await place.emulator.control("GET", f"{REQUESTS}{query}")
    assert 200 == reply.status, reply.text
    return [(each["id"], each["method"], each["status"]) for each in reply.json["requests"]]


async def test_a_change_is_recorded_once_if_the_connection_is_lost(proxied: tuple[CutProxy, Stored, Stored]) -> None:
    proxy, one, two = proxied
    await call(one, *READ)
    proxy.cut_after = b"gift_info"
    reply = await one.emulator.cratejoy("POST", "/orders/", "docs", json=NEW_ORDER)
    assert (1, "2") == (proxy.cuts, reply.headers["X-Mockorders-Request"])
    assert [("1", "GET", 200), ("2", "POST", 201)] == await listed(two)


async def test_a_read_is_recorded_once_if_the_connection_is_lost(proxied: tuple[CutProxy, Stored, Stored]) -> None:
    proxy, one, two = proxied
    await call(one, *READ)
    proxy.cut_after = b"is_authenticated"
    reply = await one.emulator.request("GET", PATH, headers=basic("docs"))
    assert (1, "2") == (proxy.cuts, reply.headers["X-Mockorders-Request"])
    assert [("1", "GET", 200), ("2", "GET", 200)] == await listed(two)


async def test_a_rejection_is_recorded_once_if_the_connection_is_lost(
    proxied: tuple[CutProxy, Stored, Stored],
) -> None:
    proxy, one, two = proxied
    await call(one, "GET", "/v1/orders/", None)
    proxy.cut_after = b"sent_method"
    reply = await one.emulator.request("GET", "/v1/orders/")
    assert (1, 401, "1") == (proxy.cuts, reply.status, reply.headers["X-Mockorders-Request"])
    found = (await two.emulator.control("GET", "/sandboxes/_/requests")).json["requests"]
    assert [("1", 401)] == [(each["id"], each["status"]) for each in found]


async def test_a_wait_goes_on_when_the_database_restarts(own_server: PostgresServer) -> None:
    async with replicas(own_server.url(), 2) as (one, two):
        await call(two, *READ)
        sandbox = two.core.sandboxes.get("docs")
        assert sandbox is not None
        waiting = asyncio.create_task(listed(two, "?wait=30&min=2"))
        await eventually(lambda: sandbox.journal.is_watched)
        await asyncio.to_thread(own_server.restart)
        await eventually(lambda: _is_served(one))
        assert ["1", "2"] == [identifier for identifier, _, _ in await waiting]


async def _is_served(place: Stored) -> bool:
    return (await place.emulator.request("GET", PATH, headers=basic("docs"))).status == 200

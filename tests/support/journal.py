"""Helpers to read the journal of a sandbox."""

from typing import Any
from urllib.parse import quote

from support.emulator import RunningEmulator

KIB = 1024


async def listed(emulator: RunningEmulator, user: str = "docs", query: str = "") -> Any:
    """Return the list of entries."""
    reply = await emulator.control("GET", f"/sandboxes/{quote(user, safe='')}/requests{query}")
    assert 200 == reply.status, reply.text
    return reply.json


async def last(emulator: RunningEmulator, user: str = "docs") -> Any:
    """Return the last entry."""
    return (await listed(emulator, user))["requests"][-1]


def ids(document: Any) -> list[str]:
    """Return the ids of a list."""
    return [each["id"] for each in document["requests"]]


async def fill(emulator: RunningEmulator) -> None:
    """Send eight requests, which get the ids 1 to 8."""
    await emulator.universe("/orders")
    await emulator.universe("/orders/489.json", "docs@164")
    await emulator.universe("/api/v1/orders/")
    await emulator.universe("/nothing")
    await emulator.cratejoy("GET", "/orders/")
    await emulator.cratejoy("GET", "/orders/1/")
    await emulator.cratejoy("PUT", "/orders/75572230/", json={"note": "n"})
    await emulator.request("HEAD", "/orders?key=docs")

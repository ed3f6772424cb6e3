"""Helpers for the records of a sandbox."""

from typing import Any

from support.emulator import RunningEmulator


def path(collection: str, identifier: int | str | None = None, user: str = "docs") -> str:
    """Return the path of a collection such as `cratejoy.orders`, or of a record."""
    tail = "" if identifier is None else f"/{identifier}"
    return f"/sandboxes/{user}/records/{collection.replace('.', '/')}{tail}"


async def records(emulator: RunningEmulator, collection: str, user: str = "docs") -> list[Any]:
    """List a collection."""
    listed = (await emulator.control("GET", path(collection, user=user))).json
    assert ["count", "records"] == list(listed)
    assert listed["count"] == len(listed["records"])
    return list(listed["records"])


async def record(emulator: RunningEmulator, collection: str, identifier: int) -> Any:
    """Return one record."""
    reply = await emulator.control("GET", path(collection, identifier))
    assert 200 == reply.status, reply.text
    return reply.json


async def state(emulator: RunningEmulator) -> Any:
    """Return the state."""
    return (await emulator.control("GET", "/sandboxes/docs/state")).json

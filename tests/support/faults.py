"""Helpers to add faults to a sandbox and observe their effects."""

import asyncio
from contextlib import suppress
from typing import Any

from mockorders.sandbox.effects import EFFECTS
from support.emulator import RunningEmulator

ORDER = {
    "customer": {"id": 586402305},
    "products": [{"product_instance": {"id": 645769439}, "term": {"num_cycles": 1}}],
}
TEAPOT = {"type": "status", "status": 418}
GET = b"GET /orders?key=docs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
PARAMETERS: dict[str, dict[str, Any]] = {
    "status": {"status": 503},
    "delay": {"ms": 1},
    "truncate": {"bytes": 10},
    "drip": {"bytes_per_second": 10**6},
    "drift": {"pointer": "/status"},
    "rate_limit": {"requests": 0, "window": 60},
}
EXAMPLES = {name: {"type": name, **PARAMETERS.get(name, {})} for name in EFFECTS}  # one effect of each type
CHANGES = [EXAMPLES[name] for name, effect in EFFECTS.items() if effect.always_after]  # effects that change a response


async def fault(emulator: RunningEmulator, effect: dict[str, Any], user: str = "docs", **rule: Any) -> str:
    """Add a fault; return its id."""
    reply = await emulator.control("POST", f"/sandboxes/{user}/faults", json={"effect": effect, **rule})
    assert 201 == reply.status, reply.text
    return str(reply.json["id"])


async def hits(emulator: RunningEmulator, user: str = "docs") -> list[int]:
    """Return the number of hits of each fault."""
    return [each["hits"] for each in (await emulator.control("GET", f"/sandboxes/{user}/faults")).json["faults"]]


async def hit_once(emulator: RunningEmulator, user: str = "docs") -> bool:
    """Return whether the only fault was triggered once."""
    return [1] == await hits(emulator, user)


async def state(emulator: RunningEmulator, user: str = "docs") -> bytes:
    """Return the state as bytes."""
    return (await emulator.control("GET", f"/sandboxes/{user}/state")).body


async def last(emulator: RunningEmulator, user: str = "docs") -> Any:
    """Return the last journal entry."""
    return (await emulator.control("GET", f"/sandboxes/{user}/requests")).json["requests"][-1]


async def raw(emulator: RunningEmulator, request: bytes = GET) -> bytes:
    """Send bytes over a new connection and read until it is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", emulator.port)
    try:
        writer.write(request)
        return await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def length_and_body(response: bytes) -> tuple[int, bytes]:
    """Split a response into its declared length and its body."""
    head, _, body = response.partition(b"\r\n\r\n")
    lines = [line.partition(b":") for line in head.lower().split(b"\r\n")]
    return next(int(value) for name, _, value in lines if name == b"content-length"), body

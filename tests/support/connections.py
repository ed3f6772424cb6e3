"""Clients that leave before they get a response."""

import asyncio
import socket
import struct
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

from support.emulator import RunningEmulator, eventually
from support.faults import hit_once
from support.journal import listed

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected(emulator: RunningEmulator, request: bytes) -> AsyncIterator[Stream]:
    """Send bytes over a new connection; close it after the block."""
    reader, writer = await asyncio.open_connection("127.0.0.1", emulator.port)
    try:
        writer.write(request)
        yield reader, writer
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def leave(writer: asyncio.StreamWriter, *, reset: bool) -> None:
    """Close a connection, with a TCP reset or without."""
    if reset:
        linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.close()


async def ended(emulator: RunningEmulator, count: int = 1, user: str = "docs") -> Any:
    """Wait until the journal has a number of complete requests; return the last one."""
    found = await listed(emulator, user, f"?wait=10&min={count}")
    return found["requests"][-1]


async def delayed(emulator: RunningEmulator, user: str = "docs") -> None:
    """Wait until the only fault was triggered."""
    await eventually(partial(hit_once, emulator, user))

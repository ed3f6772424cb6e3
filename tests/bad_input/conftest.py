"""A server that has to survive every malformed request."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator

import pytest
from support.bad_requests import CPU_SECONDS, LOOP_SECONDS, Heartbeat, initial_state, visible_state
from support.emulator import RunningEmulator, Start


@pytest.fixture
async def victim(start: Start, caplog: pytest.LogCaptureFixture) -> AsyncIterator[RunningEmulator]:
    """Start an emulator; afterwards its data, log, event loop and other sandboxes must be unaffected."""
    caplog.set_level(logging.INFO)
    emulator = await start()
    before = await initial_state(emulator)
    caplog.clear()
    heartbeat = Heartbeat()
    cpu = time.process_time()
    beating = asyncio.create_task(heartbeat.beat())
    yield emulator
    beating.cancel()
    cpu = time.process_time() - cpu
    troubles = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert ([], False) == (troubles, "Traceback" in caplog.text)
    assert before == await visible_state(emulator)
    assert cpu < CPU_SECONDS
    assert heartbeat.longest < LOOP_SECONDS

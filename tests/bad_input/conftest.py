"""A server that has to survive every malformed request."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator

import pytest
from support.bad_requests import CPU_SECONDS, LOOP_SECONDS, Heart, look
from support.emulator import RunningEmulator, Start


@pytest.fixture
async def victim(start: Start, caplog: pytest.LogCaptureFixture) -> AsyncIterator[RunningEmulator]:
    """Start an emulator; afterwards its data, log, event loop and other sandboxes must be unaffected."""
    caplog.set_level(logging.INFO)
    emulator = await start()
    before = await look(emulator)
    caplog.clear()
    heart, cpu = Heart(), time.process_time()
    beating = asyncio.create_task(heart.beat())
    yield emulator
    beating.cancel()
    cpu = time.process_time() - cpu
    troubles = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert ([], False) == (troubles, "Traceback" in caplog.text)
    assert before == await look(emulator)
    assert cpu < CPU_SECONDS
    assert heart.longest < LOOP_SECONDS

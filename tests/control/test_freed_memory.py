"""What only a deleted or reset sandbox used is freed at once, without the garbage collector: no cache holds it."""

import gc
import json
from collections.abc import Iterator
from typing import Any

import pytest
from support.emulator import RunningEmulator, Start, eventually

TEXT = "x" * 100_000
OWN_FIXTURES = {"extends": "docs", "cratejoy": {"customers": [{"id": 7, "email": "new@example.com", "note": TEXT}]}}
RECORD = "/sandboxes/docs.x/records/cratejoy/customers/7"


@pytest.fixture(autouse=True)
def _no_collections() -> Iterator[None]:
    """Disable the garbage collector, which does not see what `mockorders serve` exempts from collections."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


async def total(emulator: RunningEmulator) -> int:
    """Return the memory that fixture sets and all sandboxes use."""
    text = (await emulator.control("GET", "/metrics")).text
    line = next(each for each in text.splitlines() if each.startswith("mockorders_memory_bytes "))
    return int(float(line.split()[1]))


async def put_record(emulator: RunningEmulator) -> None:
    await emulator.control("PUT", RECORD, json={"email": "new@example.com", "note": TEXT})


async def put_fixtures(emulator: RunningEmulator) -> None:
    await emulator.control("PUT", "/sandboxes/docs.x", json={"fixtures": OWN_FIXTURES})


async def use_everything(emulator: RunningEmulator) -> None:
    """Send requests that fill every cache: responses, views, pages, indexes and the JSON of journal entries."""
    requests = [("/customers/7/", 2), ("/customers/?limit=2", 2), ("/customers/?email__like=%25w", 1), ("/nothing/", 1)]
    for path, times in requests:
        for _ in range(times):
            await emulator.cratejoy("GET", path, user="docs.x")
    await emulator.universe("/orders", key="docs.x@2")
    await emulator.control("GET", "/sandboxes/docs.x/requests")


@pytest.mark.parametrize("fill", [put_record, put_fixtures])
async def test_deleted_sandbox_frees_its_records(emulator: RunningEmulator, fill: Any) -> None:
    await emulator.cratejoy("GET", "/customers/?email__like=%25w")
    before = await total(emulator)
    await fill(emulator)
    await use_everything(emulator)
    assert await total(emulator) > before + len(TEXT)
    await emulator.control("DELETE", "/sandboxes/docs.x")
    await eventually(lambda: is_total(emulator, before))


async def test_deleted_sandboxes_leave_room_for_others(start: Start) -> None:
    emulator = await start(max_memory=1_000_000)
    for number in range(12):
        await put_record(emulator)
        reply = await emulator.control("GET", RECORD)
        assert 200 == reply.status, (number, json.loads(reply.body))
        await use_everything(emulator)
        await emulator.control("DELETE", "/sandboxes/docs.x")


async def is_total(emulator: RunningEmulator, expected: int) -> bool:
    return expected == await total(emulator)

"""What only a deleted or reset sandbox used is freed at once, without the garbage collector: no cache holds it."""

import gc
import json
from collections.abc import Iterator
from typing import Any

import pytest
from support.emulator import RunningEmulator, Start, eventually

from mockorders.fixture_sets import files

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


EXTENDING = {"extends": "edge", "cratejoy": {"customers": [{"id": 7, "email": "new@example.com"}]}}


@pytest.fixture
async def extended(start: Start, monkeypatch: pytest.MonkeyPatch) -> RunningEmulator:
    """Return an emulator whose set `edge` can only be extended, as the much larger set `large`."""
    monkeypatch.setattr(files, "EXPLICIT_SETS", {"edge"})
    emulator = await start()
    await emulator.cratejoy("GET", "/customers/", user="docs")
    return emulator


async def put_sandbox(emulator: RunningEmulator, name: str, fixtures: Any = EXTENDING) -> int:
    return (await emulator.control("PUT", f"/sandboxes/{name}", json={"fixtures": fixtures})).status


async def test_set_that_is_only_extended_is_freed_with_its_last_sandbox(extended: RunningEmulator) -> None:
    before = await total(extended)
    await put_sandbox(extended, "docs.x")
    await put_sandbox(extended, "docs.y", {"extends": "edge"})
    await use_everything(extended)
    await extended.control("DELETE", "/sandboxes/docs.x")
    assert await total(extended) > before + len(TEXT)
    await extended.control("DELETE", "/sandboxes/docs.y")
    await eventually(lambda: is_total(extended, before))


async def test_set_that_a_state_extends_is_freed_by_a_reset(extended: RunningEmulator) -> None:
    before = await total(extended)
    await extended.control("PUT", "/sandboxes/docs/state", json=EXTENDING)
    assert await total(extended) > before + len(TEXT)
    await extended.control("POST", "/sandboxes/docs/reset")
    await eventually(lambda: is_total(extended, before))


async def test_set_that_a_snapshot_extends_is_freed_with_the_snapshot(extended: RunningEmulator) -> None:
    before = await total(extended)
    await extended.control("PUT", "/sandboxes/docs/state", json=EXTENDING)
    await extended.control("PUT", "/sandboxes/docs/snapshots/a")
    await extended.control("POST", "/sandboxes/docs/reset")
    assert await total(extended) > before + len(TEXT)
    await extended.control("DELETE", "/sandboxes/docs/snapshots/a")
    await eventually(lambda: is_total(extended, before))


async def test_set_that_a_rejected_document_extends_is_freed(extended: RunningEmulator) -> None:
    before = await total(extended)
    assert 422 == await put_sandbox(extended, "x", {"extends": "edge", "cratejoy": {"customers": [{"id": "x"}]}})
    await eventually(lambda: is_total(extended, before))


async def test_set_that_is_used_is_not_loaded_again(extended: RunningEmulator) -> None:
    await put_sandbox(extended, "x")
    before = await total(extended)
    await put_sandbox(extended, "y", {"extends": "edge"})
    assert before == await total(extended)


async def test_set_that_was_freed_can_be_extended_again(extended: RunningEmulator) -> None:
    before = await total(extended)
    await put_sandbox(extended, "x")
    loaded = await total(extended)
    await extended.control("DELETE", "/sandboxes/x")
    await eventually(lambda: is_total(extended, before))
    assert (200, loaded) == (await put_sandbox(extended, "x"), await total(extended))


async def is_total(emulator: RunningEmulator, expected: int) -> bool:
    return expected == await total(emulator)

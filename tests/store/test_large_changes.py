"""Changes of many records: they are stored in steps, and nothing of them is in the store until the last one."""

import asyncio
import json
import shutil
import sqlite3
import threading
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from support.emulator import eventually
from support.event_loop import HOLD_SECONDS, MeasuredServer, measured_server
from support.stored import ORDER, Stored, stored

from mockorders.sandbox import stored_sandbox
from mockorders.sandbox.sandbox import Sandbox
from mockorders.sandbox.stored_sandbox import StoredSandbox
from mockorders.store.inspection import list_sandboxes, verify
from mockorders.store.records import CHANGE, ChangeRecord, Document, StoreUnavailableError
from mockorders.store.sqlite import SqliteStore
from mockorders.store.sqlite_writing import BATCH

HERE = "/sandboxes/docs"
BODY = json.dumps({"cratejoy": {"customers": [{"note": "x" * 900} for _ in range(1_000)]}}).encode()
GENERATED = {"generate": {"seed": 1, "cratejoy": {"customers": 10_000, "orders": 10_000}}}
TIMES = 10


@pytest.fixture
def large(tmp_path: Path) -> Iterator[MeasuredServer]:
    """Run a server whose sandbox has 10,000 changed records."""
    location = f"sqlite:{tmp_path / 'store'}"
    with measured_server(fixtures="docs", store=location) as server:
        for _ in range(TIMES):
            assert 201 == server.request("POST", f"/_mockorders{HERE}/records", BODY)[0]
        yield server


REQUESTS: dict[str, tuple[str, str, Any]] = {
    "save a snapshot": ("PUT", f"{HERE}/snapshots/a", None),
    "restore it": ("POST", f"{HERE}/snapshots/a/restore", None),
    "replace it": ("PUT", f"{HERE}/snapshots/a", None),
    "replace the state": ("PUT", "/sandboxes/other/state", GENERATED),
    "delete the snapshot": ("DELETE", f"{HERE}/snapshots/a", None),
    "delete the sandbox": ("DELETE", HERE, None),
}


@pytest.mark.timing
def test_many_records_are_stored_and_deleted_in_steps(large: MeasuredServer) -> None:
    holds = {}
    for name, (method, path, body) in REQUESTS.items():
        large.begin()
        status, _ = large.request(method, f"/_mockorders{path}", body and json.dumps(body).encode())
        large.request("GET", "/_mockorders/health")
        assert status < 300
        holds[name] = large.longest
    assert [] == [(name, seconds) for name, seconds in holds.items() if seconds >= HOLD_SECONDS]


@pytest.mark.slow
@pytest.mark.timing
def test_many_records_are_read_elsewhere(tmp_path: Path) -> None:
    location = f"sqlite:{tmp_path / 'store'}"
    with measured_server(fixtures="docs", store=location) as before:
        before.request("PUT", f"/_mockorders{HERE}/state", json.dumps(GENERATED).encode())
        for _ in range(TIMES):
            before.request("POST", f"/_mockorders{HERE}/records", BODY)
    with measured_server(fixtures="docs", store=location) as after:
        after.begin()
        assert 200 == after.request("GET", f"/_mockorders{HERE}")[0]
        assert after.longest < HOLD_SECONDS


class Gate:
    """Holds what is stored in steps of one sandbox until it is opened; `error` lets it fail then."""

    def __init__(self) -> None:
        self.is_open = threading.Event()
        self.is_waiting = False
        self.error: Exception | None = None

    def append(self, store: SqliteStore, record: ChangeRecord) -> Generator[None, None, None]:
        if record.sandbox == "docs":
            self.is_waiting = True
            while not self.is_open.is_set():
                yield
            if self.error is not None:
                raise self.error
        yield from APPEND(store, record)


APPEND = SqliteStore.append_in_steps


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    gate = Gate()

    def append(store: SqliteStore, record: ChangeRecord) -> Iterator[None]:
        return gate.append(store, record)

    monkeypatch.setattr(SqliteStore, "append_in_steps", append)
    monkeypatch.setattr(stored_sandbox, "MAX_AT_ONCE", -1)
    return gate


async def save_slowly(place: Stored, gate: Gate) -> "asyncio.Task[Any]":
    """Start to save a snapshot; return once it is being stored."""
    gate.is_open.set()
    await place.note("before")
    gate.is_open.clear()
    gate.is_waiting = False
    saving = asyncio.create_task(place.emulator.control("PUT", f"{HERE}/snapshots/a"))
    await eventually(lambda: gate.is_waiting)
    return saving


async def test_a_sandbox_waits_while_its_change_is_stored(tmp_path: Path, gate: Gate) -> None:
    async with stored(tmp_path / "store") as place:
        saving = await save_slowly(place, gate)
        reading = asyncio.create_task(place.read_note())
        writing = asyncio.create_task(place.note("after"))
        assert 200 == await place.note("other", "docs.other")
        done, _ = await asyncio.wait({saving, reading, writing}, timeout=0.1)
        gate.is_open.set()
        assert (set(), 200, 200) == (done, (await saving).status, await writing)
        assert "after" == await place.read_note()
        await reading
    async with stored(tmp_path / "store") as again:
        assert "after" == await again.read_note()


async def test_what_began_before_fails_with_the_change(tmp_path: Path, gate: Gate) -> None:
    async with stored(tmp_path / "store") as place:
        saving = await save_slowly(place, gate)
        sandboxes = place.sandboxes
        sandbox = await sandboxes.preview("docs")
        change(sandbox)
        waiting = [asyncio.create_task(each) for each in (sandboxes.save(sandbox, "later"), sandboxes.ended(sandbox))]
        gate.error = StoreUnavailableError("the disk is gone")
        gate.is_open.set()
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
        assert [503, 503, 503] == [(await saving).status, *[getattr(each, "status", None) for each in outcomes]]
        gate.error = None
        assert "before" == await place.read_note()


def change(sandbox: Sandbox) -> None:
    """Change a record, as a request does that has begun before."""
    orders = sandbox.tables("cratejoy")["orders"]
    orders.put({**orders[ORDER], "note": "lost"})
    sandbox.state.commit()


def copy_files(path: Path) -> Path:
    """Copy the files of a store, as they are if its process ends now."""
    copy = path / "copy"
    copy.mkdir()
    for name in ("store", "store-wal"):
        shutil.copy(path / name, copy / name)
    return copy / "store"


def record_of(place: Stored) -> ChangeRecord:
    """Return a record with parts that replaces all of a sandbox."""
    documents = [Document(b'{"records": {"cratejoy.orders": {"%d": null}}}' % number) for number in range(10)]
    start = place.core.sandboxes.get("docs")
    assert isinstance(start, StoredSandbox)
    start.generation += 1
    pending = start.pending()
    assert pending is not None
    return start.record(pending, "test")._replace(parts={CHANGE: documents})


@pytest.mark.parametrize("steps", [1, 5, 10])
async def test_a_change_that_is_not_completed_is_not_in_the_store(tmp_path: Path, steps: int) -> None:
    async with stored(tmp_path / "store") as before:
        await before.note("before")
        expected = await before.read()
        appending = before.store.append_in_steps(record_of(before))
        for _ in range(steps):
            next(appending)
        path = copy_files(tmp_path)
    async with stored(path) as after:
        assert expected == await after.read()
        assert (200, "after") == (await after.note("after"), await after.read_note())
    assert [] == list(verify(f"sqlite:{path}"))


async def fill(place: Stored) -> None:
    """Change a sandbox so often that it is deleted in steps."""
    for number in range(2 * BATCH):
        await place.note(str(number))


async def test_a_deletion_that_is_not_completed_continues_after_a_restart(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as before:
        await fill(before)
        next(before.store.delete("docs"))
        path = copy_files(tmp_path)
        names = [each.sandbox for each in list_sandboxes(f"sqlite:{path}")]
    async with stored(path) as after:
        assert ([], 404) == (names, (await after.emulator.control("GET", HERE)).status)
    assert [0, 0] == [rows(path, table) for table in ("changes", "deleted")]


async def test_a_sandbox_is_created_anew_while_it_is_deleted(tmp_path: Path) -> None:
    async with stored(tmp_path / "store") as before:
        await fill(before)
        next(before.store.delete("docs"))
        before.core.sandboxes._forget("docs")
        assert (200, 1) == (await before.note("new"), rows(tmp_path / "store"))
    async with stored(tmp_path / "store") as after:
        assert "new" == await after.read_note()


def rows(path: Path, table: str = "changes") -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


async def test_parts_that_are_not_needed_are_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_sandbox, "MAX_AT_ONCE", -1)
    async with stored(tmp_path / "store") as place:
        await place.note("a")
        for _ in range(3):
            await place.emulator.control("PUT", f"{HERE}/snapshots/a")
            await place.emulator.control("POST", f"{HERE}/snapshots/a/restore")
        before = rows(tmp_path / "store", "parts")
        expected = await place.read()
        place.store.maintain()
        after = rows(tmp_path / "store", "parts")
    async with stored(tmp_path / "store") as again:
        assert (True, True, expected) == (before > 6, after <= 3, await again.read())

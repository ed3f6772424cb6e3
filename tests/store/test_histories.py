"""Many clients at the same time, while the store fails now and then, and sandboxes leave the memory.

What got a response is there, and what got a 503 is not, also after a restart.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from support.stored import ORDER, Stored, stored

from mockorders.sandbox import stored_sandbox

NAMES = [f"docs.{number}" for number in range(4)]
CLIENTS = 3  # of each sandbox
REQUESTS = 30  # of each client
BREAKS = 10
RESTARTS = 3
OPTIONS: list[dict[str, Any]] = [
    {},
    {"max_sandboxes": 3},
    {"max_memory": 400_000},
    {"store_sync": "full", "max_sandboxes": 3},
    {"sandbox_idle": 0.05},
]


class Write(NamedTuple):
    """A note that was written, from its request to its response."""

    note: str
    started: float
    ended: float
    status: int


class History:
    """The notes that were written in one sandbox, and what is wrong with those that were read."""

    def __init__(self) -> None:
        self.writes: dict[str, Write] = {}
        self.begun: set[str] = set()
        self.wrong: list[str] = []

    def check(self, note: str | None, started: float) -> None:
        """Check a note that was read by a request that began at some time."""
        write = Write("", 0, 0, 200) if note is None else self.writes.get(note)
        if write is None:  # it has no response yet
            assert note in self.begun
            return
        if write.status != 200 and write.ended < started:
            self.wrong.append(f"read {note} after its {write.status}")
        for each in self.writes.values():
            if each.status == 200 and write.ended < each.started and each.ended < started:
                self.wrong.append(f"read {note} after {each.note}")


class Clients:
    """Clients of one server that write and read notes."""

    def __init__(self, place: Stored, histories: dict[str, History], choices: random.Random) -> None:
        self._place = place
        self._histories = histories
        self._choices = choices

    async def run(self) -> None:
        """Send all requests."""
        with broken_now_and_then(self._place, self._choices) as breaking:
            await asyncio.gather(*(self._send(name) for name in NAMES * CLIENTS))
            breaking.cancel()

    async def _send(self, name: str) -> None:
        kinds: list[Callable[[str], Awaitable[object]]] = [self._write, self._patch, self._read, self._save]
        for _ in range(REQUESTS):
            (send,) = self._choices.choices(kinds, [5, 2, 6, 1])
            await send(name)

    async def _write(self, name: str) -> None:
        await self._timed(name, lambda note: self._place.note(note, name))

    async def _patch(self, name: str) -> None:
        path = f"/sandboxes/{name}/records/cratejoy/orders/{ORDER}"

        async def patch(note: str) -> int:
            return (await self._place.emulator.control("PATCH", path, json={"note": note})).status

        await self._timed(name, patch)

    async def _timed(self, name: str, write: Callable[[str], Awaitable[int]]) -> None:
        history = self._histories[name]
        note = f"{len(history.begun)} {'x' * self._choices.choice([0, 3_000])}"
        history.begun.add(note)
        started = time.monotonic()
        status = await write(note)
        history.writes[note] = Write(note, started, time.monotonic(), status)

    async def _read(self, name: str) -> None:
        started = time.monotonic()
        reply = await self._place.emulator.cratejoy("GET", f"/orders/{ORDER}/", name)
        if reply.status == 200:
            self._histories[name].check(reply.json["note"], started)

    async def _save(self, name: str) -> None:
        await self._place.emulator.control("PUT", f"/sandboxes/{name}/snapshots/a")


@contextmanager
def broken_now_and_then(place: Stored, choices: random.Random) -> Iterator["asyncio.Task[None]"]:
    """Let SQLite refuse to write for some milliseconds, again and again."""
    writer = place.store.file.writer

    async def break_often() -> None:
        for _ in range(BREAKS):
            await asyncio.sleep(choices.uniform(0.01, 0.1))
            writer.execute("PRAGMA query_only = 1")
            await asyncio.sleep(choices.uniform(0, 0.02))
            writer.execute("PRAGMA query_only = 0")

    breaking = asyncio.create_task(break_often())
    try:
        yield breaking
    finally:
        writer.execute("PRAGMA query_only = 0")


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6))])
async def test_what_was_acknowledged_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    choices = random.Random(seed)
    histories = {name: History() for name in NAMES}
    for _ in range(RESTARTS):
        monkeypatch.setattr(stored_sandbox, "MAX_AT_ONCE", choices.choice([-1, 200]))
        async with stored(tmp_path / "store", **choices.choice(OPTIONS)) as place:
            await Clients(place, histories, choices).run()
    assert {name: [] for name in NAMES} == {name: history.wrong for name, history in histories.items()}

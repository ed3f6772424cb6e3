"""Read shared journals: before each query, and for those who wait whenever there is something new."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

from mockorders.sandbox.replica_journal import ReplicaJournal
from mockorders.sandbox.sandbox import Pin, Sandbox
from mockorders.store.journal_records import EntryRecord
from mockorders.store.postgres_journals import PostgresJournals, SharedEntry
from mockorders.store.records import StoreUnavailableError

AT_ONCE = 20  # entries that are read in the event loop; more are read in a thread
WATCH_SECONDS = 30.0  # for which the store is asked to notify of entries
CHECK_SECONDS = 10.0  # after which entries are read without a notification
RETRY_SECONDS = 0.25


class EntryCodec(NamedTuple):
    """How entries are written as records, and read for a sandbox."""

    write: Callable[[Any], EntryRecord]
    read: Callable[[Iterable[EntryRecord], Sandbox], Iterator[Any]]


class JournalSync:
    """Reads the shared journals of one replica.

    While somebody waits for entries of a journal, it is read at each notification, and after some seconds without one,
    because a notification only says when to read. `find` returns a sandbox in memory.
    """

    def __init__(self, journals: PostgresJournals, codec: EntryCodec, find: Callable[[str], Sandbox | None]) -> None:
        self.journals = journals
        self._codec = codec
        self._find = find
        self._watching: dict[str, asyncio.Task[None]] = {}
        self._news: dict[str, asyncio.Event] = {}
        self._listening: asyncio.Task[None] | None = None
        self._is_connected = False

    async def refresh(self, sandbox: Sandbox) -> None:
        """Read what is new in the journal of a sandbox, and its pins. Raises StoreUnavailableError."""
        journal = sandbox.journal
        assert isinstance(journal, ReplicaJournal)
        async with journal.lock:
            read = await self.journals.read(sandbox.name, journal.place)
            journal.take(read, await self._entries(sandbox, read.entries))
            if read.pins != journal.pins:
                pinned = await self._entries(sandbox, await self.journals.read_pinned(sandbox.name))
                journal.pinned = _pins(sandbox, pinned)
                journal.pins = read.pins
            sandbox.pins = journal.pinned
            journal.evict_before(read.first)

    async def _entries(self, sandbox: Sandbox, shared: Sequence[SharedEntry]) -> list[Any]:
        if len(shared) <= AT_ONCE:
            return self._decoded(sandbox, shared)
        return await asyncio.to_thread(self._decoded, sandbox, shared)

    def _decoded(self, sandbox: Sandbox, shared: Sequence[SharedEntry]) -> list[Any]:
        replicas = {str(each.record.id): each.replica for each in shared}
        entries = list(self._codec.read([each.record for each in shared], sandbox))
        for entry in entries:
            entry.replica = replicas[entry.id]
        return entries

    # for those who wait

    def attach(self, sandbox: Sandbox) -> None:
        """Set the pins of a sandbox to those of its journal, which is read while somebody waits for its entries."""
        assert isinstance(sandbox.journal, ReplicaJournal)
        sandbox.journal.watch = partial(self._watch, sandbox.name)
        sandbox.pins = sandbox.journal.pinned

    def _watch(self, name: str, is_watched: bool) -> None:
        if not is_watched:
            self._news.pop(name, None)
            task = self._watching.pop(name, None)
            if task is not None:
                task.cancel()
        elif name not in self._watching:
            self._news[name] = asyncio.Event()
            self._watching[name] = asyncio.create_task(self._follow(name, self._news[name]))
            if self._listening is None:
                self._listening = asyncio.create_task(self._listen())

    async def _follow(self, name: str, news: asyncio.Event) -> None:
        """Read a journal whenever there is something new, until canceled."""
        while True:
            news.clear()
            with suppress(StoreUnavailableError):
                await self.journals.watch(name, WATCH_SECONDS)
                sandbox = self._find(name)
                if sandbox is not None:
                    await self.refresh(sandbox)
            with suppress(TimeoutError):
                async with asyncio.timeout(CHECK_SECONDS if self._is_connected else RETRY_SECONDS):
                    await news.wait()

    async def _listen(self) -> None:
        """Note which journals have something new, until canceled; connect again if the connection is lost."""
        while True:
            with suppress(StoreUnavailableError):
                async with self.journals.listening(self._heard) as lost:
                    self._is_connected = True
                    self._heard(*self._news)  # there may have been some before
                    await lost.wait()
            self._is_connected = False
            await asyncio.sleep(RETRY_SECONDS)

    def _heard(self, *names: str) -> None:
        for name in names:
            news = self._news.get(name)
            if news is not None:
                news.set()

    async def close(self) -> None:
        """Stop reading."""
        tasks = [*self._watching.values(), *([] if self._listening is None else [self._listening])]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        self._watching.clear()
        self._news.clear()
        self._listening = None


def _pins(sandbox: Sandbox, entries: Iterable[Any]) -> dict[str, Pin]:
    """Return entries as pins, those that the journal has as the same objects."""
    recorded = {entry.id: entry for entry in sandbox.journal}
    found = [recorded.get(entry.id, entry) for entry in entries]
    return {each.id: Pin(each, sandbox.memory.count(each.size + len(each.shared))) for each in found}

"""The journals that replicas share in a PostgreSQL database."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from mockorders.store.journal_records import EntryRecord, Place
from mockorders.store.packed_entries import pack, unpack
from mockorders.store.postgres import PostgresStore
from mockorders.store.postgres_journal_statements import (
    ADD,
    CHANNEL,
    CLEAR,
    DELETE,
    DELETE_ALL,
    DELETE_UNPINNED,
    FIND,
    PIN,
    READ,
    READ_PINNED,
    REPLACE,
    RESET,
    WATCH,
)
from mockorders.store.records import FORMAT, StoreError, StoreUnavailableError

MAX_BATCH = 256
OF_ALL = ("epoch", "issued", "cleared", "first", "pins")  # columns that are the same in all rows of a journal


class SharedEntry(NamedTuple):
    """An entry, and the name of the replica that recorded it."""

    replica: str
    record: EntryRecord


class SharedJournal(NamedTuple):
    """What is new in a journal: its entries after a place, or all of them if it is in another epoch.

    `issued` is the number that was issued last, `cleared` that before the epoch, `first` that of the oldest entry that
    is not pinned. `pins` changes when others are pinned.
    """

    epoch: int
    issued: int
    cleared: int
    first: int
    pins: int
    entries: Sequence[SharedEntry]


NO_JOURNAL = SharedJournal(0, 0, 0, 1, 0, ())


class _Adding(NamedTuple):
    """An entry that is to be added, and who waits for its place."""

    sandbox: str
    entry: bytes
    place: asyncio.Future[Place]

    def found(self, row: Any) -> None:
        """Set the place of the entry."""
        if not self.place.done():
            self.place.set_result(Place(row["epoch"], row["number"]))


class PostgresJournals:
    """The journals of all sandboxes. Methods raise StoreUnavailableError while the database cannot be used.

    Entries that are added while a statement runs share the next one.
    """

    def __init__(self, store: PostgresStore) -> None:
        self._store = store
        self._waiting: list[_Adding] = []
        self._running: asyncio.Task[None] | None = None

    async def add(self, sandbox: str, record: EntryRecord) -> Place:
        """Add an entry, whose id is not known yet; return its place."""
        adding = _Adding(sandbox, pack(record), asyncio.get_running_loop().create_future())
        self._waiting.append(adding)
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await adding.place

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch = self._waiting[:MAX_BATCH]
                del self._waiting[:MAX_BATCH]
                await self._add(batch)
        finally:
            self._running = None

    async def _add(self, batch: Sequence[_Adding]) -> None:
        """Add entries, and say who waits for them where they are, or why not.

        If the connection is lost meanwhile, those that were added are found before the others are added again.
        """
        try:
            try:
                await self._insert(batch)
            except StoreUnavailableError:
                await self._find(batch)
                await self._insert([each for each in batch if not each.place.done()])
        except BaseException as error:
            problem = error if isinstance(error, StoreUnavailableError) else StoreUnavailableError(repr(error))
            for each in batch:
                if not each.place.done():
                    each.place.set_exception(problem)
            if not isinstance(error, StoreUnavailableError):
                raise

    async def _insert(self, batch: Sequence[_Adding]) -> None:
        names = [each.sandbox for each in batch]
        entries = [each.entry for each in batch]
        async with self._store.reading() as connection:
            rows = await connection.fetch(ADD, names, [self._store.replica] * len(batch), entries)
        for each, row in zip(batch, rows, strict=True):
            self._store.trim.added(each.sandbox, row["number"])
            each.found(row)

    async def _find(self, batch: Sequence[_Adding]) -> None:
        async with self._store.reading() as connection:
            for each in batch:
                row = await connection.fetchrow(FIND, each.sandbox, self._store.replica, each.entry)
                if row is not None:
                    each.found(row)

    async def replace(self, sandbox: str, place: Place, record: EntryRecord) -> None:
        """Replace an entry, if it is still there."""
        async with self._store.reading() as connection:
            await connection.execute(REPLACE, sandbox, *place, pack(record))

    async def read(self, sandbox: str, after: Place) -> SharedJournal:
        """Return what is new in a journal after a place."""
        async with self._store.reading() as connection:
            rows = await connection.fetch(READ, sandbox, *after)
            entries = [_entry(row) for row in rows if row["number"] is not None]
        if not rows:
            return NO_JOURNAL
        of_all = rows[0]
        epoch, issued, cleared, first, pins = [of_all[name] for name in OF_ALL]
        return SharedJournal(epoch, issued, cleared, first, pins, entries)

    async def read_pinned(self, sandbox: str) -> list[SharedEntry]:
        """Return the pinned entries of a sandbox."""
        async with self._store.reading() as connection:
            return [_entry(row) for row in await connection.fetch(READ_PINNED, sandbox)]

    async def clear(self, sandbox: str) -> None:
        """Remove all entries but the pinned ones; numbers continue."""
        await self._begin(sandbox, CLEAR, DELETE_UNPINNED)

    async def reset(self, sandbox: str) -> None:
        """Remove all entries, and begin with number 1."""
        await self._begin(sandbox, RESET, DELETE_UNPINNED)

    async def delete(self, sandbox: str) -> None:
        """Delete a journal with its pins."""
        await self._begin(sandbox, DELETE, DELETE_ALL)

    async def _begin(self, sandbox: str, statement: str, delete_rest: str) -> None:
        """Begin the next epoch, then delete the entries that were added to the last one meanwhile."""
        async with self._store.reading() as connection:
            await connection.execute(statement, sandbox)
            await connection.execute(delete_rest, sandbox)

    async def pin(self, sandbox: str, number: int, *, pinned: bool) -> None:
        """Keep an entry when the journal does not anymore, or only as long as that does."""
        async with self._store.reading() as connection:
            await connection.execute(PIN, sandbox, number, pinned)
            await connection.execute(DELETE_UNPINNED, sandbox)

    async def watch(self, sandbox: str, seconds: float) -> None:
        """Ask for a notification of each entry for some time."""
        async with self._store.reading() as connection:
            await connection.execute(WATCH, sandbox, seconds)

    @asynccontextmanager
    async def listening(self, heard: Callable[[str], None]) -> AsyncIterator[asyncio.Event]:
        """Call `heard` with the sandbox of each notification during the block; the event is set if they end."""
        lost = asyncio.Event()

        def notify(_connection: object, _process: int, _channel: str, sandbox: str) -> None:
            heard(sandbox)

        async with self._store.reading() as connection:
            await connection.add_listener(CHANNEL, notify)
            connection.add_termination_listener(lambda _: lost.set())
            try:
                yield lost
            finally:
                if not connection.is_closed():
                    await connection.remove_listener(CHANNEL, notify)


def _entry(row: Any) -> SharedEntry:
    if row["format"] > FORMAT:
        message = f"request {row['number']}: expected format {FORMAT} or older, got format {row['format']}"
        raise StoreError(message)
    return SharedEntry(row["replica"], unpack(row["number"], row["entry"]))

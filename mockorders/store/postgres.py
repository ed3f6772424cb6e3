"""The PostgreSQL engine: one database that any number of replicas share.

A replica keeps a change by proposing it after the last one that it knows: `propose` is one round trip, of one statement
for all proposals that arrive meanwhile (`postgres_statements`). An entry for the shared journal can be part of it: it
is inserted in the same statement, under the same condition, with the name of this replica, and gets its number there.
Of a request that changed nothing, `record` is None.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from zlib import crc32

from mockorders.formats.store_location import redacted
from mockorders.real_time import monotonic
from mockorders.store import postgres_connection, postgres_reading, postgres_schema
from mockorders.store.metrics import StoreMetrics
from mockorders.store.postgres_connection import FAILED
from mockorders.store.postgres_journal_trim import MAX_BYTES, JournalTrim
from mockorders.store.postgres_lane import Lane
from mockorders.store.postgres_maintenance import Maintenance
from mockorders.store.records import Document, Head, StoredSandbox, StoreError, StoreUnavailableError, Summary
from mockorders.store.replication import Outcome, Proposal

RETRY_SECONDS = 0.5  # after which a database is connected to again that did not respond
WRITING_LANES = 3
MAX_READERS = 4
KEEP_FIXTURES = "INSERT INTO fixtures VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"


class PostgresStore:
    """A store in a PostgreSQL database. Its methods raise StoreUnavailableError while that cannot be used.

    `location` is without a password. `replica` is the name of this process in the shared journal. `metrics` counts the
    changes that this replica proposed. `trim` keeps each journal within `journal_bytes`.
    """

    def __init__(self, location: str, replica: str, journal_bytes: int = MAX_BYTES) -> None:
        self.location = redacted(location)
        self.replica = replica
        self.metrics = StoreMetrics()
        self._url = location
        self.trim = JournalTrim(journal_bytes)
        self._maintenance = Maintenance()
        self._is_prepared = False
        self._retry_at = 0.0
        self._preparing = asyncio.Lock()
        self._validating = self._lane()
        self._writing = [self._lane() for _ in range(WRITING_LANES)]
        self._pool: Any = None

    def _lane(self) -> Lane:
        return Lane(self._url, self.replica, self._connect, self.metrics)

    async def open(self) -> None:
        """Create or migrate the tables. Raises StoreError if that can never succeed, such as for a wrong password.

        A database that is away is not an error: it is tried again with the next request.
        """
        try:
            connection = await self._connect()
        except FAILED:
            return
        postgres_connection.close(connection)

    async def _connect(self, seconds: int = postgres_connection.STATEMENT_SECONDS) -> Any:
        """Return a connection. Raises one of FAILED, at once if the last attempt took long and failed just before."""
        if monotonic() < self._retry_at:
            message = "the database did not respond"
            raise TimeoutError(message)
        try:
            connection = await postgres_connection.connect(self._url, self.replica, seconds)
        except TimeoutError:
            self._retry_at = monotonic() + RETRY_SECONDS
            raise
        await self._prepare(connection)
        return connection

    async def _prepare(self, connection: Any) -> None:
        try:
            async with self._preparing:
                if not self._is_prepared:
                    await postgres_schema.prepare(connection, self.location)
                    self._is_prepared = True
        except BaseException:
            postgres_connection.close(connection)
            raise

    async def close(self) -> None:
        """Close all connections; they are opened again when they are needed."""
        for lane in (self._validating, *self._writing):
            await lane.close()
        if self._pool is not None:
            self._pool.terminate()
            self._pool = None

    async def maintain(self) -> None:
        """Do what keeps the store small and fast, if it is time for that. What fails is tried again."""
        for each in (self._maintenance, self.trim):
            if each.is_due:
                with suppress(StoreUnavailableError, ValueError):
                    async with self.reading() as connection:
                        await each.run(connection)

    async def propose(self, proposal: Proposal) -> Outcome:
        """Keep what a request changed, and its entries, if its base is still the sandbox's last change."""
        if proposal.record is None and proposal.entry is None:
            return await self._validating.submit(proposal)
        outcome = await self._writing[crc32(proposal.sandbox.encode()) % WRITING_LANES].submit(proposal)
        if outcome.is_accepted:
            self._maintenance.count(proposal)
        if outcome.place is not None:
            self.trim.added(proposal.sandbox, outcome.place.number)
        return outcome

    async def ping(self) -> None:
        """Return if the database responds."""
        async with self.reading() as connection:
            await connection.fetchval("SELECT 1", timeout=postgres_connection.CONNECT_SECONDS)

    async def load(self, sandbox: str) -> tuple[Head, StoredSandbox | None]:
        """Return the last change of a sandbox, and what it is rebuilt from, if it exists."""
        async with self.reading() as connection:
            return await postgres_reading.load(connection, sandbox)

    async def snapshot_names(self, sandbox: str) -> Sequence[str]:
        """Return the names of the snapshots of a sandbox."""
        async with self.reading() as connection:
            return await postgres_reading.snapshot_names(connection, sandbox)

    async def keep_fixtures(self, digest: str, documents: Sequence[Document]) -> None:
        """Keep the records of a fixture document that is no file, unless the store has them."""
        rows = [(digest, part, document.exact, document.data) for part, document in enumerate(documents)]
        async with self.reading() as connection:
            await connection.executemany(KEEP_FIXTURES, rows)

    async def load_fixtures(self, digest: str) -> Sequence[Document]:
        """Return such records."""
        async with self.reading() as connection:
            return await postgres_reading.load_fixtures(connection, digest)

    async def recent(self, limit: int) -> Sequence[str]:
        """Return the names of the sandboxes that were changed last, oldest first."""
        async with self.reading() as connection:
            return await postgres_reading.recent_names(connection, limit)

    async def summaries(self) -> list[Summary]:
        """Return the sandboxes by name."""
        async with self.reading() as connection:
            return [each async for each in postgres_reading.summaries(connection)]

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Any]:
        """Use a connection for statements of any kind; errors of the database are StoreUnavailableErrors."""
        try:
            if self._pool is None:
                self._pool = await postgres_connection.create_pool(self._pooled, MAX_READERS)
            async with self._pool.acquire(timeout=postgres_connection.STATEMENT_SECONDS) as connection:
                yield connection
        except (*FAILED, StoreError) as error:
            raise postgres_connection.unavailable(self._url, error) from error

    async def _pooled(self, *_: Any, **__: Any) -> Any:
        return await self._connect(postgres_connection.LONG_SECONDS)

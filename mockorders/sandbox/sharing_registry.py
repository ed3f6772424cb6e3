"""The sandboxes of a server that shares their journals with other servers too."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, NamedTuple, TypeVar

from mockorders.fixture_sets.dataset import Bases, Dataset
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.sandbox.credentials import Credential
from mockorders.sandbox.draft_registry import DraftRegistry
from mockorders.sandbox.drafts import Draft
from mockorders.sandbox.journal import Journal
from mockorders.sandbox.journal_budget import JournalBudget
from mockorders.sandbox.journal_sync import EntryCodec, JournalSync
from mockorders.sandbox.registry import ANONYMOUS
from mockorders.sandbox.replica_journal import ReplicaJournal
from mockorders.sandbox.sandbox import Sandbox, SharedServices
from mockorders.store.journal_records import Place
from mockorders.store.packed_entries import pack
from mockorders.store.postgres import PostgresStore
from mockorders.store.postgres_journals import PostgresJournals

KEEP_SECONDS = 1
FINISH_SECONDS = 2

T = TypeVar("T")


class SharingServices(NamedTuple):
    """The store that several servers share, its journals, and how their entries are written as records and read."""

    store: PostgresStore
    journals: PostgresJournals
    codec: EntryCodec


class SharingRegistry(DraftRegistry):
    """A registry whose journals are in the store; in memory is what control requests have read of them.

    A sandbox that has a journal exists on all servers, even without changes.
    """

    def __init__(
        self, sets: FixtureSets, shared: SharedServices, anonymous_journals: JournalBudget, services: SharingServices
    ) -> None:
        super().__init__(sets, shared._replace(new_journal=ReplicaJournal), anonymous_journals, services.store)
        self._shared_journals = services.journals
        self._codec = services.codec
        self._sync = JournalSync(self._shared_journals, services.codec, self._with_journal)
        self._keeping: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._sync.attach(self.anonymous)

    def _with_journal(self, name: str) -> Sandbox | None:
        """Return the sandbox that has the journal of a name in memory, if there is one."""
        return self._sandboxes.get(name) or (self.anonymous if name == ANONYMOUS else None)

    # entries

    async def add_entry(self, sandbox: Sandbox, entry: Any) -> Place:
        """Add a complete entry to the journal of a sandbox; return its place. Raises StoreUnavailableError."""
        return await self._shared_journals.add(sandbox.name, self._codec.write(entry))

    def packed(self, entry: Any) -> bytes:
        """Return an entry as it is kept together with a change."""
        return pack(self._codec.write(entry))

    async def replace_entry(self, sandbox: Sandbox, place: Place, entry: Any) -> None:
        """Replace an entry, if the journal still has it. Raises StoreUnavailableError."""
        await self._shared_journals.replace(sandbox.name, place, self._codec.write(entry))

    async def read_journal(self, sandbox: Sandbox) -> None:
        """Read what is new in the journal of a sandbox. Raises StoreUnavailableError."""
        await self._sync.refresh(self._with_journal(sandbox.name) or sandbox)

    async def clear_journal(self, sandbox: Sandbox) -> None:
        """Remove all entries but the pinned ones. Raises StoreUnavailableError."""
        await self._shared_journals.clear(sandbox.name)
        await self._sync.refresh(sandbox)

    async def pin(self, sandbox: Sandbox, entry: Any) -> None:
        """Keep an entry when the journal does not anymore. Raises MemoryLimitError or StoreUnavailableError."""
        await super().pin(sandbox, entry)
        await self._shared_journals.pin(sandbox.name, int(entry.id), pinned=True)
        await self._sync.refresh(sandbox)

    async def unpin(self, sandbox: Sandbox, identifier: str) -> None:
        """Keep an entry only as long as the journal does. Raises StoreUnavailableError."""
        await self._shared_journals.pin(sandbox.name, int(identifier), pinned=False)
        await self._sync.refresh(sandbox)

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Change the journal without waiting for it; `finish` waits."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # control requests

    async def transact(self, name: str | None, label: str | None, work: Callable[[], Awaitable[T]]) -> T:
        """Return the result of a control request on the newest data and journal, once what it has changed is kept.

        The journal is read first, so that nothing is awaited between reading the data and the request.
        """
        if name is None or Credential.parse(name) is None:
            return await super().transact(name, label, work)
        with self.using(name):
            await self.keep_errors(name)
            journal = await self._refresh_journal(name)
            if journal.issued and name != ANONYMOUS:
                work = partial(self._in_sandbox, name, journal, work)
            return await super().transact(name, label, work)

    async def _refresh_journal(self, name: str) -> Journal[Any]:
        """Read what is new in a journal; if its sandbox is not in memory, that gets the journal when it is."""
        sandbox = self._with_journal(name)
        if sandbox is not None:
            await self._sync.refresh(sandbox)
            return sandbox.journal
        stand_in = self.sandbox_type(name, Dataset("", Bases()), self._shared)
        await self._sync.refresh(stand_in)
        if stand_in.journal.issued and self._with_journal(name) is None:
            self._journals.setdefault(name, stand_in.journal)
        return stand_in.journal

    async def _in_sandbox(self, name: str, journal: Journal[Any], work: Callable[[], Awaitable[T]]) -> T:
        """Return the result of a request once the sandbox exists that has a journal."""
        if self.get(name) is None:
            sandbox = await self.get_or_create(name)
            sandbox.journal = journal
            for entry in journal:
                entry.exchange.sandbox = sandbox
            self._sync.attach(sandbox)
        return await work()

    async def open_recent(self) -> None:
        """Bring all sandboxes in memory and their journals up to date, for lists."""
        await asyncio.gather(*[self._sync.refresh(each) for each in (*self, self.anonymous)])
        await super().open_recent()

    async def _keep(self, draft: Draft, label: str) -> bool:
        """Keep what a control request has changed; with the reset of a sandbox, its journal is deleted."""
        is_reset = draft.is_deleted or (draft.sandbox is not None and draft.sandbox.is_reset)
        is_kept = await super()._keep(draft, label)
        if is_kept and is_reset:
            journals = self._shared_journals
            await (journals.delete if draft.is_deleted else journals.reset)(draft.name)
            sandbox = self._with_journal(draft.name)
            if sandbox is not None:
                await self._sync.refresh(sandbox)
        return is_kept

    # memory

    def _register(self, sandbox: Sandbox) -> Sandbox:
        registered = super()._register(sandbox)
        self._sync.attach(registered)
        return registered

    def _leave_journal(self, sandbox: Sandbox) -> None:
        """Remove the journal of a sandbox that left the memory; it is in the store."""
        self._journals.pop(sandbox.name).clear()

    async def start(self) -> None:
        """Begin to keep errors that could not be kept before."""
        await super().start()
        self._keeping = asyncio.create_task(self._keep_repeatedly())

    async def _keep_repeatedly(self) -> None:
        while True:
            await asyncio.sleep(KEEP_SECONDS)
            await self._keep_all_errors()

    async def _keep_all_errors(self) -> None:
        for name in list(self._unkept):
            await self.try_to_keep_errors(name)

    async def finish(self) -> None:
        """Wait until journals are changed, and stop reading them."""
        await super().finish()
        await self._keep_all_errors()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=FINISH_SECONDS)
        await self._sync.close()
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait({self._keeping})

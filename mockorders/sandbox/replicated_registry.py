"""The sandboxes of a server that shares them with other servers, by a store that decides the order of changes."""

import asyncio
import random
from collections.abc import Iterable, Sequence
from typing import ClassVar

from mockorders.errors import ProblemError
from mockorders.fixture_sets.dataset import Dataset
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.real_time import monotonic
from mockorders.sandbox.evicting_registry import EvictingRegistry
from mockorders.sandbox.journal_budget import JournalBudget
from mockorders.sandbox.registry import ANONYMOUS
from mockorders.sandbox.replicated_sandbox import ReplicatedSandbox, replicated
from mockorders.sandbox.restoring_registry import MAX_RECENT, log
from mockorders.sandbox.sandbox import Sandbox, SharedServices
from mockorders.store.postgres import PostgresStore
from mockorders.store.records import Document, Head, StoreUnavailableError
from mockorders.store.records import StoredSandbox as Stored
from mockorders.store.replication import NO_HEAD, Outcome, Proposal

MAX_ATTEMPTS = 20
BUSY = f"other requests changed the sandbox during each of {MAX_ATTEMPTS} attempts"
PAUSE_SECONDS = 0.002  # at most, before the second attempt; doubled with each further one
MAX_PAUSE_SECONDS = 0.1
CONFIRMED_SECONDS = 3_600  # less than the day for which the store remembers a deleted sandbox
MAX_DELETED = 1_000  # heads of deleted sandboxes that are remembered


class ReplicatedRegistry(EvictingRegistry):
    """The sandboxes that are in memory, each as of some change in the store; `refresh` brings one up to date.

    Between two steps of the event loop, they have nothing that the store does not have.
    """

    sandbox_type: ClassVar[type[Sandbox]] = ReplicatedSandbox

    def __init__(
        self, sets: FixtureSets, shared: SharedServices, anonymous_journals: JournalBudget, store: PostgresStore
    ) -> None:
        super().__init__(sets, shared, anonymous_journals)
        self._store = store
        self._deleted: dict[str, Head] = {}  # the last changes of deleted sandboxes, which new ones continue after

    def find(self, name: str) -> Sandbox | None:
        """Return the sandbox with a name if it is in memory, and was confirmed within the last hour.

        Otherwise it may have been deleted and created again since, with the same versions.
        """
        sandbox = self.in_memory(name)
        if sandbox is not None and sandbox.confirmed_at < monotonic() - CONFIRMED_SECONDS:
            self._set_aside(sandbox)
            return None
        return sandbox

    def in_memory(self, name: str) -> ReplicatedSandbox | None:
        """Return the sandbox with a name if it is in memory, never a draft."""
        return replicated(self._sandboxes.get(name))

    def _create(self, name: str, dataset: Dataset) -> Sandbox:
        """Create a sandbox in memory; it is in the store with its first change."""
        sandbox = replicated(self.anonymous if name == ANONYMOUS else ReplicatedSandbox(name, dataset, self._shared))
        assert sandbox is not None
        if name == ANONYMOUS:
            sandbox.dataset = dataset
            sandbox.load(dataset)
        sandbox.place_after(self._deleted.pop(name, NO_HEAD))
        return self._register(sandbox)

    # from the store

    async def _load(self, name: str) -> Stored | None:
        asked = await self._store.propose(Proposal(name, NO_HEAD))  # shares a statement with other requests
        if asked.is_accepted:
            return None
        head, stored = await self._store.load(name)
        if stored is None and head != NO_HEAD:
            if len(self._deleted) >= MAX_DELETED:
                self._deleted.clear()
            self._deleted[name] = head
        return stored

    async def _load_fixtures(self, digest: str) -> Sequence[Document]:
        return await self._store.load_fixtures(digest)

    async def _keep_fixtures(self, digest: str, documents: Iterable[Document]) -> None:
        await self._store.keep_fixtures(digest, await asyncio.to_thread(list, documents))

    async def _recent(self) -> Sequence[str]:
        return await self._store.recent(MAX_RECENT)

    async def open_recent(self) -> None:
        """Bring all sandboxes in memory up to date, and rebuild those that were changed last, for lists."""
        recent = [name for name in await self._recent() if name not in self._sandboxes]
        await asyncio.gather(*[self.refresh(name) for name in list(self._sandboxes)])
        for name in recent:
            if not self._is_full:
                await self.open(name)

    async def refresh(self, name: str) -> None:
        """Bring a sandbox up to date, or rebuild it if it is in the store only. Raises ProblemError."""
        for attempt in range(MAX_ATTEMPTS):
            await pause(attempt)
            if await self._is_current(name):
                return
        raise StoreUnavailableError(BUSY)

    async def prepare(self, name: str, attempt: int) -> None:
        """Before the third attempt of a request or a later one, wait for a random time, and then update the sandbox.

        Otherwise what others have changed during the wait would make the attempt fail too. The second attempt begins
        at once, because the first one has told what others had changed.
        """
        if attempt > 1:
            await pause(attempt - 1)
            await self.refresh(name)

    async def _is_current(self, name: str) -> bool:
        """Ask for the last change of a sandbox, and apply what is new; return whether the memory has it all.

        What another request has loaded may be older than this request.
        """
        if self.find(name) is None:
            await self.open(name)
        sandbox = self.in_memory(name)
        base = self._deleted.get(name, NO_HEAD) if sandbox is None else sandbox.position.head
        outcome = await self._store.propose(Proposal(name, base))
        if sandbox is not None:
            await self.learn(sandbox, base, outcome)
        elif not outcome.is_accepted:
            self._deleted.pop(name, None)
        current = self.in_memory(name)
        return outcome.is_accepted if current is None else current.position.head >= outcome.head

    async def learn(self, sandbox: ReplicatedSandbox, base: Head, outcome: Outcome) -> None:
        """Apply what other servers have changed since `base`, according to the outcome of a proposal."""
        sandbox.confirmed_at = monotonic()
        if outcome.is_accepted or self.in_memory(sandbox.name) is not sandbox:
            return
        try:
            is_current = outcome.head >= base and sandbox.catch_up(outcome.head, outcome.changes)
        except (ValueError, LookupError, TypeError, ProblemError):
            log.exception("changes of the sandbox %r cannot be applied; it is loaded again", sandbox.name)
            is_current = False
        if not is_current:
            await self._rebuild(sandbox, outcome.head)

    async def _rebuild(self, sandbox: ReplicatedSandbox, head: Head) -> None:
        """Load a sandbox again, if the store still has it. Requests of another generation are outdated."""
        self._set_aside(sandbox)
        if head.generation != sandbox.position.head.generation:
            sandbox.generation += 1
        await self.open(sandbox.name)

    def _set_aside(self, sandbox: ReplicatedSandbox) -> None:
        """Remove a sandbox from memory, to be loaded again with its journal."""
        self._sandboxes.pop(sandbox.name, None)
        self._journals[sandbox.name] = sandbox.journal
        sandbox.is_removed = True


async def pause(attempt: int) -> None:
    """Wait before another attempt for a random time, so that servers do not disturb each other again."""
    if attempt:
        await asyncio.sleep(random.uniform(0, min(PAUSE_SECONDS * 2**attempt, MAX_PAUSE_SECONDS)))

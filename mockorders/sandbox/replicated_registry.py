"""The sandboxes of a server that shares them with other servers, by a store that decides the order of changes."""

import asyncio
import random
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import ClassVar
from uuid import uuid4

from mockorders.errors import ProblemError
from mockorders.fixture_sets.dataset import Dataset
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.real_time import monotonic
from mockorders.sandbox.emulator_errors import EmulatorError, EmulatorErrors
from mockorders.sandbox.evicting_registry import EvictingRegistry
from mockorders.sandbox.journal_budget import JournalBudget
from mockorders.sandbox.registry import ANONYMOUS
from mockorders.sandbox.replicated_sandbox import ReplicatedSandbox, replicated
from mockorders.sandbox.restoring_registry import MAX_RECENT, log
from mockorders.sandbox.sandbox import Sandbox, SharedServices
from mockorders.sandbox.stored_sandbox import MAX_AT_ONCE, MAX_AT_ONCE_BYTES, Pending
from mockorders.store.postgres import PostgresStore
from mockorders.store.records import Document, Head, StoreUnavailableError
from mockorders.store.records import StoredSandbox as Stored
from mockorders.store.replication import NO_HEAD, Kind, Outcome, Proposal

MAX_ATTEMPTS = 20
BUSY = f"other requests changed the sandbox during each of {MAX_ATTEMPTS} attempts"
PAUSE_SECONDS = 0.002  # at most, before the second attempt; doubled with each further one
MAX_PAUSE_SECONDS = 0.1
CONFIRMED_SECONDS = 3_600  # less than the day for which the store remembers a deleted sandbox
NO_ERRORS = EmulatorErrors()
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

    # to the store

    async def commit(self, sandbox: ReplicatedSandbox, request: str, base: Head, entry: bytes | None = None) -> Outcome:
        """Keep what a request has changed in a sandbox since its change `base`, with its entry in the journal.

        That is not accepted if others were first. If it has changed nothing, it is accepted if `base` is still the last
        change. The sandbox has the changes afterwards if they are kept, and meanwhile it has not. Raises
        StoreUnavailableError.
        """
        records_only = sandbox.changes_records_only
        pending = sandbox.pending(records_only=records_only)
        is_moved = sandbox.position.head != base
        sandbox.revert(records_only=records_only)
        if is_moved:
            return Outcome(False, base)
        proposal = await self._proposal(sandbox, base, pending, request)
        outcome = await self._store.propose(proposal._replace(entry=entry))
        if not outcome.is_accepted:
            await self.learn(sandbox, base, outcome)
            return outcome
        sandbox.confirmed_at = monotonic()
        if pending is not None and self.in_memory(sandbox.name) is sandbox:
            self._advance(sandbox, pending)
        return outcome

    def add_error(self, sandbox: Sandbox, error: EmulatorError) -> None:
        """Remember an error of the emulator in a sandbox that was not deleted; `keep_errors` keeps it."""
        if self._exists(sandbox):
            self._add_unkept(sandbox, error)

    async def try_to_keep_errors(self, name: str) -> None:
        """Keep the errors in a sandbox that are not kept yet, if that is possible now.

        Those without a sandbox are kept when somebody asks for them.
        """
        if name != ANONYMOUS or self.in_memory(name) is not None:
            with suppress(ProblemError):
                await self.keep_errors(name)

    async def keep_errors(self, name: str) -> None:
        """Keep the errors in a sandbox that are not kept yet. Raises ProblemError, and has them later then."""
        for attempt in range(MAX_ATTEMPTS):
            if name not in self._unkept:
                return
            await self.prepare(name, attempt)
            sandbox = replicated(self.find(name) or await self.get_or_create(name))
            assert sandbox is not None
            async with sandbox.writing:
                await self._keep_errors(sandbox)
        if name in self._unkept:
            raise StoreUnavailableError(BUSY)

    async def _keep_errors(self, sandbox: ReplicatedSandbox) -> None:
        errors = self._unkept.pop(sandbox.name, None)
        if errors is None:
            return
        is_kept = False
        sandbox.errors.extend(errors)
        try:
            outcome = await self.commit(sandbox, "error", sandbox.position.head)
            is_kept = outcome.is_accepted
        finally:
            if not is_kept:
                errors.extend(self._unkept.pop(sandbox.name, NO_ERRORS))
                self._unkept[sandbox.name] = errors

    async def propose(self, sandbox: ReplicatedSandbox, base: Head, pending: Pending | None, request: str) -> Outcome:
        """Propose what is pending after a change of a sandbox, or ask whether that is the last one."""
        return await self._store.propose(await self._proposal(sandbox, base, pending, request))

    async def _proposal(
        self, sandbox: ReplicatedSandbox, base: Head, pending: Pending | None, request: str
    ) -> Proposal:
        if pending is None:
            return Proposal(sandbox.name, base)
        if _is_long(sandbox, pending):
            record = await asyncio.to_thread(sandbox.record, pending, request)
        else:
            record = sandbox.record(pending, request)
        kind = Kind.SNAPSHOTS if record.snapshots else Kind.CHANGE
        return Proposal(sandbox.name, base, record, kind, uuid4().hex)

    def _advance(self, sandbox: ReplicatedSandbox, kept: Pending) -> None:
        try:
            sandbox.advance(kept)
        except ProblemError:  # the memory is full: the next request loads the sandbox again, or reports that
            self._set_aside(sandbox)

    def _set_aside(self, sandbox: ReplicatedSandbox) -> None:
        """Remove a sandbox from memory, to be loaded again with its journal."""
        self._sandboxes.pop(sandbox.name, None)
        self._journals[sandbox.name] = sandbox.journal
        sandbox.is_removed = True


def _is_long(sandbox: ReplicatedSandbox, pending: Pending) -> bool:
    """Return whether it may take long to encode what is pending."""
    if sum(map(len, pending.changes.records.values())) > MAX_AT_ONCE:
        return True
    return bool(pending.changes.start or pending.snapshots) and sandbox.memory.used >= MAX_AT_ONCE_BYTES


async def pause(attempt: int) -> None:
    """Wait before another attempt for a random time, so that servers do not disturb each other again."""
    if attempt:
        await asyncio.sleep(random.uniform(0, min(PAUSE_SECONDS * 2**attempt, MAX_PAUSE_SECONDS)))

"""The sandboxes of a server with a store of its own: appended to the store when they change."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Generator, Iterable, Sequence
from typing import TypeVar

from mockorders.concurrency import run_in_steps
from mockorders.errors import ProblemError
from mockorders.fixture_sets.dataset import Dataset
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.real_time import monotonic
from mockorders.sandbox.busy import Busy
from mockorders.sandbox.evicting_registry import EvictingRegistry
from mockorders.sandbox.journal import JournalBudget
from mockorders.sandbox.restoring_registry import MAX_RECENT
from mockorders.sandbox.sandbox import Sandbox, SharedServices
from mockorders.sandbox.stored_sandbox import NO_POSITION, StoredSandbox
from mockorders.store.records import Document, Engine, StoreUnavailableError
from mockorders.store.records import StoredSandbox as Stored

T = TypeVar("T")

REMOVED = "the sandbox was removed from memory meanwhile"


class StoredRegistry(EvictingRegistry):
    """The sandboxes of a server that keeps them in a store.

    What is in memory is what is in the store: a sandbox whose change cannot be stored is removed from memory, and is
    rebuilt from the store when it is next used.
    """

    def __init__(
        self, sets: FixtureSets, shared: SharedServices, anonymous_journals: JournalBudget, engine: Engine
    ) -> None:
        super().__init__(sets, shared, anonymous_journals)
        self.engine = engine
        self._busy = Busy()
        engine.on_lost = self._lose

    # from the store

    def find(self, name: str) -> Sandbox | None:
        """Return the sandbox with a name, created now if nothing has to be awaited for that; or None."""
        if name in self._busy:
            return None
        existing = self._sandboxes.get(name)
        if existing is not None:
            return existing
        if name in self._opening or self.engine.head(name) is not None:
            return None
        dataset = self._sets.loaded(self._sets.set_for(name))
        return None if dataset is None or dataset.bases.source is None else super().find(name)

    async def open(self, name: str) -> None:
        """Rebuild a sandbox from the store, if that has it and the memory does not. Raises ProblemError."""
        await self._busy.ended(name)
        if name not in self._sandboxes and self.engine.head(name) is not None:
            await super().open(name)

    async def get_or_create(self, name: str) -> Sandbox:
        """Return the sandbox with a name, from the store if it has it, else created."""
        with self.using(name):
            sandbox = None
            while sandbox is None:
                await self.open(name)
                sandbox = self._sandboxes.get(name) or await self._create_new(name)
            return sandbox

    async def _create_new(self, name: str) -> Sandbox | None:
        """Return a sandbox that was created now, or None if the store has it meanwhile."""
        dataset = await self.load_dataset(self._sets.set_for(name))
        await self.make_room(name)
        if self.engine.head(name) is None:
            return self._sandboxes.get(name) or self._create(name, dataset)
        return self._sandboxes.get(name)

    async def _load(self, name: str) -> Stored | None:
        return await asyncio.to_thread(self.engine.load, name)

    async def _load_fixtures(self, digest: str) -> Sequence[Document]:
        return await asyncio.to_thread(self.engine.load_fixtures, digest)

    async def _keep_fixtures(self, digest: str, documents: Iterable[Document]) -> None:
        await asyncio.to_thread(self.engine.keep_fixtures, digest, documents)

    async def _recent(self) -> Sequence[str]:
        return await asyncio.to_thread(self.engine.recent, MAX_RECENT)

    # to the store

    async def transact(self, name: str | None, label: str | None, work: Callable[[], Awaitable[T]]) -> T:
        """Return the result of a control request once what it has changed is stored."""
        if name is None:
            result = await work()
        else:
            with self.using(name):
                result = await self._transact(name, label, work)
        await self.settle()
        return result

    async def _transact(self, name: str, label: str | None, work: Callable[[], Awaitable[T]]) -> T:
        await self.open(name)
        before = self._sandboxes.get(name)
        result = await work()
        if before is not None:
            before.used_at = monotonic()
        sandbox = self._sandboxes.get(name)
        if isinstance(before, StoredSandbox) and before is not sandbox and before.is_removed:
            self._reject(sandbox, label)
        if sandbox is not None and label is not None:
            await self.save(sandbox, label)
        elif before is not None:
            await self.ended(before)
        return result

    def _reject(self, sandbox: Sandbox | None, label: str | None) -> None:
        """Undo what a request may have changed in a sandbox, because it may have changed one that was removed.

        Raises StoreUnavailableError.
        """
        if isinstance(sandbox, StoredSandbox) and label is not None:
            self._revert(sandbox)
        raise StoreUnavailableError(REMOVED)

    async def keep_new(self, sandbox: Sandbox, label: str) -> None:
        """Store a sandbox that was just created."""
        await self.save(sandbox, label)

    async def settle(self) -> None:
        """Wait until what was appended is as safe as the store's options promise. Raises StoreUnavailableError."""
        await self.engine.settle()

    async def ended(self, sandbox: Sandbox) -> None:
        """Wait until no change of a sandbox is being stored. Raises StoreUnavailableError if it left the memory."""
        await self._busy.ended(sandbox.name)
        self._is_registered(sandbox)

    def _is_registered(self, sandbox: Sandbox) -> bool:
        """Return false if another sandbox took the name, or none does.

        Raises StoreUnavailableError if it left the memory to be rebuilt, so that its changes are lost.
        """
        assert isinstance(sandbox, StoredSandbox)
        if self._sandboxes.get(sandbox.name) is sandbox:
            return True
        if sandbox.is_removed:
            raise StoreUnavailableError(REMOVED)
        return False

    async def finish(self) -> None:
        """Wait until nothing is being stored."""
        await self._busy.all_ended()

    async def save(self, sandbox: Sandbox, request: str, *, records_only: bool = False) -> None:
        """Append what has changed in a sandbox, in steps if it is much. Raises StoreUnavailableError.

        If that fails, nothing has changed.
        """
        assert isinstance(sandbox, StoredSandbox)
        dirty = sandbox.records.dirty
        try:
            await self.ended(sandbox)
        except StoreUnavailableError:
            if dirty.is_all_stored or (records_only and dirty.is_stored):  # with the change before
                return
            raise
        if sandbox.is_long:
            await self._busy.run(sandbox.name, self._save_in_steps(sandbox, request))
        else:
            self.save_at_once(sandbox, request, records_only=records_only)

    def save_at_once(self, sandbox: Sandbox, request: str, *, records_only: bool = False) -> None:
        """Append what has changed in a sandbox. Raises StoreUnavailableError, and nothing has changed then."""
        assert isinstance(sandbox, StoredSandbox)
        if not self._is_registered(sandbox):
            return
        try:
            pending = sandbox.pending(records_only=records_only)
            if pending is None:
                return
            self.engine.append(sandbox.record(pending, request))
        except ProblemError:
            self._revert(sandbox)
            raise
        dirty = sandbox.stored(pending)
        dirty.is_stored = True
        dirty.is_all_stored = not records_only
        self._kept(sandbox)

    def _kept(self, sandbox: StoredSandbox) -> None:
        """Do nothing; with a stored journal, note that a change of a sandbox is stored."""

    async def _save_in_steps(self, sandbox: StoredSandbox, request: str) -> None:
        pending = sandbox.pending() if self._is_registered(sandbox) else None
        if pending is None:
            return
        steps = self.engine.append_in_steps(sandbox.record_in_parts(pending, request))
        dirty = sandbox.stored(pending)  # what changes meanwhile is stored next
        try:
            await run_in_steps(steps)
        except BaseException:
            self._revert(sandbox)
            raise
        dirty.is_stored = True
        dirty.is_all_stored = True
        self._kept(sandbox)

    def _revert(self, sandbox: StoredSandbox) -> None:
        self._remove_to_rebuild(sandbox)
        sandbox.is_removed = True

    def _lose(self) -> None:
        """Remove all sandboxes from memory, because it may be ahead of the store; called in any thread."""
        if threading.get_ident() == self._thread:
            self._revert_all()
        elif self._loop is not None:
            self._loop.call_soon_threadsafe(self._revert_all)

    def _revert_all(self) -> None:
        for sandbox in self:
            assert isinstance(sandbox, StoredSandbox)
            self._revert(sandbox)

    # what is in memory

    def create(self, name: str, dataset: Dataset) -> Sandbox:
        """Create a sandbox from a dataset, replacing the one with its name, also in the store."""
        previous = self._sandboxes.get(name)
        head = None if isinstance(previous, StoredSandbox) else self.engine.head(name)
        sandbox = super().create(name, dataset)
        assert isinstance(sandbox, StoredSandbox)
        if isinstance(previous, StoredSandbox):
            sandbox.position = previous.position._replace(seen=-1)
        else:
            sandbox.position = NO_POSITION if head is None else NO_POSITION._replace(head=head)
        return sandbox

    async def delete(self, name: str) -> bool:
        """Delete a sandbox and its journal, also in the store. Raises StoreUnavailableError."""
        if name in self._opening:
            await asyncio.wait({self._opening[name]})
        await self._busy.ended(name)
        await self._busy.run(name, run_in_steps(self.engine.delete(name)))
        self._journals.pop(name, None)
        return self._forget(name)

    def _is_unused(self, sandbox: Sandbox) -> bool:
        return sandbox.name not in self._busy and super()._is_unused(sandbox)

    def _reset_each(self) -> Generator[None, None, None]:
        for name in list(self._sandboxes):
            sandbox = self._sandboxes.get(name)
            if sandbox is not None:
                self._reset(sandbox)
            yield

    def _reset(self, sandbox: Sandbox) -> None:
        self.reset(sandbox)
        self.save_at_once(sandbox, "reset")

    async def reset_all(self) -> None:
        """Reset the sandboxes to their fixtures, also those in the store only. Raises StoreUnavailableError."""
        await super().reset_all()
        for name in await asyncio.to_thread(self.stored_names):
            if name not in self._sandboxes:
                await self.open(name)
                sandbox = self._sandboxes.get(name)
                if sandbox is not None:
                    self._reset(sandbox)

    def stored_names(self) -> Sequence[str]:
        """Return the names of all sandboxes in the store."""
        return [summary.sandbox for summary in self.engine.summaries()]

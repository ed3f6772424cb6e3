"""The sandboxes of a server with a store of its own: rebuilt from it, and saved after control requests."""

import asyncio
from collections.abc import Awaitable, Callable, Generator, Iterable, Sequence
from typing import TypeVar

from mockorders.concurrency import run_in_steps
from mockorders.fixture_sets.dataset import Dataset
from mockorders.real_time import monotonic
from mockorders.sandbox.restoring_registry import MAX_RECENT
from mockorders.sandbox.sandbox import Sandbox
from mockorders.sandbox.saving_registry import REMOVED, SavingRegistry
from mockorders.sandbox.stored_sandbox import NO_POSITION, StoredSandbox
from mockorders.store.records import Document, StoreUnavailableError
from mockorders.store.records import StoredSandbox as Stored

T = TypeVar("T")


class StoredRegistry(SavingRegistry):
    """The sandboxes of a server that keeps them in a store."""

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

    # control requests

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

    # what is in memory

    def _create(self, name: str, dataset: Dataset) -> Sandbox:
        sandbox = super()._create(name, dataset)
        self._rebuilt(sandbox)
        return sandbox

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
        self._unkept.pop(name, None)
        return self._forget(name)

    async def delete_unread(self, name: str, label: str) -> None:
        """Delete a sandbox that cannot be read from the store. Raises StoreUnavailableError."""
        await self.delete(name)
        await self.settle()

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

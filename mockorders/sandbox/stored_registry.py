"""The sandboxes of a server with a store of its own: appended to the store when they change."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from mockorders.errors import ProblemError
from mockorders.fixture_sets.dataset import Dataset
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.sandbox.journal import JournalBudget
from mockorders.sandbox.restoring_registry import MAX_RECENT, RestoringRegistry
from mockorders.sandbox.sandbox import Sandbox, SharedServices
from mockorders.sandbox.stored_sandbox import NO_POSITION, StoredSandbox
from mockorders.store.records import Document, Engine
from mockorders.store.records import StoredSandbox as Stored

T = TypeVar("T")


class StoredRegistry(RestoringRegistry):
    """The sandboxes of a server that keeps them in a store.

    What is in memory is what is in the store: a sandbox whose change cannot be stored is removed from memory, and is
    rebuilt from the store when it is next used.
    """

    def __init__(
        self, sets: FixtureSets, shared: SharedServices, anonymous_journals: JournalBudget, engine: Engine
    ) -> None:
        super().__init__(sets, shared, anonymous_journals)
        self.engine = engine

    # from the store

    def find(self, name: str) -> Sandbox | None:
        """Return the sandbox with a name, created now if nothing has to be awaited for that; or None."""
        existing = self._sandboxes.get(name)
        if existing is not None:
            return existing
        if name in self._opening or self.engine.head(name) is not None:
            return None
        dataset = self._sets.loaded(self._sets.set_for(name))
        return None if dataset is None or dataset.bases.source is None else super().find(name)

    async def _load(self, name: str) -> Stored | None:
        return await asyncio.to_thread(self.engine.load, name)

    async def _load_fixtures(self, digest: str) -> Document:
        return await asyncio.to_thread(self.engine.load_fixtures, digest)

    async def _keep_fixtures(self, digest: str, document: Document) -> None:
        await asyncio.to_thread(self.engine.keep_fixtures, digest, document)

    async def _recent(self) -> Sequence[str]:
        return await asyncio.to_thread(self.engine.recent, MAX_RECENT)

    # to the store

    async def transact(self, name: str | None, label: str | None, work: Callable[[], Awaitable[T]]) -> T:
        """Return the result of a control request once what it has changed is stored."""
        if name is not None:
            await self.open(name)
        result = await work()
        sandbox = None if name is None or label is None else self._sandboxes.get(name)
        if sandbox is not None and label is not None:
            self.save(sandbox, label)
        await self.settle()
        return result

    async def keep_new(self, sandbox: Sandbox, label: str) -> None:
        """Store a sandbox that was just created."""
        self.save(sandbox, label)

    async def settle(self) -> None:
        """Wait until what was appended is as safe as the store's options promise. Raises StoreUnavailableError."""
        await self.engine.settle()

    def save(self, sandbox: Sandbox, request: str, *, records_only: bool = False) -> None:
        """Append what has changed in a sandbox. Raises StoreUnavailableError, and nothing has changed then."""
        assert isinstance(sandbox, StoredSandbox)
        if self._sandboxes.get(sandbox.name) is not sandbox:
            return
        try:
            following = sandbox.next_record(request, records_only=records_only)
            if following is None:
                return
            self.engine.append(following[0])
        except ProblemError:
            self._remove_to_rebuild(sandbox)
            raise
        sandbox.position = following[1]
        sandbox.records.stored()

    # what is in memory

    def create(self, name: str, dataset: Dataset) -> Sandbox:
        """Create a sandbox from a dataset, replacing the one with its name, also in the store."""
        previous = self._sandboxes.get(name)
        if isinstance(previous, StoredSandbox):
            position = previous.position
        else:
            position = NO_POSITION._replace(head=self.engine.head(name) or NO_POSITION.head)
        sandbox = super().create(name, dataset)
        assert isinstance(sandbox, StoredSandbox)
        sandbox.position = position._replace(seen=-1)
        return sandbox

    def delete(self, name: str) -> bool:
        """Delete a sandbox and its journal, also in the store. Raises StoreUnavailableError."""
        self.engine.delete(name)
        self._journals.pop(name, None)
        return super().delete(name)

    def reset(self, sandbox: Sandbox) -> None:
        """Reset a sandbox to its fixtures, also in the store. Raises StoreUnavailableError."""
        super().reset(sandbox)
        self.save(sandbox, "reset")

    async def reset_all(self) -> None:
        """Reset the sandboxes to their fixtures, also those in the store only. Raises StoreUnavailableError."""
        await super().reset_all()
        for name in await asyncio.to_thread(self.stored_names):
            if name not in self._sandboxes:
                await self.open(name)
                sandbox = self._sandboxes.get(name)
                if sandbox is not None:
                    self.reset(sandbox)

    def stored_names(self) -> Sequence[str]:
        """Return the names of all sandboxes in the store."""
        return [summary.sandbox for summary in self.engine.summaries()]

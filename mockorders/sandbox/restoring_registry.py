"""The sandboxes of a server with a store: rebuilt when they are used, and removed from memory when they are idle."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, ClassVar

from mockorders.budget import MemoryAccount
from mockorders.errors import ProblemError
from mockorders.fixture_sets.dataset import BasesSource, Dataset
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.sandbox import stored_restore
from mockorders.sandbox.emulator_errors import EmulatorError, EmulatorErrors
from mockorders.sandbox.journal import Journal
from mockorders.sandbox.journal_budget import JournalBudget
from mockorders.sandbox.registry import ANONYMOUS, ReloadResult, SandboxRegistry
from mockorders.sandbox.sandbox import Sandbox, SharedServices
from mockorders.sandbox.stored_bases import bases_documents, bases_from, digest_of, source_of
from mockorders.sandbox.stored_sandbox import NO_POSITION, StoredSandbox
from mockorders.store.records import DAMAGE, Document, StoreUnavailableError
from mockorders.store.records import StoredSandbox as Stored

MAX_RECENT = 100

log = logging.getLogger("mockorders")


class RestoringRegistry(SandboxRegistry, ABC):
    """The sandboxes that are in memory, of those that a store has.

    Idle sandboxes are removed from memory only. Subclasses read and write the store.
    """

    sandbox_type: ClassVar[type[Sandbox]] = StoredSandbox

    def __init__(self, sets: FixtureSets, shared: SharedServices, anonymous_journals: JournalBudget) -> None:
        super().__init__(sets, shared, anonymous_journals)
        self._has_opened_recent = False
        self._opening: dict[str, asyncio.Task[None]] = {}
        self._journals: dict[str, Journal[Any]] = {}  # of sandboxes that are to be rebuilt
        self._unkept: dict[str, EmulatorErrors] = {}  # that the store does not have yet

    @abstractmethod
    async def _load(self, name: str) -> Stored | None:
        """Return what a sandbox is rebuilt from, or None if the store does not have it."""

    @abstractmethod
    async def _load_fixtures(self, digest: str) -> Sequence[Document]:
        """Return the records of a fixture document, as they were kept."""

    @abstractmethod
    async def _keep_fixtures(self, digest: str, documents: Iterable[Document]) -> None:
        """Keep the records of a fixture document; it takes long to iterate over `documents`."""

    @abstractmethod
    async def _recent(self) -> Sequence[str]:
        """Return the names of the sandboxes that were changed last, oldest first."""

    async def get_or_create(self, name: str) -> Sandbox:
        """Return the sandbox with a name, from the store if it has it, else created."""
        await self.open(name)
        return await super().get_or_create(name)

    async def open(self, name: str) -> None:
        """Rebuild a sandbox from the store, if that has it and the memory does not. Raises ProblemError."""
        if name in self._sandboxes:
            return
        if name not in self._opening:
            self._opening[name] = asyncio.create_task(self._open(name))
            self._opening[name].add_done_callback(lambda _: self._opening.pop(name))
        await asyncio.shield(self._opening[name])

    async def open_recent(self) -> None:
        """Rebuild the sandboxes that were changed last, once, as far as there is room; others are not in lists."""
        if self._has_opened_recent:
            return
        self._has_opened_recent = True
        for name in await self._recent():
            if not self._is_full:
                with suppress(ProblemError):  # the log has it
                    await self.open(name)

    async def _open(self, name: str) -> None:
        try:
            stored = await self._load(name)
            if stored is None:
                return
            content = await asyncio.to_thread(stored_restore.read, stored)
            account = self._shared.memory.new_account()
            dataset = await stored_restore.dataset_of(content, account, self._find_bases)
            sandbox = self._empty(name, dataset)
            await stored_restore.restore(sandbox, stored, content, self._find_bases)
            await self._restore_journal(sandbox)
        except DAMAGE as error:
            log.exception("the sandbox %r cannot be rebuilt from the store", name)
            reason = f"the sandbox {name!r} cannot be rebuilt, only deleted: {type(error).__name__}: {error}"
            raise StoreUnavailableError(reason) from error
        await self.make_room(name)
        if name not in self._sandboxes:
            self._register(sandbox)
            self._rebuilt(sandbox)

    def _rebuilt(self, sandbox: Sandbox) -> None:
        """Do nothing; in memory, let a sandbox have what the store could not keep of its errors."""

    async def _restore_journal(self, sandbox: StoredSandbox) -> None:
        """Do nothing; with a stored journal, add its entries to that of a rebuilt sandbox."""

    def _empty(self, name: str, dataset: Dataset) -> StoredSandbox:
        if name == ANONYMOUS:
            self.anonymous.load(dataset)
            self.anonymous.dataset = dataset
            assert isinstance(self.anonymous, StoredSandbox)
            return self.anonymous
        sandbox = self.sandbox_type(name, dataset, self._shared)
        assert isinstance(sandbox, StoredSandbox)
        return sandbox

    async def _find_bases(self, source: BasesSource, account: MemoryAccount) -> Dataset:
        """Return the dataset with records from a source; the default one if there is no such set anymore."""
        if source.kept:
            documents = await self._load_fixtures(source.digest)
            bases = await asyncio.to_thread(bases_from, documents, source, account)
            return Dataset(source.name, bases, memory=account)
        return await self.load_dataset(source.name if source.name in self._sets.names else self._sets.default)

    async def load_dataset(self, name: str) -> Dataset:
        """Return a set's dataset, loaded in a thread on first use, with its digest."""
        dataset = await super().load_dataset(name)
        if dataset.bases.source is None:
            await asyncio.to_thread(source_of, dataset.bases, dataset)
        return dataset

    async def keep(self, dataset: Dataset) -> None:
        """Keep the records of a fixture document, so that sandboxes can be stored that use them."""
        if dataset.bases.source is not None:
            return
        digest = await asyncio.to_thread(digest_of, dataset.bases)
        await self._keep_fixtures(digest, bases_documents(dataset.bases))
        dataset.bases.source = BasesSource(dataset.name, digest, kept=True)

    def _remove_to_rebuild(self, sandbox: StoredSandbox) -> None:
        """Remove a sandbox from memory, without its journal, which it gets again when it is rebuilt."""
        if self._sandboxes.get(sandbox.name) is sandbox:
            del self._sandboxes[sandbox.name]
            self._journals[sandbox.name] = sandbox.journal
        sandbox.generation += 1
        sandbox.position = NO_POSITION

    def _register(self, sandbox: Sandbox) -> Sandbox:
        journal = self._journals.pop(sandbox.name, None)
        if journal is not None:
            journal.continue_after(sandbox.journal.issued)
            sandbox.journal = journal
            for entry in journal:
                if not entry.in_progress:
                    entry.exchange.sandbox = sandbox
        return super()._register(sandbox)

    def _exists(self, sandbox: Sandbox) -> bool:
        """Return whether a sandbox of a request is one that was not deleted or replaced meanwhile."""
        assert isinstance(sandbox, StoredSandbox)
        return sandbox.is_removed or sandbox is self.anonymous or self._sandboxes.get(sandbox.name) is sandbox

    def _add_unkept(self, sandbox: Sandbox, error: EmulatorError) -> None:
        """Remember an error that the store does not have yet."""
        self._unkept.setdefault(sandbox.name, EmulatorErrors()).add(error)

    def _remove(self, sandbox: Sandbox, reason: str) -> bool:
        """Remove a sandbox from memory, and count it; it stays in the store."""
        if self._sandboxes.get(sandbox.name) is not sandbox:
            return False
        self.removed[reason] += 1
        return self._forget(sandbox.name)

    async def reload(self, fresh: FixtureSets) -> ReloadResult:
        """Adopt reloaded fixture sets, once their digests are known."""
        for name in fresh.names:
            dataset = fresh.loaded(name)
            if dataset is not None and dataset.bases.source is None:
                await asyncio.to_thread(source_of, dataset.bases, dataset)
        return await super().reload(fresh)

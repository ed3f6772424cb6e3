"""The sandboxes of a server with a store: rebuilt when they are used, appended to the store when they change."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, ClassVar, TypeVar

from mockorders.budget import MemoryAccount
from mockorders.errors import ProblemError
from mockorders.fixture_sets.dataset import BasesSource, Dataset
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.sandbox import stored_restore
from mockorders.sandbox.journal import Journal, JournalBudget
from mockorders.sandbox.registry import ANONYMOUS, ReloadResult, SandboxRegistry
from mockorders.sandbox.sandbox import Sandbox, SharedServices
from mockorders.sandbox.stored_bases import bases_document, bases_from, digest_of, source_of
from mockorders.sandbox.stored_sandbox import NO_POSITION, StoredSandbox
from mockorders.store.codec import decode
from mockorders.store.records import Document, Engine, StoreUnavailableError
from mockorders.store.records import StoredSandbox as Stored

MAX_RECENT = 100

log = logging.getLogger("mockorders")

T = TypeVar("T")


class StoredRegistry(SandboxRegistry):
    """The sandboxes of a server that keeps them in a store.

    What is in memory is what is in the store: a sandbox whose change cannot be stored is removed from memory, and is
    rebuilt from the store when it is next used. Idle sandboxes are removed from memory only.
    """

    sandbox_type: ClassVar[type[Sandbox]] = StoredSandbox

    def __init__(
        self, sets: FixtureSets, shared: SharedServices, anonymous_journals: JournalBudget, engine: Engine
    ) -> None:
        super().__init__(sets, shared, anonymous_journals)
        self.engine = engine
        self._has_opened_recent = False
        self._opening: dict[str, asyncio.Task[None]] = {}
        self._journals: dict[str, Journal[Any]] = {}  # of sandboxes that are to be rebuilt

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
        for name in await asyncio.to_thread(self.engine.recent, MAX_RECENT):
            if not self._is_full:
                with suppress(ProblemError):  # the log has it
                    await self.open(name)

    async def _open(self, name: str) -> None:
        stored = await self._load(name)
        if stored is None:
            return
        try:
            content = await asyncio.to_thread(stored_restore.read, stored)
            account = self._shared.memory.new_account()
            dataset = await stored_restore.dataset_of(content, account, self._find_bases)
            sandbox = self._empty(name, dataset)
            await stored_restore.restore(sandbox, stored, content, self._find_bases)
        except (ValueError, LookupError, TypeError) as error:
            log.exception("the sandbox %r cannot be rebuilt from the store", name)
            reason = f"the sandbox {name!r} cannot be rebuilt: {type(error).__name__}: {error}"
            raise StoreUnavailableError(reason) from error
        await self.make_room(name)
        if name not in self._sandboxes:
            self._register(sandbox)

    def _empty(self, name: str, dataset: Dataset) -> StoredSandbox:
        if name == ANONYMOUS:
            self.anonymous.load(dataset)
            self.anonymous.dataset = dataset
            assert isinstance(self.anonymous, StoredSandbox)
            return self.anonymous
        return StoredSandbox(name, dataset, self._shared)

    async def _find_bases(self, source: BasesSource, account: MemoryAccount) -> Dataset:
        """Return the dataset with records from a source; the default one if there is no such set anymore."""
        if source.kept:
            document = await self._load_fixtures(source.digest)
            value = await asyncio.to_thread(decode, document)
            return Dataset(source.name, bases_from(value, source, account), memory=account)
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
        document = await asyncio.to_thread(bases_document, dataset.bases)
        digest = await asyncio.to_thread(digest_of, dataset.bases)
        await self._keep_fixtures(digest, document)
        dataset.bases.source = BasesSource(dataset.name, digest, kept=True)

    async def _load(self, name: str) -> Stored | None:
        """Return what a sandbox is rebuilt from, or None if the store does not have it."""
        return await asyncio.to_thread(self.engine.load, name)

    async def _load_fixtures(self, digest: str) -> Document:
        return await asyncio.to_thread(self.engine.load_fixtures, digest)

    async def _keep_fixtures(self, digest: str, document: Document) -> None:
        await asyncio.to_thread(self.engine.keep_fixtures, digest, document)

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
            self._revert(sandbox)
            raise
        sandbox.position = following[1]
        sandbox.records.stored()

    def _revert(self, sandbox: StoredSandbox) -> None:
        """Remove a sandbox from memory, without its journal, which it gets again when it is rebuilt."""
        self._sandboxes.pop(sandbox.name, None)
        sandbox.generation += 1
        sandbox.position = NO_POSITION
        self._journals[sandbox.name] = sandbox.journal

    # what is in memory

    def _register(self, sandbox: Sandbox) -> Sandbox:
        journal = self._journals.pop(sandbox.name, None)
        if journal is not None:
            journal.continue_after(sandbox.journal.issued)
            sandbox.journal = journal
        return super()._register(sandbox)

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

    def _is_replaceable(self, sandbox: Sandbox) -> bool:
        return not sandbox.journal.is_watched and not sandbox.errors.count

    def _remove(self, sandbox: Sandbox, reason: str) -> bool:
        """Remove a sandbox from memory, and count it; it stays in the store."""
        if self._sandboxes.get(sandbox.name) is not sandbox:
            return False
        self.removed[reason] += 1
        return super().delete(sandbox.name)

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

    async def reload(self, fresh: FixtureSets) -> ReloadResult:
        """Adopt reloaded fixture sets, once their digests are known."""
        for name in fresh.names:
            dataset = fresh.loaded(name)
            if dataset is not None and dataset.bases.source is None:
                await asyncio.to_thread(source_of, dataset.bases, dataset)
        return await super().reload(fresh)

    def stored_names(self) -> Sequence[str]:
        """Return the names of all sandboxes in the store."""
        return [summary.sandbox for summary in self.engine.summaries()]

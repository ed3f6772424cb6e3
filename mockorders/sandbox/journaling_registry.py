"""The sandboxes of a server that keeps their journals in the store too."""

import asyncio
import logging
from typing import Any, ClassVar

from mockorders.errors import ProblemError
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.sandbox.journal_budget import JournalBudget
from mockorders.sandbox.registry import ANONYMOUS
from mockorders.sandbox.sandbox import Sandbox, SharedServices
from mockorders.sandbox.stored_journal import JournaledSandbox, JournalKeeper, StoredJournal
from mockorders.sandbox.stored_registry import StoredRegistry
from mockorders.sandbox.stored_sandbox import StoredSandbox
from mockorders.store.records import DAMAGE

log = logging.getLogger("mockorders")


class JournalingRegistry(StoredRegistry):
    """The sandboxes of a server that keeps their journals in a store.

    A sandbox is stored with its first request, and its journal is restored with it; that of requests without a sandbox
    when the server starts.
    """

    sandbox_type: ClassVar[type[Sandbox]] = JournaledSandbox

    def __init__(
        self, sets: FixtureSets, shared: SharedServices, anonymous_journals: JournalBudget, keeper: JournalKeeper
    ) -> None:
        super().__init__(sets, shared._replace(new_journal=StoredJournal), anonymous_journals, keeper.engine)
        self._keeper = keeper
        self._has_started = False
        _journal(self.anonymous).attach(keeper.store, ANONYMOUS)

    # from the store

    async def start(self) -> None:
        """Restore the journal of requests without a sandbox, once."""
        await super().start()
        if not self._has_started:
            self._has_started = True
            await self._read_journal(self.anonymous)

    async def _restore_journal(self, sandbox: StoredSandbox) -> None:
        """Add the stored entries to the journal of a rebuilt sandbox, unless it gets the one that was in memory."""
        if sandbox is not self.anonymous and sandbox.name not in self._journals:
            await self._read_journal(sandbox)

    async def _read_journal(self, sandbox: Sandbox) -> None:
        assert isinstance(sandbox, JournaledSandbox)
        stored = await asyncio.to_thread(self._keeper.store.load, sandbox.name)
        try:
            entries = await asyncio.to_thread(lambda: list(self._keeper.read(stored.entries, sandbox)))
            pinned = await asyncio.to_thread(lambda: list(self._keeper.read(stored.pinned, sandbox)))
        except DAMAGE:
            log.exception("the requests of the sandbox %r cannot be read from the store", sandbox.name)
            entries = pinned = []
        sandbox.restore_journal(entries, pinned, stored.issued, stored.evicted)

    # to the store

    def keep_entry(self, sandbox: Sandbox, entry: Any) -> None:
        """Store a complete entry of a sandbox's journal, or replace it. Raises StoreUnavailableError.

        It is not stored if the journal or the sandbox was deleted meanwhile, and stored later during a reset.
        """
        assert isinstance(sandbox, StoredSandbox)
        journal = _journal(sandbox)
        is_registered = self._sandboxes.get(sandbox.name) is sandbox
        if not entry.id or not journal.is_attached or journal.was_reset:
            return
        if is_registered and not sandbox.is_stored:
            self.save_at_once(sandbox, entry.id)
        if is_registered or sandbox is self.anonymous:
            self._put(sandbox, entry)

    def _put(self, sandbox: Sandbox, entry: Any) -> None:
        record = self._keeper.write(entry)
        self._keeper.store.put(sandbox.name, record, is_pinned=entry.id in sandbox.pins)

    def _kept(self, sandbox: StoredSandbox) -> None:
        """After a reset, store the requests that were recorded while it was being stored."""
        super()._kept(sandbox)
        journal = _journal(sandbox)
        if journal.was_reset:
            journal.was_reset = False
            for entry in journal:
                if not entry.in_progress:
                    self._put(sandbox, entry)

    def _revert(self, sandbox: StoredSandbox) -> None:
        """Remove a sandbox from memory; if its reset failed, its journal is read from the store again."""
        super()._revert(sandbox)
        if _journal(sandbox).was_reset:
            self._journals.pop(sandbox.name, None)

    # what is in memory

    def _register(self, sandbox: Sandbox) -> Sandbox:
        previous = self._sandboxes.get(sandbox.name)
        if previous is not None and previous is not sandbox:
            _journal(previous).detach()
            _journal(sandbox).was_reset = True
        registered = super()._register(sandbox)
        _journal(registered).attach(self._keeper.store, sandbox.name)
        return registered

    async def delete(self, name: str) -> bool:
        """Delete a sandbox and its journal, also in the store. Raises StoreUnavailableError."""
        sandbox = self._sandboxes.get(name)
        if sandbox is None or sandbox is self.anonymous:
            return await super().delete(name)
        _journal(sandbox).detach()
        try:
            return await super().delete(name)
        except ProblemError:
            _journal(sandbox).attach(self._keeper.store, name)
            raise

    def _remove(self, sandbox: Sandbox, reason: str) -> bool:
        """Remove a sandbox from memory, and count it; it stays in the store with its journal."""
        if self._sandboxes.get(sandbox.name) is sandbox:
            _journal(sandbox).detach()
        return super()._remove(sandbox, reason)

    def _leave_journal(self, sandbox: Sandbox) -> None:
        """Remove the journal of a sandbox that left the memory; it stays in the store."""
        _journal(sandbox).detach()
        self._journals.pop(sandbox.name).clear()

    def _is_idle(self, sandbox: Sandbox, seconds: float) -> bool:
        return sandbox is not self.anonymous and super()._is_idle(sandbox, seconds)


def _journal(sandbox: Sandbox) -> StoredJournal[Any]:
    assert isinstance(sandbox.journal, StoredJournal)
    return sandbox.journal

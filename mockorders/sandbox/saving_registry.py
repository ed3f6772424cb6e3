"""The sandboxes of a server with a store of its own: what changes in them is appended to the store."""

import threading
from contextlib import suppress

from mockorders.concurrency import run_in_steps
from mockorders.errors import ProblemError
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.sandbox.busy import Busy
from mockorders.sandbox.emulator_errors import EmulatorError
from mockorders.sandbox.evicting_registry import EvictingRegistry
from mockorders.sandbox.journal_budget import JournalBudget
from mockorders.sandbox.sandbox import Sandbox, SharedServices
from mockorders.sandbox.stored_sandbox import StoredSandbox
from mockorders.store.records import Engine, StoreUnavailableError

REMOVED = "the sandbox was removed from memory meanwhile"


class SavingRegistry(EvictingRegistry):
    """The sandboxes that are in memory, which have what the store has.

    A sandbox whose change cannot be stored is removed from memory, and is rebuilt from the store when it is next used.
    """

    def __init__(
        self, sets: FixtureSets, shared: SharedServices, anonymous_journals: JournalBudget, engine: Engine
    ) -> None:
        super().__init__(sets, shared, anonymous_journals)
        self.engine = engine
        self._busy = Busy()
        engine.on_lost = self._lose

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

    def _is_unused(self, sandbox: Sandbox) -> bool:
        return sandbox.name not in self._busy and super()._is_unused(sandbox)

    # changes

    async def save(self, sandbox: Sandbox, request: str, *, of_api: bool = False) -> None:
        """Append what has changed in a sandbox, in steps if it is much. Raises StoreUnavailableError.

        If that fails, nothing has changed. `of_api` is whether a request to an API has changed it.
        """
        assert isinstance(sandbox, StoredSandbox)
        records_only = of_api and sandbox.changes_records_only
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
            self.save_at_once(sandbox, request, of_api=of_api)

    def save_at_once(self, sandbox: Sandbox, request: str, *, of_api: bool = False) -> None:
        """Append what has changed in a sandbox. Raises StoreUnavailableError, and nothing has changed then."""
        assert isinstance(sandbox, StoredSandbox)
        if not self._is_registered(sandbox):
            return
        try:
            self._append(sandbox, request, records_only=of_api and sandbox.changes_records_only)
        except ProblemError:
            self._revert(sandbox)
            raise

    def _append(self, sandbox: StoredSandbox, request: str, *, records_only: bool) -> None:
        pending = sandbox.pending(records_only=records_only)
        if pending is None:
            return
        self.engine.append(sandbox.record(pending, request))
        dirty = sandbox.stored(pending)
        dirty.is_stored = True
        dirty.is_all_stored = not records_only
        self._kept(sandbox)

    def _kept(self, sandbox: StoredSandbox) -> None:
        """Note that a change of a sandbox is stored."""
        if self._unkept and sandbox.has_stored_errors:
            self._unkept.pop(sandbox.name, None)

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

    # errors of the emulator

    def add_error(self, sandbox: Sandbox, error: EmulatorError) -> None:
        """Add an error to a sandbox that was not deleted, and store it; later, if the store cannot now."""
        if not self._exists(sandbox):
            return
        self._add_unkept(sandbox, error)
        current = self._sandboxes.get(sandbox.name)
        if isinstance(current, StoredSandbox):
            current.errors.add(error)
            self._keep_errors(current)

    def _keep_errors(self, sandbox: StoredSandbox) -> None:
        """Store the errors of a sandbox that are not yet, unless all of it is about to be; if that fails, later."""
        if sandbox.name in self._unkept and sandbox.name not in self._busy and not sandbox.is_long:
            with suppress(ProblemError):
                self._append(sandbox, "error", records_only=False)

    def _rebuilt(self, sandbox: Sandbox) -> None:
        """Let a sandbox have the errors that are not stored yet."""
        unkept = self._unkept.get(sandbox.name)
        if unkept is not None:
            assert isinstance(sandbox, StoredSandbox)
            sandbox.errors.extend(unkept)
            self._keep_errors(sandbox)

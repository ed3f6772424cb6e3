"""The sandboxes of a server that shares them with other servers: what requests change is proposed to the store."""

import asyncio
from contextlib import suppress
from uuid import uuid4

from mockorders.errors import ProblemError
from mockorders.real_time import monotonic
from mockorders.sandbox.emulator_errors import EmulatorError, EmulatorErrors
from mockorders.sandbox.registry import ANONYMOUS
from mockorders.sandbox.replicated_registry import BUSY, MAX_ATTEMPTS, ReplicatedRegistry
from mockorders.sandbox.replicated_sandbox import ReplicatedSandbox, replicated
from mockorders.sandbox.sandbox import Sandbox
from mockorders.sandbox.stored_sandbox import MAX_AT_ONCE, MAX_AT_ONCE_BYTES, Pending
from mockorders.store.records import Head, StoreUnavailableError
from mockorders.store.replication import Kind, Outcome, Proposal

NO_ERRORS = EmulatorErrors()


class CommittingRegistry(ReplicatedRegistry):
    """The sandboxes that are in memory; requests change them by proposals, which are kept unless others were first."""

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


def _is_long(sandbox: ReplicatedSandbox, pending: Pending) -> bool:
    """Return whether it may take long to encode what is pending."""
    if sum(map(len, pending.changes.records.values())) > MAX_AT_ONCE:
        return True
    return bool(pending.changes.start or pending.snapshots) and sandbox.memory.used >= MAX_AT_ONCE_BYTES

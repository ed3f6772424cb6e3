"""Control requests of a server that shares its sandboxes: each changes a draft, which is adopted once it is kept."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar
from uuid import uuid4

from mockorders import real_time
from mockorders.fixture_sets.dataset import Dataset
from mockorders.sandbox.committing_registry import CommittingRegistry
from mockorders.sandbox.credentials import Credential
from mockorders.sandbox.drafts import Draft, current_draft, drafting
from mockorders.sandbox.registry import ANONYMOUS
from mockorders.sandbox.replicated_registry import BUSY, MAX_ATTEMPTS
from mockorders.sandbox.replicated_sandbox import ReplicatedSandbox, replicated
from mockorders.sandbox.sandbox import Sandbox
from mockorders.sandbox.stored_sandbox import NO_SNAPSHOTS, Pending
from mockorders.store.records import ChangeRecord, Document, Head, StoreUnavailableError
from mockorders.store.replication import NO_HEAD, Kind, Outcome, Proposal

NOTHING = Document(b"{}")

T = TypeVar("T")


class DraftRegistry(CommittingRegistry):
    """A registry whose control requests see the draft of the sandbox in their path, and change only that."""

    def get(self, name: str) -> Sandbox | None:
        """Return the draft of a sandbox if this request has one, else the sandbox; None if it does not exist."""
        draft = current_draft(name)
        return self._sandboxes.get(name) if draft is None else draft.sandbox

    async def preview(self, name: str) -> Sandbox:
        """Return the sandbox with a name, or one like it would be created now."""
        return self.get(name) or await super().preview(name)

    async def get_or_create(self, name: str) -> Sandbox:
        """Return the sandbox with a name, or the draft of it, created if it does not exist."""
        draft = current_draft(name)
        if draft is None:
            return await super().get_or_create(name)
        if draft.sandbox is None:
            dataset = await self.load_dataset(self._sets.set_for(name))
            draft.place(self._new(name, dataset), is_new=False)
        assert draft.sandbox is not None
        return draft.sandbox

    def _new(self, name: str, dataset: Dataset) -> ReplicatedSandbox:
        self._check_room(name)
        return ReplicatedSandbox(name, dataset, self._shared)

    def create(self, name: str, dataset: Dataset) -> Sandbox:
        """Create a sandbox from a dataset: as the draft of this request, or for `keep_new`."""
        sandbox = self._new(name, dataset)
        draft = current_draft(name)
        if draft is not None:
            draft.place(sandbox)
        return sandbox

    async def keep_new(self, sandbox: Sandbox, label: str) -> None:
        """Keep a sandbox that was just created, in place of the one with its name. Raises StoreUnavailableError.

        If it is the draft of this request, that does it.
        """
        if current_draft(sandbox.name) is None:
            await self.transact(sandbox.name, label, partial(_replace, sandbox))

    async def delete(self, name: str) -> bool:
        """Delete the draft of a sandbox; return whether it existed."""
        draft = current_draft(name)
        assert draft is not None
        existed = draft.sandbox is not None
        draft.sandbox = None
        draft.is_deleted = True
        return existed

    async def delete_unread(self, name: str, label: str) -> None:
        """Delete a sandbox that cannot be read from the store. Raises StoreUnavailableError."""
        found = await self._store.propose(Proposal(name, NO_HEAD))
        snapshots = dict.fromkeys(await self._store.snapshot_names(name))
        if not await self._keep(Draft(name, found.head, None, snapshots, is_deleted=True), label):
            raise StoreUnavailableError(BUSY)

    async def reset_all(self) -> None:
        """Reset the sandboxes to their fixtures, one by one, also those in the store only."""
        stored = [each.sandbox for each in await self._store.summaries()]
        for name in dict.fromkeys([*self._sandboxes, *stored]):
            await self.transact(name, "reset", partial(self._reset_draft, name))

    async def _reset_draft(self, name: str) -> None:
        sandbox = self.get(name)
        if sandbox is not None:
            self.reset(sandbox)

    # transactions

    async def transact(self, name: str | None, label: str | None, work: Callable[[], Awaitable[T]]) -> T:
        """Return the result of a control request on the newest data, once what it has changed is kept."""
        if name is None or Credential.parse(name) is None:
            return await work()
        with self.using(name):
            await self.refresh(name)
            return await (work() if label is None else self._change(name, label, work))

    async def _change(self, name: str, label: str, work: Callable[[], Awaitable[T]]) -> T:
        body = None
        for attempt in range(MAX_ATTEMPTS):
            await self.prepare(name, attempt)
            draft = await self._draft(name)
            draft.body = body
            with drafting(draft):
                result = await work()
            if await self._keep(draft, label):
                return result
            body = draft.body
        raise StoreUnavailableError(BUSY)

    async def _draft(self, name: str) -> Draft:
        if self.in_memory(name) is None:  # while another request loads it again
            await self.open(name)
        sandbox = self.in_memory(name)
        if sandbox is None:
            return Draft(name, self._deleted.get(name, NO_HEAD), None, NO_SNAPSHOTS)
        return Draft(name, sandbox.position.head, sandbox.draft(), sandbox.position.snapshots)

    async def _keep(self, draft: Draft, label: str) -> bool:
        """Keep what a control request has changed in a draft, and adopt it; return false if others were first."""
        if draft.is_deleted:
            return await self._keep_deletion(draft, label)
        if draft.sandbox is None:
            return True
        pending = draft.sandbox.pending()
        if pending is not None:
            outcome = await self.propose(draft.sandbox, draft.base, pending, label)
            if not outcome.is_accepted:
                await self._refuse(draft, outcome)
                return False
        self._adopt(draft.sandbox, pending)
        return True

    async def _refuse(self, draft: Draft, outcome: Outcome) -> None:
        current = self.in_memory(draft.name)
        if current is None:
            self._deleted.pop(draft.name, None)
            await self.open(draft.name)
        else:
            await self.learn(current, draft.base, outcome)

    async def _keep_deletion(self, draft: Draft, label: str) -> bool:
        proposal = Proposal(draft.name, draft.base)
        if draft.base != NO_HEAD:
            head = Head(draft.base.generation + 1, 1)
            at = real_time.now().isoformat()
            record = ChangeRecord(draft.name, head, at, label, "", NOTHING, dict.fromkeys(draft.snapshots))
            proposal = Proposal(draft.name, draft.base, record, Kind.DELETED, uuid4().hex)
        outcome = await self._store.propose(proposal)
        if not outcome.is_accepted:
            await self._refuse(draft, outcome)
            return False
        self._unkept.pop(draft.name, None)
        self._forget(draft.name)
        return True

    def _adopt(self, draft: ReplicatedSandbox, pending: Pending | None) -> None:
        """Let the sandbox in memory have what a draft has, unless it is newer already."""
        current = self.in_memory(draft.name)
        if current is None and draft.name == ANONYMOUS:
            current = replicated(self._register(self.anonymous))
        if current is None:
            self._install(draft, pending)
            return
        current.adopt_local(draft)
        if pending is not None and current.position.head < pending.position.head:
            current.adopt(draft, pending.position)

    def _install(self, draft: ReplicatedSandbox, pending: Pending | None) -> None:
        draft.origin = None
        draft.is_reset = False
        if pending is not None:
            draft.position = pending.position._replace(seen=draft.generation)
            draft.replicated.stored()
        self._deleted.pop(draft.name, None)
        self._register(draft)


async def _replace(sandbox: Sandbox) -> None:
    """Let a created sandbox be the draft of its name."""
    draft = current_draft(sandbox.name)
    created = replicated(sandbox)
    assert draft is not None
    assert created is not None
    draft.place(created)

"""Sandboxes with a store leave the memory where it is needed for others."""

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from operator import attrgetter
from typing import Any

from mockorders.budget import MemoryAccount
from mockorders.fixture_sets.dataset import Bases, Dataset
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.sandbox.journal_budget import JournalBudget
from mockorders.sandbox.registry import ANONYMOUS
from mockorders.sandbox.restoring_registry import RestoringRegistry
from mockorders.sandbox.sandbox import Sandbox, SharedServices
from mockorders.sandbox.stored_sandbox import StoredSandbox

SPARE_SHARE = 16  # one sixteenth of a limit is made free at once
MAX_SPARED = 100
MAX_JOURNALS = 10_000  # of sandboxes that are not in memory
RELIEF_SECONDS = 5

log = logging.getLogger("mockorders")


class EvictingRegistry(RestoringRegistry):
    """The sandboxes that are in memory; those that are not in use leave it at `--max-sandboxes` and `--max-memory`.

    They keep their journals, and come back from the store when they are used.
    """

    def __init__(self, sets: FixtureSets, shared: SharedServices, anonymous_journals: JournalBudget) -> None:
        super().__init__(sets, shared, anonymous_journals)
        self._in_use: Counter[str] = Counter()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0
        self.removed["memory"] = 0
        shared.memory.relieve = self._relieve

    async def start(self) -> None:
        """Note the event loop, whose thread removes sandboxes."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()

    @contextmanager
    def using(self, name: str) -> Iterator[None]:
        """Keep a sandbox in memory during the block."""
        self._in_use[name] += 1
        try:
            yield
        finally:
            self._in_use[name] -= 1
            if not self._in_use[name]:
                del self._in_use[name]

    async def make_room(self, name: str) -> None:
        """At the limit, remove sandboxes from memory that are not in use, unless `name` exists."""
        limit = self._settings.max_sandboxes
        if name not in self._sandboxes and self._is_full:
            self._evict("limit", lambda: len(self) < limit, lambda: len(self) < limit - limit // SPARE_SHARE)

    def _relieve(self, account: MemoryAccount, size: int) -> None:
        """Free memory for a charge of `size` bytes; called in any thread."""
        if threading.get_ident() == self._thread:
            self._evict_for(account, size)
        elif self._loop is not None:
            with suppress(TimeoutError):
                asyncio.run_coroutine_threadsafe(self._evict_later(account, size), self._loop).result(RELIEF_SECONDS)

    async def _evict_later(self, account: MemoryAccount, size: int) -> None:
        self._evict_for(account, size)

    def _evict_for(self, account: MemoryAccount, size: int) -> None:
        memory = self._shared.memory
        spare = memory.limit // SPARE_SHARE
        self._evict(
            "memory",
            lambda: memory.used + size <= memory.limit,
            lambda: memory.used + size <= memory.limit - spare,
            account,
        )

    def _evict(
        self, reason: str, is_enough: Callable[[], bool], is_ample: Callable[[], bool], account: Any = None
    ) -> None:
        """Remove sandboxes from memory, those first that were not used for longest."""
        count = 0
        for sandbox in sorted(self, key=attrgetter("used_at")):
            if is_ample() or (count >= MAX_SPARED and is_enough()):
                break
            if sandbox.memory is not account and self._is_evictable(sandbox):
                assert isinstance(sandbox, StoredSandbox)
                self._remove_to_rebuild(sandbox)
                sandbox.is_removed = True
                self._leave_journal(sandbox)
                count += 1
        self.removed[reason] += count
        if count:
            log.info("removed sandboxes from memory that the store has (%s): %d", reason, count)

    def _is_evictable(self, sandbox: Sandbox) -> bool:
        """Check whether nobody uses a sandbox, and nothing is lost if it leaves the memory."""
        return (
            sandbox.name != ANONYMOUS
            and not sandbox.journal.is_watched
            and not sandbox.pins
            and self._is_unused(sandbox)
        )

    def _is_unused(self, sandbox: Sandbox) -> bool:
        """Check whether no request uses a sandbox."""
        assert isinstance(sandbox, StoredSandbox)
        is_changed = bool(sandbox.records.dirty)
        return (
            not is_changed
            and sandbox.name not in self._in_use
            and not any(entry.in_progress for entry in sandbox.journal)
        )

    def _is_idle(self, sandbox: Sandbox, seconds: float) -> bool:
        return super()._is_idle(sandbox, seconds) and self._is_unused(sandbox)

    def _leave_journal(self, sandbox: Sandbox) -> None:
        """Keep the journal of a sandbox that left the memory, but not the sandbox, which its entries refer to."""
        journal = self._journals[sandbox.name]
        stand_in = self.sandbox_type(sandbox.name, Dataset("", Bases()), self._shared)
        stand_in.journal = journal
        for entry in journal:
            entry.exchange.sandbox = stand_in
        while len(self._journals) > MAX_JOURNALS:
            self._journals.pop(next(iter(self._journals))).clear()

"""The sandboxes of one server, created on first use."""

import asyncio
import logging
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from operator import attrgetter
from typing import ClassVar, NamedTuple

from mockorders import rules
from mockorders.concurrency import run_in_steps
from mockorders.errors import ProblemError
from mockorders.fixture_sets.dataset import Bases, Dataset
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.real_time import monotonic
from mockorders.sandbox.credentials import Credential, authenticate
from mockorders.sandbox.journal_budget import JournalBudget
from mockorders.sandbox.persistence import Persistence
from mockorders.sandbox.sandbox import Sandbox, SharedServices, Snapshot

ANONYMOUS = "_"
RELOAD_BATCH = 500
CHECK_SECONDS = 60
MIN_IDLE_SECONDS = 60  # longer than the body of a request takes, and than a test usually pauses

log = logging.getLogger("mockorders")


class SandboxRegistry(Persistence):
    """All sandboxes of one server, by name; at most `max_sandboxes` of them.

    A sandbox is created from its fixture set the first time a credential with its name is used. `anonymous` always
    exists: its journal holds the requests without an accepted credential, and has a memory limit of its own. It is
    registered, with records, only when its name is used like any other. `removed` counts the sandboxes that were
    deleted because they were not used, by reason: `idle` or `limit`.

    Methods run in the event loop's thread; only datasets are loaded in other threads.
    """

    sandbox_type: ClassVar[type[Sandbox]] = Sandbox

    def __init__(self, sets: FixtureSets, shared: SharedServices, anonymous_journals: JournalBudget) -> None:
        self._sets = sets
        self._shared = shared
        self._settings = shared.settings
        self._sandboxes: dict[str, Sandbox] = {}
        self._loading: dict[str, asyncio.Task[Dataset]] = {}
        self.removed = Counter(idle=0, limit=0)
        anonymous = shared._replace(journal_budget=anonymous_journals)
        self.anonymous = self.sandbox_type(ANONYMOUS, Dataset("", Bases()), anonymous)

    def __iter__(self) -> Iterator[Sandbox]:
        return iter(list(self._sandboxes.values()))

    def __len__(self) -> int:
        return len(self._sandboxes)

    def get(self, name: str) -> Sandbox | None:
        """Return a sandbox, or None if it does not exist."""
        return self._sandboxes.get(name)

    def find(self, name: str) -> Sandbox | None:
        """Return the sandbox with a name, created now if nothing has to be awaited for that; or None."""
        existing = self._sandboxes.get(name)
        if existing is not None:
            return existing
        dataset = self._sets.loaded(self._sets.set_for(name))
        return None if dataset is None or self._is_full else self._create(name, dataset)

    @property
    def _is_full(self) -> bool:
        return len(self._sandboxes) >= self._settings.max_sandboxes

    def authenticate(self, credential: Credential | None, secret: str | None) -> Credential:
        """Check a credential. Raises InvalidCredentials if it is missing, malformed or not listed."""
        return authenticate(credential, secret, self._settings.credentials)

    async def preview(self, name: str) -> Sandbox:
        """Return the sandbox with a name, or one like it would be created now; that one is not stored.

        Raises FixtureError if the sandbox's fixture set is invalid.
        """
        existing = self._sandboxes.get(name)
        return existing or self.sandbox_type(name, await self.load_dataset(self._sets.set_for(name)), self._shared)

    async def get_or_create(self, name: str) -> Sandbox:
        """Return the sandbox with a name, created if it does not exist.

        Raises ProblemError (503) if there are too many sandboxes, and FixtureError if the sandbox's fixture set is
        invalid.
        """
        existing = self._sandboxes.get(name)
        if existing is not None:
            return existing
        dataset = await self.load_dataset(self._sets.set_for(name))
        await self.make_room(name)
        existing = self._sandboxes.get(name)  # another request may have created it in the meantime
        return existing or self._create(name, dataset)

    def _create(self, name: str, dataset: Dataset) -> Sandbox:
        if name != ANONYMOUS:
            return self.create(name, dataset)
        self.anonymous.dataset = dataset
        self.anonymous.load(dataset)  # not `reset`, which would delete the journal
        return self._register(self.anonymous)

    def _register(self, sandbox: Sandbox) -> Sandbox:
        """Store a sandbox, replacing the one with its name. Raises ProblemError (503) if there are too many."""
        self._check_room(sandbox.name)
        previous = self._sandboxes.get(sandbox.name)
        if previous is not None and previous is not sandbox:
            previous.discard()
        self._sandboxes[sandbox.name] = sandbox
        return sandbox

    def _check_room(self, name: str) -> None:
        """Raise ProblemError (503) if there is no room for a sandbox with a name."""
        if name not in self._sandboxes and self._is_full:
            limit = self._settings.max_sandboxes
            detail = f"The maximum number of sandboxes ({limit}) is reached; delete some, or increase --max-sandboxes."
            raise ProblemError(503, "Too many sandboxes", detail, rule=rules.MAX_SANDBOXES.name)

    def create(self, name: str, dataset: Dataset) -> Sandbox:
        """Create a sandbox from a dataset, replacing the one with its name.

        Raises ProblemError (503) if there are too many sandboxes.
        """
        if name != ANONYMOUS:
            return self._register(self.sandbox_type(name, dataset, self._shared))
        self.anonymous.reset(dataset, self._settings)
        return self._register(self.anonymous)

    async def make_room(self, name: str) -> None:
        """At the limit, delete a sandbox that a request would create again unchanged, unless `name` exists.

        Of those that were not used for a minute, it is the one that was not used for longest.
        """
        limit = self._settings.max_sandboxes
        if name in self._sandboxes or not self._is_full:
            return
        sandbox = await run_in_steps(self._find_replaceable())
        if sandbox is not None and self._remove(sandbox, "limit"):
            log.warning("deleted an unused, unchanged sandbox: --max-sandboxes (%d) is reached", limit)

    def _find_replaceable(self) -> Generator[None, None, Sandbox | None]:
        before = monotonic() - MIN_IDLE_SECONDS
        for sandbox in sorted((each for each in self if each.used_at < before), key=attrgetter("used_at")):
            if self._is_replaceable(sandbox):
                return sandbox
            yield
        return None

    def _is_replaceable(self, sandbox: Sandbox) -> bool:
        dataset = self._sets.loaded(self._sets.set_for(sandbox.name))
        is_watched = sandbox.journal.is_watched
        return not is_watched and dataset == sandbox.dataset and sandbox.is_untouched(self._settings)

    async def expire(self, seconds: float) -> None:
        """Delete sandboxes that were not used for some time, until canceled."""
        while True:
            await asyncio.sleep(min(seconds / 4, CHECK_SECONDS))
            count = await run_in_steps(self._expire(seconds))
            if count:
                log.warning("deleted sandboxes that were not used for %g s (--sandbox-idle): %d", seconds, count)

    def _expire(self, seconds: float) -> Generator[None, None, int]:
        count = 0
        for name in list(self._sandboxes):  # a list of sandboxes would free all of them at its end, in one step
            sandbox = self._sandboxes.get(name)
            if sandbox is not None and self._is_idle(sandbox, seconds):
                count += self._remove(sandbox, "idle")
            yield
        return count

    def _is_idle(self, sandbox: Sandbox, seconds: float) -> bool:
        return sandbox.used_at < monotonic() - seconds and not sandbox.journal.is_watched

    def _remove(self, sandbox: Sandbox, reason: str) -> bool:
        """Delete a sandbox and count it; return false if it was deleted or replaced meanwhile."""
        if self._sandboxes.get(sandbox.name) is not sandbox:
            return False
        self.removed[reason] += 1
        return self._forget(sandbox.name)

    async def delete(self, name: str) -> bool:
        """Delete a sandbox and its journal; return whether it existed."""
        return self._forget(name)

    def _forget(self, name: str) -> bool:
        sandbox = self._sandboxes.pop(name, None)
        if sandbox is not None:
            sandbox.discard()
        return sandbox is not None

    def fixture_snapshot(self, sandbox: Sandbox) -> Snapshot:
        """Return a snapshot of the data that a reset of the sandbox returns to."""
        return Sandbox("", sandbox.dataset, self._shared).snapshot()

    def reset(self, sandbox: Sandbox) -> None:
        """Reset a sandbox to its fixtures."""
        sandbox.reset(sandbox.dataset, self._settings)

    async def reset_all(self) -> None:
        """Reset the sandboxes that exist now to their fixtures, one by one."""
        await run_in_steps(self._reset_each())

    def _reset_each(self) -> Generator[None, None, None]:
        for name in list(self._sandboxes):
            sandbox = self._sandboxes.get(name)
            if sandbox is not None:
                self.reset(sandbox)
            yield

    async def reload(self, fresh: FixtureSets) -> "ReloadResult":
        """Adopt reloaded fixture sets and apply them to the sandboxes of each set that changed.

        Yields to the event loop after every 500 sandboxes.
        """
        changed = {id(before.bases): (before, after) for before, after in self._sets.replace_with(fresh)}
        affected = [sandbox for sandbox in self if id(sandbox.dataset.bases) in changed]
        for number, sandbox in enumerate(affected):
            pair = changed.get(id(sandbox.dataset.bases))  # None if it was recreated in the meantime
            if pair is not None:
                sandbox.apply_reload(*pair, self._settings)
            if number % RELOAD_BATCH == RELOAD_BATCH - 1:
                await asyncio.sleep(0)
        stale = sum(sandbox.is_stale for sandbox in affected)
        return ReloadResult(sorted(after.name for _, after in changed.values()), len(affected) - stale, stale)

    async def load_dataset(self, name: str) -> Dataset:
        """Return a set's dataset, loaded in a thread on first use. Raises FixtureError if the set is invalid."""
        while (dataset := self._sets.loaded(name)) is None:  # again if the sets were reloaded in the meantime
            if name not in self._loading:
                self._loading[name] = asyncio.create_task(asyncio.to_thread(self._sets.load, name))
                self._loading[name].add_done_callback(lambda _: self._loading.pop(name))
            task = self._loading[name]  # holds its result, which may not be held by anything else
            await asyncio.shield(task)
        return dataset


class ReloadResult(NamedTuple):
    """The result of a reload: names of the changed sets, numbers of updated sandboxes and of stale ones."""

    sets: Sequence[str]
    updated: int
    stale: int

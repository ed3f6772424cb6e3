"""All sandboxes of one server, created on first use."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mockorders import rules
from mockorders.errors import ProblemError
from mockorders.fixture_sets.dataset import Dataset
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.sandbox.credentials import Credential, authenticate
from mockorders.sandbox.sandbox import Sandbox, SharedServices, Snapshot

ANONYMOUS = "_"
RELOAD_BATCH = 500


class SandboxRegistry:
    """All sandboxes of one server, by name; made on first use."""

    def __init__(self, sets: FixtureSets, shared: SharedServices) -> None:
        self._sets = sets
        self._shared = shared
        self._options = shared.options
        self._sandboxes: dict[str, Sandbox] = {}
        self._loading: dict[str, asyncio.Task[Dataset]] = {}
        # Its journal has the requests without a credential; it gets a world when it is first asked for by its name.
        self.anonymous = Sandbox(ANONYMOUS, Dataset("", {}), shared)

    def __iter__(self) -> Iterator[Sandbox]:
        return iter(list(self._sandboxes.values()))

    def __len__(self) -> int:
        return len(self._sandboxes)

    def get(self, name: str) -> Sandbox | None:
        """Give a sandbox that exists, or None."""
        return self._sandboxes.get(name)

    def authenticate(self, credential: Credential | None, secret: str | None) -> Credential:
        """Check a credential. Raises BadCredential if it is missing, malformed or not listed."""
        return authenticate(credential, secret, self._options.credentials)

    async def get_or_create(self, name: str, *, register: bool = True) -> Sandbox:
        """Give the sandbox of a name, made now if need be; without `register` a new one is not remembered.

        Raises Problem 503 where there are too many, FixtureError where its set cannot be used.
        """
        known = self._sandboxes.get(name)
        if known is not None:
            return known
        dataset = await self.load_dataset(self._sets.set_for(name))
        known = self._sandboxes.get(name)  # another request may have made it meanwhile
        if known is not None:
            return known
        if not register:
            made = Sandbox(name, dataset, self._shared)
            made.journal = self.anonymous.journal
            return made
        if name != ANONYMOUS:
            return self.create(name, dataset)
        self.anonymous.dataset = dataset
        self.anonymous.load(dataset)  # its journal stays: it has the requests without a credential
        return self._register(self.anonymous)

    def _register(self, sandbox: Sandbox) -> Sandbox:
        """Remember a sandbox under its name; Problem 503 where there are too many."""
        most = self._options.max_sandboxes
        if sandbox.name not in self._sandboxes and len(self._sandboxes) >= most:
            detail = f"There are {most} sandboxes already; forget some, or raise --max-sandboxes."
            raise ProblemError(503, "Too many sandboxes", detail, rule=rules.MAX_SANDBOXES.name)
        before = self._sandboxes.get(sandbox.name)
        if before is not None and before is not sandbox:
            before.journal.clear()
        self._sandboxes[sandbox.name] = sandbox
        return sandbox

    def create(self, name: str, dataset: Dataset) -> Sandbox:
        """Make a sandbox from a world, in the place of one of its name; Problem 503 where there are too many."""
        if name != ANONYMOUS:
            return self._register(Sandbox(name, dataset, self._shared))
        self.anonymous.reset(dataset, self._options)
        return self._register(self.anonymous)

    def delete(self, name: str) -> bool:
        """Let go of a sandbox; says whether there was one."""
        known = self._sandboxes.pop(name, None)
        if known is not None:
            known.journal.clear()
        return known is not None

    def fixture_snapshot(self, sandbox: Sandbox) -> Snapshot:
        """Give a sandbox's records as its fixtures have them."""
        return Sandbox("", sandbox.dataset, self._shared).snapshot()

    def reset(self, sandbox: Sandbox) -> None:
        """Put a sandbox back to its fixtures."""
        sandbox.reset(sandbox.dataset, self._options)

    async def reload(self, fresh: FixtureSets) -> "ReloadResult":
        """Take renewed fixture sets, and tell every sandbox whose set changed; in steps, as there may be many."""
        changed = {id(before.bases): (before, after) for before, after in self._sets.replace_with(fresh)}
        affected = [sandbox for sandbox in self if id(sandbox.dataset.bases) in changed]
        for number, sandbox in enumerate(affected):
            pair = changed.get(id(sandbox.dataset.bases))  # another world, if it was made anew meanwhile
            if pair is not None:
                sandbox.apply_reload(*pair, self._options)
            if number % RELOAD_BATCH == RELOAD_BATCH - 1:
                await asyncio.sleep(0)
        outdated = sum(sandbox.is_stale for sandbox in affected)
        return ReloadResult(sorted(after.name for _, after in changed.values()), len(affected) - outdated, outdated)

    async def load_dataset(self, name: str) -> Dataset:
        """Give a set's world; made in a thread, so that only who needs it waits."""
        while (made := self._sets.loaded(name)) is None:  # again, where the sets were renewed meanwhile
            if name not in self._loading:
                self._loading[name] = asyncio.create_task(asyncio.to_thread(self._sets.load, name))
                self._loading[name].add_done_callback(lambda _: self._loading.pop(name))
            await asyncio.shield(self._loading[name])
        return made


class ReloadResult(NamedTuple):
    """What came of renewed fixture sets: those that changed, how many sandboxes follow them, how many do not yet."""

    sets: Sequence[str]
    updated: int
    stale: int

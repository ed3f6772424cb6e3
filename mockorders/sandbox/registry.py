"""All sandboxes of one server, created on first use."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mockorders import rules
from mockorders.errors import ProblemError
from mockorders.fixture_sets.dataset import World
from mockorders.fixture_sets.sets import FixtureSets
from mockorders.sandbox.credentials import Credential, authenticate
from mockorders.sandbox.sandbox import Sandbox, Shared, Snapshot

NOBODY = "_"
FOLLOW_STEP = 500


class Sandboxes:
    """All sandboxes of one server, by name; made on first use."""

    def __init__(self, sets: FixtureSets, shared: Shared) -> None:
        self._sets = sets
        self._shared = shared
        self._options = shared.options
        self._sandboxes: dict[str, Sandbox] = {}
        self._making: dict[str, asyncio.Task[World]] = {}
        # Its journal has the requests without a credential; it gets a world when it is first asked for by its name.
        self.nobody = Sandbox(NOBODY, World("", {}), shared)

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

    async def find(self, name: str, *, keep: bool = True) -> Sandbox:
        """Give the sandbox of a name, made now if need be; without `keep` a new one is not remembered.

        Raises Problem 503 where there are too many, FixtureError where its set cannot be used.
        """
        known = self._sandboxes.get(name)
        if known is not None:
            return known
        world = await self.world(self._sets.named(name))
        known = self._sandboxes.get(name)  # another request may have made it meanwhile
        if known is not None:
            return known
        if not keep:
            made = Sandbox(name, world, self._shared)
            made.journal = self.nobody.journal
            return made
        if name != NOBODY:
            return self.make(name, world)
        self.nobody.world = world
        self.nobody.adopt(world)  # its journal stays: it has the requests without a credential
        return self._put(self.nobody)

    def _put(self, sandbox: Sandbox) -> Sandbox:
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

    def make(self, name: str, world: World) -> Sandbox:
        """Make a sandbox from a world, in the place of one of its name; Problem 503 where there are too many."""
        if name != NOBODY:
            return self._put(Sandbox(name, world, self._shared))
        self.nobody.reset(world, self._options)
        return self._put(self.nobody)

    def forget(self, name: str) -> bool:
        """Let go of a sandbox; says whether there was one."""
        known = self._sandboxes.pop(name, None)
        if known is not None:
            known.journal.clear()
        return known is not None

    def fixtures(self, sandbox: Sandbox) -> Snapshot:
        """Give a sandbox's records as its fixtures have them."""
        return Sandbox("", sandbox.world, self._shared).snapshot()

    def reset(self, sandbox: Sandbox) -> None:
        """Put a sandbox back to its fixtures."""
        sandbox.reset(sandbox.world, self._options)

    async def follow(self, fresh: FixtureSets) -> "Followed":
        """Take renewed fixture sets, and tell every sandbox whose set changed; in steps, as there may be many."""
        changed = {id(before.bases): (before, after) for before, after in self._sets.take(fresh)}
        told = [sandbox for sandbox in self if id(sandbox.world.bases) in changed]
        for number, sandbox in enumerate(told):
            pair = changed.get(id(sandbox.world.bases))  # another world, if it was made anew meanwhile
            if pair is not None:
                sandbox.follow(*pair, self._options)
            if number % FOLLOW_STEP == FOLLOW_STEP - 1:
                await asyncio.sleep(0)
        outdated = sum(sandbox.outdated for sandbox in told)
        return Followed(sorted(after.name for _, after in changed.values()), len(told) - outdated, outdated)

    async def world(self, name: str) -> World:
        """Give a set's world; made in a thread, so that only who needs it waits."""
        while (made := self._sets.made(name)) is None:  # again, where the sets were renewed meanwhile
            if name not in self._making:
                self._making[name] = asyncio.create_task(asyncio.to_thread(self._sets.world, name))
                self._making[name].add_done_callback(lambda _: self._making.pop(name))
            await asyncio.shield(self._making[name])
        return made


class Followed(NamedTuple):
    """What came of renewed fixture sets: those that changed, how many sandboxes follow them, how many do not yet."""

    sets: Sequence[str]
    following: int
    outdated: int

"""Sandboxes: the credential chooses the world. Each has its own records, clock and counts; none sees another."""

import asyncio
import re
from collections.abc import Generator, Iterable, Iterator
from typing import NamedTuple

import orjson

from mockorders import rules
from mockorders.clock import Clock
from mockorders.errors import BadCredential, Problem
from mockorders.kept import Form, Kept, Many
from mockorders.options import Options, Profile
from mockorders.seeding import FixtureSets, World
from mockorders.store import Record, State, Tables

MAX_NAME = 200
NOBODY = "_"
DEFAULT_PROFILE: Profile = "documented"

_SUFFIX = re.compile(r"@([0-9]+|none)\Z", re.ASCII)


class Credential(NamedTuple):
    """A credential taken apart: the sandbox's name, and the digits or `none` after a final `@`, if there are any."""

    name: str
    suffix: str | None

    @classmethod
    def parse(cls, text: str) -> "Credential":
        """Take a credential apart; ValueError for a name that is not 1 to 200 visible characters."""
        found = _SUFFIX.search(text)
        name = text[: found.start()] if found else text
        if not 1 <= len(name) <= MAX_NAME or not name.isprintable() or any(map(str.isspace, name)):
            raise ValueError(text)
        return cls(name, found.group(1) if found else None)


class Sandbox:
    """One test's world: records that start as its fixture set has them, a clock, a count of requests."""

    __slots__ = ("_issued", "_kept", "clock", "current_customer", "name", "profile", "state", "world")

    def __init__(self, name: str, world: World, kept: Kept, options: Options) -> None:
        self.name = name
        self._kept = kept
        self.reset(world, options)

    def reset(self, world: World, options: Options) -> None:
        """Begin anew from a world: records, clock and counts."""
        self.world = world
        self.clock = Clock(world.clock or options.clock)
        self.profile: Profile = options.profile or DEFAULT_PROFILE
        self._issued = 0
        self.restore(world)

    def restore(self, world: World) -> None:
        """Put the records of a world in the place of those that are there; the clock goes on."""
        self.profile = world.profile or self.profile
        self.state = State(world.bases)
        self.current_customer = world.current_customer

    def tables(self, api: str) -> Tables:
        """Give the collections of one API."""
        return self.state.tables[api]

    def issue(self) -> str:
        """Issue the id of a request: the sandbox's requests are counted from 1."""
        self._issued += 1
        return str(self._issued)

    def show(self, form: Form, tables: Tables, record: Record) -> orjson.Fragment:
        """Give a record in a form, checked and encoded once for as long as nothing that it shows changes."""
        return orjson.Fragment(self._kept.show(form, tables, record))

    def show_all(self, form: Form, tables: Tables, records: Iterable[Record]) -> Generator[None, None, Many]:
        """Give records in a form, in steps."""
        return self._kept.show_all(form, tables, records)


class Sandboxes:
    """All sandboxes of one server, by name; made on first use."""

    def __init__(self, sets: FixtureSets, kept: Kept, options: Options) -> None:
        self._sets = sets
        self._kept = kept
        self._options = options
        self._sandboxes: dict[str, Sandbox] = {}
        self._making: dict[str, asyncio.Task[World]] = {}
        # Keeps count of requests without a credential; no credential of that name reaches it before it is asked for.
        self.nobody = Sandbox(NOBODY, World("", {}), kept, options)

    def __iter__(self) -> Iterator[Sandbox]:
        return iter(list(self._sandboxes.values()))

    def __len__(self) -> int:
        return len(self._sandboxes)

    def get(self, name: str) -> Sandbox | None:
        """Give a sandbox that exists, or None."""
        return self._sandboxes.get(name)

    def admit(self, text: str | None, secret: str | None) -> Credential:
        """Take a credential apart and see whether it is let in; BadCredential where it is not."""
        try:
            credential = Credential.parse(text or "")
        except ValueError as error:
            message = f"expected a credential whose name has 1 to {MAX_NAME} visible characters"
            raise BadCredential(message, rule=rules.CREDENTIAL) from error
        listed = self._options.credentials
        if listed is None:
            return credential
        wanted = listed.get(credential.name, "")
        if credential.name not in listed or (None not in {wanted, secret} and wanted != secret):
            message = "expected a credential of the --credentials file"
            raise BadCredential(message, rule=rules.CREDENTIALS_FILE)
        return credential

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
        made = Sandbox(name, world, self._kept, self._options)
        return self.put(made) if keep else made

    def put(self, sandbox: Sandbox) -> Sandbox:
        """Remember a sandbox under its name; Problem 503 where there are too many."""
        most = self._options.max_sandboxes
        if sandbox.name not in self._sandboxes and len(self._sandboxes) >= most:
            detail = f"There are {most} sandboxes already; forget some, or raise --max-sandboxes."
            raise Problem(503, "Too many sandboxes", detail, rule=rules.MAX_SANDBOXES.name)
        self._sandboxes[sandbox.name] = sandbox
        return sandbox

    def make(self, name: str, world: World) -> Sandbox:
        """Make a sandbox from a world, in the place of one of its name; Problem 503 where there are too many."""
        return self.put(Sandbox(name, world, self._kept, self._options))

    def forget(self, name: str) -> bool:
        """Let go of a sandbox; says whether there was one."""
        return self._sandboxes.pop(name, None) is not None

    def reset(self, sandbox: Sandbox) -> None:
        """Put a sandbox back to its fixtures."""
        sandbox.reset(sandbox.world, self._options)

    async def world(self, name: str) -> World:
        """Give a set's world; made in a thread, so that only who needs it waits."""
        made = self._sets.made(name)
        if made is not None:
            return made
        if name not in self._making:
            self._making[name] = asyncio.create_task(asyncio.to_thread(self._sets.world, name))
            self._making[name].add_done_callback(lambda _: self._making.pop(name))
        return await asyncio.shield(self._making[name])

"""What can be chosen when the emulator starts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Profile = Literal["documented", "observed"]


@dataclass(frozen=True, slots=True)
class Options:
    """The choices of one server; the defaults are those of the command line.

    `fixtures` are names of sets, files and folders, the last name or file is chosen. `profile` and `clock`
    hold where a fixture set says nothing; `clock` freezes every sandbox at that time. `credentials` are the names that
    are let in, each with its Cratejoy password or None.
    """

    fixtures: tuple[str, ...] = ()
    profile: Profile | None = None
    strict: bool = False
    clock: datetime | None = None
    credentials: Mapping[str, str | None] | None = None
    max_sandboxes: int = 10_000
    allow_origins: tuple[str, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    control_token: str | None = None
    journal_memory: int = 64 * 2**20

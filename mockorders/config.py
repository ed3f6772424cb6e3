"""The options of one emulator, declared once for the command line and for Python."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypedDict

Profile = Literal["documented", "observed"]


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of one emulator.

    `fixtures` are names of sets, files and folders; the last name or file is used by default. `profile` and `clock`
    apply unless a fixture set has its own; `clock` (aware) freezes every sandbox at that time. `credentials` maps the
    accepted names to their Cratejoy passwords, or to None if any password is accepted; None accepts all names.
    `allow_origins` and `allow_hosts` are accepted in addition to local names. `journal_memory` is in bytes.
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


class PlainOptions(TypedDict, total=False):
    """The keyword arguments that `create_app` stores in `Settings` unchanged."""

    profile: Profile | None
    strict: bool
    credentials: Mapping[str, str | None] | None
    max_sandboxes: int
    allow_origins: tuple[str, ...]
    allow_hosts: tuple[str, ...]
    control_token: str | None
    journal_memory: int


class AppOptions(PlainOptions, total=False):
    """The keyword arguments of `create_app`; `clock` is an aware datetime or ISO 8601 text."""

    fixtures: str | Iterable[str]
    clock: str | datetime | None

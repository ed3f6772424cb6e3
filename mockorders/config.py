"""The options of one emulator, declared once for the command line and for Python."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypedDict

from mockorders.formats.origins import check_token, normalize_host_name, normalize_origin

Profile = Literal["documented", "observed"]


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of one emulator.

    `fixtures` are names of sets, files and folders; the last name or file is used by default. `profile` and `clock`
    apply unless a fixture set has its own; `clock` (aware) freezes every sandbox at that time. `credentials` maps the
    accepted names to their Cratejoy passwords, or to None if any password is accepted; None accepts all names.
    `allow_origins` and `allow_hosts` are accepted in addition to local names; they are normalized. `journal_memory` is
    in bytes. `keep_alive` is the number of seconds after which an idle connection is closed; the default is longer than
    the 60 s of common proxies, so that they do not send a request on a connection that is being closed.

    Raises ValueError if an origin or a host can never match, if the token is empty or cannot be sent, or if
    `keep_alive` is not positive.
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
    keep_alive: float = 75

    def __post_init__(self) -> None:
        object.__setattr__(self, "allow_origins", _parsed("allow_origins", self.allow_origins, normalize_origin))
        object.__setattr__(self, "allow_hosts", _parsed("allow_hosts", self.allow_hosts, normalize_host_name))
        if self.control_token is not None:
            _parsed("control_token", (self.control_token,), check_token)
        if not self.keep_alive > 0:
            message = f"keep_alive: expected a positive number of seconds, got {self.keep_alive!r}"
            raise ValueError(message)


def _parsed(name: str, values: Iterable[str], parse: Callable[[str], str]) -> tuple[str, ...]:
    """Return the normalized values of an option. Raises ValueError, with the option's name, if one is invalid."""
    if isinstance(values, str):
        message = f"{name}: expected a list of texts, got {values!r}"
        raise ValueError(message)
    try:
        return tuple(map(parse, values))
    except ValueError as error:
        message = f"{name}: {error}"
        raise ValueError(message) from error


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
    keep_alive: float


class AppOptions(PlainOptions, total=False):
    """The keyword arguments of `create_app`; `clock` is an aware datetime or ISO 8601 text."""

    fixtures: str | Iterable[str]
    clock: str | datetime | None

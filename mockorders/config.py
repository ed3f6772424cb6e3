"""The options of one emulator, declared once for the command line and for Python."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import UnionType
from typing import Literal, TypedDict, get_args

from mockorders.formats.origins import normalize_host_name, normalize_origin
from mockorders.formats.store_location import parse_location, parse_replica
from mockorders.formats.tokens import check_token

Profile = Literal["documented", "observed"]
StoreSync = Literal["process", "full"]


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of one emulator.

    `fixtures` are names of sets, files and folders; the last name or file is used by default. `profile` and `clock`
    apply unless a fixture set has its own; `clock` (aware) freezes every sandbox at that time. `credentials` maps the
    accepted names to their Cratejoy passwords, or to None if any password is accepted; None accepts all names.
    `allow_origins` and `allow_hosts` are accepted in addition to local names; they are normalized. `strict` rejects
    form bodies, `sandbox_idle` is the number of seconds after which an unused sandbox is deleted (0 or None for never),
    `max_sandboxes`, and `max_memory` and `journal_memory` (in bytes) are limits, and the control API requires the
    `control_token` if there is one. `keep_alive` is the number of seconds after which an idle connection is closed; the
    default is longer than the 60 s of common proxies, so that they do not send a request on a connection that is being
    closed. `cache_dir` is the folder for generated records of large sets: None for that of the user, empty for none.
    `store` is where sandboxes are kept, `sqlite:PATH` or `postgresql://…`, or None for memory only; with SQLite, they
    survive the end of the process with the `store_sync` `process`, and a loss of power with `full`. With
    `store_journal`, it also has their requests. `replica` is the name of this server among those that share a
    PostgreSQL database; None for the host name with random digits.

    Raises TypeError for a value of a wrong type, and ValueError for any other invalid value, such as an origin or a
    host that can never match, or a token that is empty or cannot be sent.
    """

    fixtures: tuple[str, ...] = ()
    profile: Profile | None = None
    strict: bool = False
    clock: datetime | None = None
    credentials: Mapping[str, str | None] | None = None
    max_sandboxes: int = 10_000
    max_memory: int = 2**30
    sandbox_idle: float | None = 24 * 60 * 60
    allow_origins: tuple[str, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    control_token: str | None = None
    journal_memory: int = 64 * 2**20
    keep_alive: float = 75
    cache_dir: str | None = None
    store: str | None = None
    store_sync: StoreSync = "process"
    store_journal: bool = False
    replica: str | None = None

    def __post_init__(self) -> None:
        for name, (kind, expected) in TYPES.items():
            _check_type(name, getattr(self, name), kind, expected)
        for name in ("fixtures", "allow_origins", "allow_hosts"):
            object.__setattr__(self, name, _texts(name, getattr(self, name)))
        _check_choice("profile", self.profile, {None, *get_args(Profile)})
        _check_choice("store_sync", self.store_sync, set(get_args(StoreSync)))
        _check_credentials(self.credentials)
        _check_size("max_sandboxes", self.max_sandboxes)
        _check_size("max_memory", self.max_memory)
        _check_size("journal_memory", self.journal_memory)
        object.__setattr__(self, "allow_origins", _parsed("allow_origins", self.allow_origins, normalize_origin))
        object.__setattr__(self, "allow_hosts", _parsed("allow_hosts", self.allow_hosts, normalize_host_name))
        if self.control_token is not None:
            _parsed("control_token", (self.control_token,), check_token)
        if self.sandbox_idle is not None and not self.sandbox_idle >= 0:
            message = f"sandbox_idle: expected {TYPES['sandbox_idle'][1]}, got {self.sandbox_idle!r}"
            raise ValueError(message)
        self._check_store()
        if not self.keep_alive > 0:
            message = f"keep_alive: expected {TYPES['keep_alive'][1]}, got {self.keep_alive!r}"
            raise ValueError(message)

    def _check_store(self) -> None:
        if self.store is not None:
            _parsed("store", (self.store,), parse_location)
        if self.store_journal and self.store is None:
            message = "store_journal: expected a store that has it, see store"
            raise ValueError(message)
        if self.replica is not None:
            _parsed("replica", (self.replica,), parse_replica)


TYPES: Mapping[str, tuple[type | UnionType, str]] = {
    "profile": (str | None, f"{', '.join(map(repr, get_args(Profile)))} or None"),
    "strict": (bool, "True or False"),
    "clock": (datetime | None, "a datetime, ISO 8601 text or None"),
    "credentials": (Mapping | None, "a mapping of names to passwords or None"),
    "sandbox_idle": (int | float | None, "a number of seconds that is not negative, or None"),
    "control_token": (str | None, "text or None"),
    "keep_alive": (int | float, "a positive number of seconds"),
    "cache_dir": (str | None, "a folder as text, or None"),
    "store": (str | None, "sqlite:PATH, postgresql://… or None"),
    "replica": (str | None, "text or None"),
    "store_sync": (str, " or ".join(map(repr, get_args(StoreSync)))),
    "store_journal": (bool, "True or False"),
}


SECRET = ("credentials", "control_token")  # messages do not show their values


def _check_type(name: str, value: object, kind: type | UnionType, expected: str) -> None:
    if not isinstance(value, kind):
        message = f"{name}: expected {expected}" + ("" if name in SECRET else f", got {value!r}")
        raise TypeError(message)


def _check_choice(name: str, value: object, choices: set[object]) -> None:
    if value not in choices:
        message = f"{name}: expected {TYPES[name][1]}, got {value!r}"
        raise ValueError(message)


def _texts(name: str, values: Iterable[str]) -> tuple[str, ...]:
    expected = "a list of texts"
    if isinstance(values, str):
        message = f"{name}: expected {expected}, got {values!r}"
        raise ValueError(message)
    _check_type(name, values, Iterable, expected)
    texts = tuple(values)
    for text in texts:
        _check_type(name, text, str, expected)
    return texts


def _check_credentials(credentials: Mapping[str, str | None] | None) -> None:
    for name, password in (credentials or {}).items():
        _check_type("credentials", name, str, TYPES["credentials"][1])
        _check_type("credentials", password, str | None, TYPES["credentials"][1])


def _check_size(name: str, value: object) -> None:
    expected = "an integer of at least 1"
    if not isinstance(value, int) or isinstance(value, bool):
        message = f"{name}: expected {expected}, got {value!r}"
        raise TypeError(message)
    if value < 1:
        message = f"{name}: expected {expected}, got {value}"
        raise ValueError(message)


def _parsed(name: str, values: Iterable[str], parse: Callable[[str], str]) -> tuple[str, ...]:
    """Return the normalized values of an option. Raises ValueError, with the option's name, if one is invalid."""
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
    max_memory: int
    sandbox_idle: float | None
    allow_origins: tuple[str, ...]
    allow_hosts: tuple[str, ...]
    control_token: str | None
    journal_memory: int
    keep_alive: float
    cache_dir: str | None
    store: str | None
    store_sync: StoreSync
    store_journal: bool
    replica: str | None


class AppOptions(PlainOptions, total=False):
    """The keyword arguments of `create_app`; `clock` is an aware datetime or ISO 8601 text."""

    fixtures: str | Iterable[str]
    clock: str | datetime | None

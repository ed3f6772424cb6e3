"""What the control API answers and takes, as types: for the client's callers, and their editors."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from mockorders.calls import Record

if TYPE_CHECKING:
    from mockorders.options import Profile
    from mockorders.rules import Evidence


class Rule(TypedDict):
    """One decision of the emulator; `sentence` is the documentation's, empty where it has none."""

    name: str
    statement: str
    evidence: "Evidence"
    source: str
    sentence: str


class Clock(TypedDict):
    """A sandbox's time, ISO 8601 in UTC, and whether it stands still."""

    now: str
    frozen: bool


class Look(TypedDict):
    """A sandbox from outside; `outdated` where the fixtures changed under records that were changed."""

    name: str
    fixtures: str
    outdated: bool
    profile: "Profile"
    current_customer: int | None
    clock: Clock


# What changed: JSON Patch (RFC 6902) over the state, and the same as lines to read; `from` is null for the fixtures.
Diff = TypedDict("Diff", {"from": str | None, "patch": list[Record], "lines": list[str]})


class Match(TypedDict, total=False):
    """Which requests a fault strikes: all that is named must fit. `body` maps JSON pointers to values."""

    api: str
    method: str
    path: str
    query: Mapping[str, str]
    header: Mapping[str, str]
    body: Mapping[str, Any]


class FaultOptions(TypedDict, total=False):
    """What a fault takes: which requests, when, and the parameters of its effect (`ms`, `window` in s)."""

    match: Match
    api: str
    method: str
    path: str
    query: Mapping[str, str]
    header: Mapping[str, str]
    times: int | None
    after: int
    probability: float
    stage: Literal["before", "after"]
    status: int
    body: Any
    headers: Mapping[str, str]
    ms: float
    uniform: tuple[float, float]
    lognormal: Mapping[Literal["median", "sigma"], float]
    bytes: int
    bytes_per_second: int
    pointer: str
    how: Literal["drop", "null", "retype"]
    requests: int
    window: int


class Fault(TypedDict):
    """A fault at work: `times` null is always, `met` is how often it struck."""

    id: str
    match: Match
    effect: Record
    times: int | None
    after: int
    probability: float
    stage: Literal["before", "after"]
    met: int


class Filters(TypedDict, total=False):
    """Which requests of the journal: `path` is a glob, those after `since` (one of them, or its id)."""

    api: str | None
    method: str | None
    path: str | None
    status: int | None
    since: "Request | str | None"


class Awaited(Filters, total=False):
    """Which requests, and how long (whole seconds, at most 60) until how many of them came."""

    wait: int
    min: int


class Message(TypedDict):
    """Headers and body of a request or an answer: JSON if it parses, else text; credentials are masked."""

    headers: dict[str, str]
    body: Any


class Request(TypedDict):
    """A request of the journal; `status` and `response` are null where nothing was sent, `at` is ISO 8601 in UTC."""

    id: str
    at: str
    api: str
    method: str
    path: str
    query: dict[str, str | list[str]]
    request: Message
    status: int | None
    response: Message | None
    duration_ms: float
    fault: Record | None
    breaches: list[dict[str, str]]
    rules: list[str]

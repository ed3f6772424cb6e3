"""The types of the control API's JSON: what the client sends and returns."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from mockorders.client.endpoints import Record

if TYPE_CHECKING:
    from mockorders.config import Profile
    from mockorders.rules import Evidence


class RuleInfo(TypedDict):
    """One rule of the emulator; `sentence` is quoted from the documentation, empty if it has none."""

    name: str
    statement: str
    evidence: "Evidence"
    source: str
    sentence: str


class ClockInfo(TypedDict):
    """A sandbox's time, ISO 8601 in UTC, and whether it is frozen."""

    now: str
    frozen: bool


class SandboxInfo(TypedDict):
    """A sandbox's settings; `stale` if its fixtures were reloaded after its records were modified."""

    name: str
    fixtures: str
    stale: bool
    profile: "Profile"
    current_customer: int | None
    clock: ClockInfo


# What changed: a JSON Patch (RFC 6902) of the state, and the same as text; `from` is null for the fixtures.
Diff = TypedDict("Diff", {"from": str | None, "patch": list[Record], "lines": list[str]})


Effect = Literal["status", "delay", "reset", "close", "truncate", "drip", "malformed", "drift", "rate_limit"]


class FaultMatch(TypedDict, total=False):
    """The requests that a fault applies to: all given members must match. `body` maps JSON pointers to values."""

    api: str
    method: str
    path: str
    query: Mapping[str, str]
    header: Mapping[str, str]
    body: Mapping[str, Any]


class FaultOptions(TypedDict, total=False):
    """The options of a fault: which requests, when, and the effect's parameters (`window` is in seconds)."""

    match: FaultMatch
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
    how: Literal["drop", "null", "wrong_type"]
    requests: int
    window: int


class FaultInfo(TypedDict):
    """An active fault: `times` null is always, `hits` is how often it was applied."""

    id: str
    match: FaultMatch
    effect: Record
    times: int | None
    after: int
    probability: float
    stage: Literal["before", "after"]
    hits: int


class RequestFilters(TypedDict, total=False):
    """Filters of the journal: `path` is a glob, `since` a request, or its id, that all results come after."""

    api: str | None
    method: str | None
    path: str | None
    status: int | None
    since: "JournalEntry | str | None"


class WaitOptions(RequestFilters, total=False):
    """Filters, and how long to `wait` (whole seconds, at most 60) until at least `min` requests match."""

    wait: int
    min: int


class HttpMessage(TypedDict):
    """Headers and body of a request or response: JSON if it parses, else text; credentials are masked."""

    headers: dict[str, str]
    body: Any


class JournalEntry(TypedDict):
    """A request of the journal; `status` and `response` are null if nothing was sent, `at` is ISO 8601 in UTC."""

    id: str
    at: str
    api: str
    method: str
    path: str
    query: dict[str, str | list[str]]
    request: HttpMessage
    status: int | None
    response: HttpMessage | None
    duration_ms: float
    fault: Record | None
    violations: list[dict[str, str]]
    rules: list[str]

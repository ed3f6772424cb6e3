"""Types of the control API's JSON values, as the client sends and returns them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypedDict

from mockorders.client.apis.names import ApiName

if TYPE_CHECKING:
    from mockorders.apis.messages import CustomerSource
    from mockorders.config import Profile
    from mockorders.rules import Evidence


Record = dict[str, Any]


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


class MemoryInfo(TypedDict):
    """The bytes of memory that are used, and their limit."""

    used: int
    limit: int


class SandboxInfo(TypedDict):
    """A sandbox's settings; `stale` if its fixtures were reloaded after its records were modified.

    `memory` is what only this sandbox holds. `accepted` is present with `--credentials`: whether the list has the
    sandbox's name.
    """

    name: str
    fixtures: str
    stale: bool
    profile: "Profile"
    current_customer: int | None
    clock: ClockInfo
    memory: NotRequired["MemoryInfo"]
    accepted: NotRequired[bool]


# Changes as a JSON Patch (RFC 6902) of the state and as lines of text; `from` is null for the fixtures.
Diff = TypedDict("Diff", {"from": str | None, "patch": list[Record], "lines": list[str]})


Effect = Literal["status", "delay", "reset", "close", "truncate", "drip", "malformed", "drift", "rate_limit"]


class FaultMatch(TypedDict, total=False):
    """Conditions on requests; all that are present must match. `body` maps JSON pointers to values."""

    api: ApiName
    method: str
    path: str
    query: Mapping[str, str]
    header: Mapping[str, str]
    body: Mapping[str, Any]


class FaultOptions(TypedDict, total=False):
    """Options of a fault: matching requests, limits, and the effect's parameters (`window` is in seconds)."""

    match: FaultMatch
    api: ApiName
    method: str
    path: str
    query: Mapping[str, str]
    header: Mapping[str, str]
    times: int | None
    after: int
    probability: float
    stage: Literal["before", "after"]
    paused: bool
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
    """A fault; `hits` is how many times it was applied, `remaining` how many more times it can be: 0 once it is spent.

    `times` and `remaining` are null if there is no limit. A fault that is `paused` is not applied.
    """

    id: str
    match: FaultMatch
    effect: Record
    times: int | None
    after: int
    probability: float
    stage: Literal["before", "after"]
    paused: bool
    hits: int
    remaining: int | None


class FaultChanges(TypedDict, total=False):
    """Changes to a fault; None returns to the default."""

    match: Record | None
    effect: Record
    times: int | None
    after: int | None
    probability: float | None
    stage: Literal["before", "after"] | None
    paused: bool | None


class EmulatorError(TypedDict):
    """One error; `request` is the id of its request, empty if that was not recorded."""

    request: str
    method: str
    path: str
    message: str


class EmulatorErrors(TypedDict):
    """The number of errors, and the first 20 of them."""

    count: int
    errors: list[EmulatorError]


class SandboxOutcome(TypedDict):
    """What went wrong in a sandbox: the emulator's own errors, and the faults that were never triggered.

    `deleted` is true if nothing did.
    """

    errors: EmulatorErrors
    unused_faults: list[FaultInfo]
    deleted: bool


class RequestFilters(TypedDict, total=False):
    """Filters of the journal: `path` is a glob; results come after `since`, a request or its id.

    `status` is a code, a class such as `4xx`, `rejected`, `fault`, `violation`, `none` (no response was sent), or
    several of them separated by commas.
    """

    api: ApiName | None
    method: str | None
    path: str | None
    status: int | str | None
    since: "RecordedRequest | str | None"


class WaitOptions(RequestFilters, total=False):
    """Filters and how long to `wait` (whole seconds, at most 60) until at least `min` requests match."""

    wait: int
    min: int


class RequestConditions(TypedDict, total=False):
    """Conditions on recorded requests, apart from method and path.

    Objects in `body` and in `query` may have other members too. `customer` is the id of the customer that the request
    is for, `rule` the name of the rule that rejected it, `status` the code of its response.
    """

    api: ApiName
    body: Any
    query: Mapping[str, str]
    status: int
    rejected: bool
    rule: str | None
    customer: int | None


class CustomerInfo(TypedDict):
    """The customer that a request is for; `id` is null if nobody is logged in, `source` is what selected it."""

    id: int | None
    source: "CustomerSource"


class HttpMessage(TypedDict):
    """Headers and body of a request or response: JSON if it parses, else text; credentials are masked."""

    headers: dict[str, str]
    body: Any


class RecordedRequest(TypedDict):
    """A request in the journal; `at` is ISO 8601 in UTC.

    `status` and `response` are null if no response was sent, or not yet: `in_progress` is true until it is ready.
    `customer` is null if the API has no current customer, or if the credential was not accepted. `rejected` is true if
    the API rejected the request, by the rule of the name `rule`. `replica` names the server that recorded it, if
    several servers share the journal.
    """

    id: str
    at: str
    api: str
    method: str
    path: str
    query: dict[str, str | list[str]]
    customer: CustomerInfo | None
    request: HttpMessage
    status: int | None
    in_progress: bool
    rejected: bool
    rule: str | None
    response: HttpMessage | None
    duration_ms: float
    fault: Record | None
    violations: list[dict[str, str]]
    notes: list[str]
    rules: list[str]
    replica: NotRequired[str]

"""The calls of the control API, each described once: the request, and how its result is read from the response."""

from __future__ import annotations  # so that no types are evaluated on import

from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from functools import wraps
from operator import itemgetter
from types import FunctionType, MethodType
from typing import (
    TYPE_CHECKING,
    Any,
    Concatenate,
    Generic,
    NamedTuple,
    Never,
    NoReturn,
    ParamSpec,
    Self,
    TypeVar,
    Unpack,
    cast,
    get_args,
    get_type_hints,
    overload,
)
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from mockorders.client.models import (
        ClockInfo,
        Diff,
        Effect,
        FaultInfo,
        FaultOptions,
        JournalEntry,
        RequestFilters,
        RuleInfo,
        SandboxInfo,
        WaitOptions,
    )
    from mockorders.config import Profile

P = ParamSpec("P")
T = TypeVar("T")

Moment = datetime | str
Document = Mapping[str, Any]
Record = dict[str, Any]

TIMEOUT_SECONDS = 60
MATCH_OPTIONS = ("api", "method", "path", "query", "header")
RULE_OPTIONS = ("times", "after", "probability", "stage")


class ControlRequest(NamedTuple, Generic[T]):
    """One request: `path` is relative to the client's own, `read` converts the JSON, `timeout` is the read timeout."""

    method: str
    path: str
    body: Any = None
    read: Callable[[Any], T] = lambda answer: answer
    timeout: float = TIMEOUT_SECONDS


class SyncCaller:
    """Base of blocking clients: a call returns its result."""

    def __init__(self, send: Callable[[ControlRequest[Any]], Any]) -> None:
        self.send = send


class AsyncCaller:
    """Base of asynchronous clients: a call is a coroutine function."""

    def __init__(self, send: Callable[[ControlRequest[Any]], Coroutine[Any, Any, Any]]) -> None:
        self.send = send


class Endpoint(Generic[P, T]):
    """A method made from the description of a call: a plain function on a Sync, a coroutine function on an Async."""

    def __init__(self, describe: Callable[Concatenate[Any, P], ControlRequest[T]]) -> None:
        self._describe = describe
        self._functions: dict[bool, FunctionType] = {}
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, client: None, owner: type[SyncCaller]) -> Callable[Concatenate[Any, P], T]: ...
    @overload
    def __get__(
        self, client: None, owner: type[AsyncCaller]
    ) -> Callable[Concatenate[Any, P], Coroutine[Any, Any, T]]: ...
    @overload
    def __get__(self, client: SyncCaller, owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: AsyncCaller, owner: type) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, client: SyncCaller | AsyncCaller | None, owner: type) -> Any:
        function = self._function(asynchronous=issubclass(owner, AsyncCaller))
        return function if client is None else MethodType(function, client)

    def _function(self, *, asynchronous: bool) -> FunctionType:
        """Return the function of one kind of client; made on first use, so that imports stay cheap."""
        if asynchronous not in self._functions:
            self._functions[asynchronous] = _make_function(self._describe, asynchronous=asynchronous)
        return self._functions[asynchronous]


def _make_function(describe: Callable[..., ControlRequest[T]], *, asynchronous: bool) -> FunctionType:
    """Return a function that makes a call, with the name, docstring and parameters of its description."""
    from mockorders.signatures import expand  # imports inspect

    def call(client: SyncCaller, /, *args: Any, **options: Any) -> T:
        return cast("T", client.send(describe(client, *args, **options)))

    async def call_async(client: AsyncCaller, /, *args: Any, **options: Any) -> T:
        return cast("T", await client.send(describe(client, *args, **options)))

    function = cast("FunctionType", wraps(describe)(call_async if asynchronous else call))
    hints = _hints(describe)
    function.__annotations__ = hints
    function.__dict__["__signature__"] = expand(describe, hints)
    return function


def _hints(describe: Callable[..., ControlRequest[Any]]) -> Record:
    """Return the types of a call's parameters and of its result."""
    from mockorders import config as options
    from mockorders.client import models

    hints = get_type_hints(describe, localns={**vars(options), **vars(models)})
    return {**hints, "return": get_args(hints["return"])[0]}


class EndpointProperty(Generic[T]):
    """A read-only attribute made from the description of a call: its value on a Sync, an awaitable on an Async."""

    def __init__(self, describe: Callable[[Any], ControlRequest[T]]) -> None:
        self._describe = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: SyncCaller, owner: type) -> T: ...
    @overload
    def __get__(self, client: AsyncCaller, owner: type) -> Coroutine[Any, Any, T]: ...
    def __get__(self, client: SyncCaller | AsyncCaller | None, owner: type) -> Any:
        return self if client is None else client.send(self._describe(client))

    def __set__(self, client: SyncCaller | AsyncCaller, value: Never) -> NoReturn:
        message = "this attribute is read-only; a call such as put_state writes"
        raise AttributeError(message)


class ServerApi:
    """Calls that concern a whole emulator."""

    @Endpoint
    def health(self) -> ControlRequest[dict[str, str]]:
        """Return the status and version; needs no token."""
        return ControlRequest("GET", "/health")

    @Endpoint
    def sandboxes(self) -> ControlRequest[list[SandboxInfo]]:
        """List the sandboxes."""
        return ControlRequest("GET", "/sandboxes", read=itemgetter("sandboxes"))

    @Endpoint
    def reset_all(self) -> ControlRequest[None]:
        """Reset all sandboxes to their fixtures; keep snapshots."""
        return ControlRequest("POST", "/reset")

    @Endpoint
    def fidelity(self) -> ControlRequest[list[RuleInfo]]:
        """List every rule of the emulator, with its evidence and source."""
        return ControlRequest("GET", "/fidelity", read=itemgetter("rules"))


class ClockApi:
    """The clock of one sandbox. A time is an aware datetime (ValueError if naive) or ISO 8601 text."""

    @Endpoint
    def now(self) -> ControlRequest[datetime]:
        """Return the sandbox's time: aware, UTC, whole seconds."""
        return ControlRequest("GET", "/clock", read=lambda answer: datetime.fromisoformat(answer["now"]))

    @Endpoint
    def set(self, *, now: Moment | None = None, frozen: bool | None = None) -> ControlRequest[ClockInfo]:
        """Set the time, whether it is frozen, or both; omitted values are unchanged."""
        return ControlRequest("PUT", "/clock", _clock(now, frozen))

    @Endpoint
    def freeze(self, t: Moment | None = None) -> ControlRequest[ClockInfo]:
        """Freeze the time, at `t` if given, else at the current time."""
        return ControlRequest("PUT", "/clock", _clock(t, frozen=True))

    @Endpoint
    def run(self) -> ControlRequest[ClockInfo]:
        """Resume the clock from its current time."""
        return ControlRequest("PUT", "/clock", _clock(None, frozen=False))

    @Endpoint
    def advance(self, *, seconds: int) -> ControlRequest[ClockInfo]:
        """Move the time by a number of seconds; negative moves back."""
        return ControlRequest("POST", "/clock/advance", {"seconds": seconds})


class SandboxApi:
    """Calls that concern one sandbox. All but `info` and `delete` create it on first use."""

    @Endpoint
    def info(self) -> ControlRequest[SandboxInfo]:
        """Return the sandbox's settings. Raises ControlError (404) if it does not exist."""
        return ControlRequest("GET", "")

    @Endpoint
    def create(
        self,
        *,
        fixtures: str | Document | None = None,
        profile: Profile | None = None,
        clock: Moment | None = None,
    ) -> ControlRequest[SandboxInfo]:
        """Recreate the sandbox from a fixture set (name or document), with an optional profile and frozen clock."""
        wanted = {"fixtures": fixtures, "profile": profile, "clock": _time_text(clock)}
        return ControlRequest("PUT", "", _without_none(wanted))

    @Endpoint
    def delete(self) -> ControlRequest[None]:
        """Delete the sandbox. Raises ControlError (404) if it does not exist."""
        return ControlRequest("DELETE", "")

    @Endpoint
    def reset(self) -> ControlRequest[None]:
        """Reset data, clock and random seed; delete faults and journal; keep snapshots."""
        return ControlRequest("POST", "/reset")

    @EndpointProperty
    def state(self) -> ControlRequest[Record]:
        """Return the whole state as a fixture document."""
        return ControlRequest("GET", "/state")

    @Endpoint
    def put_state(self, state: Document) -> ControlRequest[Record]:
        """Replace the state by a fixture document; return the resulting state."""
        return ControlRequest("PUT", "/state", state)

    @Endpoint
    def snapshot(self, name: str) -> ControlRequest[list[str]]:
        """Save the current records under a name; return the names of all snapshots."""
        return ControlRequest("PUT", _path("snapshots", name), read=itemgetter("snapshots"))

    @Endpoint
    def restore(self, name: str) -> ControlRequest[None]:
        """Replace all records by those of a snapshot. Raises ControlError (404) if it does not exist."""
        return ControlRequest("POST", _path("snapshots", name, "restore"))

    @Endpoint
    def delete_snapshot(self, name: str) -> ControlRequest[None]:
        """Delete a snapshot. Raises ControlError (404) if it does not exist."""
        return ControlRequest("DELETE", _path("snapshots", name))

    @Endpoint
    def diff(self, name: str | None = None) -> ControlRequest[Diff]:
        """Return what changed since a snapshot or, without a name, since the fixtures."""
        return ControlRequest("GET", "/diff" + _query({"from": name}))

    @Endpoint
    def records(self, api: str, collection: str) -> ControlRequest[list[Record]]:
        """List a collection's records, ascending by id."""
        return ControlRequest("GET", _path("records", api, collection), read=itemgetter("records"))

    @Endpoint
    def record(self, api: str, collection: str, identifier: int) -> ControlRequest[Record]:
        """Return one record. Raises ControlError (404) if it does not exist."""
        return ControlRequest("GET", _path("records", api, collection, identifier))

    @Endpoint
    def put_record(self, api: str, collection: str, identifier: int, record: Document) -> ControlRequest[Record]:
        """Store a record under an id; return it with defaults filled in."""
        return ControlRequest("PUT", _path("records", api, collection, identifier), record)

    @Endpoint
    def patch_record(self, api: str, collection: str, identifier: int, patch: Document) -> ControlRequest[Record]:
        """Apply a JSON merge patch to a record (null removes a property); return the result."""
        return ControlRequest("PATCH", _path("records", api, collection, identifier), patch)

    @Endpoint
    def delete_record(self, api: str, collection: str, identifier: int) -> ControlRequest[None]:
        """Delete a record. Raises ControlError (422) if another record refers to it."""
        return ControlRequest("DELETE", _path("records", api, collection, identifier))

    @Endpoint
    def fault(self, kind: Effect, /, **options: Unpack[FaultOptions]) -> ControlRequest[FaultInfo]:
        """Add a fault, such as `fault("status", status=503, api="cratejoy", method="POST", times=1)`.

        `api`, `method`, `path`, `query`, `header` and `match={…}` select the requests; `times`, `after`, `probability`
        and `stage` say when it is applied; the rest are the effect's parameters.
        """
        given: dict[str, Any] = {**options}
        match = {**given.pop("match", {}), **_pop_options(given, MATCH_OPTIONS)}
        rule = _pop_options(given, RULE_OPTIONS)
        return ControlRequest("POST", "/faults", {"match": match, "effect": {"type": kind, **given}, **rule})

    @Endpoint
    def faults(self) -> ControlRequest[list[FaultInfo]]:
        """List the faults in order, each with the number of times it was applied."""
        return ControlRequest("GET", "/faults", read=itemgetter("faults"))

    @Endpoint
    def delete_fault(self, fault: FaultInfo | str) -> ControlRequest[None]:
        """Delete a fault, given itself or its id. Raises ControlError (404) if it does not exist."""
        return ControlRequest("DELETE", _path("faults", _id(fault)))

    @Endpoint
    def clear_faults(self) -> ControlRequest[None]:
        """Delete all faults."""
        return ControlRequest("DELETE", "/faults")

    @Endpoint
    def requests(self, **filters: Unpack[WaitOptions]) -> ControlRequest[list[JournalEntry]]:
        """List the journal's requests that match, oldest first.

        Waits up to `wait` seconds (at most 60) until at least `min` (default 1) matching requests exist, then returns
        all that match.
        """
        seconds = TIMEOUT_SECONDS + filters.get("wait", 0)
        return ControlRequest("GET", "/requests" + _query(filters), read=itemgetter("requests"), timeout=seconds)

    @Endpoint
    def request(self, identifier: str) -> ControlRequest[JournalEntry]:
        """Return one request. Raises ControlError (404) if the journal does not have it, or not anymore."""
        return ControlRequest("GET", _path("requests", identifier))

    @Endpoint
    def explain(self, request: JournalEntry | str) -> ControlRequest[Record]:
        """Explain how a request was handled, given itself or its id."""
        return ControlRequest("GET", _path("requests", _id(request), "explain"))

    @Endpoint
    def clear_requests(self) -> ControlRequest[None]:
        """Delete all requests from the journal."""
        return ControlRequest("DELETE", "/requests")

    @Endpoint
    def har(self, **filters: Unpack[RequestFilters]) -> ControlRequest[Record]:
        """Return the matching requests as HAR 1.2."""
        return ControlRequest("GET", "/requests.har" + _query(filters))


def escape_step(step: object) -> str:
    """Percent-encode one segment of a path; dots too if they would be a relative segment."""
    text = quote(str(step), safe="")
    return text if text.strip(".") else text.replace(".", "%2E")


def _path(*steps: object) -> str:
    return "".join(f"/{escape_step(step)}" for step in steps)


def _query(parameters: Document) -> str:
    given = {name: _id(value) for name, value in _without_none(parameters).items()}
    return f"?{urlencode(given)}" if given else ""


def _id(value: Any) -> Any:
    return value["id"] if isinstance(value, Mapping) else value


def _without_none(values: Document) -> Record:
    return {name: value for name, value in values.items() if value is not None}


def _pop_options(values: Record, names: tuple[str, ...]) -> Record:
    return {name: values.pop(name) for name in names if name in values}


def _clock(now: Moment | None, frozen: bool | None) -> Record:
    return _without_none({"now": _time_text(now), "frozen": frozen})


def _time_text(time: Moment | None) -> str | None:
    if not isinstance(time, datetime):
        return time
    if time.utcoffset() is None:
        message = f"expected an aware time, got {time.isoformat()}"
        raise ValueError(message)
    return time.isoformat()

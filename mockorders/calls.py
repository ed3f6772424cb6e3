"""The calls of the control API, each described once: what is sent, and what is given of the answer."""

from __future__ import annotations  # so that importing this evaluates no types

from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from functools import wraps
from operator import itemgetter
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
    overload,
)
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from mockorders.answers import Awaited, Clock, Diff, Fault, FaultOptions, Filters, Look, Request, Rule
    from mockorders.options import Profile

P = ParamSpec("P")
T = TypeVar("T")

Moment = datetime | str
Document = Mapping[str, Any]
Record = dict[str, Any]

SECONDS = 60
MATCH = ("api", "method", "path", "query", "header")
RULE = ("times", "after", "probability", "stage")


class Call(NamedTuple, Generic[T]):
    """One request; `path` stands below the client's own, `read` takes the JSON, `seconds` may pass without a sign."""

    method: str
    path: str
    body: Any = None
    read: Callable[[Any], T] = lambda answer: answer
    seconds: float = SECONDS


class Sync:
    """What is asked of it, it answers."""

    def __init__(self, send: Callable[[Call[Any]], Any]) -> None:
        self.send = send


class Async:
    """What is asked of it is awaited."""

    def __init__(self, send: Callable[[Call[Any]], Coroutine[Any, Any, Any]]) -> None:
        self.send = send


class Endpoint(Generic[P, T]):
    """Makes a method out of the description of a call: on a Sync it gives the answer, on an Async it is awaited."""

    def __init__(self, describe: Callable[Concatenate[Any, P], Call[T]]) -> None:
        self._describe = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: Sync, owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: Async, owner: type) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, client: Sync | Async | None, owner: type) -> Any:
        if client is None:
            return self

        @wraps(self._describe)
        def call(*args: P.args, **options: P.kwargs) -> Any:
            return client.send(self._describe(client, *args, **options))

        return call


class Reading(Generic[T]):
    """Makes an attribute out of the description of a call: a Sync gives the answer, an Async what is to be awaited."""

    def __init__(self, describe: Callable[[Any], Call[T]]) -> None:
        self._describe = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: Sync, owner: type) -> T: ...
    @overload
    def __get__(self, client: Async, owner: type) -> Coroutine[Any, Any, T]: ...
    def __get__(self, client: Sync | Async | None, owner: type) -> Any:
        return self if client is None else client.send(self._describe(client))

    def __set__(self, client: Sync | Async, value: Never) -> NoReturn:
        message = "it can only be read; a call such as put_state writes"
        raise AttributeError(message)


class ServerCalls:
    """What concerns a whole emulator."""

    @Endpoint
    def health(self) -> Call[dict[str, str]]:
        """Say that it answers, and its version; needs no token."""
        return Call("GET", "/health")

    @Endpoint
    def sandboxes(self) -> Call[list[Look]]:
        """List the sandboxes."""
        return Call("GET", "/sandboxes", read=itemgetter("sandboxes"))

    @Endpoint
    def reset_all(self) -> Call[None]:
        """Put all sandboxes back to their fixtures; snapshots are kept."""
        return Call("POST", "/reset")

    @Endpoint
    def fidelity(self) -> Call[list[Rule]]:
        """List every rule by which the emulator decides, with its evidence and source."""
        return Call("GET", "/fidelity", read=itemgetter("rules"))


class ClockCalls:
    """The time of one sandbox. A time is an aware datetime (ValueError for another) or ISO 8601 text."""

    @Endpoint
    def now(self) -> Call[datetime]:
        """Give the sandbox's time: aware, UTC, whole seconds."""
        return Call("GET", "/clock", read=lambda answer: datetime.fromisoformat(answer["now"]))

    @Endpoint
    def set(self, *, now: Moment | None = None, frozen: bool | None = None) -> Call[Clock]:
        """Set the time, whether it stands still, or both; what is not given stays as it is."""
        return Call("PUT", "/clock", _clock(now, frozen))

    @Endpoint
    def freeze(self, t: Moment | None = None) -> Call[Clock]:
        """Let the time stand still, at `t` if it is given, else now."""
        return Call("PUT", "/clock", _clock(t, frozen=True))

    @Endpoint
    def run(self) -> Call[Clock]:
        """Let the time run on from where it is."""
        return Call("PUT", "/clock", _clock(None, frozen=False))

    @Endpoint
    def advance(self, *, seconds: int) -> Call[Clock]:
        """Move the time by so many seconds, back if negative."""
        return Call("POST", "/clock/advance", {"seconds": seconds})


class SandboxCalls:
    """What concerns one sandbox. But for `look` and `forget`, a call makes it as its credential would."""

    @Endpoint
    def look(self) -> Call[Look]:
        """Look at the sandbox; ControlError 404 where it was not used yet."""
        return Call("GET", "")

    @Endpoint
    def make(
        self,
        *,
        fixtures: str | Document | None = None,
        profile: Profile | None = None,
        clock: Moment | None = None,
    ) -> Call[Look]:
        """Make it anew: from the name of a set or a fixture document, with a profile, its clock frozen at a time."""
        wanted = {"fixtures": fixtures, "profile": profile, "clock": _text(clock)}
        return Call("PUT", "", _given(wanted))

    @Endpoint
    def forget(self) -> Call[None]:
        """Let go of the sandbox; ControlError 404 where there is none."""
        return Call("DELETE", "")

    @Endpoint
    def reset(self) -> Call[None]:
        """Put data, clock and dice back to the fixtures; faults and journal go, snapshots are kept."""
        return Call("POST", "/reset")

    @Reading
    def state(self) -> Call[Record]:
        """Give the whole state as a fixture document."""
        return Call("GET", "/state")

    @Endpoint
    def put_state(self, state: Document) -> Call[Record]:
        """Put a fixture document in the place of the state; gives the state as it then is."""
        return Call("PUT", "/state", state)

    @Endpoint
    def snapshot(self, name: str) -> Call[list[str]]:
        """Keep the records as they are now under a name; gives the names of all snapshots."""
        return Call("PUT", _path("snapshots", name), read=itemgetter("snapshots"))

    @Endpoint
    def restore(self, name: str) -> Call[None]:
        """Put a snapshot's records in the place of those that are there; ControlError 404 where there is none."""
        return Call("POST", _path("snapshots", name, "restore"))

    @Endpoint
    def delete_snapshot(self, name: str) -> Call[None]:
        """Let go of a snapshot; ControlError 404 where there is none."""
        return Call("DELETE", _path("snapshots", name))

    @Endpoint
    def diff(self, name: str | None = None) -> Call[Diff]:
        """Tell what changed since a snapshot; without a name, since the fixtures."""
        return Call("GET", "/diff" + _query({"from": name}))

    @Endpoint
    def records(self, api: str, collection: str) -> Call[list[Record]]:
        """List a collection's records, by id."""
        return Call("GET", _path("records", api, collection), read=itemgetter("records"))

    @Endpoint
    def record(self, api: str, collection: str, identifier: int) -> Call[Record]:
        """Give one record; ControlError 404 where there is none."""
        return Call("GET", _path("records", api, collection, identifier))

    @Endpoint
    def put_record(self, api: str, collection: str, identifier: int, record: Document) -> Call[Record]:
        """Store a record under an id; gives it completed with defaults."""
        return Call("PUT", _path("records", api, collection, identifier), record)

    @Endpoint
    def patch_record(self, api: str, collection: str, identifier: int, patch: Document) -> Call[Record]:
        """Change a record by a merge patch, in which null removes; gives it as it then is."""
        return Call("PATCH", _path("records", api, collection, identifier), patch)

    @Endpoint
    def delete_record(self, api: str, collection: str, identifier: int) -> Call[None]:
        """Delete a record; ControlError 422 where another record names it."""
        return Call("DELETE", _path("records", api, collection, identifier))

    @Endpoint
    def fault(self, kind: str, /, **options: Unpack[FaultOptions]) -> Call[Fault]:
        """Add a fault, such as `fault("status", status=503, api="cratejoy", method="POST", times=1)`.

        `api`, `method`, `path`, `query`, `header` and `match={…}` choose the requests; `times`, `after`, `probability`
        and `stage` say when it strikes; the rest are the effect's parameters.
        """
        given: dict[str, Any] = {**options}
        match = {**given.pop("match", {}), **_taken(given, MATCH)}
        rule = _taken(given, RULE)
        return Call("POST", "/faults", {"match": match, "effect": {"type": kind, **given}, **rule})

    @Endpoint
    def faults(self) -> Call[list[Fault]]:
        """List the faults in their order, each with how often it was met."""
        return Call("GET", "/faults", read=itemgetter("faults"))

    @Endpoint
    def delete_fault(self, fault: Fault | str) -> Call[None]:
        """Remove a fault, by itself or its id; ControlError 404 where there is none."""
        return Call("DELETE", _path("faults", _id(fault)))

    @Endpoint
    def clear_faults(self) -> Call[None]:
        """Remove all faults."""
        return Call("DELETE", "/faults")

    @Endpoint
    def requests(self, **filters: Unpack[Awaited]) -> Call[list[Request]]:
        """List the journal's requests that match, oldest first.

        With `wait`, at most 60 s, the answer comes once `min` (1) of them came, or with those that are there then.
        """
        seconds = SECONDS + filters.get("wait", 0)
        return Call("GET", "/requests" + _query(filters), read=itemgetter("requests"), seconds=seconds)

    @Endpoint
    def request(self, identifier: str) -> Call[Request]:
        """Give one request; ControlError 404 where the journal has it not, or not any more."""
        return Call("GET", _path("requests", identifier))

    @Endpoint
    def explain(self, request: Request | str) -> Call[Record]:
        """Tell the whole story of a request, by itself or its id."""
        return Call("GET", _path("requests", _id(request), "explain"))

    @Endpoint
    def clear_requests(self) -> Call[None]:
        """Forget all requests."""
        return Call("DELETE", "/requests")

    @Endpoint
    def har(self, **filters: Unpack[Filters]) -> Call[Record]:
        """Give the requests that match as HAR 1.2."""
        return Call("GET", "/requests.har" + _query(filters))


def escape(step: object) -> str:
    """Percent-encode one step of a path; dots too where they alone would lead up."""
    text = quote(str(step), safe="")
    return text if text.strip(".") else text.replace(".", "%2E")


def _path(*steps: object) -> str:
    return "".join(f"/{escape(step)}" for step in steps)


def _query(parameters: Document) -> str:
    given = {name: _id(value) for name, value in _given(parameters).items()}
    return f"?{urlencode(given)}" if given else ""


def _id(value: Any) -> Any:
    return value["id"] if isinstance(value, Mapping) else value


def _given(values: Document) -> Record:
    return {name: value for name, value in values.items() if value is not None}


def _taken(values: Record, names: tuple[str, ...]) -> Record:
    return {name: values.pop(name) for name in names if name in values}


def _clock(now: Moment | None, frozen: bool | None) -> Record:
    return _given({"now": _text(now), "frozen": frozen})


def _text(time: Moment | None) -> str | None:
    if not isinstance(time, datetime):
        return time
    if time.utcoffset() is None:
        message = f"expected an aware time, got {time.isoformat()}"
        raise ValueError(message)
    return time.isoformat()

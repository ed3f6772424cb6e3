"""Turn descriptions of control requests into methods of blocking and asynchronous clients."""

from __future__ import annotations  # so that no types are evaluated on import

from collections.abc import Generator
from functools import wraps
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
    cast,
    get_args,
    get_type_hints,
    overload,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

P = ParamSpec("P")
T = TypeVar("T")

TIMEOUT_SECONDS = 60


class ControlRequest(NamedTuple, Generic[T]):
    """One request: `path` is relative to the client's base URL, `read` converts the JSON, `timeout` is in seconds."""

    method: str
    path: str
    body: Any = None
    read: Callable[[Any], T] = lambda value: value
    timeout: float = TIMEOUT_SECONDS


class SyncCaller:
    """Base of blocking clients: calls return their result."""

    def __init__(self, send: Callable[[ControlRequest[Any]], Any]) -> None:
        self.send = send


class AsyncCaller:
    """Base of asynchronous clients: calls return an awaitable."""

    def __init__(self, send: Callable[[ControlRequest[Any]], Coroutine[Any, Any, Any]]) -> None:
        self.send = send


Script = Generator[ControlRequest[Any], Any, T]  # yields requests, is sent their results, and returns a value


class EndpointMethod(Generic[P, T]):
    """A method that sends the request its function describes, or those that it yields if it is a script.

    It is a plain function on a SyncCaller and a coroutine function on an AsyncCaller.
    """

    def __init__(self, describe: Callable[Concatenate[Any, P], ControlRequest[T] | Script[T]]) -> None:
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
        """Return the function for one kind of client; created on first use to keep imports fast."""
        if asynchronous not in self._functions:
            self._functions[asynchronous] = _make_function(self._describe, asynchronous=asynchronous)
        return self._functions[asynchronous]


def _make_function(describe: Callable[..., ControlRequest[T] | Script[T]], *, asynchronous: bool) -> FunctionType:
    """Return a function that sends the described requests, with the name, docstring and parameters of `describe`."""
    from mockorders.signatures import expand  # imports inspect

    def call(client: SyncCaller, /, *args: Any, **options: Any) -> T:
        __tracebackhide__ = True  # pytest leaves such frames out of tracebacks
        described = describe(client, *args, **options)
        if isinstance(described, ControlRequest):
            return cast("T", client.send(described))
        return _run(client, described)

    async def call_async(client: AsyncCaller, /, *args: Any, **options: Any) -> T:
        __tracebackhide__ = True
        described = describe(client, *args, **options)
        if isinstance(described, ControlRequest):
            return cast("T", await client.send(described))
        return await _run_async(client, described)

    function = cast("FunctionType", wraps(describe)(call_async if asynchronous else call))
    hints = _hints(describe)
    function.__annotations__ = hints
    function.__dict__["__signature__"] = expand(describe, hints)
    return function


def _run(client: SyncCaller, script: Script[T]) -> T:
    __tracebackhide__ = True
    result = None
    while True:
        try:
            request = script.send(result)
        except StopIteration as stop:
            return cast("T", stop.value)
        result = client.send(request)


async def _run_async(client: AsyncCaller, script: Script[T]) -> T:
    __tracebackhide__ = True
    result = None
    while True:
        try:
            request = script.send(result)
        except StopIteration as stop:
            return cast("T", stop.value)
        result = await client.send(request)


def _hints(describe: Callable[..., Any]) -> dict[str, Any]:
    """Return the types of the parameters and of the result."""
    from mockorders import config as options
    from mockorders.client import models
    from mockorders.client.apis import names

    hints = get_type_hints(describe, localns={**vars(options), **vars(models), **vars(names)})
    return {**hints, "return": get_args(hints["return"])[-1]}


class EndpointProperty(Generic[T]):
    """A read-only attribute that sends the request its function describes.

    It is a value on a SyncCaller and an awaitable on an AsyncCaller.
    """

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
        __tracebackhide__ = True
        return self if client is None else client.send(self._describe(client))

    def __set__(self, client: SyncCaller | AsyncCaller, value: Never) -> NoReturn:
        message = "this attribute is read-only; use a method such as put_state"
        raise AttributeError(message)

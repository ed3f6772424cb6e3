"""One interface to the synchronous and the asynchronous client."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

import aiohttp
import pytest

from mockorders.client.descriptors import EndpointMethod, EndpointProperty
from mockorders.client.errors import ControlError
from mockorders.client.sandbox import AsyncSandbox
from support.emulator import basic

FROZEN = "2017-03-21T00:00:00Z"
ORDER = 75572230
CUSTOMER = 586402305
TOKEN = "a-token"
NUMBERS = count()


@dataclass
class Client:
    """A client of either kind with one interface; `url` is the emulator's."""

    url: str
    sandbox: Any

    @property
    def name(self) -> str:
        return str(self.sandbox.name)

    async def __call__(self, call: str, *args: Any, **options: Any) -> Any:
        """Call a method such as `clock.freeze`."""
        target = self.sandbox
        for step in call.split("."):
            target = getattr(target, step)
        value = target(*args, **options) if callable(target) else target
        assert inspect.isawaitable(value) == isinstance(self.sandbox, AsyncSandbox)
        return await value if inspect.isawaitable(value) else value

    async def error(self, call: str, *args: Any, **options: Any) -> ControlError:
        """Call a method and return the error that it raises."""
        with pytest.raises(ControlError) as caught:
            await self(call, *args, **options)
        return caught.value

    async def order(self, method: str = "GET", note: str | None = None) -> int:
        """Send a request to Cratejoy as the sandbox; return the status."""
        url = f"{self.url}/v1/orders/{ORDER}/"
        body = {} if note is None else {"note": note}
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, json=body, headers=basic(self.name)) as response,
        ):
            await response.read()
            return response.status


Connect = Callable[..., Awaitable[Client]]
Step = tuple[str, tuple[Any, ...], dict[str, Any]]


def step(call: str, *args: Any, **options: Any) -> Step:
    return call, args, options


def ids(*expected: Any) -> Callable[[Any], bool]:
    """Expect a list of records with these ids."""
    return lambda value: list(expected) == [each["id"] for each in value]


def endpoints(group: type) -> set[str]:
    members = chain.from_iterable(vars(each).items() for each in group.__mro__)
    return {name for name, value in members if isinstance(value, EndpointMethod | EndpointProperty)}

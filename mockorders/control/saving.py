"""Keep what control requests change, before their responses are sent."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiohttp import web

from mockorders.control.inputs import get_emulator

T = TypeVar("T")

SAFE_METHODS = {"GET", "HEAD"}
MAX_REQUEST_LENGTH = 200


def saved(handler: Callable[[web.Request], Awaitable[T]]) -> Callable[[web.Request], Awaitable[T]]:
    """Return a handler that finds the sandbox of its path in the store, and that stores what `handler` has changed."""

    async def respond(request: web.Request) -> T:
        sandboxes = get_emulator(request).sandboxes
        name = request.match_info.get("name")
        if name is None:
            result = await handler(request)
            await sandboxes.settle()
            return result
        await sandboxes.open(name)
        result = await handler(request)
        sandbox = sandboxes.get(name)
        if sandbox is not None and request.method not in SAFE_METHODS:
            sandboxes.save(sandbox, f"{request.method} {request.rel_url.raw_path}"[:MAX_REQUEST_LENGTH])
        await sandboxes.settle()
        return result

    return respond

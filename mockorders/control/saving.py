"""Keep what control requests change, before their responses are sent."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from aiohttp import web

from mockorders.control.inputs import get_emulator

T = TypeVar("T")

SAFE_METHODS = {"GET", "HEAD"}
MAX_REQUEST_LENGTH = 200


def saved(handler: Callable[[web.Request], Awaitable[T]]) -> Callable[[web.Request], Awaitable[T]]:
    """Return a handler that finds the sandbox of its path in the store, and that stores what `handler` has changed."""

    async def respond(request: web.Request) -> T:
        label = None
        if request.method not in SAFE_METHODS:
            label = f"{request.method} {request.rel_url.raw_path}"[:MAX_REQUEST_LENGTH]
        sandboxes = get_emulator(request).sandboxes
        return await sandboxes.transact(request.match_info.get("name"), label, partial(handler, request))

    return respond

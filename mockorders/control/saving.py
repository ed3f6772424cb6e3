"""Keep what control requests change, before their responses are sent."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from aiohttp import web

from mockorders.control.inputs import get_emulator
from mockorders.store.records import StoreUnavailableError

T = TypeVar("T")

SAFE_METHODS = {"GET", "HEAD"}
MAX_REQUEST_LENGTH = 200


Handler = Callable[[web.Request], Awaitable[T]]


def saved(handler: Handler[T], unread: Handler[T] | None = None) -> Handler[T]:
    """Return a handler that finds the sandbox of its path in the store, and that stores what `handler` has changed.

    `unread` responds if the store cannot give the sandbox.
    """

    async def respond(request: web.Request) -> T:
        label = None if request.method in SAFE_METHODS else label_of(request)
        sandboxes = get_emulator(request).sandboxes
        try:
            return await sandboxes.transact(request.match_info.get("name"), label, partial(handler, request))
        except StoreUnavailableError:
            if unread is None:
                raise
        return await unread(request)

    return respond


def label_of(request: web.Request) -> str:
    """Return what the store says of the request that made a change."""
    return f"{request.method} {request.rel_url.raw_path}"[:MAX_REQUEST_LENGTH]

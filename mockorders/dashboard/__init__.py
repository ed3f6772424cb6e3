"""The dashboard: HTML pages rendered on the server. Their modules are imported with the first request to one."""

import asyncio
from collections.abc import Awaitable, Callable
from importlib import import_module

from aiohttp import web

from mockorders.control.guard import is_page
from mockorders.control.saving import saved
from mockorders.dashboard.event_streams import EVENT_STREAMS, EventStreams
from mockorders.dashboard.routes import ROUTES
from mockorders.dashboard.sending import SENDER, Sender
from mockorders.errors import ProblemError
from mockorders.http.dispatch import CONTROL_PATH

STREAM_HANDLER = "events.stream"  # endless, so it has no HEAD
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_streams(app: web.Application) -> None:
    """Add the dashboard's event streams and its sender of requests to the application of the control API."""
    streams = app[EVENT_STREAMS] = EventStreams()
    app.on_shutdown.append(streams.close)
    sender = app[SENDER] = Sender()
    app.on_shutdown.append(sender.close)


def add_pages(router: web.UrlDispatcher) -> None:
    """Add the routes of the dashboard's pages; they hold nothing of an emulator."""
    for method, path, name in ROUTES:
        handler = _lazily(name)
        pattern = CONTROL_PATH + (path + "{slash:/?}" if len(path) > 1 else path)
        for each in (method, "HEAD") if method == "GET" and name != STREAM_HANDLER else (method,):
            router.add_route(each, pattern, handler)


async def error_page(request: web.Request, problem: ProblemError) -> web.StreamResponse | None:
    """Render a problem as a page if the request accepts HTML, otherwise return None."""
    if problem.status == 403 or not is_page(request) or "text/html" not in request.headers.get("Accept", ""):
        return None
    errors = await asyncio.to_thread(import_module, f"{__name__}.errors")
    response: web.StreamResponse = errors.render_error(request, problem)
    return response


def _lazily(name: str) -> Handler:
    """Return a handler by name, such as `records.index`; its module is imported in a thread on the first call."""
    module, _, function = name.partition(".")
    handler: Handler | None = None

    async def respond(request: web.Request) -> web.StreamResponse:
        nonlocal handler
        if handler is None:
            imported = await asyncio.to_thread(import_module, f"{__name__}.{module}")
            handler = saved(getattr(imported, function))
        return await handler(request)

    return respond

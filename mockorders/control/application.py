"""The control API as an aiohttp application: guard, errors, table of routes."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from aiohttp import web

from mockorders.control import handlers, page
from mockorders.control.guard import Guard
from mockorders.control.request import CORE
from mockorders.core import Core
from mockorders.errors import Problem
from mockorders.kept import encode

Handler = Callable[[web.Request], Awaitable[Any]]

ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/health", handlers.health),
    ("GET", "/fidelity", handlers.fidelity),
    ("POST", "/reset", handlers.reset_all),
    ("GET", "/sandboxes", handlers.list_sandboxes),
    ("GET", "/sandboxes/{name}", handlers.get_sandbox),
    ("PUT", "/sandboxes/{name}", handlers.put_sandbox),
    ("DELETE", "/sandboxes/{name}", handlers.delete_sandbox),
    ("POST", "/sandboxes/{name}/reset", handlers.reset_sandbox),
    ("GET", "/sandboxes/{name}/state", handlers.get_state),
    ("PUT", "/sandboxes/{name}/state", handlers.put_state),
    ("GET", "/sandboxes/{name}/clock", handlers.get_clock),
    ("PUT", "/sandboxes/{name}/clock", handlers.put_clock),
    ("POST", "/sandboxes/{name}/clock/advance", handlers.advance_clock),
)


def control_app(core: Core) -> web.Application:
    """Make the application that stands at `/_mockorders`."""
    app = web.Application(middlewares=[_errors, Guard(core.options).middleware()])
    app[CORE] = core
    for method, path, handler in ROUTES:
        app.router.add_route(method, path + "{slash:/?}", _as_json(handler))
    app.router.add_get("/", page.start)
    return app


def _as_json(handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def respond(request: web.Request) -> web.Response:
        value = await handler(request)
        if value is None:
            return web.Response(status=204)
        body = value if isinstance(value, bytes) else b"".join(encode(value))
        return web.Response(body=body, content_type="application/json")

    return respond


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        response: web.StreamResponse = await handler(request)
    except Problem as problem:
        return _problem(problem)
    except web.HTTPMethodNotAllowed as error:
        allow = ", ".join(sorted(error.allowed_methods))
        detail = f"{request.method} {request.path}: expected {allow}"
        return _problem(Problem(405, "Method not allowed", detail), Allow=allow)
    except web.HTTPNotFound:
        return _problem(Problem(404, "Not found", f"{request.path}: there is no such control path"))
    return response


def _problem(problem: Problem, **headers: str) -> web.Response:
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return web.Response(
        status=problem.status,
        body=orjson.dumps(problem.document()),
        content_type="application/problem+json",
        headers=headers,
    )

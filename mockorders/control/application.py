"""The control API as an aiohttp application: access guard, error responses, routes."""

import logging
import warnings
from collections.abc import Awaitable, Callable, Generator

from aiohttp import web
from aiohttp.typedefs import Middleware

from mockorders.control import assets
from mockorders.control.guard import AccessGuard
from mockorders.control.inputs import EMULATOR
from mockorders.control.routes import ROUTES, Handler
from mockorders.control.saving import saved
from mockorders.control.streaming import send_json
from mockorders.emulator import Emulator
from mockorders.errors import ProblemError, internal_error
from mockorders.http.codings import SUPPORTED_CODINGS
from mockorders.http.dispatch import CONTROL_PATH, SharedRouter
from mockorders.storage.encoding import encode

log = logging.getLogger("mockorders")


ErrorPage = Callable[[web.Request, ProblemError], Awaitable[web.StreamResponse | None]]


def control_app(emulator: Emulator, routes: web.UrlDispatcher, error_page: ErrorPage) -> web.Application:
    """Return the application to mount at `CONTROL_PATH`, under which `routes` has the complete paths.

    `error_page` renders a problem as HTML if the request comes from a browser, otherwise it returns None.
    """
    middlewares = [_problems(error_page), AccessGuard(emulator.settings).middleware()]
    with warnings.catch_warnings():  # custom routers are deprecated until aiohttp 4
        warnings.simplefilter("ignore", DeprecationWarning)
        app = web.Application(router=SharedRouter(routes), middlewares=middlewares)
    app[EMULATOR] = emulator
    return app


def add_control_routes(router: web.UrlDispatcher) -> None:
    """Add the routes of the control API; they hold nothing of an emulator."""
    for route in ROUTES:
        respond = _as_json(saved(route.handler, route.unread), route.status)
        for method in (route.method, "HEAD") if route.method == "GET" else (route.method,):
            router.add_route(method, f"{CONTROL_PATH}{route.path}{{slash:/?}}", respond)
    router.add_get(CONTROL_PATH + assets.PATH, assets.serve)


def _as_json(handler: Handler, status: int) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return a handler that sends the result of `handler` as JSON, or unchanged if it is a response.

    A generator yields a document in pieces, which are sent as they are made.
    """

    async def respond(request: web.Request) -> web.StreamResponse:
        value = await handler(request)
        if isinstance(value, web.StreamResponse):
            return value
        if isinstance(value, Generator):
            return await send_json(request, value, status)
        if value is None:
            return web.Response(status=204)
        body = value if isinstance(value, bytes) else b"".join(encode(value))
        return web.Response(status=status, body=body, content_type="application/json")

    return respond


def _problems(error_page: ErrorPage) -> Middleware:
    """Return the middleware that turns exceptions into problem documents or error pages."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response: web.StreamResponse = await handler(request)
        except ProblemError as problem:
            return await error_page(request, problem) or _problem_response(problem)
        except web.HTTPMethodNotAllowed as error:
            allow = ", ".join(sorted(error.allowed_methods))
            detail = f"{request.method} {request.path}: expected {allow}"
            return _problem_response(ProblemError(405, "Method not allowed", detail), Allow=allow)
        except web.HTTPNotFound:
            missing = ProblemError(404, "Not found", f"{request.path}: no such path in the control API")
            return await error_page(request, missing) or _problem_response(missing)
        except web.HTTPException:
            raise
        except Exception:
            log.exception("unhandled error in %s %s", request.method, request.path)
            return _problem_response(internal_error())
        return response

    return middleware


def _problem_response(problem: ProblemError, **headers: str) -> web.Response:
    headers |= problem.headers
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if problem.status == 415:
        headers["Accept-Encoding"] = SUPPORTED_CODINGS
    return web.Response(
        status=problem.status,
        body=b"".join(encode(problem.document())),
        content_type="application/problem+json",
        headers=headers,
    )

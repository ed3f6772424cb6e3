"""Dispatch requests to the emulated APIs, the control API, or the server itself."""

from collections.abc import Awaitable, Callable
from enum import Enum, auto

from aiohttp import web
from aiohttp.hdrs import EXPECT
from aiohttp.web_urldispatcher import MatchInfoError, PrefixedSubAppResource

from mockorders.http.connection_server import KnownHandler, MalformedHandler
from mockorders.http.request_target import target_path

CONTROL_PATH = "/_mockorders"
CONTINUE = "100-continue"
MAX_CONTROL_SEGMENTS = 16  # twice as many as the longest path has

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Destination(Enum):
    """The part of the server that a request is for."""

    API = auto()
    CONTROL = auto()
    START_PAGE = auto()
    SERVER = auto()


def destination_of(method: str, raw_path: str) -> Destination:
    """Return the part of the server that a request target is for."""
    path = target_path(raw_path)
    if path == CONTROL_PATH or path.startswith(CONTROL_PATH + "/"):
        return Destination.CONTROL
    if path == "/" and method in {"GET", "HEAD"}:
        return Destination.START_PAGE
    return Destination.SERVER if raw_path == "*" else Destination.API


class ApiDispatcher:
    """Sends requests for the APIs straight to the pipeline, and all others to the aiohttp application.

    Bypassing the application's router saves about a tenth of the response time. `malformed_handler` responds to input
    that is not a valid HTTP request.
    """

    def __init__(self, handler: Handler, malformed_handler: MalformedHandler, known_handler: KnownHandler) -> None:
        self._handler = handler
        self.malformed_handler = malformed_handler
        self.known_handler = known_handler

    def wrap(self, application: Handler) -> Handler:
        """Return the handler to use in place of the application's own."""

        def handle(request: web.BaseRequest) -> Awaitable[web.StreamResponse]:
            if destination_of(request.method, request.raw_path) is Destination.API:
                return self._handler(request)
            return application(request)

        return handle


DISPATCHER: web.AppKey[ApiDispatcher] = web.AppKey("mockorders.dispatcher", ApiDispatcher)


class Router(web.UrlDispatcher):
    """Routes requests for the control API to its resources, and all others to the pipeline.

    aiohttp's own router tries every prefix of a path, in quadratic time, and has its own response for unknown paths.
    """

    def __init__(self, handler: Handler) -> None:
        super().__init__()
        self._routes_by_destination = {
            Destination.CONTROL: self.add_route("*", "/", _expectation_failed, expect_handler=_expect_nothing),
            Destination.API: self.add_route("*", "/{path:.*}", handler, expect_handler=_expect_nothing),
            Destination.START_PAGE: self.add_route("GET", "/", _redirect_to_dashboard),
            Destination.SERVER: self.add_route("OPTIONS", "/", _server_options),
        }

    async def resolve(self, request: web.Request) -> web.UrlMappingMatchInfo:
        """Return the route of a request."""
        destination = destination_of(request.method, request.raw_path)
        if destination is Destination.CONTROL and _is_expectation_known(request):
            if target_path(request.raw_path).count("/") > MAX_CONTROL_SEGMENTS:
                return self._unknown_control_path()
            return await super().resolve(request)
        return web.UrlMappingMatchInfo({}, self._routes_by_destination[destination])

    def _unknown_control_path(self) -> web.UrlMappingMatchInfo:
        """Return the match of a path that no route of the control API can match, so that it is not searched for."""
        match = MatchInfoError(web.HTTPNotFound())
        for resource in self.resources():
            if isinstance(resource, PrefixedSubAppResource):
                match.add_app(resource.get_info()["app"])
        return match


class SharedRouter(web.UrlDispatcher):
    """Finds routes in a dispatcher that several applications of a process share.

    Compiling the control API's routes takes most of the time in which an emulator is created.
    """

    def __init__(self, shared: web.UrlDispatcher) -> None:
        super().__init__()
        self._shared = shared

    async def resolve(self, request: web.Request) -> web.UrlMappingMatchInfo:
        """Return the route of a request."""
        return await self._shared.resolve(request)


async def _expect_nothing(_: web.Request) -> None:
    """Leave `Expect` to the pipeline, which sends `100 Continue` when it reads the body."""


async def _redirect_to_dashboard(_: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": f"{CONTROL_PATH}/"})


async def _server_options(_: web.Request) -> web.StreamResponse:
    return web.Response(headers={"Allow": "GET, POST, PUT, OPTIONS"})


async def _expectation_failed(_: web.Request) -> web.StreamResponse:
    return web.Response(status=417, text=f"Expect: expected {CONTINUE}")


def _is_expectation_known(request: web.Request) -> bool:
    """Check the `Expect` of a request; aiohttp's own response to an unknown one repeats it, also invalid UTF-8."""
    return request.headers.get(EXPECT, CONTINUE).lower() == CONTINUE

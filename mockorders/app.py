"""The wiring: from options to an aiohttp application."""

import logging
import warnings
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Unpack

from aiohttp import web

from mockorders.clock import parse_time
from mockorders.control import control_app
from mockorders.core import Core
from mockorders.options import Options, PlainOptions
from mockorders.pipeline import Pipeline
from mockorders.reading import path_of
from mockorders.serving import DOOR, Door, Handler
from mockorders.signatures import lists_options
from mockorders.transport import MAX_BODY, QuietLogger

CONTROL = "/_mockorders"
MAX_LINE = 2**16
HEAD_SECONDS = 30


@lists_options(Options())
def create_app(
    *,
    fixtures: str | Iterable[str] = (),
    clock: str | datetime | None = None,
    **options: Unpack[PlainOptions],
) -> web.Application:
    """Return an emulator as an aiohttp application, which serves both APIs and the control API.

    `fixtures` are names of sets, files or folders; the last name or file is used by default. `clock` freezes every
    sandbox at a time (aware, or ISO 8601 text). The others are those of Options: profile, strict, credentials (a
    mapping of names to passwords or None), max_sandboxes, allow_origins, allow_hosts, control_token, journal_memory
    (in bytes).

    Raises FixtureError if fixtures are unknown or invalid, ValueError if the clock is not a time or not aware, and
    TypeError for an unknown option.
    """
    chosen = Options(
        fixtures=(fixtures,) if isinstance(fixtures, str) else tuple(fixtures),
        clock=parse_time(clock) if isinstance(clock, str) else _in_utc(clock),
        **options,
    )
    return make_app(Core.of(chosen))


def _in_utc(time: datetime | None) -> datetime | None:
    if time is not None and time.tzinfo is None:
        message = f"clock: expected an aware time, got {time!r}"
        raise ValueError(message)
    return None if time is None else time.astimezone(UTC)


def make_app(core: Core) -> web.Application:
    """Make the application of an emulator whose parts are there."""
    pipeline = Pipeline(core)
    with warnings.catch_warnings():  # a router of one's own is only leaving with aiohttp 4
        warnings.simplefilter("ignore", DeprecationWarning)
        router = Router(pipeline.handle)
        app = web.Application(router=router, client_max_size=MAX_BODY + 1, handler_args=_handler_args())
    app.add_subapp(CONTROL, control_app(core))
    app[DOOR] = Door(pipeline.handle, aside=(CONTROL, "/?", "/#"))
    return app


class Router(web.UrlDispatcher):
    """Leads to the control API or to the pipeline, whatever the path.

    aiohttp's own would try every prefix of a path, in quadratic time, and answer in its own words what fits none.
    """

    def __init__(self, handler: Handler) -> None:
        super().__init__()
        self._apis = self.add_route("*", "/{path:.*}", handler)
        self._start = self.add_route("GET", "/", _to_control)
        self._server = self.add_route("OPTIONS", "/", _no_path)

    async def resolve(self, request: web.Request) -> web.UrlMappingMatchInfo:
        """Give the route of a request."""
        path = path_of(request.raw_path)
        if f"{path}/".startswith(f"{CONTROL}/"):
            return await super().resolve(request)
        if request.raw_path == "*":
            return web.UrlMappingMatchInfo({}, self._server)
        start = path == "/" and request.method in {"GET", "HEAD"}
        return web.UrlMappingMatchInfo({}, self._start if start else self._apis)


async def _to_control(_: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": f"{CONTROL}/"})


async def _no_path(_: web.Request) -> web.StreamResponse:
    return web.Response(headers={"Allow": "GET, POST, PUT, OPTIONS"})


def _handler_args() -> Mapping[str, Any]:
    """Give aiohttp's protocol its limits; it logs no traceback of what a client sent."""
    return {
        "max_line_size": MAX_LINE,
        "max_field_size": MAX_LINE,
        "keepalive_timeout": HEAD_SECONDS,
        "access_log": None,
        "logger": QuietLogger("mockorders.http", logging.WARNING),
    }

"""The wiring: from options to an aiohttp application."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from mockorders.api import Terms
from mockorders.clock import parse_time
from mockorders.control import control_app
from mockorders.core import Core
from mockorders.options import Options, Profile
from mockorders.origins import Origins
from mockorders.pipeline import Pipeline
from mockorders.transport import QuietLogger

CONTROL = "/_mockorders"
MAX_BODY = 2**20
MAX_LINE = 2**16
HEAD_SECONDS = 30


def create_app(
    *,
    fixtures: str | Iterable[str] = (),
    profile: Profile | None = None,
    clock: str | datetime | None = None,
    **options: Any,
) -> web.Application:
    """Make an emulator as an aiohttp application, which serves both APIs and the control API.

    `fixtures` are names of sets, files or folders; the last name or file is chosen. `clock` freezes every sandbox at a
    time (aware, or ISO 8601 text). The others are those of Options: strict, credentials (a mapping of names to
    passwords or None), max_sandboxes, allow_origins, allow_hosts, control_token.

    Raises FixtureError for fixtures that cannot be used, ValueError for a clock that is no time, TypeError for an
    option that there is not.
    """
    chosen = Options(
        fixtures=(fixtures,) if isinstance(fixtures, str) else tuple(fixtures),
        profile=profile,
        clock=parse_time(clock) if isinstance(clock, str) else clock,
        **options,
    )
    return make_app(Core.of(chosen))


def make_app(core: Core) -> web.Application:
    """Make the application of an emulator whose parts are there."""
    app = web.Application(client_max_size=MAX_BODY + 1, handler_args=_handler_args())
    origins = Origins(core.options.allow_origins)
    pipeline = Pipeline(core.apis, Terms(core.contract, core.options.strict), core.sandboxes, origins)
    app.add_subapp(CONTROL, control_app(core))
    for path in ("/", CONTROL):
        app.router.add_get(path, _to_control)
    app.router.add_route("*", "/{path:(?s:.*)}", pipeline.handle)
    return app


def _handler_args() -> Mapping[str, Any]:
    """Give aiohttp's protocol its limits; it logs no traceback of what a client sent."""
    return {
        "max_line_size": MAX_LINE,
        "max_field_size": MAX_LINE,
        "keepalive_timeout": HEAD_SECONDS,
        "access_log": None,
        "logger": QuietLogger("mockorders.http", logging.WARNING),
    }


async def _to_control(_: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": f"{CONTROL}/"})

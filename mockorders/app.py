"""Create the aiohttp application from options."""

import logging
import warnings
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Unpack

from aiohttp import web

from mockorders import dashboard
from mockorders.config import PlainOptions, Settings
from mockorders.control import control_app
from mockorders.emulator import Emulator
from mockorders.formats.timestamps import parse_time
from mockorders.http.body import MAX_BODY_BYTES
from mockorders.http.connection import CONNECTION_OPTIONS
from mockorders.http.dispatch import CONTROL_PATH, DISPATCHER, ApiDispatcher, Router
from mockorders.observability.logs import ProtocolLogger
from mockorders.pipeline.pipeline import Pipeline
from mockorders.signatures import lists_options

MAX_LINE_BYTES = 2**16


@lists_options(Settings())
def create_app(
    *,
    fixtures: str | Iterable[str] = (),
    clock: str | datetime | None = None,
    **options: Unpack[PlainOptions],
) -> web.Application:
    """Return an emulator as an aiohttp application, which serves all APIs and the control API.

    `fixtures` are names of sets, files or folders; the last name or file is used by default. `clock` freezes every
    sandbox at a time (aware, or ISO 8601 text). The others are those of `Settings`: profile, strict, credentials (a
    mapping of names to passwords or None), max_sandboxes, allow_origins, allow_hosts, control_token, journal_memory
    (in bytes) and keep_alive (in seconds).

    Raises FixtureError if fixtures are unknown or invalid, ValueError if the clock is not a time or not aware,
    or if an origin, host, token or credential is invalid, and TypeError for an unknown option.
    """
    return make_app(Emulator.of(make_settings(fixtures=fixtures, clock=clock, **options)))


def make_settings(
    *,
    fixtures: str | Iterable[str] = (),
    clock: str | datetime | None = None,
    **options: Unpack[PlainOptions],
) -> Settings:
    """Return the settings of `create_app`'s options. Raises ValueError or TypeError as `create_app` does."""
    return Settings(
        fixtures=(fixtures,) if isinstance(fixtures, str) else tuple(fixtures),
        clock=parse_time(clock) if isinstance(clock, str) else _in_utc(clock),
        **options,
    )


def _in_utc(time: datetime | None) -> datetime | None:
    if time is not None and time.tzinfo is None:
        message = f"clock: expected a timezone-aware datetime, got {time!r}"
        raise ValueError(message)
    return None if time is None else time.astimezone(UTC)


def make_app(emulator: Emulator) -> web.Application:
    """Return the application of an emulator."""
    pipeline = Pipeline(emulator)
    options = _connection_options(emulator.settings)
    with warnings.catch_warnings():  # custom routers are deprecated until aiohttp 4
        warnings.simplefilter("ignore", DeprecationWarning)
        router = Router(pipeline.handle)
        app = web.Application(router=router, client_max_size=MAX_BODY_BYTES + 1, handler_args=options)
    app[CONNECTION_OPTIONS] = options
    control = control_app(emulator, dashboard.error_page)
    dashboard.add_pages(control)
    app.add_subapp(CONTROL_PATH, control)
    app[DISPATCHER] = ApiDispatcher(pipeline.handle)
    return app


def _connection_options(settings: Settings) -> Mapping[str, Any]:
    """Return aiohttp's protocol limits and its logger, and that a request ends with its client's connection."""
    return {
        "handler_cancellation": True,
        "max_line_size": MAX_LINE_BYTES,
        "max_field_size": MAX_LINE_BYTES,
        "keepalive_timeout": settings.keep_alive,
        "access_log": None,
        "logger": ProtocolLogger("mockorders.http", logging.WARNING),
    }

"""Create the aiohttp application from options."""

import asyncio
import logging
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any, Unpack

from aiohttp import web

from mockorders import dashboard
from mockorders.config import PlainOptions, Settings
from mockorders.control import add_control_routes, control_app
from mockorders.emulator import Emulator
from mockorders.formats.timestamps import parse_time
from mockorders.http.body import MAX_BODY_BYTES
from mockorders.http.connection_server import CONNECTION_OPTIONS
from mockorders.http.dispatch import CONTROL_PATH, DISPATCHER, ApiDispatcher, Router
from mockorders.http.response import SERVER
from mockorders.observability.logs import ProtocolLogger
from mockorders.pipeline.pipeline import Pipeline
from mockorders.sandbox.registry import SandboxRegistry
from mockorders.signatures import lists_options

MAX_LINE_BYTES = 2**16
MAINTENANCE_SECONDS = 1


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
    mapping of names to passwords or None), max_sandboxes, max_memory (in bytes), sandbox_idle (in seconds),
    allow_origins, allow_hosts, control_token, journal_memory (in bytes), keep_alive (in seconds), cache_dir, store
    (`sqlite:PATH` or `postgresql://…`), store_sync, store_journal and replica.

    Raises FixtureError if fixtures are unknown or invalid, TypeError for an unknown option or a value of a wrong type,
    ValueError for any other invalid value, and StoreError if the store cannot be opened. Messages name the option.
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
        fixtures=_fixture_names(fixtures),
        clock=_in_utc(_parsed(clock) if isinstance(clock, str) else clock),
        **options,
    )


def _fixture_names(fixtures: object) -> tuple[str, ...]:
    if isinstance(fixtures, str):
        return (fixtures,)
    if not isinstance(fixtures, Iterable):
        message = f"fixtures: expected a text or a list of texts, got {fixtures!r}"
        raise TypeError(message)
    return tuple(fixtures)


def _parsed(time: str) -> datetime:
    try:
        return parse_time(time)
    except ValueError as error:
        message = f"clock: expected a time such as 2017-03-21T00:00:00Z, got {time!r}"
        raise ValueError(message) from error


def _in_utc(time: object) -> datetime | None:
    if time is None:
        return None
    if not isinstance(time, datetime):
        message = f"clock: expected a datetime, ISO 8601 text or None, got {time!r}"
        raise TypeError(message)
    if time.tzinfo is None:
        message = f"clock: expected a timezone-aware datetime, got {time!r}"
        raise ValueError(message)
    return time.astimezone(UTC)


def make_app(emulator: Emulator) -> web.Application:
    """Return the application of an emulator."""
    pipeline = Pipeline(emulator) if emulator.store is None else _storing_pipeline(emulator)
    options = _connection_options(emulator.settings)
    with warnings.catch_warnings():  # custom routers are deprecated until aiohttp 4
        warnings.simplefilter("ignore", DeprecationWarning)
        router = Router(pipeline.handle)
        app = web.Application(router=router, client_max_size=MAX_BODY_BYTES + 1, handler_args=options)
    app[CONNECTION_OPTIONS] = options
    app.on_response_prepare.append(_name_server)
    control = control_app(emulator, _control_routes(), dashboard.error_page)
    dashboard.add_streams(control)
    app.add_subapp(CONTROL_PATH, control)
    app[DISPATCHER] = ApiDispatcher(pipeline.handle, pipeline.handle_malformed, pipeline.fast_path.handle)
    if emulator.store is not None:
        app.cleanup_ctx.append(_replicated(emulator) if emulator.is_replicated else _storing(emulator))
    if emulator.settings.sandbox_idle:
        app.cleanup_ctx.append(_expiring(emulator.sandboxes, emulator.settings.sandbox_idle))
    return app


@cache
def _control_routes() -> web.UrlDispatcher:
    """Return the routes of the control API and the dashboard, compiled once per process."""
    router = web.UrlDispatcher()
    add_control_routes(router)
    dashboard.add_pages(router)
    router.freeze()
    return router


def _storing_pipeline(emulator: Emulator) -> Pipeline:
    if emulator.is_replicated:
        from mockorders.pipeline.replicated import ReplicatedPipeline

        return ReplicatedPipeline(emulator)
    from mockorders.pipeline.storing import StoringPipeline, SyncedPipeline

    return SyncedPipeline(emulator) if emulator.settings.store_sync == "full" else StoringPipeline(emulator)


def _storing(emulator: Emulator) -> Callable[[web.Application], AsyncIterator[None]]:
    """Return a context that keeps the file of a store small while the application runs, and closes it at the end."""
    store = emulator.file_store

    async def context(_: web.Application) -> AsyncIterator[None]:
        store.open()
        await emulator.sandboxes.start()
        task = asyncio.create_task(_repeatedly(partial(_in_thread, store.maintain)))
        yield
        task.cancel()
        await asyncio.wait({task})
        await emulator.sandboxes.finish()
        await asyncio.to_thread(store.close)

    return context


def _replicated(emulator: Emulator) -> Callable[[web.Application], AsyncIterator[None]]:
    """Return a context that connects to the database of a store while the application runs."""
    store = emulator.database

    async def context(_: web.Application) -> AsyncIterator[None]:
        await store.open()
        await emulator.sandboxes.start()
        task = asyncio.create_task(_repeatedly(store.maintain))
        yield
        task.cancel()
        await asyncio.wait({task})
        await emulator.sandboxes.finish()
        await store.close()

    return context


async def _repeatedly(maintain: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(MAINTENANCE_SECONDS)
        await maintain()


async def _in_thread(work: Callable[[], None]) -> None:
    """Run work in a thread to its end, also if that is canceled meanwhile."""
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        await running
        raise


def _expiring(sandboxes: SandboxRegistry, seconds: float) -> Callable[[web.Application], AsyncIterator[None]]:
    """Return a context that deletes unused sandboxes while the application runs."""

    async def context(_: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(sandboxes.expire(seconds))
        yield
        task.cancel()

    return context


async def _name_server(_: web.Request, response: web.StreamResponse) -> None:
    response.headers["Server"] = SERVER


def _connection_options(settings: Settings) -> Mapping[str, Any]:
    """Return aiohttp's protocol limits and its logger, and that a request ends with its client's connection."""
    return {
        "auto_decompress": False,  # see http/codings
        "handler_cancellation": True,
        "max_line_size": MAX_LINE_BYTES,
        "max_field_size": MAX_LINE_BYTES,
        "keepalive_timeout": settings.keep_alive,
        "access_log": None,
        "logger": ProtocolLogger("mockorders.http", logging.WARNING),
    }

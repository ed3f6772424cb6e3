"""Endpoints that concern the whole server: health, rules, metrics, schemas."""

import asyncio
from dataclasses import asdict
from importlib import import_module
from itertools import chain
from typing import Any

from aiohttp import web

from mockorders.__version__ import __version__
from mockorders.control.inputs import get_emulator
from mockorders.errors import ProblemError
from mockorders.fixture_sets.schema import fixture_schema
from mockorders.rules import CORE
from mockorders.validation.schemas import read_schema, schema_names


async def health(request: web.Request) -> Any:
    """Return status and version; the response itself shows that the server is healthy.

    Raises StoreUnavailableError (503) if the database of the store does not respond.
    """
    emulator = get_emulator(request)
    if emulator.is_replicated:
        await emulator.database.ping()
    return {"status": "ok", "version": __version__}


async def liveness(_: web.Request) -> Any:
    """Return status and version, whatever the state of the store: a process that responds needs no restart."""
    return {"status": "ok", "version": __version__}


async def fidelity(request: web.Request) -> Any:
    """List every rule with its evidence and source."""
    apis = get_emulator(request).apis
    rules = chain(CORE, chain.from_iterable(api.rules for api in apis))
    return {"rules": [asdict(rule) for rule in rules]}


async def metrics(request: web.Request) -> Any:
    """Return the metrics for Prometheus."""
    module = await asyncio.to_thread(import_module, "mockorders.control.prometheus")  # imports for 0.2 s
    return module.render_metrics(get_emulator(request), request.headers.get("Accept", ""))


async def list_schemas(_: web.Request) -> Any:
    """List the names of all schemas, such as `cratejoy/order`."""
    return {"schemas": schema_names()}


async def get_schema(request: web.Request) -> Any:
    """Return one schema; `.json` after its name is optional. Raises ProblemError (404) if it does not exist.

    The schema of fixture files is complete, with the records of all APIs, as editors need it.
    """
    name = request.match_info["schema"].removesuffix(".json")
    if name == "fixture-set":
        return fixture_schema(get_emulator(request).apis)
    if name not in schema_names():
        raise ProblemError(
            404, "No such schema", f"There is no schema {name[:60]!r}; GET /_mockorders/schemas lists them."
        )
    return read_schema(name)

"""Endpoints of the server as a whole: health, rules, metrics, schemas."""

from dataclasses import asdict
from typing import Any

from aiohttp import web

from mockorders.__version__ import __version__
from mockorders.control.inputs import get_emulator
from mockorders.errors import ProblemError
from mockorders.rules import CORE
from mockorders.validation.schemas import read_schema, schema_names


async def health(_: web.Request) -> Any:
    """Say that requests are answered."""
    return {"status": "ok", "version": __version__}


async def fidelity(request: web.Request) -> Any:
    """List every rule with its evidence and source."""
    rules = [*CORE, *(rule for api in get_emulator(request).apis for rule in api.rules)]
    return {"rules": [asdict(rule) for rule in rules]}


async def metrics(request: web.Request) -> Any:
    """Give the metrics for Prometheus."""
    from mockorders.control.prometheus import render_metrics

    return render_metrics(get_emulator(request), request.headers.get("Accept", ""))


async def list_schemas(_: web.Request) -> Any:
    """List the schemas of the contract by name, such as `cratejoy/order`."""
    return {"schemas": schema_names()}


async def get_schema(request: web.Request) -> Any:
    """Give one schema, with or without `.json` behind its name; Problem 404 where there is none."""
    name = f"{request.match_info['folder']}/{request.match_info['schema'].removesuffix('.json')}"
    if name not in schema_names():
        raise ProblemError(404, "No such schema", f"There is no schema {name[:60]!r}; /schemas lists them.")
    return read_schema(name)

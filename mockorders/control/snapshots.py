"""Snapshots by name, and what changed since one."""

from typing import Any

from aiohttp import web

from mockorders.control.request import core_of, sandbox_of
from mockorders.diff import difference
from mockorders.errors import Problem
from mockorders.sandbox import Sandbox, Snapshot

MAX_SNAPSHOTS = 100


async def put_snapshot(request: web.Request) -> Any:
    """Keep the records as they are now, under a name; an earlier snapshot of the name goes."""
    sandbox = await sandbox_of(request)
    name = request.match_info["snapshot"]
    if name not in sandbox.snapshots and len(sandbox.snapshots) >= MAX_SNAPSHOTS:
        detail = f"A sandbox keeps at most {MAX_SNAPSHOTS} snapshots; delete some."
        raise Problem(422, "Too many snapshots", detail, pointer="", expected=f"at most {MAX_SNAPSHOTS} snapshots")
    sandbox.snapshots[name] = sandbox.snapshot()
    return {"name": name, "snapshots": sorted(sandbox.snapshots)}


async def delete_snapshot(request: web.Request) -> None:
    """Let go of a snapshot; Problem 404 where there is none of the name."""
    sandbox = await sandbox_of(request)
    _named(sandbox, request.match_info["snapshot"])
    del sandbox.snapshots[request.match_info["snapshot"]]


async def restore_snapshot(request: web.Request) -> None:
    """Put a snapshot's records in the place of those that are there; Problem 404 where there is none of the name."""
    sandbox = await sandbox_of(request)
    sandbox.restore(_named(sandbox, request.match_info["snapshot"]))


async def get_diff(request: web.Request) -> Any:
    """Tell what changed since a snapshot; without `from`, since the fixtures."""
    sandbox = await sandbox_of(request)
    name = request.query.get("from")
    fixtures = core_of(request).sandboxes.fixtures(sandbox) if name is None else None
    patch, lines = difference(fixtures or _named(sandbox, name or ""), sandbox)
    return {"from": name, "patch": patch, "lines": lines}


def _named(sandbox: Sandbox, name: str) -> Snapshot:
    if name not in sandbox.snapshots:
        known = ", ".join(sorted(sandbox.snapshots)) or "none"
        raise Problem(404, "No such snapshot", f"There is no snapshot {name!r}; there are: {known}")
    return sandbox.snapshots[name]

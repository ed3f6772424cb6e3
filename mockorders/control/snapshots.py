"""Snapshots by name, and what changed since one."""

from typing import Any

from aiohttp import web

from mockorders.control.inputs import get_emulator, get_sandbox
from mockorders.errors import ProblemError
from mockorders.sandbox.diff import diff_snapshots
from mockorders.sandbox.sandbox import Sandbox, Snapshot

MAX_SNAPSHOTS = 100


async def put_snapshot(request: web.Request) -> Any:
    """Keep the records as they are now, under a name."""
    sandbox = await get_sandbox(request)
    name = request.match_info["snapshot"]
    save(sandbox, name)
    return {"name": name, "snapshots": sorted(sandbox.snapshots)}


def save(sandbox: Sandbox, name: str) -> None:
    """Keep the records as they are now; an earlier snapshot of the name goes. Problem 422 where there are too many."""
    if name not in sandbox.snapshots and len(sandbox.snapshots) >= MAX_SNAPSHOTS:
        detail = f"A sandbox keeps at most {MAX_SNAPSHOTS} snapshots; delete some."
        raise ProblemError(422, "Too many snapshots", detail, pointer="", expected=f"at most {MAX_SNAPSHOTS} snapshots")
    sandbox.snapshots[name] = sandbox.snapshot()


async def delete_snapshot(request: web.Request) -> None:
    """Let go of a snapshot."""
    delete(await get_sandbox(request), request.match_info["snapshot"])


def delete(sandbox: Sandbox, name: str) -> None:
    """Let go of a snapshot; Problem 404 where there is none of the name."""
    get_snapshot_or_404(sandbox, name)
    del sandbox.snapshots[name]


async def restore_snapshot(request: web.Request) -> None:
    """Put a snapshot's records in the place of those that are there; Problem 404 where there is none of the name."""
    sandbox = await get_sandbox(request)
    sandbox.restore(get_snapshot_or_404(sandbox, request.match_info["snapshot"]))


async def get_diff(request: web.Request) -> Any:
    """Tell what changed since a snapshot; without `from`, since the fixtures."""
    sandbox = await get_sandbox(request)
    name = request.query.get("from")
    fixtures = get_emulator(request).sandboxes.fixture_snapshot(sandbox) if name is None else None
    patch, lines = diff_snapshots(fixtures or get_snapshot_or_404(sandbox, name or ""), sandbox)
    return {"from": name, "patch": patch, "lines": lines}


def get_snapshot_or_404(sandbox: Sandbox, name: str) -> Snapshot:
    """Give a snapshot; Problem 404 where there is none of the name."""
    if name not in sandbox.snapshots:
        known = ", ".join(sorted(sandbox.snapshots)) or "none"
        raise ProblemError(404, "No such snapshot", f"There is no snapshot {name!r}; there are: {known}")
    return sandbox.snapshots[name]

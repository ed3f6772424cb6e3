"""Endpoints for snapshots: save, restore, delete, compare."""

from collections.abc import Generator
from typing import Any

from aiohttp import web

from mockorders.control.inputs import get_emulator, get_sandbox
from mockorders.errors import ProblemError
from mockorders.formats.serialization import dump_in_pieces, dump_json
from mockorders.sandbox.diff import Diff
from mockorders.sandbox.sandbox import Sandbox, Snapshot

MAX_SNAPSHOTS = 100


async def put_snapshot(request: web.Request) -> Any:
    """Save the current records under a name; return the names of all snapshots."""
    sandbox = await get_sandbox(request)
    name = request.match_info["snapshot"]
    save(sandbox, name)
    return {"name": name, "snapshots": sorted(sandbox.snapshots)}


def save(sandbox: Sandbox, name: str) -> None:
    """Save the current records, replacing a snapshot of that name. Raises ProblemError (422 or 507) at a limit."""
    if name not in sandbox.snapshots and len(sandbox.snapshots) >= MAX_SNAPSHOTS:
        detail = f"A sandbox can have at most {MAX_SNAPSHOTS} snapshots; delete some first."
        message = f"expected at most {MAX_SNAPSHOTS} snapshots"
        raise ProblemError(422, "Too many snapshots", detail, pointer="", message=message)
    sandbox.save_snapshot(name)


async def delete_snapshot(request: web.Request) -> None:
    """Delete a snapshot. Raises ProblemError (404) if it does not exist."""
    delete(await get_sandbox(request), request.match_info["snapshot"])


def delete(sandbox: Sandbox, name: str) -> None:
    """Delete a snapshot. Raises ProblemError (404) if it does not exist."""
    get_snapshot_or_404(sandbox, name)
    del sandbox.snapshots[name]


async def restore_snapshot(request: web.Request) -> None:
    """Replace all records by those of a snapshot. Raises ProblemError (404) if it does not exist."""
    sandbox = await get_sandbox(request)
    sandbox.restore(get_snapshot_or_404(sandbox, request.match_info["snapshot"]))


async def get_diff(request: web.Request) -> Any:
    """Return the changes since the snapshot `from`, by default to the fixtures."""
    sandbox = await get_sandbox(request)
    name = request.query.get("from")
    if name is None:
        before = get_emulator(request).sandboxes.fixture_snapshot(sandbox)
    else:
        before = get_snapshot_or_404(sandbox, name)
    return _diff_document(name, Diff(before, sandbox.snapshot()))


def _diff_document(name: str | None, diff: Diff) -> Generator[bytes, None, None]:
    for _ in diff.compare():
        yield b""
    yield from dump_in_pieces(
        {"from": name, "patch": map(dump_json, diff.patch()), "lines": map(dump_json, diff.lines())}
    )


def get_snapshot_or_404(sandbox: Sandbox, name: str) -> Snapshot:
    """Return a snapshot. Raises ProblemError (404) if it does not exist."""
    if name not in sandbox.snapshots:
        names = ", ".join(sorted(sandbox.snapshots)) or "none"
        raise ProblemError(404, "No such snapshot", f"There is no snapshot {name!r}; available: {names}")
    return sandbox.snapshots[name]

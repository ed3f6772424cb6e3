"""Time and state of a sandbox: its clock, its snapshots, what changed since its fixtures."""

from collections.abc import Mapping, Sequence

from aiohttp import web

from mockorders.control import clock, sandboxes, snapshots
from mockorders.control.inputs import UnprocessableError, get_emulator
from mockorders.control.sandboxes import get_sandbox_or_404
from mockorders.dashboard.forms import Field
from mockorders.dashboard.inputs import fields_of, looked_at
from mockorders.dashboard.templating import back, page, place
from mockorders.errors import ProblemError
from mockorders.sandbox.diff import diff_snapshots
from mockorders.sandbox.sandbox import Sandbox

MOST = 200
STEPS = ((61, "61 seconds"), (3600, "1 hour"), (86_400, "1 day"), (2_592_000, "30 days"))


async def shown(request: web.Request) -> web.Response:
    """Show the clock, the snapshots and what changed."""
    return _shown(request, looked_at(request))


async def set_clock(request: web.Request) -> web.Response:
    """Freeze the clock, let it run, or set it."""
    sandbox, fields = get_sandbox_or_404(request), await fields_of(request)
    wanted: dict[str, object] = {"now": fields["now"]} if fields.get("now") else {}
    if "frozen" in fields:
        wanted["frozen"] = fields["frozen"] == "true"
    try:
        clock.set_clock(get_emulator(request), sandbox, wanted)
    except UnprocessableError as unfit:
        return _shown(request, sandbox, fields, unfit.violations)
    return back(place(sandbox.name, "state"), "clock")


async def advance(request: web.Request) -> web.Response:
    """Move the clock."""
    sandbox, fields = get_sandbox_or_404(request), await fields_of(request)
    seconds = Field("/seconds", "number", {}, fields.get("seconds", "")).read()
    try:
        clock.advance(get_emulator(request), sandbox, {"seconds": seconds})
    except UnprocessableError as unfit:
        return _shown(request, sandbox, fields, unfit.violations)
    return back(place(sandbox.name, "state"), "advanced")


async def keep(request: web.Request) -> web.Response:
    """Take a snapshot."""
    sandbox, fields = get_sandbox_or_404(request), await fields_of(request)
    name = fields.get("snapshot", "").strip()
    try:
        if not 1 <= len(name) <= 200:
            raise ProblemError(422, "No name", "expected a name of 1 to 200 characters")
        snapshots.save(sandbox, name)
    except ProblemError as problem:
        return _shown(request, sandbox, fields, [("/snapshot", problem.detail)])
    return back(place(sandbox.name, "state"), "kept")


async def restore(request: web.Request) -> web.Response:
    """Restore a snapshot."""
    sandbox = get_sandbox_or_404(request)
    sandbox.restore(snapshots.get_snapshot_or_404(sandbox, request.match_info["snapshot"]))
    return back(place(sandbox.name, "state"), "restored")


async def let_go(request: web.Request) -> web.Response:
    """Delete a snapshot."""
    sandbox = get_sandbox_or_404(request)
    snapshots.delete(sandbox, request.match_info["snapshot"])
    return back(place(sandbox.name, "state"), "let-go")


def _shown(
    request: web.Request,
    sandbox: Sandbox,
    fields: Mapping[str, str] | None = None,
    mistakes: Sequence[tuple[str, str]] = (),
) -> web.Response:
    since = request.query.get("since", "")
    before = sandbox.snapshots.get(since) or get_emulator(request).sandboxes.fixture_snapshot(sandbox)
    _, lines = diff_snapshots(before, sandbox)
    return page(
        request,
        "state.html",
        status=422 if mistakes else 200,
        sandbox=sandbox,
        look=sandboxes.describe(sandbox),
        snapshots=sorted(sandbox.snapshots),
        since=since if since in sandbox.snapshots else "",
        lines=lines[:MOST],
        more=max(0, len(lines) - MOST),
        steps=STEPS,
        fields=fields or {},
        mistakes=dict(reversed(mistakes)),
    )

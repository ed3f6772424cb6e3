"""The page for clock and state: clock, snapshots, and changes since a snapshot or the fixtures."""

from collections.abc import Generator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from aiohttp import web

from mockorders.budget import in_mib
from mockorders.concurrency import run_in_steps
from mockorders.control import clock, sandboxes, snapshots
from mockorders.control.inputs import UnprocessableError, get_emulator
from mockorders.control.sandboxes import get_sandbox_or_404
from mockorders.dashboard.forms import Field, first_messages
from mockorders.dashboard.inputs import file_reader, read_sandbox_form, viewed_sandbox
from mockorders.dashboard.templating import page, redirect_with_notice, sandbox_url, template
from mockorders.errors import ProblemError
from mockorders.sandbox.diff import Diff, RecordChange
from mockorders.sandbox.sandbox import Sandbox
from mockorders.sandbox.stored_sandbox import StoredSandbox

TEMPLATE = template("state.html")
MAX_RECORDS = 100
MAX_COUNTED = 20
MAX_NAME_LENGTH = 200
UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}
ADVANCE_STEPS = ((61, "61 seconds"), (3600, "1 hour"), (86_400, "1 day"), (2_592_000, "30 days"))


async def detail(request: web.Request) -> web.Response:
    """Show the clock, the snapshots and the changes since `?since=`, by default to the fixtures."""
    return await _render(request, viewed_sandbox(request))


async def set_clock(request: web.Request) -> web.Response:
    """Freeze, resume or set the clock."""
    sandbox, fields = await read_sandbox_form(request)
    options: dict[str, object] = {"now": fields["now"]} if fields.get("now") else {}
    if "frozen" in fields:
        options["frozen"] = fields["frozen"] == "true"
    try:
        clock.set_clock(get_emulator(request), sandbox, options)
    except UnprocessableError as error:
        return await _render(request, sandbox, fields, error.violations)
    return redirect_with_notice(sandbox_url(sandbox.name, "state"), "clock-set")


async def advance(request: web.Request) -> web.Response:
    """Move the clock forward or back."""
    sandbox, fields = await read_sandbox_form(request)
    number = Field("/seconds", "number", {}, fields.get("seconds", "")).read()
    seconds = number * UNITS.get(fields.get("unit", ""), 1) if isinstance(number, int) else number
    try:
        clock.advance(get_emulator(request), sandbox, {"seconds": seconds})
    except UnprocessableError as error:
        return await _render(request, sandbox, fields, error.violations)
    return redirect_with_notice(sandbox_url(sandbox.name, "state"), "clock-moved")


async def upload(request: web.Request) -> web.Response:
    """Replace the state by that in a file, or show what is wrong with it."""
    sandbox = get_sandbox_or_404(request)
    try:
        await sandboxes.load_state(request, sandbox, file_reader(request))
    except ProblemError as problem:
        return await _render(request, sandbox, {}, [("/upload", problem.detail)])
    return redirect_with_notice(sandbox_url(sandbox.name, "state"), "state-uploaded")


async def save_snapshot(request: web.Request) -> web.Response:
    """Save a snapshot."""
    sandbox, fields = await read_sandbox_form(request)
    name = fields.get("snapshot", "").strip()
    try:
        if not 1 <= len(name) <= MAX_NAME_LENGTH:
            raise ProblemError(422, "Invalid name", f"expected a name of 1 to {MAX_NAME_LENGTH} characters")
        snapshots.save(sandbox, name)
    except ProblemError as problem:
        return await _render(request, sandbox, fields, [("/snapshot", problem.detail)])
    return redirect_with_notice(sandbox_url(sandbox.name, "state"), "snapshot-saved")


async def restore_snapshot(request: web.Request) -> web.Response:
    """Restore a snapshot."""
    sandbox = get_sandbox_or_404(request)
    sandbox.restore(snapshots.get_snapshot_or_404(sandbox, request.match_info["snapshot"]))
    return redirect_with_notice(sandbox_url(sandbox.name, "state"), "snapshot-restored")


async def delete_snapshot(request: web.Request) -> web.Response:
    """Delete a snapshot."""
    sandbox = get_sandbox_or_404(request)
    snapshots.delete(sandbox, request.match_info["snapshot"])
    return redirect_with_notice(sandbox_url(sandbox.name, "state"), "snapshot-deleted")


class ShownChanges(NamedTuple):
    """The first changes between two states: settings as text, and records; and how many are not shown."""

    settings: list[str]
    records: list[RecordChange]
    hidden_count: int


def _read_changes(diff: Diff) -> Generator[None, None, ShownChanges]:
    """Return the first changes of a diff. Yields between batches."""
    yield from diff.compare()
    settings = list(diff.settings())
    records = list(islice(diff.records(), MAX_RECORDS))
    return ShownChanges(settings, records, diff.count - len(settings) - len(records))


def _count_changes(sandbox: Sandbox) -> Generator[None, None, dict[str, int]]:
    """Return the number of changes since each of the first snapshots. Yields between batches."""
    now = sandbox.snapshot()
    counts = {}
    for name, before in list(sandbox.snapshots.items())[:MAX_COUNTED]:
        diff = Diff(before, now)
        yield from diff.compare()
        counts[name] = diff.count
    return counts


class StoreInfo(NamedTuple):
    """Where a sandbox is kept, and its last change there; 0 if it has none.

    `replica` is the name of this server if it shares the store, otherwise empty.
    """

    location: str
    generation: int
    version: int
    replica: str


def _store_of(request: web.Request, sandbox: Sandbox) -> StoreInfo | None:
    """Return where a sandbox is kept, or None if it is in memory only."""
    emulator = get_emulator(request)
    if emulator.store is None:
        return None
    assert isinstance(sandbox, StoredSandbox)
    replica = emulator.database.replica if emulator.is_replicated else ""
    return StoreInfo(emulator.store.location, *sandbox.position.head, replica)


async def _render(
    request: web.Request,
    sandbox: Sandbox,
    fields: Mapping[str, str] | None = None,
    violations: Sequence[tuple[str, str]] = (),
) -> web.Response:
    names = sandbox.snapshots.keys()
    since = request.query.get("since", "")
    until = request.query.get("until", "")
    before = sandbox.snapshots.get(since) or get_emulator(request).sandboxes.fixture_snapshot(sandbox)
    after = sandbox.snapshots.get(until) or sandbox.snapshot()
    changes = await run_in_steps(_read_changes(Diff(before, after)))
    return page(
        request,
        TEMPLATE,
        status=422 if violations else 200,
        sandbox=sandbox,
        info=sandboxes.describe(sandbox),
        in_mib=in_mib,
        store=_store_of(request, sandbox),
        snapshots=sorted(names),
        counts=await run_in_steps(_count_changes(sandbox)),
        since=since if since in names else "",
        until=until if until in names else "",
        changes=changes,
        advance_steps=ADVANCE_STEPS,
        units=UNITS,
        fields=fields or {},
        errors=first_messages(violations),
    )

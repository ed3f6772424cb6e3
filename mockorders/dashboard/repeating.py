"""Repeat a recorded request, as it was or edited, in its sandbox or in a copy."""

from collections.abc import Mapping

from aiohttp import web

from mockorders.control.inputs import UnprocessableError, get_emulator, unprocessable
from mockorders.control.journal import password_of
from mockorders.dashboard.inputs import read_form, viewed_sandbox
from mockorders.dashboard.pins import find_entry_or_404
from mockorders.dashboard.request_draft import METHODS, Draft, DraftForm, is_editable
from mockorders.dashboard.sending import SENDER
from mockorders.dashboard.templating import page, redirect_with_notice, sandbox_url, template
from mockorders.emulator import Emulator
from mockorders.observability.entry import JournalEntry
from mockorders.observability.redaction import pseudonym
from mockorders.sandbox.credentials import MAX_NAME_LENGTH
from mockorders.sandbox.registry import ANONYMOUS
from mockorders.sandbox.sandbox import Sandbox

TEMPLATE = template("request_edit.html")
MAX_COPIES = 1_000
COPY = "copy"  # the value of the field `in`


async def repeat(request: web.Request) -> web.Response:
    """Send a recorded request again, and show the new one. Raises ProblemError (404) if it is not recorded."""
    sandbox = viewed_sandbox(request)
    fields = await read_form(request)
    entry = find_entry_or_404(sandbox, request.match_info["id"])
    _check_complete(entry)
    return await _send(request, entry, Draft.of(entry, password_of(request, sandbox.name)), fields)


async def form(request: web.Request) -> web.Response:
    """Show a recorded request in a form."""
    sandbox = viewed_sandbox(request)
    entry = find_entry_or_404(sandbox, request.match_info["id"])
    return _render(request, sandbox, entry, DraftForm.of(entry))


async def edit(request: web.Request) -> web.Response:
    """Send the request of the form, and show it, or show the form with messages if it is invalid."""
    sandbox = viewed_sandbox(request)
    fields = await read_form(request)
    entry = find_entry_or_404(sandbox, request.match_info["id"])
    sent = DraftForm.sent(fields)
    try:
        if sent.body == DraftForm.of(entry).body:
            _check_complete(entry)
        draft = sent.draft(entry, password_of(request, sandbox.name))
    except UnprocessableError as error:
        return _render(request, sandbox, entry, sent._replace(errors=dict(error.violations)))
    return await _send(request, entry, draft, fields)


def can_copy(emulator: Emulator, sandbox: Sandbox) -> bool:
    """Check whether requests can be sent to a copy of a sandbox: it has records, and any name is accepted."""
    return sandbox.name != ANONYMOUS and emulator.settings.credentials is None


def is_complete(entry: JournalEntry) -> bool:
    """Check whether the whole body of a request was recorded."""
    return entry.request_body.length == len(entry.request_body.text)


def mark_of(entry: JournalEntry) -> str:
    """Return the value of the header that names the request which another one repeats."""
    return f"{entry.id}-{pseudonym(entry.exchange.sandbox.name)}"


def _check_complete(entry: JournalEntry) -> None:
    if not is_complete(entry):
        message = f"only the start of the body was recorded, of {entry.request_body.length:,} bytes: enter another one"
        raise unprocessable("body", message, message=message)


async def _send(request: web.Request, entry: JournalEntry, draft: Draft, fields: Mapping[str, str]) -> web.Response:
    """Send a draft of a recorded request, in its sandbox or in a copy, and show the new request."""
    emulator = get_emulator(request)
    sandbox = entry.exchange.sandbox
    target = sandbox
    if fields.get("in") == COPY and can_copy(emulator, sandbox):
        target = await _copy(emulator, sandbox)
        draft = draft.for_sandbox(entry.exchange, target.name, password_of(request, target.name))
    sent = await request.app[SENDER].send(request, draft, target, mark_of(entry))
    if sent is None:
        return redirect_with_notice(sandbox_url(target.name, "requests"), "request-sent")
    notice = "request-repeated" if target is sandbox else "request-repeated-in-copy"
    return redirect_with_notice(sandbox_url(target.name, "requests", sent.id), notice)


async def _copy(emulator: Emulator, sandbox: Sandbox) -> Sandbox:
    """Create a copy of a sandbox: records, settings, clock and faults, under a new name."""
    stem = sandbox.name[: MAX_NAME_LENGTH - 10]
    names = (f"{stem}.copy" if number == 1 else f"{stem}.copy-{number}" for number in range(1, MAX_COPIES))
    name = next((each for each in names if emulator.sandboxes.get(each) is None), f"{stem}.copy")
    await emulator.sandboxes.open(name)
    await emulator.sandboxes.make_room(name)
    copy = emulator.sandboxes.create(name, sandbox.dataset)
    copy.copy_from(sandbox)
    await emulator.sandboxes.keep_new(copy, f"copy of {sandbox.name}")
    return copy


def _render(request: web.Request, sandbox: Sandbox, entry: JournalEntry, form: DraftForm) -> web.Response:
    return page(
        request,
        TEMPLATE,
        status=422 if form.errors else 200,
        sandbox=sandbox,
        entry=entry,
        form=form,
        methods=list(dict.fromkeys([form.method.upper(), *METHODS])),
        can_copy=can_copy(get_emulator(request), sandbox),
        is_editable=is_editable(entry),
    )

"""Pinned requests, which stay when the journal evicts them or is cleared."""

from aiohttp import web

from mockorders.control.inputs import get_emulator, unprocessable
from mockorders.control.journal import get_entry_or_404
from mockorders.dashboard.inputs import read_form, viewed_sandbox
from mockorders.dashboard.templating import redirect_with_notice, sandbox_url
from mockorders.observability.entry import JournalEntry
from mockorders.sandbox.sandbox import MAX_PINS, Sandbox


async def pin(request: web.Request) -> web.Response:
    """Pin a request, or unpin it. Raises ProblemError (404) if it is unknown, MemoryLimitError if it is too long."""
    sandbox = viewed_sandbox(request)
    fields = await read_form(request)
    entry = find_entry_or_404(sandbox, request.match_info["id"])
    url = sandbox_url(sandbox.name, "requests", entry.id)
    if fields.get("pinned") != "true":
        await get_emulator(request).sandboxes.unpin(sandbox, entry.id)
        remains = sandbox.journal.get(entry.id) is not None
        return redirect_with_notice(url if remains else sandbox_url(sandbox.name, "requests"), "request-unpinned")
    if len(sandbox.pins) >= MAX_PINS:
        message = f"at most {MAX_PINS} requests can be pinned: unpin another one first"
        raise unprocessable("", message, message=message)
    await get_emulator(request).sandboxes.pin(sandbox, entry)
    return redirect_with_notice(url, "request-pinned")


def find_entry_or_404(sandbox: Sandbox, identifier: str) -> JournalEntry:
    """Return a recorded or pinned request. Raises ProblemError (404) if there is none."""
    pinned: JournalEntry | None = sandbox.pinned(identifier)
    return pinned or get_entry_or_404(sandbox.journal, identifier)

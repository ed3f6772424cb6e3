"""Delete a record: the page that shows what refers to it, and the deletion of all of them."""

from collections.abc import Generator, Sequence
from itertools import groupby
from typing import Any

from aiohttp import web

from mockorders.concurrency import run_in_steps
from mockorders.control.records import get_record_or_404, record_ref
from mockorders.control.references import MAX_REFERRERS, RecordRef, find_referrers
from mockorders.dashboard.inputs import api_of, read_sandbox_form, viewed_sandbox
from mockorders.dashboard.record_labels import record_label
from mockorders.dashboard.templating import page, redirect_with_notice, sandbox_url, template
from mockorders.formats.plurals import singular
from mockorders.sandbox.sandbox import Sandbox
from mockorders.storage.tables import Tables

TEMPLATE = template("record_delete.html")
CONFIRMED = "records"


async def confirm(request: web.Request) -> web.Response:
    """Show what refers to a record, directly or not, and would be deleted with it."""
    sandbox = viewed_sandbox(request)
    ref = record_ref(request)
    get_record_or_404(sandbox, ref)
    return await _render(request, sandbox, ref)


async def delete(request: web.Request) -> web.Response:
    """Delete a record with those that refer to it, if they are the confirmed ones; otherwise ask again."""
    ref = record_ref(request)
    sandbox, fields = await read_sandbox_form(request)
    confirmed = fields.get(CONFIRMED, "")
    get_record_or_404(sandbox, ref)
    version = sandbox.state.version
    found = await run_in_steps(_find_all(sandbox.tables(ref.api).copy(), ref))
    if _names(found) != confirmed or len(found) >= MAX_REFERRERS or version is not sandbox.state.version:
        return await _render(request, sandbox, ref, status=409)
    _delete_all(sandbox, [*found, ref])
    notice = "records-deleted" if found else "record-deleted"
    return redirect_with_notice(sandbox_url(sandbox.name, "records", ref.api, ref.collection), notice)


def _delete_all(sandbox: Sandbox, refs: Sequence[RecordRef]) -> None:
    with sandbox.edit():
        for each in refs:
            sandbox.tables(each.api)[each.collection].delete(each.id)


async def _render(request: web.Request, sandbox: Sandbox, ref: RecordRef, *, status: int = 200) -> web.Response:
    tables = sandbox.tables(ref.api).copy()
    found = await run_in_steps(_find_all(tables, ref))
    api = api_of(request)
    labels = [(each, record_label(api, tables, each)) for each in found[:MAX_REFERRERS]]
    ordered = sorted(labels, key=lambda pair: pair[0])
    groups = [(name, list(pairs)) for name, pairs in groupby(ordered, key=lambda pair: pair[0].collection)]
    values: dict[str, Any] = {
        "ref": ref,
        "label": record_label(api, tables, ref),
        "singular": singular(ref.collection),
        "groups": groups,
        "referrer_count": len(found),
        "max_referrers": MAX_REFERRERS,
        "confirmed": _names(found),
    }
    return page(request, TEMPLATE, status=status, sandbox=sandbox, **values)


def _find_all(tables: Tables, ref: RecordRef) -> Generator[None, None, list[RecordRef]]:
    """Return the records that refer to a record, directly or through others. Yields between batches.

    The search ends with `MAX_REFERRERS` or more.
    """
    found: dict[RecordRef, None] = {ref: None}
    pending = [ref]
    while pending and len(found) <= MAX_REFERRERS:
        referrers = yield from find_referrers(tables, pending.pop())
        fresh = [each for each in referrers if each not in found]
        found |= dict.fromkeys(fresh)
        pending += fresh
    return list(found)[1:]


def _names(refs: Sequence[RecordRef]) -> str:
    """Return the records as text, to compare them with the confirmed ones."""
    return " ".join(sorted(f"{each.collection}/{each.id}" for each in refs))

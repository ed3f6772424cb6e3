"""A record as a form: what was changed is read back, checked by its schema, and stored."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from mockorders.control.inputs import UnprocessableError, get_emulator
from mockorders.control.records import RecordRef, get_record_or_404, store
from mockorders.control.sandboxes import get_sandbox_or_404
from mockorders.dashboard.forms import Field, attach_errors, field
from mockorders.dashboard.inputs import read_form, viewed_sandbox
from mockorders.dashboard.records import get_record_ref
from mockorders.dashboard.templating import page, redirect_with_notice, sandbox_url
from mockorders.formats.parsing import ParseError
from mockorders.sandbox.diff import singular_name
from mockorders.sandbox.sandbox import Sandbox
from mockorders.storage.collection import Record
from mockorders.validation.schemas import properties


async def form(request: web.Request) -> web.Response:
    """Show the form of a record."""
    sandbox, where = viewed_sandbox(request), get_record_ref(request)
    return _render(request, sandbox, where, _fields(where, get_record_or_404(sandbox, where)))


async def save(request: web.Request) -> web.Response:
    """Store what was changed; the form again, with messages, where it does not fit."""
    sandbox, where, sent = get_sandbox_or_404(request), get_record_ref(request), await read_form(request)
    record = get_record_or_404(sandbox, where)
    fields = [(before, before.with_input(sent)) for before in _fields(where, record)]
    try:
        store(get_emulator(request), sandbox, where, _apply_changes(record, fields))
    except UnprocessableError as error:
        return _render(request, sandbox, where, [now for _, now in fields], error.violations)
    return redirect_with_notice(sandbox_url(sandbox.name, "records", where.api, where.collection, where.id), "saved")


def _render(
    request: web.Request,
    sandbox: Sandbox,
    where: RecordRef,
    fields: Sequence[Field],
    violations: Sequence[tuple[str, str]] = (),
) -> web.Response:
    shown, left = attach_errors(fields, violations)
    return page(
        request,
        "edit.html",
        status=422 if violations else 200,
        sandbox=sandbox,
        where=where,
        one=singular_name(where.collection),
        fields=shown,
        left=left,
        wrong=sum(bool(each.messages) for each in shown),
    )


def _fields(where: RecordRef, record: Record) -> list[Field]:
    known: Mapping[str, Any] = properties(where.schema)
    names = [name for name in record if name != "id"]
    return [field(f"/{name}", known.get(name, {}), where.schema).with_value(record[name]) for name in names]


def _apply_changes(record: Record, fields: Sequence[tuple[Field, Field]]) -> dict[str, Any]:
    """Give the record with what was changed: a browser writes line ends its own way, so the rest is left as it is."""
    value, unreadable = dict(record), []
    for before, now in fields:
        if (_normalize(before.text), before.null) == (_normalize(now.text), now.null):
            continue
        try:
            value[now.pointer[1:]] = now.read()
        except ParseError as error:
            unreadable.append((now.pointer, str(error)))
    if unreadable:
        raise UnprocessableError(unreadable[0][1], unreadable)
    return value


def _normalize(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")

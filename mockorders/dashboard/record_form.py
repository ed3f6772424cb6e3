"""The form that edits a record: changed fields are parsed, validated and stored."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from mockorders.control.inputs import UnprocessableError, get_emulator
from mockorders.control.records import get_record_or_404, record_ref, store
from mockorders.control.references import RecordRef
from mockorders.control.sandboxes import get_sandbox_or_404
from mockorders.dashboard.forms import Field, attach_errors, field_for
from mockorders.dashboard.inputs import read_form, viewed_sandbox
from mockorders.dashboard.templating import page, redirect_with_notice, sandbox_url
from mockorders.formats.parsing import ParseError
from mockorders.formats.plurals import singular
from mockorders.sandbox.sandbox import Sandbox
from mockorders.storage.collection import Record
from mockorders.validation.schemas import properties


async def form(request: web.Request) -> web.Response:
    """Show the form of a record."""
    sandbox = viewed_sandbox(request)
    ref = record_ref(request)
    return _render(request, sandbox, ref, _fields(ref, get_record_or_404(sandbox, ref)))


async def save(request: web.Request) -> web.Response:
    """Store the changed fields, or show the form with error messages if they are invalid."""
    sandbox = get_sandbox_or_404(request)
    ref = record_ref(request)
    submitted = await read_form(request)
    record = get_record_or_404(sandbox, ref)
    fields = [(before, before.with_input(submitted)) for before in _fields(ref, record)]
    try:
        store(get_emulator(request), sandbox, ref, _apply_changes(record, fields))
    except UnprocessableError as error:
        return _render(request, sandbox, ref, [after for _, after in fields], violations=error.violations)
    return redirect_with_notice(sandbox_url(sandbox.name, "records", ref.api, ref.collection, ref.id), "record-saved")


def _render(
    request: web.Request,
    sandbox: Sandbox,
    ref: RecordRef,
    fields: Sequence[Field],
    *,
    violations: Sequence[tuple[str, str]] = (),
) -> web.Response:
    shown, other_errors = attach_errors(fields, violations)
    return page(
        request,
        "edit.html",
        status=422 if violations else 200,
        sandbox=sandbox,
        ref=ref,
        singular=singular(ref.collection),
        fields=shown,
        other_errors=other_errors,
        invalid_count=sum(bool(each.messages) for each in shown),
    )


def _fields(ref: RecordRef, record: Record) -> list[Field]:
    schemas: Mapping[str, Any] = properties(ref.schema)
    names = [name for name in record if name != "id"]
    return [field_for(f"/{name}", schemas.get(name, {}), ref.schema).with_value(record[name]) for name in names]


def _apply_changes(record: Record, fields: Sequence[tuple[Field, Field]]) -> dict[str, Any]:
    """Return the record with the changed fields. Raises UnprocessableError if one of them cannot be parsed.

    Fields are pairs of before and after. Unchanged values stay as they are, because browsers normalize line breaks.
    """
    value = dict(record)
    errors = []
    for before, after in fields:
        if (_normalize(before.text), before.null) == (_normalize(after.text), after.null):
            continue
        try:
            value[after.pointer[1:]] = after.read()
        except ParseError as error:
            errors.append((after.pointer, str(error)))
    if errors:
        raise UnprocessableError(errors[0][1], errors)
    return value


def _normalize(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")

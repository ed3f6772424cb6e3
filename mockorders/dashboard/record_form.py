"""The forms that edit a record, and that add one with those that it refers to."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from aiohttp import web

from mockorders.control.inputs import UnprocessableError, get_emulator
from mockorders.control.new_records import add
from mockorders.control.records import get_collection_or_404, get_record_or_404, record_ref, store
from mockorders.control.references import RecordRef
from mockorders.dashboard.form_reader import FormReader, change_structure
from mockorders.dashboard.form_tree import Choices, FormBuilder, Node, focused_pointer, messages_by_node, with_messages
from mockorders.dashboard.forms import format_json
from mockorders.dashboard.inputs import api_of, read_sandbox_form, viewed_sandbox
from mockorders.dashboard.property_schema import record_property
from mockorders.dashboard.templating import page, redirect_with_notice, sandbox_url, template
from mockorders.fixture_sets.record_parts import Draft
from mockorders.formats.parsing import ParseError, parse_json
from mockorders.formats.plurals import singular
from mockorders.sandbox.sandbox import Sandbox

TEMPLATE = template("record_form.html")
ACTION = "do"
SOURCE = "from"
JSON = "json"
FIELDS = "fields"
MAX_JSON_LINES = 40
MAX_ID_DIGITS = 19


class RecordForm(NamedTuple):
    """The content of a form: a record, or some properties of a new one; `source` is the record that it duplicates.

    `text` is set if the form shows JSON instead of fields. The field at the pointer `focus` gets the focus.
    """

    ref: RecordRef
    value: Any
    is_new: bool = False
    source: int | None = None
    text: str | None = None
    focus: str | None = None
    violations: Sequence[tuple[str, str]] = ()
    is_changed: bool = False


async def edit(request: web.Request) -> web.Response:
    """Show the form of a record."""
    sandbox = viewed_sandbox(request)
    ref = record_ref(request)
    return _render(request, sandbox, RecordForm(ref, get_record_or_404(sandbox, ref)))


async def save(request: web.Request) -> web.Response:
    """Store the changed fields, or show the form with error messages if they are invalid."""
    ref = record_ref(request)
    sandbox, fields = await read_sandbox_form(request)
    form = _submitted(RecordForm(ref, get_record_or_404(sandbox, ref)), fields)
    if ACTION in fields or form.violations:
        return _render(request, sandbox, form)
    try:
        store(get_emulator(request), sandbox, ref, form.value)
    except UnprocessableError as error:
        return _render(request, sandbox, form._replace(violations=error.violations))
    return redirect_with_notice(sandbox_url(sandbox.name, "records", *ref), "record-saved")


async def new(request: web.Request) -> web.Response:
    """Show the form of a new record; the query has values of its properties."""
    sandbox = viewed_sandbox(request)
    ref = record_ref(request)
    get_collection_or_404(sandbox, ref)
    given = {f"/{name}": text for name, text in request.query.items()}
    value = FormReader(given).read(record_property(ref.schema), {})
    return _render(request, sandbox, RecordForm(ref, value, is_new=True))


async def duplicate(request: web.Request) -> web.Response:
    """Show the form of a new record with the values of an existing one."""
    sandbox = viewed_sandbox(request)
    ref = record_ref(request)
    value = _without_id(get_record_or_404(sandbox, ref))
    return _render(request, sandbox, RecordForm(ref, value, is_new=True, source=ref.id))


async def create(request: web.Request) -> web.Response:
    """Add a record with those that it refers to, or show the form with error messages if it is invalid."""
    ref = record_ref(request)
    sandbox, fields = await read_sandbox_form(request)
    get_collection_or_404(sandbox, ref)
    form = _submitted(_blank_form(sandbox, ref, fields), fields)
    if ACTION in fields or form.violations:
        return _render(request, sandbox, form)
    try:
        added = await add(get_emulator(request), sandbox, [Draft(ref.api, ref.collection, form.value)])
    except UnprocessableError as error:
        return _render(request, sandbox, form._replace(violations=error.violations))
    steps = (ref.api, ref.collection, added[-1].record["id"])
    notice = "record-added" if len(added) == 1 else "records-added"
    return redirect_with_notice(sandbox_url(sandbox.name, "records", *steps), notice)


def _blank_form(sandbox: Sandbox, ref: RecordRef, fields: Mapping[str, str]) -> RecordForm:
    """Return the form of a new record before anything is filled in: empty, or the record that is duplicated."""
    text = fields.get(SOURCE, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= MAX_ID_DIGITS):
        return RecordForm(ref, {}, is_new=True)
    source = ref._replace(id=int(text))
    return RecordForm(ref, _without_id(get_record_or_404(sandbox, source)), is_new=True, source=source.id)


def _without_id(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "id"}


def _submitted(form: RecordForm, fields: Mapping[str, str]) -> RecordForm:
    """Return a form with what was submitted, after the button of the form that was pressed."""
    form = form._replace(is_changed=True)
    action = fields.get(ACTION, "")
    record = record_property(form.ref.schema)
    if JSON in fields:
        return _submitted_json(form, fields[JSON], action)
    reader = FormReader(fields)
    value = reader.read(record, form.value)
    if action == JSON and not reader.errors:
        return form._replace(value=value, text=format_json(value, indent=2))
    if action:
        changed, focus = change_structure(record, value, action)
        return form._replace(value=changed, focus=focus)
    return form._replace(value=value, violations=reader.errors)


def _submitted_json(form: RecordForm, text: str, action: str) -> RecordForm:
    try:
        value = parse_json(text.encode("utf-8", "replace"))
    except ParseError as error:
        return form._replace(text=text, violations=[("", str(error))])
    if not isinstance(value, dict):
        return form._replace(text=text, violations=[("", "expected an object")])
    return form._replace(value=value, text=None if action == FIELDS else text)


def _render(request: web.Request, sandbox: Sandbox, form: RecordForm) -> web.Response:
    ref = form.ref
    tables = sandbox.tables(ref.api)
    choices = Choices(api_of(request), tables, sandbox_url(sandbox.name, "records", ref.api), is_new=form.is_new)
    record = record_property(ref.schema)
    nodes: Sequence[Node] = ()
    if form.text is None:
        names = [each.pointer[1:] for each in record.inner()]
        shown = names if form.is_new else [name for name in names if name != "id"]
        nodes = FormBuilder(choices).build(record, form.value, shown)
    messages, other_errors = messages_by_node(nodes, form.violations)
    focus = focused_pointer(nodes, form.focus or next(iter(messages), None))
    return page(
        request,
        TEMPLATE,
        status=422 if form.violations else 200,
        sandbox=sandbox,
        form=form,
        ref=ref,
        singular=singular(ref.collection),
        groups=with_messages(nodes, messages, focus),
        other_errors=other_errors,
        invalid_count=len(messages),
        json_lines=min(MAX_JSON_LINES, 2 + (form.text or "").count("\n")),
    )

"""The start page and the actions on whole sandboxes: create, enter, log in, reset, delete."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from mockorders.control.inputs import UnprocessableError, get_emulator, validate_name
from mockorders.control.quickstart import quickstart
from mockorders.control.sandboxes import change as change_sandbox
from mockorders.control.sandboxes import create as create_sandbox
from mockorders.control.sandboxes import describe, get_sandbox_or_404
from mockorders.dashboard.forms import Field, first_messages
from mockorders.dashboard.inputs import read_form, read_sandbox_form, viewed_sandbox
from mockorders.dashboard.pagination import Pagination
from mockorders.dashboard.templating import ROOT, page, redirect_with_notice, sandbox_url, template
from mockorders.errors import ProblemError

TEMPLATE = template("sandboxes.html")
PROFILES = ("documented", "observed")


async def index(request: web.Request) -> web.Response:
    """Show the start page: all sandboxes, or first steps if there are none."""
    await get_emulator(request).sandboxes.open_recent()
    return _render(request, {}, ())


async def create(request: web.Request) -> web.Response:
    """Create a sandbox from the form of the start page."""
    fields = await read_form(request)
    name = fields.get("name", "")
    options = {key: fields[key] for key in ("fixtures", "profile", "clock") if fields.get(key)}
    try:
        await create_sandbox(get_emulator(request), validate_name(name), options)
    except UnprocessableError as error:
        return _render(request, fields, error.violations)
    except ProblemError as problem:
        return _render(request, fields, [("/name", problem.detail)])
    return redirect_with_notice(sandbox_url(name, "connect"), "created")


async def enter(request: web.Request) -> web.Response:
    """Redirect to the first page of a sandbox: its orders, or its requests if it has no records."""
    sandbox = viewed_sandbox(request)
    first = next((api for api, tables in sandbox.state.tables.items() if "orders" in tables), None)
    steps = ("requests",) if first is None else ("records", first, "orders")
    return web.Response(status=303, headers={"Location": sandbox_url(sandbox.name, *steps)})


async def log_in(request: web.Request) -> web.Response:
    """Set the current customer, or log out, and return to the page with the form."""
    sandbox, fields = await read_sandbox_form(request)
    text = fields.get("customer", "").strip()
    customer = Field("/current_customer", "number", {}, text).read() if text else None
    change_sandbox(get_emulator(request), sandbox, {"current_customer": customer})
    home = sandbox_url(sandbox.name)
    page_path = fields.get("page", "")
    is_own_page = re.fullmatch(re.escape(home) + "/[!-~]*", page_path) and not set("?#") & set(page_path)
    return redirect_with_notice(page_path if is_own_page else home, "logged-out" if customer is None else "logged-in")


async def reset(request: web.Request) -> web.Response:
    """Reset a sandbox to its fixtures."""
    sandbox = get_sandbox_or_404(request)
    get_emulator(request).sandboxes.reset(sandbox)
    return redirect_with_notice(sandbox_url(sandbox.name, "state"), "reset")


async def reset_all(request: web.Request) -> web.Response:
    """Reset all sandboxes to their fixtures."""
    await get_emulator(request).sandboxes.reset_all()
    return redirect_with_notice(f"{ROOT}/", "reset-all")


async def delete(request: web.Request) -> web.Response:
    """Delete a sandbox."""
    await get_emulator(request).sandboxes.delete(get_sandbox_or_404(request).name)
    return redirect_with_notice(f"{ROOT}/", "deleted")


def _render(request: web.Request, fields: Mapping[str, str], violations: Sequence[tuple[str, str]]) -> web.Response:
    emulator = get_emulator(request)
    text = request.query.get("q", "")
    found = [sandbox for sandbox in emulator.sandboxes if text.casefold() in sandbox.name.casefold()][::-1]
    pagination = Pagination.of(request, len(found))
    shown = found[pagination.slice]
    rows: list[dict[str, Any]] = [{**describe(each), "requests": len(each.journal)} for each in shown]
    return page(
        request,
        TEMPLATE,
        status=422 if violations else 200,
        rows=rows,
        pagination=pagination,
        q=text,
        sets=emulator.sets.names,
        default_set=emulator.sets.default,
        profiles=PROFILES,
        fields=fields,
        errors=first_messages(violations),
        first_steps=quickstart(emulator, f"{request.scheme}://{request.host}"),
        anonymous_count=len(emulator.sandboxes.anonymous.journal),
    )

"""The sandboxes: listed, made, entered, reset, forgotten."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from mockorders.control.inputs import UnprocessableError, get_emulator, validate_name
from mockorders.control.quickstart import quickstart
from mockorders.control.sandboxes import create as make_sandbox
from mockorders.control.sandboxes import describe, get_sandbox_or_404, reset_sandboxes
from mockorders.dashboard.inputs import read_form, viewed_sandbox
from mockorders.dashboard.pagination import Pagination
from mockorders.dashboard.templating import ROOT, page, redirect_with_notice, sandbox_url
from mockorders.errors import ProblemError

PROFILES = ("documented", "observed")


async def index(request: web.Request) -> web.Response:
    """Show the start page: all sandboxes, and how to begin."""
    return _render(request, {}, ())


async def create(request: web.Request) -> web.Response:
    """Make a sandbox from the form of the start page."""
    emulator, fields = get_emulator(request), await read_form(request)
    name = fields.get("name", "")
    wanted = {key: fields[key] for key in ("fixtures", "profile", "clock") if fields.get(key)}
    try:
        await make_sandbox(emulator, validate_name(name), wanted)
    except UnprocessableError as error:
        return _render(request, fields, error.violations)
    except ProblemError as problem:
        return _render(request, fields, [("/name", problem.detail)])
    return redirect_with_notice(sandbox_url(name, "connect"), "made")


async def enter(request: web.Request) -> web.Response:
    """Lead to the first page of a sandbox: its orders, or its requests where it has no records."""
    sandbox = viewed_sandbox(request)
    first = next((api for api, tables in sandbox.state.tables.items() if "orders" in tables), None)
    steps = ("requests",) if first is None else ("records", first, "orders")
    return web.Response(status=303, headers={"Location": sandbox_url(sandbox.name, *steps)})


async def reset(request: web.Request) -> web.Response:
    """Put a sandbox back to its fixtures."""
    sandbox = get_sandbox_or_404(request)
    get_emulator(request).sandboxes.reset(sandbox)
    return redirect_with_notice(sandbox_url(sandbox.name, "state"), "reset")


async def reset_all(request: web.Request) -> web.Response:
    """Put all sandboxes back to their fixtures."""
    reset_sandboxes(get_emulator(request).sandboxes)
    return redirect_with_notice(f"{ROOT}/", "reset-all")


async def delete(request: web.Request) -> web.Response:
    """Forget a sandbox."""
    get_emulator(request).sandboxes.delete(get_sandbox_or_404(request).name)
    return redirect_with_notice(f"{ROOT}/", "evicted")


def _render(request: web.Request, fields: Mapping[str, str], violations: Sequence[tuple[str, str]]) -> web.Response:
    emulator, wanted = get_emulator(request), request.query.get("q", "")
    found = [sandbox for sandbox in emulator.sandboxes if wanted.casefold() in sandbox.name.casefold()][::-1]
    paging = Pagination.of(request, len(found))
    rows: list[dict[str, Any]] = [{**describe(each), "requests": len(each.journal)} for each in found[paging.slice]]
    return page(
        request,
        "sandboxes.html",
        status=422 if violations else 200,
        rows=rows,
        paging=paging,
        q=wanted,
        sets=emulator.sets.names,
        chosen=emulator.sets.default,
        profiles=PROFILES,
        fields=fields,
        mistakes=dict(reversed(violations)),
        greetings=quickstart(emulator, f"{request.scheme}://{request.host}"),
        nameless=len(emulator.sandboxes.anonymous.journal),
    )

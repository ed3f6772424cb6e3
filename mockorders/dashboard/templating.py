"""Render pages from templates: all values are escaped; scripts and styles come from the package's files only."""

import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.meta import find_referenced_templates
from markupsafe import Markup, escape

from mockorders.__version__ import __version__
from mockorders.control import assets
from mockorders.control.inputs import get_emulator
from mockorders.dashboard.customers import customer_switch
from mockorders.formats.plurals import count, singular, with_article
from mockorders.sandbox.registry import ANONYMOUS
from mockorders.sandbox.sandbox import Sandbox

ROOT = "/_mockorders"
TEMPLATES = Path(__file__).with_name("templates")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Content-Type": "text/html; charset=utf-8",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # with a stricter policy, forms would have the origin `null`
    "X-Content-Type-Options": "nosniff",
}
RECENT_SANDBOXES = 12
NOTICES = {
    "created": "Sandbox created.",
    "reset": "Sandbox reset to its fixtures.",
    "reset-all": "All sandboxes reset to their fixtures.",
    "deleted": "Sandbox deleted.",
    "logged-in": "Customer logged in.",
    "logged-out": "Logged out.",
    "requests-cleared": "All requests deleted.",
    "request-repeated": "Request repeated. This is the new one.",
    "request-repeated-in-copy": "Request repeated in a copy of the sandbox. This is the new one.",
    "request-sent": "Request sent. It is not in this journal: it may have another credential.",
    "request-pinned": "Request pinned.",
    "request-unpinned": "Request not pinned anymore.",
    "record-added": "Record added.",
    "records-added": "Record added, with the records that it refers to.",
    "record-saved": "Record saved.",
    "record-deleted": "Record deleted.",
    "records-deleted": "Record deleted, with the records that referred to it.",
    "fault-added": "Fault added.",
    "fault-changed": "Fault changed.",
    "fault-paused": "Fault paused.",
    "fault-resumed": "Fault resumed.",
    "fault-removed": "Fault removed.",
    "faults-cleared": "All faults removed.",
    "clock-set": "Clock set.",
    "clock-moved": "Clock moved.",
    "state-uploaded": "State uploaded.",
    "snapshot-saved": "Snapshot saved.",
    "snapshot-restored": "Snapshot restored.",
    "snapshot-deleted": "Snapshot deleted.",
}


@cache
def template(name: str) -> Template:
    """Compile a template, and those that it refers to, which takes up to 50 ms.

    Called when a module of a page is imported, which happens in a thread.
    """
    environment = _environment()
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    for reference in find_referenced_templates(environment.parse(source)):
        template(str(reference))
    return environment.get_template(name)


def page(request: web.Request, template: Template, *, status: int = 200, **values: Any) -> web.Response:
    """Return a response with a rendered page; `values` are the variables of its template.

    Raises UndefinedError if the template uses one that is missing.
    """
    sandbox = values.get("sandbox")
    emulator = get_emulator(request)
    sandboxes = emulator.sandboxes
    text = template.render(
        version=__version__,
        recent=[sandbox.name for sandbox in sandboxes][: -RECENT_SANDBOXES - 1 : -1],
        sandboxes_count=len(sandboxes),
        is_stored=emulator.store is not None,
        notice=NOTICES.get(request.query.get("notice", "")),
        switch=None if sandbox is None else customer_switch(request, sandbox),
        **values,
    )
    return web.Response(status=status, body=text.encode("utf-8", "replace"), headers=HEADERS)


def redirect_with_notice(path: str, notice: str) -> web.Response:
    """Redirect to a page that shows one of `NOTICES`, given by its key."""
    return web.Response(status=303, headers={"Location": f"{path}?notice={notice}", "Cache-Control": "no-store"})


def sandbox_url(sandbox: str, *steps: object) -> str:
    """Return the URL path of a sandbox's page; `steps` are the further segments."""
    return "/".join((ROOT, "ui", *map(quote_segment, (sandbox, *steps))))


def quote_segment(segment: object) -> str:
    """Percent-encode one segment of a path."""
    return quote(str(segment), safe="")


def with_query(path: str, /, **query: object) -> str:
    """Return a path with a query string, without parameters that are None or empty."""
    parameters = {name: value for name, value in query.items() if value not in {None, ""}}
    return f"{path}?{urlencode(parameters)}" if parameters else path


def title_of(sandbox: Sandbox) -> str:
    """Return the title of a sandbox: its name, or a description of the anonymous one."""
    return "Requests without a credential" if sandbox.name == ANONYMOUS else sandbox.name


def inline_code(text: str) -> Markup:
    """Return HTML for a text, with the parts between backticks as `<code>`."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - the text is escaped


def human_time(text: str) -> str:
    """Return an ISO 8601 time in the form `2017-03-01 00:00:00`."""
    return text.removesuffix("Z").replace("T", " ")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "asset": assets.url,
        "count": count,
        "quote_segment": quote_segment,
        "sandbox_url": sandbox_url,
        "root": ROOT,
        "singular": singular,
        "title_of": title_of,
        "with_article": with_article,
        "with_query": with_query,
    }
    environment.filters |= {"inline_code": inline_code, "human_time": human_time}
    environment.globals["parts"] = environment.get_template("parts.html").module
    return environment


template("base.html")  # with what all pages need, while this module is imported

"""Pages from templates: every value escaped, no script or style but the package's own files."""

import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from mockorders.__version__ import __version__
from mockorders.control import assets
from mockorders.control.inputs import get_emulator
from mockorders.sandbox.registry import ANONYMOUS
from mockorders.sandbox.sandbox import Sandbox

ROOT = "/_mockorders"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Content-Type": "text/html; charset=utf-8",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # a stricter one would have forms come from the origin `null`
    "X-Content-Type-Options": "nosniff",
}
RECENT_SANDBOXES = 12
NOTICES = {
    "reset": "The sandbox is back to its fixtures.",
    "reset-all": "All sandboxes are back to their fixtures.",
    "made": "The sandbox is made.",
    "evicted": "The sandbox is forgotten.",
    "cleared": "All requests are forgotten.",
    "saved": "The record is saved.",
    "deleted": "The record is deleted.",
    "added": "The fault is added.",
    "removed": "The fault is removed.",
    "none-left": "All faults are removed.",
    "clock": "The clock is set.",
    "advanced": "The clock is moved.",
    "kept": "The snapshot is taken.",
    "restored": "The snapshot is restored.",
    "let-go": "The snapshot is deleted.",
}


def page(request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
    """Give a page."""
    sandboxes = get_emulator(request).sandboxes
    text = render(
        template,
        version=__version__,
        recent=[sandbox.name for sandbox in sandboxes][: -RECENT_SANDBOXES - 1 : -1],
        sandboxes_count=len(sandboxes),
        done=NOTICES.get(request.query.get("done", "")),
        **values,
    )
    return web.Response(status=status, body=text.encode("utf-8", "replace"), headers=HEADERS)


def render(template: str, **values: Any) -> str:
    """Fill in a template."""
    return _environment().get_template(template).render(values)


def redirect_with_notice(path: str, notice: str) -> web.Response:
    """Lead from a form that was carried out to a page that says so."""
    return web.Response(status=303, headers={"Location": f"{path}?done={notice}", "Cache-Control": "no-store"})


def sandbox_url(sandbox: str, *steps: object) -> str:
    """Give the path of a sandbox's page."""
    return "/".join((ROOT, "ui", *(escaped(step) for step in (sandbox, *steps))))


def escaped(step: object) -> str:
    """Write one step of a path."""
    return quote(str(step), safe="")


def with_query(path: str, /, **query: object) -> str:
    """Give a path with those parameters that say something."""
    said = {name: value for name, value in query.items() if value not in {None, ""}}
    return f"{path}?{urlencode(said)}" if said else path


def title_of(sandbox: Sandbox) -> str:
    """Name a sandbox."""
    return "Requests without a credential" if sandbox.name == ANONYMOUS else sandbox.name


def inline_code(text: str) -> Markup:
    """Give a sentence of ours, with what stands between backticks as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


def human_time(text: str) -> str:
    """Write a time as people read it: `2017-03-01 00:00:00`."""
    return text.removesuffix("Z").replace("T", " ")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates"), encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "asset": assets.url,
        "escaped": escaped,
        "sandbox_url": sandbox_url,
        "root": ROOT,
        "title_of": title_of,
        "with_query": with_query,
    }
    made.filters |= {"inline_code": inline_code, "human_time": human_time}
    made.globals["parts"] = made.get_template("parts.html").module
    return made

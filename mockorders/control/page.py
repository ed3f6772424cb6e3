"""The start page: for each API a base URL, a credential that works and a curl line."""

from html import escape

from aiohttp import web

from mockorders import __version__
from mockorders.control.request import core_of
from mockorders.core import Core

POLICY = "default-src 'none'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'"


async def start(request: web.Request) -> web.Response:
    """Show the start page."""
    core, base = core_of(request), f"{request.scheme}://{request.host}"
    sections = "".join(
        f"<h2>{escape(title)}</h2><p>Base URL <code>{escape(url)}</code>, credential <code>{escape(credential)}</code>"
        f"</p><pre>{escape(curl)}</pre>"
        for title, url, credential, curl in greetings(core, base)
    )
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>mockorders</title></head><body><main>'
        f"<h1>mockorders {__version__}</h1>{sections}"
        "<p>Any credential works; each names a sandbox of its own. State lives in memory and is gone at exit.</p>"
        "</main></body></html>"
    )
    return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": POLICY})


def greetings(core: Core, base: str) -> list[tuple[str, str, str, str]]:
    """Give for each API its title, base URL, a credential that works, and a curl line."""
    name, secret = core.credential()
    return [(api.title, base + api.bases[0], name, api.curl(base, name, secret)) for api in core.apis]

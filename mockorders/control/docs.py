"""The OpenAPI documents and their pages: a vendored viewer that can also send requests."""

import asyncio
from functools import cache
from html import escape
from typing import get_args

from aiohttp import web

from mockorders.config import Profile
from mockorders.control import assets
from mockorders.control.inputs import get_emulator
from mockorders.emulator import Emulator
from mockorders.errors import ProblemError
from mockorders.formats.serialization import dump_json
from mockorders.sandbox.sandbox import DEFAULT_PROFILE

PROFILES: tuple[Profile, ...] = get_args(Profile)

# The viewer uses no inline scripts or styles; its images are data URLs.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'"
)
FILES = {"style": "swagger-ui.css", "own_style": "docs.css", "bundle": "swagger-ui-bundle.js", "start": "start.js"}
APIS_URL = "/_mockorders/openapi.json"
CONTROL_URL = "/_mockorders/control.json"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>mockorders: API documentation</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{style}">
<link rel="stylesheet" href="{own_style}">
</head>
<body>
<nav aria-label="Documents">
<a href="/_mockorders/docs"{apis_current}>APIs</a>
<a href="/_mockorders/docs/control"{control_current}>Control API</a>
<a href="/_mockorders/">Dashboard</a>
</nav>
<main id="viewer" data-document="{document}" data-credential="{credential}"></main>
<noscript>The viewer requires JavaScript. <a href="{document}">Open the OpenAPI document</a></noscript>
<script src="{bundle}"></script>
<script src="{start}"></script>
</body>
</html>
"""


async def openapi(request: web.Request) -> web.Response:
    """Return the OpenAPI document for `?profile=`, by default the server's. Raises ProblemError (422) if unknown."""
    profile = request.query.get("profile", get_emulator(request).settings.profile or DEFAULT_PROFILE)
    for known in PROFILES:
        if profile == known:
            return web.Response(body=await asyncio.to_thread(_text, known), content_type="application/json")
    expected = f"expected one of {', '.join(PROFILES)}"
    detail = f"profile: {expected}, got {profile[:60]!r}"
    raise ProblemError(422, "Invalid query", detail, pointer="/profile", message=expected)


async def control_openapi(_: web.Request) -> web.Response:
    """Return the OpenAPI document of the control API."""
    from mockorders.control.openapi import control_text

    return web.Response(body=await asyncio.to_thread(control_text), content_type="application/json")


async def show(request: web.Request) -> web.Response:
    """Show the APIs, with a valid credential filled in."""
    return _page(APIS_URL, _credential(get_emulator(request)))


async def show_control(request: web.Request) -> web.Response:
    """Show the control API."""
    return _page(CONTROL_URL, _credential(get_emulator(request)))


def _page(document: str, credential: str) -> web.Response:
    files = {name: assets.url(f"viewer/{file}") for name, file in FILES.items()}
    current = {"apis_current": APIS_URL, "control_current": CONTROL_URL}
    marks = {name: ' aria-current="page"' if url == document else "" for name, url in current.items()}
    text = PAGE.format(**files, **marks, document=document, credential=escape(credential))
    return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": POLICY})


def _credential(emulator: Emulator) -> str:
    return dump_json(emulator.credential()).decode()


@cache
def _text(profile: Profile) -> bytes:
    from mockorders.openapi.document import document

    return dump_json(document(profile))

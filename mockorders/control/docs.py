"""The OpenAPI document and its page: a vendored viewer that can also send requests."""

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
FILES = {"style": "swagger-ui.css", "bundle": "swagger-ui-bundle.js", "start": "start.js"}
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>mockorders: API documentation</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{style}">
</head>
<body>
<main id="viewer" data-document="/_mockorders/openapi.json" data-credential="{credential}"></main>
<noscript>The viewer requires JavaScript. <a href="/_mockorders/openapi.json">Open the OpenAPI document</a></noscript>
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


async def show(request: web.Request) -> web.Response:
    """Render the documentation page with a valid credential filled in."""
    files = {name: assets.url(f"viewer/{file}") for name, file in FILES.items()}
    text = PAGE.format(**files, credential=escape(_credential(get_emulator(request))))
    return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": POLICY})


def _credential(emulator: Emulator) -> str:
    return dump_json(emulator.credential()).decode()


@cache
def _text(profile: Profile) -> bytes:
    from mockorders.openapi.document import document

    return dump_json(document(profile))

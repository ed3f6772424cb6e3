"""Static files of the package; their URLs contain a digest, so that browsers can cache them indefinitely."""

import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from aiohttp import web

from mockorders.errors import ProblemError
from mockorders.resources import not_empty

PACKAGE = Path(__file__).parents[1]
# Folders of static files by name prefix.
FOLDERS = {"": PACKAGE / "control" / "static", "dashboard/": PACKAGE / "dashboard" / "static"}
PATH = "/static/{digest:[0-9a-f]{16}}/{name:.+}"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}


class Asset(NamedTuple):
    """One file. `body` is gzip data if `compressed`; `digest` is that of the uncompressed content."""

    digest: str
    content_type: str
    body: bytes
    compressed: bool


def url(name: str) -> str:
    """Return the URL path of a file such as `viewer/start.js`. Raises KeyError if it does not exist."""
    return f"/_mockorders/static/{load_asset(name).digest}/{name}"


@cache
def load_asset(name: str) -> Asset:
    """Read a file by its name below `static/`, without `.gz`. Raises KeyError if it does not exist.

    Only files of the types in `TYPES` are served, so licenses are not.
    """
    path = _files()[name]
    body = path.read_bytes()
    compressed = path.suffix == ".gz"
    digest = hashlib.sha256(_decompress(body) if compressed else body).hexdigest()[:16]
    return Asset(digest, TYPES[Path(name).suffix], body, compressed)


async def serve(request: web.Request) -> web.Response:
    """Return a file. Raises ProblemError (404) if it does not exist or has another digest."""
    name = request.match_info["name"]
    digest = request.match_info["digest"]
    if name not in _files() or load_asset(name).digest != digest:
        raise ProblemError(404, "No such file", f"There is no file {name[:60]!r} with this digest.")
    asset = load_asset(name)
    headers = {**HEADERS, "Content-Type": asset.content_type}
    if not asset.compressed:
        return web.Response(body=asset.body, headers=headers)
    if _accepts_gzip(request.headers.get("Accept-Encoding", "")):
        return web.Response(body=asset.body, headers={**headers, "Content-Encoding": "gzip"})
    return web.Response(body=_decompress(asset.body), headers=headers)


@cache
def _files() -> dict[str, Path]:
    files = {}
    for prefix, folder in FOLDERS.items():
        for path in not_empty(list(folder.rglob("*")), folder):
            name = prefix + path.relative_to(folder).as_posix().removesuffix(".gz")
            files[name] = path
    return {name: path for name, path in files.items() if Path(name).suffix in TYPES}


def _decompress(body: bytes) -> bytes:
    import gzip

    return gzip.decompress(body)


def _accepts_gzip(accepted: str) -> bool:
    """Check whether an Accept-Encoding header lists gzip with a weight above 0."""
    weights = (part.replace(" ", "").lower().partition(";q=") for part in accepted.split(","))
    return any(coding == "gzip" and (not weight or weight.strip("0.")) for coding, _, weight in weights)

"""Static files of the package, at paths that carry their digest, so that a browser may keep them for good."""

import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from aiohttp import web

from mockorders.errors import ProblemError

PACKAGE = Path(__file__).parents[1]
# The folders of static files, by the prefix of their names.
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
    """One file: what it holds, compressed where it ships compressed, and the digest of what a browser gets of it."""

    digest: str
    content_type: str
    body: bytes
    compressed: bool


def url(name: str) -> str:
    """Give the path at which a page finds a file, such as `viewer/start.js`; KeyError where there is none."""
    return f"/_mockorders/static/{load_asset(name).digest}/{name}"


@cache
def load_asset(name: str) -> Asset:
    """Read a file by its name below `static/`, without the `.gz` of its compressed form; KeyError where there is none.

    Only files of a known type are found; what else lies there, such as a licence, is for people.
    """
    path = _files()[name]
    body, compressed = path.read_bytes(), path.suffix == ".gz"
    digest = hashlib.sha256(_decompress(body) if compressed else body).hexdigest()[:16]
    return Asset(digest, TYPES[Path(name).suffix], body, compressed)


async def serve(request: web.Request) -> web.Response:
    """Answer with a file; Problem 404 where there is none, or another version of it."""
    name, digest = request.match_info["name"], request.match_info["digest"]
    if name not in _files() or load_asset(name).digest != digest:
        raise ProblemError(404, "No such file", f"There is no file {name[:60]!r} of this digest")
    found = load_asset(name)
    headers = {**HEADERS, "Content-Type": found.content_type}
    if not found.compressed:
        return web.Response(body=found.body, headers=headers)
    if _accepts_gzip(request.headers.get("Accept-Encoding", "")):
        return web.Response(body=found.body, headers={**headers, "Content-Encoding": "gzip"})
    return web.Response(body=_decompress(found.body), headers=headers)


@cache
def _files() -> dict[str, Path]:
    files = {}
    for prefix, folder in FOLDERS.items():
        for path in folder.rglob("*"):
            name = prefix + path.relative_to(folder).as_posix().removesuffix(".gz")
            files[name] = path
    return {name: path for name, path in files.items() if Path(name).suffix in TYPES}


def _decompress(body: bytes) -> bytes:
    import gzip

    return gzip.decompress(body)


def _accepts_gzip(accepted: str) -> bool:
    """Say whether an Accept-Encoding names gzip, and not with a weight of nothing."""
    weights = (part.replace(" ", "").lower().partition(";q=") for part in accepted.split(","))
    return any(coding == "gzip" and (not weight or weight.strip("0.")) for coding, _, weight in weights)

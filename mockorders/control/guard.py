"""Who may call the control API: no page on the internet can reset or read a developer's emulator."""

import hmac

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from mockorders.config import Settings
from mockorders.errors import ProblemError
from mockorders.http.hosts import LOCAL_SUFFIXES, hostname, ip_address

INTERNAL_SUFFIXES = (*LOCAL_SUFFIXES, ".internal")
PUBLIC_PATHS = {"/_mockorders/health"}
STATIC_PREFIX = "/_mockorders/static/"  # the package's own files; the page that asks for the token needs them
PAGE_PATHS = {"/_mockorders", "/_mockorders/", "/_mockorders/docs", "/_mockorders/docs/"}
DASHBOARD_PREFIX = "/_mockorders/ui/"  # the dashboard's other pages; its forms are sent there too
SAFE_METHODS = {"GET", "HEAD"}


def is_page(request: web.Request) -> bool:
    """Say whether a path is that of a page, which people look at."""
    return request.path in PAGE_PATHS or accepts_forms(request)


def accepts_forms(request: web.Request) -> bool:
    """Say whether a path is one to which the dashboard's forms are sent."""
    return f"{request.path}/".startswith(DASHBOARD_PREFIX)


class AccessGuard:
    """Checks the Host, where a browser's request comes from, and the token, in this order."""

    def __init__(self, options: Settings) -> None:
        self._hosts = {host.lower() for host in options.allow_hosts}
        self._token = options.control_token

    def middleware(self) -> Middleware:
        """Give the guard as an aiohttp middleware."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            self.check(request)
            return self._set_token_cookie(request) or await handler(request)

        return guard

    def check(self, request: web.Request) -> None:
        """Refuse who may not call: Problem 403, or 401 where only the token is missing."""
        host = request.headers.get("Host", "")
        if not self._is_allowed(hostname(host)):
            detail = f"Host {host!r}: expected a name of this machine or of a test network, or one of --allow-host"
            raise ProblemError(403, "Foreign host", detail)
        if self._is_foreign(request, host):
            raise ProblemError(403, "Foreign page", "A page of another origin may not use the control API")
        if self._token is not None and not _is_public(request.path):
            self._check_token(request, self._token)

    def _set_token_cookie(self, request: web.Request) -> web.Response | None:
        """Take the token out of a page's address, and let the browser keep a pass instead."""
        if self._token is None or "token" not in request.query or not _is_page_view(request):
            return None
        left = request.rel_url.without_query_params("token")
        response = web.Response(status=303, headers={"Location": str(left), "Cache-Control": "no-store"})
        response.set_cookie(
            _cookie_name(request),
            _cookie_value(self._token),
            path="/_mockorders",
            httponly=True,
            samesite="Strict",
            secure=request.secure,
        )
        return response

    def _is_allowed(self, name: str | None) -> bool:
        if not name:
            return False
        local = name == "localhost" or name.endswith(INTERNAL_SUFFIXES) or ip_address(name) is not None
        return local or "." not in name or name in self._hosts

    def _is_foreign(self, request: web.Request, host: str) -> bool:
        """Tell a page of another origin by what its browser sends; a top-level GET of a page may come from anywhere."""
        origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
        if origin is not None and origin.lower() != f"{request.scheme}://{host}".lower():
            return True
        if origin is None and site is None and accepts_forms(request) and request.method not in SAFE_METHODS:
            return True  # every browser says where a form comes from
        if site in {None, "none", "same-origin"}:
            return False
        navigates = request.headers.get("Sec-Fetch-Mode") == "navigate"
        whole = request.headers.get("Sec-Fetch-Dest") == "document"
        return not (request.method == "GET" and navigates and whole and is_page(request))

    def _check_token(self, request: web.Request, token: str) -> None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and _equal(given.strip(), token):
            return
        if _equal(request.cookies.get(_cookie_name(request), ""), _cookie_value(token)):
            return
        if not (_is_page_view(request) and _equal(request.query.get("token", ""), token)):
            raise ProblemError(401, "No token", "expected `Authorization: Bearer` and the token of --control-token")


def _is_public(path: str) -> bool:
    return path.rstrip("/") in PUBLIC_PATHS or path.startswith(STATIC_PREFIX)


def _is_page_view(request: web.Request) -> bool:
    return request.method in SAFE_METHODS and is_page(request)


def _cookie_name(request: web.Request) -> str:
    """Name the cookie: browsers send it to every port of a host, so that each emulator needs its own."""
    _, found, port = request.host.rpartition(":")
    return f"mockorders_pass_{port}" if found and port.isdecimal() else "mockorders_pass"


def _cookie_value(token: str) -> str:
    """Make what the browser keeps: it opens this dashboard, and does not tell the token."""
    return hmac.digest(token.encode(), b"mockorders dashboard", "sha256").hex()


def _equal(sent: str, expected: str) -> bool:
    return hmac.compare_digest(sent.encode("utf-8", "surrogateescape"), expected.encode())

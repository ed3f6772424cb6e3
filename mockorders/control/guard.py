"""Access control of the control API: protect a developer's emulator from web pages of other origins."""

import hmac

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from mockorders.config import Settings
from mockorders.errors import ProblemError
from mockorders.formats.hosts import LOCAL_SUFFIXES, hostname, ip_address, is_origin_of, parse_origin
from mockorders.formats.origins import compile_pattern
from mockorders.problems import PAGE as PROBLEMS_PATH

INTERNAL_SUFFIXES = (*LOCAL_SUFFIXES, ".internal")
HEALTH_PATHS = ("/_mockorders/health", "/_mockorders/health/live")  # checked by address, or without a Host header
STATIC_PREFIX = "/_mockorders/static/"  # files of the package; the token form needs them
PAGE_PATHS = {"/_mockorders", "/_mockorders/docs", "/_mockorders/docs/control", PROBLEMS_PATH}
DASHBOARD_PREFIX = "/_mockorders/ui/"  # other pages and the forms of the dashboard
REFERENCE_PREFIX = "/_mockorders/pages/"
SAFE_METHODS = {"GET", "HEAD"}


def is_page(request: web.Request) -> bool:
    """Check whether a request is for an HTML page."""
    path = request.path
    return path.removesuffix("/") in PAGE_PATHS or path.startswith(REFERENCE_PREFIX) or accepts_forms(request)


def accepts_forms(request: web.Request) -> bool:
    """Check whether a request's path can receive forms of the dashboard."""
    return f"{request.path}/".startswith(DASHBOARD_PREFIX)


class AccessGuard:
    """Checks the Host header, the origin of requests from browsers, and the token, in this order."""

    def __init__(self, settings: Settings) -> None:
        self._hosts = [compile_pattern(host) for host in settings.allow_hosts]
        self._token = settings.control_token

    def middleware(self) -> Middleware:
        """Return the guard as an aiohttp middleware."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            self.check(request)
            return self._set_token_cookie(request) or await handler(request)

        return guard

    def check(self, request: web.Request) -> None:
        """Raise ProblemError if access is denied: 403, or 401 if the token is missing or wrong."""
        host = request.headers.get("Host", "")
        if not _is_health(request.path) and not self._is_allowed(hostname(host)):
            detail = f"Host {host!r}: expected a local or internal host name, or one of --allow-host"
            raise ProblemError(403, "Host not allowed", detail)
        if self._is_foreign(request, host):
            detail = f"Pages of other origins than that of the Host header, {host!r}, cannot use the control API."
            raise ProblemError(403, "Origin not allowed", detail)
        if self._token is not None and not _is_public(request.path):
            self._check_token(request, self._token)

    def _set_token_cookie(self, request: web.Request) -> web.Response | None:
        """Redirect to the same page without `?token=`, setting a cookie; None if there is no token to remove."""
        if self._token is None or "token" not in request.query or not _is_page_view(request):
            return None
        location = str(request.rel_url.without_query_params("token"))
        response = web.Response(status=303, headers={"Location": location, "Cache-Control": "no-store"})
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
        return local or "." not in name or any(pattern.fullmatch(name) for pattern in self._hosts)

    def _is_foreign(self, request: web.Request, host: str) -> bool:
        """Check whether a page of another origin sent the request. Top-level navigation to a page is never foreign."""
        origin = request.headers.get("Origin")
        site = request.headers.get("Sec-Fetch-Site")
        if origin is not None and not _is_origin_of(origin, request.scheme, host):
            return True
        if origin is None and site is None and accepts_forms(request) and request.method not in SAFE_METHODS:
            return True  # every browser sends the origin of a form
        if site in {None, "none", "same-origin"}:
            return False
        navigates = request.headers.get("Sec-Fetch-Mode") == "navigate"
        top_level = request.headers.get("Sec-Fetch-Dest") == "document"
        return not (request.method == "GET" and navigates and top_level and is_page(request))

    def _check_token(self, request: web.Request, token: str) -> None:
        scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and _equal(sent.strip(), token):
            return
        if _equal(request.cookies.get(_cookie_name(request), ""), _cookie_value(token)):
            return
        if not (_is_page_view(request) and _equal(request.query.get("token", ""), token)):
            raise ProblemError(
                401, "Missing or invalid token", "expected `Authorization: Bearer` with the token of --control-token"
            )


def _is_health(path: str) -> bool:
    return path.rstrip("/") in HEALTH_PATHS


def _is_public(path: str) -> bool:
    return _is_health(path) or path.startswith(STATIC_PREFIX)


def _is_origin_of(origin: str, scheme: str, host: str) -> bool:
    """Check whether an origin has a request's host and port. Its scheme can be https behind a proxy that ends TLS."""
    parts = parse_origin(origin)
    return parts is not None and parts.scheme in {scheme, "https"} and is_origin_of(parts, host)


def _is_page_view(request: web.Request) -> bool:
    return request.method in SAFE_METHODS and is_page(request)


def _cookie_name(request: web.Request) -> str:
    """Return the cookie's name. It contains the port, because browsers send cookies to every port of a host."""
    _, found, port = request.host.rpartition(":")
    return f"mockorders_pass_{port}" if found and port.isdecimal() else "mockorders_pass"


def _cookie_value(token: str) -> str:
    """Return the cookie's value: derived from the token without revealing it."""
    return hmac.digest(token.encode(), b"mockorders dashboard", "sha256").hex()


def _equal(sent: str, expected: str) -> bool:
    return hmac.compare_digest(sent.encode("utf-8", "surrogateescape"), expected.encode())

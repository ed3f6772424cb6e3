"""Who may call the control API: no page on the internet can reset or read a developer's emulator."""

import hmac

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from mockorders.errors import Problem
from mockorders.options import Options
from mockorders.origins import LOCAL_SUFFIXES, hostname, ip_address

INTERNAL = (*LOCAL_SUFFIXES, ".internal")
OPEN = {"/_mockorders/health"}
PAGES = {"/_mockorders", "/_mockorders/", "/_mockorders/docs", "/_mockorders/docs/"}


class Guard:
    """Checks the Host, where a browser's request comes from, and the token, in this order."""

    def __init__(self, options: Options) -> None:
        self._hosts = {host.lower() for host in options.allow_hosts}
        self._token = options.control_token

    def middleware(self) -> Middleware:
        """Give the guard as an aiohttp middleware."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            self.check(request)
            return await handler(request)

        return guard

    def check(self, request: web.Request) -> None:
        """Refuse who may not call: Problem 403, or 401 where only the token is missing."""
        host = request.headers.get("Host", "")
        if not self._is_allowed(hostname(host)):
            detail = f"Host {host!r}: expected a name of this machine or of a test network, or one of --allow-host"
            raise Problem(403, "Foreign host", detail)
        if self._is_foreign(request, host):
            raise Problem(403, "Foreign page", "A page of another origin may not use the control API")
        if self._token is not None and request.path.rstrip("/") not in OPEN:
            self._check_token(request, self._token)

    def _is_allowed(self, name: str | None) -> bool:
        if not name:
            return False
        local = name == "localhost" or name.endswith(INTERNAL) or ip_address(name) is not None
        return local or "." not in name or name in self._hosts

    def _is_foreign(self, request: web.Request, host: str) -> bool:
        """Tell a page of another origin by what its browser sends; a top-level GET of a page may come from anywhere."""
        origin = request.headers.get("Origin")
        if origin is not None and origin.lower() != f"{request.scheme}://{host}".lower():
            return True
        if request.headers.get("Sec-Fetch-Site", "none") in {"none", "same-origin"}:
            return False
        navigates = request.headers.get("Sec-Fetch-Mode") == "navigate"
        whole = request.headers.get("Sec-Fetch-Dest") == "document"
        return not (request.method == "GET" and navigates and whole and request.path in PAGES)

    def _check_token(self, request: web.Request, token: str) -> None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        sent = given.strip().encode("utf-8", "surrogateescape")
        if scheme.lower() != "bearer" or not hmac.compare_digest(sent, token.encode()):
            raise Problem(401, "No token", "expected `Authorization: Bearer` and the token of --control-token")

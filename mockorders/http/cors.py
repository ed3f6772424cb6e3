"""Origins: which web pages may send requests and read responses, and the CORS headers that allow it."""

import re
from collections.abc import Iterator, Mapping

from mockorders import rules
from mockorders.caching import LruCache
from mockorders.formats.hosts import hostname, is_local, is_origin_of, parse_origin
from mockorders.formats.origins import OPAQUE, compile_pattern

PREFLIGHT_MAX_AGE = "1728000"
REQUEST_HEADERS = ("Authorization", "Content-Type", "X-Mockorders-Fault")
MAX_REQUESTED_BYTES = 4_096
PREFLIGHT_VARY = ", ".join(
    ("Origin", *(f"Access-Control-Request-{name}" for name in ("Method", "Headers", "Private-Network")))
)
EXPOSED_HEADERS = "X-Mockorders-Request, X-Mockorders-Note, Retry-After, WWW-Authenticate"
MAX_CACHED_ORIGINS = 1_000
MAX_CACHED_ORIGIN_LENGTH = 300
MAX_SHOWN_LENGTH = 200
OWN_SITES = {"same-origin", "none"}  # of Sec-Fetch-Site: the emulator's own pages, and what a user typed or opened
UNKNOWN = ""  # the origin of a page that does not name it; only `*` allows it

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'+.^_`|~-]+", re.ASCII)  # of RFC 9110, without the wildcard
_URL_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@]*(?=[/?#]|\Z)", re.ASCII | re.IGNORECASE)


def preflight_headers(request: Mapping[str, str], methods: tuple[str, ...]) -> dict[str, str]:
    """Return the additional headers of the response to an allowed preflight request."""
    headers = {
        "Access-Control-Allow-Methods": ", ".join(methods),
        "Access-Control-Allow-Headers": ", ".join((*REQUEST_HEADERS, *_other_headers(request))),
        "Access-Control-Max-Age": PREFLIGHT_MAX_AGE,
    }
    if request.get("Access-Control-Request-Private-Network") == "true":
        headers["Access-Control-Allow-Private-Network"] = "true"
    return headers


def _other_headers(request: Mapping[str, str]) -> Iterator[str]:
    """Yield the header names that a preflight asks for, once each; none if the list is too long."""
    asked = request.get("Access-Control-Request-Headers", "")
    seen = set(map(str.lower, REQUEST_HEADERS))
    for name in map(str.strip, asked.split(",") if len(asked) <= MAX_REQUESTED_BYTES else ()):
        if _TOKEN.fullmatch(name) and name.lower() not in seen:
            seen.add(name.lower())
            yield name


class CorsPolicy:
    """Decides which web pages may send requests and read responses.

    These are the pages of local hosts, of `null`, and of `--allow-origin`. `allowed` are normalized, as in `Settings`.
    """

    rule = rules.CORS

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self._allowed = [compile_pattern(origin) for origin in allowed]
        self._decisions: LruCache[str, bool] = LruCache(MAX_CACHED_ORIGINS)

    def allows(self, origin: str) -> bool:
        """Check whether pages of an origin may send requests and read responses."""
        decision = self._decisions.get(origin)
        if decision is None:
            decision = self._decide(origin)
            if len(origin) <= MAX_CACHED_ORIGIN_LENGTH:
                self._decisions.put(origin, decision)
        return decision

    def rejection(self, headers: Mapping[str, str]) -> str | None:
        """Return why the page that sent a request may not send it, or None if it may, or if no page sent it.

        Browsers name the page in `Origin`, except for what every page could send before there was CORS: images,
        scripts, links and forms. These have `Sec-Fetch-Site`, and usually a `Referer`.
        """
        site = headers.get("Sec-Fetch-Site")
        if site in OWN_SITES:
            return None
        origin = headers.get("Origin")
        host = headers.get("Host", "")
        if origin is None or _is_withheld(origin, headers):
            if site is None:
                return None
            origin = _origin_of_url(headers.get("Referer", ""))
            if origin == UNKNOWN and site == "same-site" and is_local(hostname(host) or ""):
                return None
        if self.allows(origin) or is_origin_of(parse_origin(origin), host):
            return None
        return _rejection_of(origin)

    def headers(self, origin: str) -> dict[str, str]:
        """Return the CORS headers of a response to an allowed origin."""
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Credentials": "true",
            "Access-Control-Expose-Headers": EXPOSED_HEADERS,
        }

    def _decide(self, text: str) -> bool:
        origin = parse_origin(text)
        canonical = text.lower() if origin is None else str(origin)
        if canonical == OPAQUE or any(pattern.fullmatch(canonical) for pattern in self._allowed):
            return True
        return origin is not None and is_local(origin.name)


def _is_withheld(origin: str, headers: Mapping[str, str]) -> bool:
    """Check whether a browser sent `null` instead of an origin: for a form of a page that sends no `Referer`."""
    return origin == OPAQUE and headers.get("Sec-Fetch-Mode", "cors") != "cors"


def _origin_of_url(url: str) -> str:
    found = _URL_ORIGIN.match(url)
    return UNKNOWN if found is None else found[0]


def _rejection_of(origin: str) -> str:
    if origin == UNKNOWN:
        return (
            "Referer: expected the URL of a local page, or of one of --allow-origin, as a page of another site sent "
            "this request; a page without Referer needs --allow-origin '*'"
        )
    shown = origin.rpartition("@")[2][:MAX_SHOWN_LENGTH]  # without a user name and a password
    return f"Origin: expected a local origin, or one of --allow-origin, got a request of a page of {shown!r}"

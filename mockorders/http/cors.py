"""CORS: which origins may read responses, and the headers that allow it."""

import re
from collections.abc import Iterator, Mapping

from mockorders import rules
from mockorders.caching import LruCache
from mockorders.formats.hosts import LOCAL_SUFFIXES, is_loopback, parse_origin
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

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'+.^_`|~-]+", re.ASCII)  # of RFC 9110, without the wildcard


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
    """Decides which web pages may read responses: those of local hosts, of `null`, and of `--allow-origin`.

    `allowed` are normalized, as in `Settings`.
    """

    rule = rules.CORS

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self._allowed = [compile_pattern(origin) for origin in allowed]
        self._decisions: LruCache[str, bool] = LruCache(MAX_CACHED_ORIGINS)

    def allows(self, origin: str) -> bool:
        """Check whether pages of an origin may read responses."""
        decision = self._decisions.get(origin)
        if decision is None:
            decision = self._decide(origin)
            if len(origin) <= MAX_CACHED_ORIGIN_LENGTH:
                self._decisions.put(origin, decision)
        return decision

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
        return origin is not None and (is_loopback(origin.name) or origin.name.endswith(LOCAL_SUFFIXES))

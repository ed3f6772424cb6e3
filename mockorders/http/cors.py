"""Who may call: names of hosts and origins that are this machine's or a test network's, and the CORS headers."""

import re
from collections.abc import Mapping

from mockorders import rules
from mockorders.http.hosts import AUTHORITY, LOCAL_SUFFIXES, is_loopback

PREFLIGHT_MAX_AGE = "1728000"
REQUEST_HEADERS = "Authorization, Content-Type, X-Mockorders-Fault"
EXPOSED_HEADERS = "X-Mockorders-Request, X-Mockorders-Note, Retry-After, WWW-Authenticate"


_ORIGIN = re.compile("https?://" + AUTHORITY, re.ASCII)


def preflight_headers(request: Mapping[str, str], methods: tuple[str, ...]) -> dict[str, str]:
    """Give the headers of the answer to an allowed preflight, beside those of every answer."""
    headers = {
        "Access-Control-Allow-Methods": ", ".join(methods),
        "Access-Control-Allow-Headers": REQUEST_HEADERS,
        "Access-Control-Max-Age": PREFLIGHT_MAX_AGE,
    }
    if request.get("Access-Control-Request-Private-Network") == "true":
        headers["Access-Control-Allow-Private-Network"] = "true"
    return headers


class CorsPolicy:
    """Which web pages may read answers: those of local names, `null`, and those of `--allow-origin`."""

    rule = rules.CORS

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self._allowed = {origin.rstrip("/").lower() for origin in allowed}
        self._decisions: dict[str, bool] = {}

    def allows(self, origin: str) -> bool:
        """Say whether an origin's pages may read answers."""
        if len(self._decisions) > 1_000:
            self._decisions.clear()
        if origin not in self._decisions:
            self._decisions[origin] = self._decide(origin)
        return self._decisions[origin]

    def headers(self, origin: str) -> dict[str, str]:
        """Give the CORS headers of an answer to an allowed origin."""
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Credentials": "true",
            "Access-Control-Expose-Headers": EXPOSED_HEADERS,
        }

    def _decide(self, origin: str) -> bool:
        if origin == "null" or "*" in self._allowed or origin.lower() in self._allowed:
            return True
        found = _ORIGIN.fullmatch(origin.lower())
        name = found.group(1).strip("[]") if found else None
        return name is not None and (is_loopback(name) or name.endswith(LOCAL_SUFFIXES))

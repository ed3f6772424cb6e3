"""Allowed origins and host names, with wildcards: normalized, and rejected if they can never match.

A `*` stands in the first label of a host name: `*.preview.example` matches one or more labels before
`.preview.example`, and `shop-*.preview.example` matches a part of one label. At least two labels must follow, so that
no pattern matches a whole top-level domain.
"""

import re
from typing import NamedTuple

from mockorders.formats.hosts import DEFAULT_PORTS, canonical_host

ANY = "*"
OPAQUE = "null"
MAX_PORT = 65535

_ORIGIN = re.compile(r"([a-z][a-z0-9+.-]*)://(\[[^\]]*\]|[^:/]*)(?::([0-9]{1,5}))?/?", re.ASCII | re.IGNORECASE)
_WILDCARD = re.compile(r"([a-z0-9_-]*)\*([a-z0-9_-]*)((?:\.[a-z0-9_-]+){2,})", re.ASCII)
_PORT = re.compile(r":[0-9]{1,5}\Z", re.ASCII)
_LABEL = "[a-z0-9_-]+"


class PatternParts(NamedTuple):
    """Scheme and host of an origin or a pattern, and its port, or None if there is none."""

    scheme: str
    host: str
    port: int | None


def normalize_origin(text: str) -> str:
    """Return an origin or a pattern as browsers write origins. Raises ValueError if it can never match."""
    if text in {ANY, OPAQUE}:
        return text
    scheme, host, port = _split(text)
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" + ("" if port in {None, DEFAULT_PORTS.get(scheme)} else f":{port}")


def normalize_host_name(text: str) -> str:
    """Return a host name, address or pattern in lower case, without a port, because any is accepted.

    Raises ValueError if it can never match a Host header.
    """
    host = _host(text) or _host(_PORT.sub("", text))
    if host is None:
        message = f"expected a host name such as ci.example or *.ci.example, without scheme and path, got {text!r}"
        raise ValueError(message)
    return host


def compile_pattern(text: str) -> re.Pattern[str]:
    """Return the regular expression of a normalized origin, host name or pattern."""
    if text == ANY:
        return re.compile(".*", re.DOTALL)
    before, star, after = text.partition("*")
    if not star:
        return re.compile(re.escape(text))
    whole = after.startswith(".") and before.rpartition("/")[2] == ""
    wildcard = rf"{_LABEL}(?:\.{_LABEL})*" if whole else _LABEL
    return re.compile(re.escape(before) + wildcard + re.escape(after), re.ASCII)


def _split(text: str) -> PatternParts:
    found = _ORIGIN.fullmatch(text)
    host = _host(found[2]) if found else None
    port = int(found[3]) if found and found[3] else None
    scheme = found[1].lower() if found else ""
    if host is None or scheme == "file" or (port or 0) > MAX_PORT:
        raise ValueError(_origin_message(text))
    return PatternParts(scheme, host, port)


def _origin_message(text: str) -> str:
    shown = re.sub(r"//[^/]*@", "//***@", text)
    if re.search(r"[\s,;]", text.strip()):
        return f"expected one origin for each option (in an environment variable separated by spaces), got {shown!r}"
    return (
        "expected an origin such as https://shop.example, https://*.preview.example or *, without path and user name, "
        f"got {shown!r}"
    )


def _host(text: str) -> str | None:
    """Return a host name or pattern in its canonical form, without a final dot, or None if it is neither."""
    if _WILDCARD.fullmatch(text.lower()):
        return text.lower()
    host = canonical_host(text)
    return host and host.removesuffix(".")

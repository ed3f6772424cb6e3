"""Host names and origins, and which of them are local."""

import ipaddress
import re
from typing import NamedTuple

LOCAL_SUFFIXES = (".localhost", ".test", ".local")
DEFAULT_PORTS = {"http": 80, "https": 443}

_AUTHORITY = r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?"
_HOST = re.compile(_AUTHORITY, re.ASCII)
_ORIGIN = re.compile("(https?)://" + _AUTHORITY, re.ASCII)


class Origin(NamedTuple):
    """A parsed origin: its scheme, its name as `hostname` returns it, and its port, also if that is the default."""

    scheme: str
    name: str
    port: int


def hostname(host: str) -> str | None:
    """Return the name in a Host header, or None if it is invalid.

    The name is in lower case, without port, brackets and the dot that may end a complete domain name.
    """
    found = _HOST.fullmatch(host.lower())
    return found and _plain_name(found[1])


def parse_origin(text: str) -> Origin | None:
    """Return the parts of an origin such as `https://localhost:8443`, or None if it is not an HTTP origin."""
    found = _ORIGIN.fullmatch(text.lower())
    if found is None:
        return None
    scheme, name, port = found.groups()
    return Origin(scheme, _plain_name(name), int(port or DEFAULT_PORTS[scheme]))


def _plain_name(name: str) -> str:
    return name.strip("[]").removesuffix(".")


def is_loopback(name: str) -> bool:
    """Check whether a name or address refers to this machine."""
    if name == "localhost":
        return True
    address = ip_address(name)
    return address is not None and address.is_loopback


def ip_address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the address of an IP literal, or None if the text is not one."""
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None

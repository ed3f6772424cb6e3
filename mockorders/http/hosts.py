"""Host names, and which of them are local."""

import ipaddress
import re

LOCAL_SUFFIXES = (".localhost", ".test", ".local")
AUTHORITY = r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?"
_HOST = re.compile(AUTHORITY, re.ASCII)


def hostname(host: str) -> str | None:
    """Return the lower-case name in a Host header, without port and brackets, or None if it is invalid."""
    found = _HOST.fullmatch(host.lower())
    return found.group(1).strip("[]") if found else None


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

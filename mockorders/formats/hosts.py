"""Host names, addresses and origins, and which of them are local."""

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import urlsplit

LOCAL_SUFFIXES = (".localhost", ".test", ".local")
DEFAULT_PORTS = {"http": 80, "https": 443}

_AUTHORITY = r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?"
_HOST = re.compile(_AUTHORITY, re.ASCII)
_ORIGIN = re.compile("(https?)://" + _AUTHORITY, re.ASCII)
_NAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?", re.ASCII)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)


class Origin(NamedTuple):
    """A parsed origin: its scheme, its name as `hostname` returns it, and its port, also if that is the default."""

    scheme: str
    name: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.name}]" if ":" in self.name else self.name
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"


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


def browser_url(url: str) -> str:
    """Return a URL of this machine with the name `localhost`, and any other URL unchanged.

    Browsers store cookies by host name: a page on localhost cannot set one for 127.0.0.1.
    """
    parts = urlsplit(url)
    if parts.hostname not in {"127.0.0.1", "::1"}:
        return url
    port = "" if parts.port is None else f":{parts.port}"
    return parts._replace(netloc=f"localhost{port}").geturl()


def is_origin_of(origin: Origin | None, host: str) -> bool:
    """Check whether an origin has the name and port of a Host header, whatever its scheme."""
    return origin is not None and origin == parse_origin(f"{origin.scheme}://{host}")


def is_local(name: str) -> bool:
    """Check whether a name or address is this machine's, or a name that is reserved for local use."""
    return is_loopback(name) or name.endswith(LOCAL_SUFFIXES)


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


def canonical_host(text: str) -> str | None:
    """Return a name in lower case, or an address in its usual form without brackets; None if the text is neither.

    Numbers such as `0` and `127.1`, which some systems read as addresses, are neither.
    """
    bracketed = text.startswith("[") and text.endswith("]")
    address = ip_address(text[1:-1] if bracketed else text)
    if address is not None:
        return str(address) if address.version == 6 or not bracketed else None
    name = text.lower()
    return name if _NAME.fullmatch(name) and not _ends_in_number(name) else None


def _ends_in_number(name: str) -> bool:
    return _NUMBER.fullmatch(name.removesuffix(".").rpartition(".")[2]) is not None


def parse_listening_host(text: str) -> str:
    """Return the address or name to listen on. Raises ValueError if the text is not explicitly one."""
    host = canonical_host(text)
    if host is None:
        message = (
            "expected an address such as 127.0.0.1, or a host name, without scheme and port "
            f"(0.0.0.0 listens on all interfaces), got {text!r}"
        )
        raise ValueError(message)
    return host

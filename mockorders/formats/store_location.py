"""The location of a store: `sqlite:PATH`, or `postgresql://` with what PostgreSQL's own clients expect."""

import re
from pathlib import Path
from urllib.parse import urlsplit

EXPECTED = "expected sqlite:PATH or postgresql://USER@HOST/DATABASE"
POSTGRES = ("postgresql://", "postgres://")
MASK = "***"
MAX_REPLICA_LENGTH = 63

_REPLICA = re.compile(f"[!-~]{{1,{MAX_REPLICA_LENGTH}}}")
_PASSWORD = re.compile(r"(?<=://)([^/?#]*?):[^/?#]*(?=@)")
_PARAMETER = re.compile(r"([?&](?:ssl)?password=)[^&#]*", re.IGNORECASE)


def parse_location(text: str) -> str:
    """Return the location of a store unchanged. Raises ValueError if it has no known engine or no path."""
    engine, _, path = text.partition(":")
    is_valid = _is_postgres_url(text) if is_postgres(text) else engine == "sqlite" and bool(path)
    if not is_valid or "\0" in text:
        message = f"{EXPECTED}, got {redacted(text)[:60]!r}"
        raise ValueError(message)
    return text


def is_postgres(location: str) -> bool:
    """Check whether a location is that of a PostgreSQL database."""
    return location.startswith(POSTGRES)


def _is_postgres_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.port is None or parts.port > 0
    except ValueError:
        return "," in text  # several hosts


def path_of(location: str) -> Path:
    """Return the path of a location that was parsed."""
    return Path(location.partition(":")[2])


def parse_replica(text: str) -> str:
    """Return the name of a replica unchanged. Raises ValueError if it is not visible ASCII text of a short length."""
    if not _REPLICA.fullmatch(text):
        message = f"expected a name of 1 to {MAX_REPLICA_LENGTH} visible characters, got {text[:60]!r}"
        raise ValueError(message)
    return text


def redacted(location: str) -> str:
    """Return a location without its password, for people."""
    return _PARAMETER.sub(rf"\1{MASK}", _PASSWORD.sub(rf"\1:{MASK}", location))

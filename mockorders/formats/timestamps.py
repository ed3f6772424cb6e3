"""Timestamps, parsed from and formatted as text in UTC."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache

MAX_CACHED_TIMES = 1_024
MAX_CACHED_LENGTH = 40  # fractions of a second can have any number of digits

_OFFSET_AFTER_PLUS = re.compile(r" (\d\d:?\d\d)$")


def parse_time(text: str) -> datetime:
    """Parse an ISO 8601 date or time, and return it in UTC. Without an offset, it is in UTC.

    A space before the offset counts as `+`, which unencoded query strings turn into a space. Raises ValueError if the
    text is not a time, or is out of range in UTC.
    """
    try:
        stripped = text.strip()
        parse = _parse_cached if len(stripped) <= MAX_CACHED_LENGTH else _parse_stripped
        return parse(stripped)
    except (ValueError, OverflowError) as error:
        message = f"{text!r} is not a time"
        raise ValueError(message) from error


def _parse_stripped(text: str) -> datetime:
    time = datetime.fromisoformat(_OFFSET_AFTER_PLUS.sub(r"+\1", text.upper()))
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


_parse_cached = lru_cache(MAX_CACHED_TIMES)(_parse_stripped)


def format_time(time: datetime) -> str:
    """Format a time as the emulated APIs do: UTC, whole seconds, `Z`."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def http_date(time: datetime) -> str:
    """Format a time as HTTP headers do."""
    return _http_date((time - _EPOCH) // _SECOND)


@lru_cache(64)
def _http_date(second: int) -> str:
    return format_datetime(_EPOCH + timedelta(seconds=second), usegmt=True)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)

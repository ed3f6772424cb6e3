"""Parse and format timestamps, in UTC."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache

_OFFSET_AFTER_PLUS = re.compile(r" (\d\d:?\d\d)$")


def parse_time(text: str) -> datetime:
    """Read a time leniently: a date alone, `T` or a space, fractions, any offset; UTC where none is named.

    A space before a final offset is the `+` of a query string that was not encoded. Raises ValueError for what is no
    time, or one that UTC cannot hold.
    """
    try:
        time = datetime.fromisoformat(_OFFSET_AFTER_PLUS.sub(r"+\1", text.strip().upper()))
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        message = f"{text!r} is no time"
        raise ValueError(message) from error


def format_time(time: datetime) -> str:
    """Write a time as the services do: UTC, whole seconds, `Z`."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def http_date(time: datetime) -> str:
    """Write a time as HTTP does."""
    return _http_date((time - _EPOCH) // _SECOND)


@lru_cache(64)
def _http_date(second: int) -> str:
    return format_datetime(_EPOCH + timedelta(seconds=second), usegmt=True)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)

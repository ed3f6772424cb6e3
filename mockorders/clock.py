"""The time of a sandbox: it runs with the real UTC time until it is set, moved or frozen."""

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
_END = datetime.max.replace(tzinfo=UTC)


class Clock:
    """A clock that runs, at an offset from the real time, or stands still."""

    __slots__ = ("_frozen_at", "_offset")

    def __init__(self, frozen_at: datetime | None = None) -> None:
        self._offset = timedelta()
        self._frozen_at = frozen_at

    @property
    def frozen(self) -> bool:
        """Whether the clock stands still."""
        return self._frozen_at is not None

    def now(self) -> datetime:
        """Give the sandbox's time, aware and in UTC; a clock that runs stops at the end of time."""
        if self._frozen_at is not None:
            return self._frozen_at
        try:
            return datetime.now(UTC) + self._offset
        except OverflowError:
            return _END

    def set(self, now: datetime | None = None, *, frozen: bool | None = None) -> None:
        """Set the time, whether it stands still, or both; what is not given stays as it is.

        Raises OverflowError for a time so far off that the clock could not run from it.
        """
        frozen = self.frozen if frozen is None else frozen
        now = self.now() if now is None else now
        offset = now - datetime.now(UTC)
        self._offset = offset
        self._frozen_at = now if frozen else None

    def advance(self, seconds: float) -> None:
        """Move the time by so many seconds, back if negative; OverflowError where there is no such time."""
        self.set(self.now() + timedelta(seconds=seconds))

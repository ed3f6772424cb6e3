"""The time of a sandbox: it runs with the real UTC time until it is set, moved or frozen."""

from datetime import UTC, datetime, timedelta

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

"""The clock of a sandbox: the current UTC time until it is set, moved or frozen."""

from datetime import UTC, datetime, timedelta

_END = datetime.max.replace(tzinfo=UTC)


class Clock:
    """A clock that either runs at an offset from the current time or is frozen."""

    __slots__ = ("_frozen_at", "_offset")

    def __init__(self, frozen_at: datetime | None = None) -> None:
        self._offset = timedelta()
        self._frozen_at = frozen_at

    @property
    def frozen(self) -> bool:
        """Whether the clock is frozen."""
        return self._frozen_at is not None

    def now(self) -> datetime:
        """Return the clock's time, aware and in UTC. A running clock stops at the end of the year 9999."""
        if self._frozen_at is not None:
            return self._frozen_at
        try:
            return datetime.now(UTC) + self._offset
        except OverflowError:
            return _END

    def set(self, now: datetime | None = None, *, frozen: bool | None = None) -> None:
        """Set the time (aware), freeze or resume the clock, or both; None leaves a setting unchanged.

        Raises OverflowError if the time is so far off that the clock could not run from it.
        """
        frozen = self.frozen if frozen is None else frozen
        now = self.now() if now is None else now
        offset = now - datetime.now(UTC)
        self._offset = offset
        self._frozen_at = now if frozen else None

    def advance(self, seconds: float) -> None:
        """Move the time by `seconds`, back if negative. Raises OverflowError if the result is out of range."""
        self.set(self.now() + timedelta(seconds=seconds))

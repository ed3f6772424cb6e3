"""The clock of a sandbox: the real UTC time until it is set, moved or frozen."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from mockorders import real_time
from mockorders.real_time import monotonic

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_END = datetime.max.replace(tzinfo=UTC)
_NO_OFFSET = timedelta()
_STARTED = monotonic()
_STARTED_AT = real_time.now()


class ClockSettings(NamedTuple):
    """What a clock is set to: its offset from the real time, or the time at which it is frozen.

    `frozen_since` is the real time at which it was frozen, `frozen_before` the seconds for which it was frozen earlier.
    """

    offset: timedelta = _NO_OFFSET
    frozen_at: datetime | None = None
    frozen_since: datetime | None = None
    frozen_before: float = 0.0


class Clock:
    """A clock that either runs at an offset from the current time or is frozen."""

    __slots__ = ("_frozen_at", "_frozen_before", "_frozen_since", "_offset")

    def __init__(self, frozen_at: datetime | None = None) -> None:
        self._offset = _NO_OFFSET
        self._frozen_at = frozen_at
        self._frozen_since = 0.0 if frozen_at is None else monotonic()  # has no meaning while the clock runs
        self._frozen_before = 0.0  # seconds

    @property
    def frozen(self) -> bool:
        """Whether the clock is frozen."""
        return self._frozen_at is not None

    def is_unset(self, frozen_at: datetime | None) -> bool:
        """Check whether the clock is as it was created with `frozen_at`."""
        return self._frozen_at == frozen_at and not self._offset

    @property
    def settings(self) -> ClockSettings:
        """What the clock is set to; the same until it is set again."""
        since = None
        if self.frozen:
            since = _STARTED_AT + timedelta(seconds=self._frozen_since - _STARTED)
        return ClockSettings(self._offset, self._frozen_at, since, self._frozen_before)

    def restore(self, settings: ClockSettings) -> None:
        """Set the clock as it was in another process; it was frozen meanwhile if it is frozen."""
        self._offset = settings.offset
        self._frozen_at = settings.frozen_at
        self._frozen_before = settings.frozen_before
        if settings.frozen_since is not None:
            self._frozen_since = _STARTED + (settings.frozen_since - _STARTED_AT).total_seconds()

    def now(self) -> datetime:
        """Return the clock's time, aware and in UTC. A running clock stops at the end of the year 9999."""
        if self._frozen_at is not None:
            return self._frozen_at
        try:
            return real_time.now() + self._offset
        except OverflowError:
            return _END

    def second(self) -> datetime:
        """Return the clock's time in whole seconds."""
        return self.now().replace(microsecond=0)

    def elapsed(self) -> timedelta:
        """Return a time that passes even while the clock is frozen, for windows that a client waits for.

        It is the clock's time since 1970, plus the real time for which the clock has been frozen.
        """
        frozen_seconds = self._frozen_before
        if self.frozen:
            frozen_seconds += monotonic() - self._frozen_since
        return self.now() - _EPOCH + timedelta(seconds=frozen_seconds)

    def set(self, now: datetime | None = None, *, frozen: bool | None = None) -> None:
        """Set the time (aware), freeze or resume the clock, or both; None leaves a setting unchanged.

        Raises OverflowError if the time is so far off that the clock could not run from it.
        """
        frozen = self.frozen if frozen is None else frozen
        now = self.now() if now is None else now
        offset = now - real_time.now()
        if self.frozen and not frozen:
            self._frozen_before += monotonic() - self._frozen_since
        if frozen and not self.frozen:
            self._frozen_since = monotonic()
        self._offset = offset
        self._frozen_at = now if frozen else None

    def advance(self, seconds: float) -> None:
        """Move the time by `seconds`, back if negative. Raises OverflowError if the result is out of range."""
        self.set(self.now() + timedelta(seconds=seconds))

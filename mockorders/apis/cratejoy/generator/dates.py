"""The dates of the generated store, as seconds from the start of its first day."""

from datetime import date, timedelta
from functools import cache

from mockorders.apis.cratejoy.periods import MONTHLY, add_periods
from mockorders.apis.fakes import DAY, DateWindow

FIRST_DAY = date(2015, 6, 1)
LAST_DAY = date(2017, 2, 28)
HORIZON = date(2019, 12, 31)  # shipments are planned until then
END = (LAST_DAY - FIRST_DAY + timedelta(1)).days * DAY - 1
RENEWAL_SECOND = 7 * 3600 + 55 * 60
SHIPMENTS_DELAY = 2975  # seconds from a renewal to the creation of its shipments

_days = DateWindow(FIRST_DAY, HORIZON)


def moment(seconds: int) -> str:
    """Return a time in the format `2015-06-05T08:30:00Z`."""
    return _days.moment(seconds)


@cache
def months_later(day: int, months: int) -> int:
    """Return the day, as days from the first one, that is a number of months after another."""
    return (add_periods(FIRST_DAY + timedelta(day), months, MONTHLY) - FIRST_DAY).days


def month_of(seconds: int) -> tuple[int, int]:
    """Return year and month of a time."""
    day = FIRST_DAY + timedelta(seconds // DAY)
    return day.year, day.month

"""The dates on which subscriptions ship and renew."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from mockorders.formats.timestamps import parse_time
from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables

MONTHLY: Mapping[str, Any] = {"rebill_day": None, "rebill_months": 1, "rebill_weeks": None}
"""The billing rule of products that have none."""


def add_periods(day: date, number: int, billing: Mapping[str, Any]) -> date:
    """Return the day that is a number of billing periods after another; at most the last one of the year 9999.

    It is the same day of the month, or the last one of a shorter month, unless the billing rule has a fixed day.
    """
    if billing["rebill_weeks"] is not None:
        return add_days(day, 7 * billing["rebill_weeks"] * number)
    month = day.year * 12 + day.month - 1 + number * (billing["rebill_months"] or 1)
    year = month // 12
    if year > date.max.year:
        return date.max
    last = monthrange(year, month % 12 + 1)[1]
    return date(year, month % 12 + 1, min(billing["rebill_day"] or day.day, last))


def add_days(day: date, number: int) -> date:
    """Return the day that is a number of days after another; at most the last one of the year 9999."""
    return date.max if number > (date.max - day).days else day + timedelta(number)


def billing_of(tables: Tables, identifier: int | None) -> Mapping[str, Any]:
    """Return a billing rule; a monthly one without id if there is none."""
    return tables["product_billings"].get(identifier) or {**MONTHLY, "id": None}


def add_term(tables: Tables, subscription: Record, time: str) -> str:
    """Return the end of a term of a subscription that starts on the day of a time."""
    term = tables["terms"].get(subscription["term_id"])
    billing = billing_of(tables, subscription["product_billing_id"])
    day = parse_time(time).date()
    return midnight(add_periods(day, 1 if term is None else term["num_cycles"], billing))


def midnight(day: date) -> str:
    """Return the start of a day as Cratejoy formats times."""
    return f"{day.isoformat()}T00:00:00Z"

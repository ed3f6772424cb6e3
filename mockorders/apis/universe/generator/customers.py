"""The customers of the generated fan club, and their subscriptions."""

from datetime import date
from typing import Any

from mockorders.apis.fakes import Person
from mockorders.apis.universe.generator.catalog import Plan

Record = dict[str, Any]

NO_ACCOUNT: Record = {
    "new_email": None,
    "birthdate": None,
    "username": None,
    "expired": False,
    "trial_membership": False,
    "at_renewal_cap": False,
    "auto_renewal_enabled": False,
    "lists_opt_in": False,
    "email_aliases": [],
    "invalid_email_message": None,
    "authentications": [],
    "subscription": None,
    "shipping_address": None,
    "item_options": [],
}
"""The account of a new customer, in the order of the schema."""


def new_customer(identifier: int, person: Person) -> Record:
    """Return a customer without a subscription."""
    return {
        "id": identifier,
        "first_name": person.first,
        "last_name": person.last,
        "email": person.email,
        **NO_ACCOUNT,
        "birthdate": _birthdate(identifier),
        "label": None,
    }


def new_subscription(plan: Plan, paid_at: str) -> Record:
    """Return the subscription that an order paid for."""
    end = months_later(paid_at, plan.duration)
    return {
        "plan_id": plan.id,
        "start_date": _midnight(paid_at),
        "end_date": None if end is None else _midnight(end),
        "status": "active",
        "lapsed": False,
    }


def _birthdate(identifier: int) -> str:
    """Return a date of birth that depends only on the id, from 1950 to 1999."""
    return date(1950 + identifier * 7 % 50, 1 + identifier * 5 % 12, 1 + identifier * 11 % 28).isoformat()


def months_later(day: str, months: int | None) -> str | None:
    """Return a date some months after another one, at most the 28th of a month; None if there is no limit."""
    if months is None:
        return None
    start = date.fromisoformat(day)
    years, month = divmod(start.month - 1 + months, 12)
    return date(start.year + years, month + 1, min(start.day, 28)).isoformat()


def _midnight(day: str) -> str:
    return f"{day}T00:00:00Z"

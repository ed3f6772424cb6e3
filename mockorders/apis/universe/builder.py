"""What follows from the given properties of a new record: the date of payment, the plan, the amounts."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mockorders.apis.parts import FindRecord
from mockorders.storage.collection import Record

Given = Mapping[str, Any]


def derive(collection: str, record: Record, given: Given, find: FindRecord) -> dict[str, Any]:
    """Return the properties of a valid record that follow from those that were given."""
    if collection != "orders":
        return {}
    derived = {"plan": _plan(record["plan"], given.get("plan", {}), find)}
    if record["completed"] and "paid_at" not in given:
        derived["paid_at"] = record["created_at"]
    if record["totals"] is not None:
        derived["totals"] = _totals(record["totals"], given["totals"])
    return derived


def _plan(plan: Record, given: Given, find: FindRecord) -> dict[str, Any]:
    """Return the plan of an order. The plan with the given id, if there is one, has what was not given."""
    stored = find("plans", given["id"]) if "id" in given else None
    known = {} if stored is None else {name: value for name, value in stored.items() if name in plan}
    return {**plan, **known, **given}


def _totals(totals: Record, given: Given) -> dict[str, Any]:
    """Return amounts of which the missing one of subtotal and total follows from the others."""
    extra = Decimal(totals["shipping"]) - Decimal(totals["discount"])
    derived = dict(totals)
    if "total" not in given:
        derived["total"] = f"{max(Decimal(totals['subtotal']) + extra, Decimal('0.0')):.2f}"
    elif "subtotal" not in given:
        derived["subtotal"] = f"{max(Decimal(totals['total']) - extra, Decimal('0.0')):.2f}"
    return derived

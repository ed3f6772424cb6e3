"""How the dashboard shows the records of the fan club."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mockorders.apis.display import Column, TimelineEvent, field, full_name, person_name, with_dates
from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables


def _total(_: Tables, order: Record) -> str:
    return "" if order["totals"] is None else str(order["totals"]["total"])


def _state(_: Tables, order: Record) -> str:
    if not order["completed"]:
        return "not completed"
    return "refunded" if order["refunded_at"] else "completed"


def _shipments(_: Tables, order: Record) -> str:
    """Return the statuses of an order's shipments, each once."""
    return ", ".join(dict.fromkeys(str(each["status"]) for each in order["shipments"] or ()))


def _plan(tables: Tables, customer: Record) -> str:
    """Return the name of the plan that a customer has subscribed to; empty if there is none."""
    subscription = customer["subscription"]
    plan = None if subscription is None else tables["plans"].get(subscription["plan_id"])
    return "" if plan is None else str(plan["name"])


def _subscription(name: str) -> Callable[[Tables, Record], Any]:
    """Return the function that returns a property of a customer's subscription, for a column."""
    return lambda _, customer: None if customer["subscription"] is None else customer["subscription"][name]


COLUMNS: Mapping[str, Sequence[Column]] = {
    "orders": (
        Column("Created", field("created_at"), "time"),
        Column("Customer", full_name),
        Column("Plan", lambda _, order: order["plan"]["name"]),
        Column("Total", _total, "number"),
        Column("Paid", field("paid_at"), "time"),
        Column("State", _state, "status"),
        Column("Shipments", _shipments),
    ),
    "customers": (
        Column("Name", lambda _, customer: person_name(customer)),
        Column("Email", field("email")),
        Column("Plan", _plan),
        Column("Subscription", _subscription("status"), "status"),
        Column("Until", _subscription("end_date"), "time"),
    ),
    "plans": (
        Column("Name", field("name")),
        Column("Price", field("display_price"), "number"),
        Column("Months", field("duration"), "number"),
        Column("Tags", lambda _, plan: ", ".join(plan["tags"])),
        Column("Available", field("available_to_customer")),
    ),
    "fanclubs": (Column("Name", field("name")),),
    "item_types": (
        Column("Name", field("name")),
        Column("Options", lambda _, each: ", ".join(option["name"] for option in each["options"])),
    ),
}


def lifecycle(_: Tables, order: Record) -> list[TimelineEvent]:
    """Return the events of an order: created, paid, shipped, refunded."""
    total = _total(_, order)
    shipments = [
        (each.get("ship_date"), "Shipped", str(each.get("status") or ""))
        for each in order["shipments"] or ()
        if "ship_date" in each
    ]
    return with_dates(
        [
            (order["created_at"], "Created", str(order["plan"]["name"])),
            (order["paid_at"], "Paid", total),
            *shipments,
            (order["refunded_at"], "Refunded", total),
        ]
    )

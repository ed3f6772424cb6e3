"""How the dashboard shows the orders of the fan club."""

from collections.abc import Mapping, Sequence

from mockorders.apis.display import Column, TimelineEvent, field, full_name, with_dates
from mockorders.storage.collection import Record
from mockorders.storage.state import Tables


def _total(_: Tables, order: Record) -> str:
    return "" if order["totals"] is None else str(order["totals"]["total"])


def _state(_: Tables, order: Record) -> str:
    if not order["completed"]:
        return "not completed"
    return "refunded" if order["refunded_at"] else "completed"


COLUMNS: Mapping[str, Sequence[Column]] = {
    "orders": (
        Column("Created", field("created_at"), "time"),
        Column("Customer", full_name),
        Column("Plan", lambda _, order: order["plan"]["name"]),
        Column("Total", _total, "number"),
        Column("Paid", field("paid_at"), "time"),
        Column("State", _state, "status"),
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

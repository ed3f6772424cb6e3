"""How the dashboard shows the orders of the store."""

from collections.abc import Sequence
from typing import Any

from mockorders.apis.display import Column, TimelineEvent, format_cents, full_name, with_dates
from mockorders.formats.plurals import count
from mockorders.storage.collection import Record
from mockorders.storage.state import Tables


def _amount(name: str) -> Any:
    return lambda _, order: format_cents(order[name])


def _field(name: str) -> Any:
    return lambda _, order: order[name]


COLUMNS: Sequence[Column] = (
    Column("Placed", _field("placed_at"), "time"),
    Column("Customer", full_name),
    Column("Total", _amount("total"), "number"),
    Column("Status", _field("status"), "status"),
    Column("Payment", _field("financial_status"), "status"),
    Column("Fulfillment", _field("fulfillment_status"), "status"),
)


def lifecycle(tables: Tables, order: Record) -> list[TimelineEvent]:
    """Return the events of an order: placed, paid, shipped."""
    detail = f"{count(len(order['products']), 'line')}, {format_cents(order['total'])}"
    placed = (order["placed_at"], "Placed", detail)
    return with_dates(
        [
            placed,
            *(_transaction(each) for each in tables["transactions"].where("order_id", order["id"])),
            *(_fulfillment(each) for each in tables["fulfillments"].where("order_id", order["id"])),
        ]
    )


def _transaction(record: Record) -> tuple[str | None, str, str]:
    return (
        record["created_at"],
        f"Payment {record['result']}",
        f"{format_cents(record['total'])}, transaction {record['id']}",
    )


def _fulfillment(record: Record) -> tuple[str | None, str, str]:
    at = record["adjusted_fulfillment_date"] or record["fulfillment_date"]
    return at, f"Fulfillment {record['status']}", f"fulfillment {record['id']}"

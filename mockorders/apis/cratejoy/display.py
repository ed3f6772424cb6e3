"""How the orders of the store are shown to people."""

from typing import Any

from mockorders.apis.display import Column, TimelineEvent, format_cents, full_name, with_dates
from mockorders.storage.collection import Record
from mockorders.storage.state import Tables


def _amount(name: str) -> Any:
    return lambda _, order: format_cents(order[name])


def _field(name: str) -> Any:
    return lambda _, order: order[name]


COLUMNS = (
    Column("Placed", _field("placed_at"), "time"),
    Column("Customer", full_name),
    Column("Total", _amount("total"), "number"),
    Column("Status", _field("status"), "status"),
    Column("Payment", _field("financial_status"), "status"),
    Column("Fulfilment", _field("fulfillment_status"), "status"),
)


def lifecycle(tables: Tables, order: Record) -> list[TimelineEvent]:
    """Give what happens to an order: placed, paid, shipped."""
    lines = len(order["products"])
    placed = (
        order["placed_at"],
        "Placed",
        f"{lines} {'line' if lines == 1 else 'lines'}, {format_cents(order['total'])}",
    )
    return with_dates(
        [
            placed,
            *(_transaction(each) for each in tables["transactions"].where("order_id", order["id"])),
            *(_fulfillment(each) for each in tables["fulfillments"].where("order_id", order["id"])),
        ]
    )


def _transaction(made: Record) -> tuple[str | None, str, str]:
    return made["created_at"], f"Payment {made['result']}", f"{format_cents(made['total'])}, transaction {made['id']}"


def _fulfillment(made: Record) -> tuple[str | None, str, str]:
    at = made["adjusted_fulfillment_date"] or made["fulfillment_date"]
    return at, f"Fulfilment {made['status']}", f"fulfilment {made['id']}"

"""How the dashboard shows the records of the store."""

from collections.abc import Mapping, Sequence
from typing import Any

from mockorders.apis.display import Column, TimelineEvent, field, format_cents, full_name, with_dates
from mockorders.formats.plurals import count
from mockorders.storage.collection import Record
from mockorders.storage.state import Tables


def _amount(name: str) -> Any:
    return lambda _, record: format_cents(record[name])


def _cycle(_: Tables, fulfillment: Record) -> str:
    number = fulfillment["cycle_number"]
    return "" if number is None else f"{number + 1} of {fulfillment['total_cycles']}"


def _product_name(tables: Tables, record: Record) -> str:
    """Return the name of the product of a record's instance; empty if there is none."""
    identifier = record.get("product_instance_id", record.get("instance_id"))
    instance = tables["product_instances"].get(identifier)
    product = None if instance is None else tables["products"].get(instance["product_id"])
    return "" if product is None else str(product["name"])


_CUSTOMER = Column("Customer", full_name)
_STATUS = Column("Status", field("status"), "status")

COLUMNS: Mapping[str, Sequence[Column]] = {
    "orders": (
        Column("Placed", field("placed_at"), "time"),
        _CUSTOMER,
        Column("Total", _amount("total"), "number"),
        _STATUS,
        Column("Payment", field("financial_status"), "status"),
        Column("Fulfillment", field("fulfillment_status"), "status"),
    ),
    "customers": (
        Column("Name", field("name")),
        Column("Email", field("email")),
        Column("Location", field("location")),
        Column("Note", field("note")),
    ),
    "subscriptions": (
        Column("Started", field("start_date"), "time"),
        _CUSTOMER,
        Column("Product", _product_name),
        _STATUS,
        Column("End of term", field("end_date"), "time"),
    ),
    "shipments": (
        Column("Due", field("adjusted_ordered_at"), "time"),
        _CUSTOMER,
        _STATUS,
        Column("Shipped", field("shipped_at"), "time"),
        Column("Tracking number", field("tracking_number")),
    ),
    "fulfillments": (
        Column("Due", field("adjusted_fulfillment_date"), "time"),
        Column("Product", _product_name),
        Column("Cycle", _cycle),
        _STATUS,
    ),
    "transactions": (
        Column("Time", field("created_at"), "time"),
        Column("Result", field("result"), "status"),
        Column("Amount", _amount("total"), "number"),
    ),
    "products": (
        Column("Name", field("name")),
        Column("SKU", field("sku")),
        Column("Visible", field("visible")),
    ),
    "inventory": (
        Column("Product", _product_name),
        Column("Pieces", field("quantity_on_hand"), "number"),
    ),
}


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

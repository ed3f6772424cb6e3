"""How the dashboard shows the records of the store."""

from collections.abc import Mapping, Sequence
from typing import Any

from mockorders.apis.display import Column, TimelineEvent, format_cents, full_name, with_dates
from mockorders.formats.plurals import count
from mockorders.storage.collection import Record
from mockorders.storage.state import Tables


def _amount(name: str) -> Any:
    return lambda _, record: format_cents(record[name])


def _field(name: str) -> Any:
    return lambda _, record: record[name]


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
_STATUS = Column("Status", _field("status"), "status")

COLUMNS: Mapping[str, Sequence[Column]] = {
    "orders": (
        Column("Placed", _field("placed_at"), "time"),
        _CUSTOMER,
        Column("Total", _amount("total"), "number"),
        _STATUS,
        Column("Payment", _field("financial_status"), "status"),
        Column("Fulfillment", _field("fulfillment_status"), "status"),
    ),
    "customers": (
        Column("Name", _field("name")),
        Column("Email", _field("email")),
        Column("Location", _field("location")),
        Column("Note", _field("note")),
    ),
    "subscriptions": (
        Column("Started", _field("start_date"), "time"),
        _CUSTOMER,
        Column("Product", _product_name),
        _STATUS,
        Column("End of term", _field("end_date"), "time"),
    ),
    "shipments": (
        Column("Due", _field("adjusted_ordered_at"), "time"),
        _CUSTOMER,
        _STATUS,
        Column("Shipped", _field("shipped_at"), "time"),
        Column("Tracking number", _field("tracking_number")),
    ),
    "fulfillments": (
        Column("Due", _field("adjusted_fulfillment_date"), "time"),
        Column("Product", _product_name),
        Column("Cycle", _cycle),
        _STATUS,
    ),
    "transactions": (
        Column("Time", _field("created_at"), "time"),
        Column("Result", _field("result"), "status"),
        Column("Amount", _amount("total"), "number"),
    ),
    "products": (
        Column("Name", _field("name")),
        Column("SKU", _field("sku")),
        Column("Visible", _field("visible")),
    ),
    "inventory": (
        Column("Product", _product_name),
        Column("Pieces", _field("quantity_on_hand"), "number"),
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

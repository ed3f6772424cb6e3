"""How the dashboard shows the records of the store."""

from collections.abc import Mapping, Sequence
from typing import Any

from mockorders.apis.display import Column, TimelineEvent, field, format_cents, full_name, with_dates
from mockorders.formats.plurals import count
from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables


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


def _variants(_: Tables, instance: Record) -> str:
    """Return the variants of an instance, such as `size: Large`."""
    pairs = ((each["variant_type"]["name"], each["variant_value"]["value"]) for each in instance["variants"])
    return ", ".join(f"{name}: {value}" for name, value in pairs)


def _discount(_: Tables, coupon: Record) -> str:
    """Return the discount of a coupon: a share, an amount or both."""
    share = f"{coupon['percent']} %" if coupon["percent"] else ""
    amount = format_cents(coupon["amount"]) if coupon["amount"] else ""
    return " + ".join(filter(None, (share, amount)))


def _owner(_: Tables, metadata: Record) -> str:
    """Return what metadata belongs to, such as `order 5`."""
    owners = ("customer", "subscription", "order", "product", "shipment")
    return ", ".join(f"{each} {metadata[f'{each}_id']}" for each in owners if metadata[f"{each}_id"] is not None)


def _answers(_: Tables, result: Record) -> str:
    return ", ".join(f"{each['field']['name']}: {each['value']}" for each in result["answers"])


def _name_in(collection: str, key: str, name: str = "name") -> Any:
    """Return the function that returns the name of a record that `key` refers to; empty if there is none."""

    def value(tables: Tables, record: Record) -> str:
        found = tables[collection].get(record[key])
        return "" if found is None else str(found[name])

    return value


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
    "addresses": (
        _CUSTOMER,
        Column("Recipient", field("to")),
        Column("Street", field("street")),
        Column("City", field("city")),
        Column("Country", field("country")),
    ),
    "payment_methods": (
        _CUSTOMER,
        Column("Default", field("default")),
    ),
    "product_instances": (
        Column("Product", _name_in("products", "product_id")),
        Column("Variants", _variants),
        Column("SKU", field("sku")),
        Column("Price", _amount("price"), "number"),
    ),
    "terms": (
        Column("Name", field("name")),
        Column("Cycles", field("num_cycles"), "number"),
        Column("Enabled", field("enabled")),
    ),
    "coupons": (
        Column("Code", field("code")),
        Column("Name", field("name")),
        Column("Discount", _discount, "number"),
        Column("Renewals", field("num_renewals"), "number"),
        Column("Enabled", field("enabled")),
    ),
    "product_billings": (
        Column("Name", field("name")),
        Column("Months", field("rebill_months"), "number"),
        Column("Weeks", field("rebill_weeks"), "number"),
        Column("Day", field("rebill_day"), "number"),
    ),
    "shipment_batches": (
        Column("Start", field("start"), "time"),
        Column("End", field("end"), "time"),
        Column("Billing", _name_in("product_billings", "product_billing_id")),
    ),
    "subscription_coupons": (
        Column("Subscription", field("subscription_id"), "number"),
        Column("Coupon", _name_in("coupons", "coupon_id", "code")),
        Column("Renewals", field("num_renewals"), "number"),
        Column("Enabled", field("enabled")),
    ),
    "product_survey_results": (
        Column("Subscription", field("subscription_id"), "number"),
        Column("Answers", _answers),
    ),
    "metadata": (
        Column("Of", _owner),
        Column("Data", field("data")),
        Column("Updated", field("updated_at"), "time"),
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

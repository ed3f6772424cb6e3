"""The records that a new order adds to other collections."""

from hashlib import blake2b
from typing import Any

from mockorders.apis.cratejoy.checkout.lines import Line
from mockorders.storage.collection import Record
from mockorders.storage.state import Tables
from mockorders.validation.records import fill_defaults


def store_line(tables: Tables, order: Record, index: int, line: Line) -> dict[str, Any]:
    """Store the fulfillment and the subscription of a line, and return the line as orders store it."""
    subscription_id = None if line.term is None else _store_subscription(tables, order, line, line.term)
    _store_fulfillment(tables, order, line, subscription_id)
    return {
        "discount": 0,
        "id": inner_id(order, "line", index),
        "instance_id": line.instance["id"],
        "price": line.price,
        "quantity": line.quantity,
        "ship_weight": line.instance["ship_weight"],
        "shipping": 0,
        "subscription_id": subscription_id,
        "tax": 0,
    }


def store_transaction(tables: Tables, order: Record) -> None:
    """Store the transaction that paid an order."""
    transaction = {
        "id": tables["transactions"].next_id(),
        "order_id": order["id"],
        "created_at": order["placed_at"],
        "total": order["total"],
    }
    tables["transactions"].put(fill_defaults("cratejoy/record-transactions", transaction))


def inner_id(order: Record, kind: str, index: int) -> int:
    """Return the id of a part of an order that has no collection. It is random, but always the same for an order."""
    return int.from_bytes(blake2b(f"{order['id']} {kind} {index}".encode(), digest_size=5).digest())


def _store_subscription(tables: Tables, order: Record, line: Line, term: Record) -> int:
    identifier = tables["subscriptions"].next_id()
    subscription = {
        "id": identifier,
        "customer_id": order["customer_id"],
        "product_instance_id": line.instance["id"],
        "term_id": term["id"],
        "start_date": order["placed_at"],
    }
    tables["subscriptions"].put(fill_defaults("cratejoy/record-subscriptions", subscription))
    return identifier


def _store_fulfillment(tables: Tables, order: Record, line: Line, subscription_id: int | None) -> None:
    fulfillment = {
        "id": tables["fulfillments"].next_id(),
        "order_id": order["id"],
        "subscription_id": subscription_id,
        "fulfillment_date": order["placed_at"],
        "adjusted_fulfillment_date": order["placed_at"],
        "cycle_number": None if line.term is None else 0,
        "total_cycles": None if line.term is None else line.term["num_cycles"],
    }
    tables["fulfillments"].put(fill_defaults("cratejoy/record-fulfillments", fulfillment))

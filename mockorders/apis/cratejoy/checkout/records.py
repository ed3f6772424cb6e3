"""The records that a new order adds to other collections."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from mockorders.apis.cratejoy.checkout.lines import Line
from mockorders.apis.cratejoy.periods import add_periods, billing_of, midnight
from mockorders.formats.timestamps import parse_time
from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables
from mockorders.validation.records import fill_defaults


class _Part(NamedTuple):
    """What fulfills a line in one cycle."""

    line: Line
    subscription_id: int | None
    cycle: int


def store_lines(tables: Tables, order: Record, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Store subscriptions, shipments and fulfillments of an order, and return its lines as orders store them."""
    subscribed = [(line, _store_subscription(tables, order, line)) for line in lines]
    store_shipments(tables, order, subscribed)
    return [stored_line(order, index, line, identifier) for index, (line, identifier) in enumerate(subscribed)]


def store_shipments(tables: Tables, order: Record, lines: Sequence[tuple[Line, int | None]]) -> None:
    """Store shipments and fulfillments of lines, each with the id of its subscription.

    A subscription has one shipment for each cycle of its term. One-time products are in the first shipment of the first
    subscription; without a subscription, they have one of their own.
    """
    singles = [_Part(line, None, 0) for line, _ in lines if line.term is None]
    for line, identifier in lines:
        for cycle in range(0 if line.term is None else line.term["num_cycles"]):
            _store_shipment(tables, order, [_Part(line, identifier, cycle), *singles])
            singles = []
    if singles:
        _store_shipment(tables, order, singles)


def store_transaction(tables: Tables, order: Record, time: str) -> None:
    """Store the transaction that paid an order."""
    transaction = {
        "id": tables["transactions"].next_id(),
        "order_id": order["id"],
        "created_at": time,
        "total": order["total"],
    }
    tables["transactions"].put(fill_defaults("cratejoy/record-transactions", transaction))


def inner_id(order: Record, kind: str, index: int) -> int:
    """Return the id of a part of an order that has no collection. It is random, but always the same for an order."""
    return int.from_bytes(blake2b(f"{order['id']} {kind} {index}".encode(), digest_size=5).digest())


def stored_line(order: Record, index: int, line: Line, subscription_id: int | None) -> dict[str, Any]:
    """Return a line as orders store it."""
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


def _billing(tables: Tables, line: Line) -> Mapping[str, Any]:
    """Return the billing rule of a line's product."""
    return billing_of(tables, tables["products"][line.instance["product_id"]]["product_billing_id"])


def _store_subscription(tables: Tables, order: Record, line: Line) -> int | None:
    if line.term is None:
        return None
    identifier = tables["subscriptions"].next_id()
    billing = _billing(tables, line)
    placed = parse_time(order["placed_at"]).date()
    info = order["order_gift_info"]
    subscription = {
        "id": identifier,
        "autorenew": info is None,
        "customer_id": order["customer_id"],
        "product_instance_id": line.instance["id"],
        "product_billing_id": billing["id"],
        "term_id": line.term["id"],
        "start_date": order["placed_at"],
        "end_date": midnight(add_periods(placed, line.term["num_cycles"], billing)),
        "address_id": order["ship_address_id"],
        "gift_info": None if info is None else {"id": inner_id(order, "gift", identifier), **info},
    }
    tables["subscriptions"].put(fill_defaults("cratejoy/record-subscriptions", subscription))
    return identifier


def _store_shipment(tables: Tables, order: Record, parts: Sequence[_Part]) -> None:
    """Store the shipment of one cycle, with its fulfillments."""
    first = parts[0]
    due = order["placed_at"]
    if first.cycle > 0:
        due = midnight(add_periods(parse_time(due).date(), first.cycle, _billing(tables, first.line)))
    shipment = {
        "id": tables["shipments"].next_id(),
        "customer_id": order["customer_id"],
        "created_at": order["placed_at"],
        "adjusted_ordered_at": due,
        "is_ecom": first.line.term is None,
        "is_gift": order["is_gift"],
        "ship_address_id": order["ship_address_id"],
    }
    tables["shipments"].put(fill_defaults("cratejoy/record-shipments", shipment))
    for part in parts:
        _store_fulfillment(tables, order, shipment, part)


def _store_fulfillment(tables: Tables, order: Record, shipment: Record, part: _Part) -> None:
    term = part.line.term
    fulfillment = {
        "id": tables["fulfillments"].next_id(),
        "order_id": order["id"],
        "instance_id": part.line.instance["id"],
        "shipment_id": shipment["id"],
        "subscription_id": part.subscription_id,
        "fulfillment_date": shipment["adjusted_ordered_at"],
        "adjusted_fulfillment_date": shipment["adjusted_ordered_at"],
        "cycle_number": None if term is None else part.cycle,
        "total_cycles": None if term is None else term["num_cycles"],
    }
    tables["fulfillments"].put(fill_defaults("cratejoy/record-fulfillments", fulfillment))

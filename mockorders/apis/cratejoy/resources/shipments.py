"""Shipments."""

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

from mockorders.apis.cratejoy import statuses
from mockorders.apis.cratejoy.resources import rules
from mockorders.apis.cratejoy.resources.metadata import OF_SHIPMENTS
from mockorders.apis.cratejoy.resources.model import Resource
from mockorders.apis.cratejoy.resources.relations import Relation, Representation, Source, find_all, to_many, to_one
from mockorders.apis.cratejoy.resources.representations import (
    ADDRESS,
    BATCH,
    CUSTOMER,
    FULFILLMENT,
    LABEL,
    SUBSCRIPTION,
)
from mockorders.apis.cratejoy.rules import ORDER_STATUS
from mockorders.apis.routing import HandlerContext
from mockorders.formats.timestamps import format_time
from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables


def _fulfillments(source: Source, shipment: Record) -> Sequence[Record]:
    found: Sequence[Record] = source["fulfillments"].where("shipment_id", shipment["id"])
    return found


def subscriptions_of(source: Source, shipment: Record) -> Sequence[Record]:
    """Return the subscriptions that a shipment fulfills, by id."""
    identifiers = (each["subscription_id"] for each in _fulfillments(source, shipment))
    return find_all(source, "subscriptions", identifiers)


def shipments_of(source: Source, subscription: Record) -> Sequence[Record]:
    """Return the shipments of a subscription, by id."""
    fulfillments = source["fulfillments"].where("subscription_id", subscription["id"])
    return find_all(source, "shipments", (each["shipment_id"] for each in fulfillments))


def _stored(name: str) -> Callable[[Source, Record], Sequence[Record]]:
    return lambda _, shipment: shipment[name]


def _has_addon(source: Source, shipment: Record) -> bool:
    """Return whether a shipment has a one-time product besides a subscription."""
    subscriptions = [each["subscription_id"] for each in _fulfillments(source, shipment)]
    return None in subscriptions and any(each is not None for each in subscriptions)


def number_of_customer(source: Source, shipment: Record) -> int:
    """Return the number of a shipment among those of its customer, from 1."""
    return _number(source["shipments"].where("customer_id", shipment["customer_id"]), shipment)


def number_of_subscription(source: Source, shipment: Record) -> int | None:
    """Return the number of a shipment among those of its first subscription, from 1; None without one."""
    subscriptions = subscriptions_of(source, shipment)
    return _number(shipments_of(source, subscriptions[0]), shipment) if subscriptions else None


def _number(shipments: Sequence[Record], shipment: Record) -> int:
    """Return the number of a shipment by its day, from 1."""
    day = shipment["adjusted_ordered_at"]
    earlier = sum(1 for each in shipments if each["adjusted_ordered_at"] < day)
    before = sum(1 for each in shipments if each["adjusted_ordered_at"] == day and each["id"] < shipment["id"])
    return 1 + earlier + before


def _update(context: HandlerContext, shipment: Record, body: Mapping[str, Any]) -> Generator[None, None, Record]:
    """Change a shipment; its status changes its fulfillments, and that of its orders if the store's settings say so."""
    changed = {**shipment, **body}
    if "status" not in body or body["status"] == shipment["status"]:
        return changed
    if body["status"] != "shipped":
        changed["shipped_at"] = None
    elif not body.get("shipped_at"):
        changed["shipped_at"] = format_time(context.now())
    tables = context.tables("cratejoy")
    tables["shipments"].put(changed)
    fulfillments = _fulfillments(tables, shipment)
    for each in fulfillments:
        tables["fulfillments"].put({**each, "status": statuses.FULFILLMENT[changed["status"]]})
        yield
    yield from _update_orders(tables, {each["order_id"] for each in fulfillments})
    return changed


def _update_orders(tables: Tables, identifiers: set[int]) -> Generator[None, None, None]:
    for identifier in sorted(identifiers):
        order = tables["orders"][identifier]
        changed = {**order, **statuses.after_shipping(tables, order)}
        if changed != order:
            tables["orders"].put(changed)
        yield


_STATS = Representation(
    "cratejoy/shipment-stats",
    {
        "customer_cycle": number_of_customer,
        "has_addon": _has_addon,
        "subscription_cycle": number_of_subscription,
    },
)

SHIPMENTS = Resource(
    name="shipments",
    singular="shipment",
    derived={"target_at": lambda _, shipment: shipment["adjusted_ordered_at"]},
    relations={
        "_md": OF_SHIPMENTS.relation,
        "customer": to_one("customers", "customer_id", CUSTOMER),
        "fulfillments": to_many("fulfillments", "shipment_id", FULFILLMENT),
        "labels": Relation(LABEL, _stored("labels"), many=True),
        "ship_address": to_one("addresses", "ship_address_id", ADDRESS),
        "batch": to_one("shipment_batches", "batch_id", BATCH),
        "subscriptions": Relation(SUBSCRIPTION, subscriptions_of, many=True),
        "stats": Relation(_STATS, lambda _, shipment: [shipment]),
    },
    default_with=("customer", "fulfillments", "labels", "ship_address"),
    unimplemented_relations=("label_batch",),
    aliases={"subscription_id": "fulfillments.subscription_id", "batch_id": "batch.id"},
    update=_update,
    rules=(rules.SHIPMENT,),
    update_rules=(rules.UPDATE_SHIPMENT, ORDER_STATUS),
)

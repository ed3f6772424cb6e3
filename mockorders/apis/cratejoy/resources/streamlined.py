"""Shipments as version 1.1 lists them."""

from collections.abc import Sequence

from mockorders.apis.cratejoy.resources import rules
from mockorders.apis.cratejoy.resources.model import Resource
from mockorders.apis.cratejoy.resources.relations import Relation, Representation, Source, to_many, to_one
from mockorders.apis.cratejoy.resources.representations import BATCH, CUSTOMER, ORDER, PRODUCT_INSTANCE, render_one
from mockorders.apis.cratejoy.resources.shipments import number_of_customer, number_of_subscription, subscriptions_of
from mockorders.storage.collection import Record

_ADDRESS = Representation("cratejoy/streamlined-address")
_BILLING_TYPE = Representation("cratejoy/billing-type")
_FULFILLMENT = Representation(
    "cratejoy/streamlined-fulfillment",
    {
        "instance": render_one("product_instances", "instance_id", PRODUCT_INSTANCE),
        "order": render_one("orders", "order_id", ORDER),
    },
)
_LISTABLE = ("status", "customer_id", "batch_id", "billing_type")
_TIMES = ("adjusted_ordered_at", *(f"adjusted_ordered_at__{name}" for name in ("gt", "ge", "lt", "le")))


def _billing(source: Source, shipment: Record) -> Sequence[Record]:
    return [{"billing_type": _billing_type(source, shipment)}]


def _billing_type(source: Source, shipment: Record) -> str:
    subscriptions = subscriptions_of(source, shipment)
    if shipment["is_ecom"] or not subscriptions:
        return "ecom"
    billing = source["product_billings"].get(subscriptions[0]["product_billing_id"])
    has_day = billing is not None and (billing["rebill_day"], billing["rebill_window"]) != (None, None)
    return "standard" if has_day else "adhoc"


STREAMLINED_SHIPMENTS = Resource(
    name="shipments",
    singular="streamlined-shipment",
    derived={"cust_cycle": number_of_customer, "sub_cycle": number_of_subscription},
    relations={
        "batch": to_one("shipment_batches", "batch_id", BATCH),
        "fulfillments": to_many("fulfillments", "shipment_id", _FULFILLMENT),
        "ship_address": to_one("addresses", "ship_address_id", _ADDRESS),
    },
    default_with=("batch", "fulfillments", "ship_address"),
    objects={
        "customer": to_one("customers", "customer_id", CUSTOMER),
        "billing": Relation(_BILLING_TYPE, _billing),
    },
    aliases={"batch_id": "batch.id", "billing_type": "billing.billing_type", "customer_id": "customer.id"},
    filters=(*_TIMES, "sub_cycle", "cust_cycle", *_LISTABLE, *(f"{name}__in" for name in _LISTABLE)),
    rules=(rules.STREAMLINED_SHIPMENT,),
)

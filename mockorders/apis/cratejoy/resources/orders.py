"""Orders."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mockorders.apis.cratejoy import rules
from mockorders.apis.cratejoy.checkout import checkout
from mockorders.apis.cratejoy.resources.metadata import OF_ORDERS
from mockorders.apis.cratejoy.resources.model import Resource
from mockorders.apis.cratejoy.resources.relations import Relation, Source, find_all, to_many, to_one
from mockorders.apis.cratejoy.resources.representations import (
    ADDRESS,
    CART_COUPON,
    CART_PRODUCT,
    CUSTOMER,
    FULFILLMENT,
    GIFT_INFO,
    SUBSCRIPTION,
    TRANSACTION,
)
from mockorders.apis.routing import HandlerContext
from mockorders.storage.collection import Record

# The documented order of the keys; relations that the page does not show are inserted alphabetically.
KEYS = (
    "_md bill_address card_refunded_amount coupons credit_applied customer customer_id financial_status "
    "fulfillment_status fulfillments gift_card_discount gift_message gift_renewal_notif gross_shipping id is_gift "
    "order_gift_info is_renewal is_test note placed_at products prorated_charge refund_applied refunded_amount "
    "ship_address status store_id sub_total subscriptions total total_app_fees total_label_cost total_pending_fees "
    "total_price total_shipping total_tax transaction_fee transaction_fee_status transactions type url"
).split()


def _parts(name: str) -> Callable[[Source, Record], Sequence[Record]]:
    """Return the function that finds the parts of an order that are stored in it, each with the id of the order."""
    return lambda _, order: [{**part, "order_id": order["id"]} for part in order[name]]


def lines_of(source: Source, order: Record) -> Sequence[Record]:
    """Return the lines of an order, each with the id of the order."""
    return _parts("products")(source, order)


def _subscriptions(source: Source, order: Record) -> Sequence[Record]:
    return find_all(source, "subscriptions", (line["subscription_id"] for line in order["products"]))


def _gift_info(_: Source, order: Record) -> Sequence[Record]:
    info = order["order_gift_info"]
    return [] if info is None else [info]


def _update(_: HandlerContext, order: Record, body: Mapping[str, Any]) -> Record:
    """Merge gift info, with the gift message in both places."""
    if not {"order_gift_info", "gift_message"} & body.keys():
        return {**order, **body}
    stored = order["order_gift_info"] or {"gift_message": order["gift_message"] or ""}
    mirrored = {"gift_message": body["gift_message"]} if "gift_message" in body else {}
    info = checkout.gift_info({**stored, **mirrored, **body.get("order_gift_info", {})})
    gift = {"is_gift": True} if "order_gift_info" in body else {}
    return {**order, **gift, **body, "order_gift_info": info, "gift_message": info["gift_message"]}


ORDERS = Resource(
    name="orders",
    singular="order",
    relations={
        "_md": OF_ORDERS.relation,
        "customer": to_one("customers", "customer_id", CUSTOMER, listed=True),
        "products": Relation(CART_PRODUCT, lines_of, many=True),
        "coupons": Relation(CART_COUPON, _parts("coupons"), many=True),
        "bill_address": to_one("addresses", "bill_address_id", ADDRESS),
        "ship_address": to_one("addresses", "ship_address_id", ADDRESS),
        "fulfillments": to_many("fulfillments", "order_id", FULFILLMENT),
        "transactions": to_many("transactions", "order_id", TRANSACTION),
        "subscriptions": Relation(SUBSCRIPTION, _subscriptions, many=True),
    },
    default_with=("customer", "products"),
    unimplemented_relations=("cart", "logs", "gifts", "sent_gift"),
    objects={"order_gift_info": Relation(GIFT_INFO, _gift_info)},
    key_order=KEYS,
    update=_update,
    create=checkout.create_order,
    rules=(rules.CUSTOMER_SHAPE, rules.ORDER_SHAPE),
    update_rules=(rules.UPDATE, rules.GIFT_MERGE),
    create_rules=(rules.CREATE, rules.ORDER_STATUS, rules.TOTALS, rules.GIFT),
    create_error_rules=(
        rules.CUSTOMER_FILTER,
        rules.ONE_MINUTE,
        rules.PAYMENT,
        rules.SHIP_ADDRESS,
        rules.INSTANCE,
        rules.TERM,
        rules.COUPONS,
    ),
)

"""Subscriptions and their coupons."""

from collections.abc import Mapping, Sequence
from typing import Any

from mockorders.apis.cratejoy.checkout.renewal import orders_of, renew
from mockorders.apis.cratejoy.periods import add_days, add_term, midnight
from mockorders.apis.cratejoy.resources import rules
from mockorders.apis.cratejoy.resources.metadata import OF_SUBSCRIPTIONS
from mockorders.apis.cratejoy.resources.model import Action, Child, Resource, merge
from mockorders.apis.cratejoy.resources.orders import lines_of
from mockorders.apis.cratejoy.resources.relations import Relation, Source, to_many, to_one
from mockorders.apis.cratejoy.resources.representations import (
    ADDRESS,
    BILLING,
    CART_PRODUCT,
    CUSTOMER,
    FULFILLMENT,
    ORDER,
    PRODUCT,
    PRODUCT_INSTANCE,
    SHIPMENT,
    SUBSCRIPTION_GIFT_INFO,
    SUBSCRIPTION_VALUES,
    TERM,
    coupon_code,
)
from mockorders.apis.cratejoy.resources.shipments import shipments_of
from mockorders.apis.messages import Call
from mockorders.apis.routing import HandlerContext
from mockorders.errors import InvalidRequest
from mockorders.rules import Rule
from mockorders.storage.collection import Record
from mockorders.validation.records import fill_defaults

ENDED = ("cancelled", "expired")


def _lines(source: Source, subscription: Record) -> Sequence[Record]:
    found: list[Record] = []
    for order in orders_of(source, subscription):
        found += [line for line in lines_of(source, order) if line["subscription_id"] == subscription["id"]]
    return found


def _product(source: Source, subscription: Record) -> Sequence[Record]:
    instance = source["product_instances"].get(subscription["product_instance_id"])
    assert instance is not None
    product = source["products"].get(instance["product_id"])
    return [] if product is None else [product]


def _gift_info(_: Source, subscription: Record) -> Sequence[Record]:
    info = subscription["gift_info"]
    return [] if info is None else [{**info, "customer_id": subscription["customer_id"]}]


def _reject_unless(is_allowed: bool, action: str, subscription: Record, rule: Rule) -> None:
    if not is_allowed:
        message = f"{action}: subscription {subscription['id']} is {subscription['status']}"
        raise InvalidRequest(message, rule=rule)


def _cancel(_: HandlerContext, subscription: Record, body: Mapping[str, Any]) -> Record:
    """Cancel the renewal; the paid term goes on."""
    _reject_unless(subscription["status"] not in ENDED, "cancel", subscription, rules.CANCEL)
    return {**subscription, "status": "cancelled", "cancel_reason": body.get("cancel_reason")}


def _reactivate(context: HandlerContext, subscription: Record, _: Mapping[str, Any]) -> Record:
    """Activate a subscription again; a prepaid one keeps its renewal date, others renew with the next nightly run."""
    _reject_unless(subscription["status"] in ENDED, "reactivate", subscription, rules.REACTIVATE)
    term = context.tables("cratejoy")["terms"].get(subscription["term_id"])
    changed = {**subscription, "status": "active", "cancel_reason": None}
    if term is None or term["num_cycles"] == 1:
        changed |= {"end_date": midnight(add_days(context.now().date(), 1)), "skipped_date": None}
    return changed


def _skip(context: HandlerContext, subscription: Record, body: Mapping[str, Any]) -> Record:
    """Move the next renewal by a term, or undo that."""
    skips = body.get("skip") is True
    if skips == (body.get("unskip") is True):
        message = "body: expected either skip or unskip to be true"
        raise InvalidRequest(message, rule=rules.SKIP)
    _reject_unless(subscription["status"] == "active", "skip" if skips else "unskip", subscription, rules.SKIP)
    if skips == (subscription["skipped_date"] is not None):
        state = "is skipped already" if skips else "is not skipped"
        message = f"subscription {subscription['id']} {state}"
        raise InvalidRequest(message, rule=rules.SKIP)
    if not skips:
        return {**subscription, "end_date": subscription["skipped_date"], "skipped_date": None}
    end = subscription["end_date"] or subscription["start_date"]
    moved = add_term(context.tables("cratejoy"), subscription, end)
    return {**subscription, "end_date": moved, "skipped_date": end}


def _create_coupon(context: HandlerContext, call: Call) -> Record:
    """Store a coupon of a subscription."""
    tables = context.tables("cratejoy")
    coupon = tables["coupons"].get(call.body["coupon_id"])
    if coupon is None or not coupon["enabled"]:
        message = f"coupon_id: expected the id of an enabled coupon, got {call.body['coupon_id']}"
        raise InvalidRequest(message, rule=rules.SUBSCRIPTION_COUPON)
    known = {"id": tables["subscription_coupons"].next_id(), "num_renewals": coupon["num_renewals"]}
    stored = fill_defaults("cratejoy/record-subscription_coupons", {**known, **call.body})
    tables["subscription_coupons"].put(stored)
    return stored


def _url(_: Any, subscription: Record) -> str:
    return f"/v1/subscriptions/{subscription['id']}"


SUBSCRIPTION_COUPONS = Resource(
    name="subscription_coupons",
    singular="subscription-coupon",
    derived={"code_used": coupon_code},
    create=_create_coupon,
    rules=(rules.SUBSCRIPTION_COUPON,),
)

SUBSCRIPTIONS = Resource(
    name="subscriptions",
    singular="subscription",
    derived={**SUBSCRIPTION_VALUES, "url": _url},
    relations={
        "_md": OF_SUBSCRIPTIONS.relation,
        "customer": to_one("customers", "customer_id", CUSTOMER),
        "billing": to_one("product_billings", "product_billing_id", BILLING),
        "term": to_one("terms", "term_id", TERM),
        "product": Relation(PRODUCT, _product, filterable=False),
        "instance": to_one("product_instances", "product_instance_id", PRODUCT_INSTANCE, filterable=False),
        "subscription_gift_info": Relation(SUBSCRIPTION_GIFT_INFO, _gift_info, filterable=False),
        "address": to_one("addresses", "address_id", ADDRESS, filterable=False),
        "orders": Relation(ORDER, orders_of, many=True),
        "shipments": Relation(SHIPMENT, shipments_of, many=True),
        "fulfillments": to_many("fulfillments", "subscription_id", FULFILLMENT),
        "cart_products": Relation(CART_PRODUCT, _lines, many=True),
    },
    default_with=("customer", "billing", "term", "product", "instance", "subscription_gift_info", "address"),
    unimplemented_relations=("logs",),
    aliases={"customer_id": "customer.id"},
    update=merge,
    children=(Child("coupons", "coupon", SUBSCRIPTION_COUPONS, "subscription_id", create=True, delete=True),),
    actions=(
        Action("cancel", _cancel, (rules.CANCEL, rules.ACTION)),
        Action("reactivate", _reactivate, (rules.REACTIVATE, rules.ACTION)),
        Action("skip", _skip, (rules.SKIP, rules.ACTION)),
        Action("renew", renew, (rules.RENEW, rules.ACTION)),
    ),
    rules=(rules.SUBSCRIPTION,),
    update_rules=(rules.UPDATE_SUBSCRIPTION,),
)

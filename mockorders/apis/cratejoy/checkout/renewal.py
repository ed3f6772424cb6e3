"""Renewal of past-due subscriptions."""

from collections.abc import Generator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from mockorders.apis.cratejoy import statuses
from mockorders.apis.cratejoy.checkout.checkout import coupon_uses, new_order, totals
from mockorders.apis.cratejoy.checkout.customers import PAYMENT_METHOD, owned_record
from mockorders.apis.cratejoy.checkout.lines import Line, subscription_line
from mockorders.apis.cratejoy.checkout.records import store_shipments, store_transaction, stored_line
from mockorders.apis.cratejoy.periods import add_term
from mockorders.apis.cratejoy.resources import rules
from mockorders.apis.routing import HandlerContext
from mockorders.errors import InvalidRequest
from mockorders.formats.timestamps import format_time, parse_time
from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables

MAX_AGE = timedelta(days=30)


def orders_of(source: Any, subscription: Record) -> Sequence[Record]:
    """Return the orders with a line of a subscription, by id."""
    orders = source["orders"].where("customer_id", subscription["customer_id"])
    return [order for order in orders if _has(order, subscription)]


def renew(context: HandlerContext, subscription: Record, _: Mapping[str, Any]) -> Generator[None, None, Record]:
    """Charge a past-due subscription for the next term, by its unpaid order if there is one, and return it.

    Raises InvalidRequest if it is not past due, or if its renewal failed more than 30 days ago.
    """
    tables = context.tables("cratejoy")
    now = context.now()
    end = subscription["end_date"] or subscription["start_date"]
    if subscription["status"] != "pastdue" or now - parse_time(end) > MAX_AGE:
        message = (
            f"renew: expected a past-due subscription whose renewal failed within 30 days, {subscription['id']} is "
            f"{subscription['status']} and ended at {end}"
        )
        raise InvalidRequest(message, rule=rules.RENEW)
    unpaid = [order for order in orders_of(tables, subscription) if order["financial_status"] == "unpaid"]
    order = unpaid[-1] if unpaid else (yield from _new_order(tables, subscription, now))
    _pay(tables, order, format_time(now))
    return {**subscription, "status": "active", "end_date": add_term(tables, subscription, end), "skipped_date": None}


def _has(order: Record, subscription: Record) -> bool:
    return any(line["subscription_id"] == subscription["id"] for line in order["products"])


def _pay(tables: Tables, order: Record, time: str) -> None:
    """Store the payment of an order, and its shipments, which are due now."""
    store_transaction(tables, order, time)
    store_shipments(tables, {**order, "placed_at": time}, [_line(tables, line) for line in order["products"]])
    tables["orders"].put({**order, "financial_status": "paid", **statuses.of_new_order(tables)})


def _line(tables: Tables, line: Record) -> tuple[Line, int | None]:
    if line["subscription_id"] is None:
        instance = tables["product_instances"][line["instance_id"]]
        return Line(instance, None, line["quantity"], line["price"]), None
    return subscription_line(tables, tables["subscriptions"][line["subscription_id"]]), line["subscription_id"]


def _new_order(tables: Tables, subscription: Record, now: datetime) -> Generator[None, None, dict[str, Any]]:
    """Return the order of a renewal, with the coupons of the subscription."""
    customer = tables["customers"][subscription["customer_id"]]
    payment = owned_record(tables, customer, None, PAYMENT_METHOD)
    if payment is None:
        message = f"customer {customer['id']}: expected a customer with a payment method"
        raise InvalidRequest(message, rule=rules.RENEW)
    line = subscription_line(tables, subscription)
    order = new_order(tables, payment, subscription["address_id"], now)
    coupons = yield from _use_coupons(tables, subscription)
    order |= {"is_renewal": True, **totals([line], coupons), "coupons": coupon_uses(order, coupons)}
    order["products"] = [stored_line(order, 0, line, subscription["id"])]
    return order


def _use_coupons(tables: Tables, subscription: Record) -> Generator[None, None, list[Record]]:
    """Return the coupons of a subscription, and count that they were used."""
    used = []
    for each in tables["subscription_coupons"].where("subscription_id", subscription["id"]):
        if not each["enabled"]:
            continue
        used.append(tables["coupons"][each["coupon_id"]])
        if each["num_renewals"] is not None:
            left = max(0, each["num_renewals"] - 1)
            tables["subscription_coupons"].put({**each, "num_renewals": left, "enabled": left > 0})
            yield
    return used

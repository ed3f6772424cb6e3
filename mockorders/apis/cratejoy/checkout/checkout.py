"""Creation of orders."""

from collections.abc import Generator, Mapping, Sequence
from datetime import datetime
from typing import Any

from mockorders.apis.cratejoy import rules, statuses
from mockorders.apis.cratejoy.checkout.customers import (
    PAYMENT_METHOD,
    SHIP_ADDRESS,
    check_order_interval,
    find_customer,
    owned_record,
)
from mockorders.apis.cratejoy.checkout.lines import Line, read_coupons, read_lines
from mockorders.apis.cratejoy.checkout.records import inner_id, store_lines, store_transaction
from mockorders.apis.messages import Call
from mockorders.apis.routing import HandlerContext
from mockorders.errors import InvalidRequest
from mockorders.formats.timestamps import format_time
from mockorders.storage.collection import Record
from mockorders.storage.tables import Tables
from mockorders.validation.records import fill_defaults

GIFT_KEYS = ("gift_message", "gift_recipient_name", "gift_recipient_email")


def create_order(context: HandlerContext, call: Call) -> Generator[None, None, Record]:
    """Create an order with its transaction, subscriptions, shipments and fulfillments, and return it.

    Yields while the customer is searched, before anything is changed. Raises InvalidRequest if a rule is violated;
    nothing is stored in that case.
    """
    body = call.body
    tables = context.tables("cratejoy")
    customer = yield from find_customer(tables, body["customer"], body_is_json=call.body_is_json)
    now = context.now()
    check_order_interval(tables, customer, now)
    payment = owned_record(tables, customer, body.get("cust_pay_id"), PAYMENT_METHOD)
    if payment is None:
        message = f"customer {customer['id']}: expected a customer with a payment method"
        raise InvalidRequest(message, rule=rules.PAYMENT)
    lines = read_lines(tables, body["products"])
    address = owned_record(tables, customer, body.get("ship_address_id"), SHIP_ADDRESS)
    coupons = read_coupons(tables, body.get("coupons", []))

    order = new_order(tables, payment, None if address is None else address["id"], now)
    order |= {**totals(lines, coupons), **_gift(body)}
    order["coupons"] = coupon_uses(order, coupons)
    order["products"] = store_lines(tables, order, lines)
    order |= statuses.of_new_order(tables)
    store_transaction(tables, order, order["placed_at"])
    tables["orders"].put(order)
    return order


def gift_info(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a complete gift info, in which properties that are not given are empty."""
    return {key: given.get(key, "") for key in GIFT_KEYS}


def new_order(tables: Tables, payment: Record, ship_address_id: int | None, now: datetime) -> dict[str, Any]:
    """Return an order without lines, paid by a payment method."""
    bill_address_id = payment["bill_address_id"]
    properties = {
        "id": tables["orders"].next_id(),
        "customer_id": payment["customer_id"],
        "placed_at": format_time(now),
        "cust_pay_id": payment["id"],
        "ship_address_id": ship_address_id,
        "bill_address_id": ship_address_id if bill_address_id is None else bill_address_id,
    }
    return fill_defaults("cratejoy/record-orders", properties)


def totals(lines: Sequence[Line], coupons: Sequence[Record]) -> dict[str, int]:
    """Return the amounts of an order, in cents."""
    sub_total = sum(line.price for line in lines)
    total = sub_total
    for coupon in coupons:
        total -= min(total, coupon["amount"])
        total -= (total * coupon["percent"] + 50) // 100  # half a cent rounds up
    return {"sub_total": sub_total, "total": total, "total_price": total}


def _gift(body: Mapping[str, Any]) -> dict[str, Any]:
    if "order_gift_info" not in body:
        return {}
    info = gift_info(body["order_gift_info"])
    return {"is_gift": True, "order_gift_info": info, "gift_message": info["gift_message"]}


def coupon_uses(order: Record, coupons: Sequence[Record]) -> list[dict[str, Any]]:
    """Return the coupons of an order as orders store them."""
    return [
        {"id": inner_id(order, "coupon", index), "coupon_id": coupon["id"], "code_used": coupon["code"]}
        for index, coupon in enumerate(coupons)
    ]

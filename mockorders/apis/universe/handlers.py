"""Handlers of the Universe endpoints."""

import re
from collections.abc import Generator
from typing import Any

from mockorders.apis.messages import Call
from mockorders.apis.routing import HandlerContext
from mockorders.apis.universe import rules
from mockorders.apis.universe.customers import find_orders, require_customer
from mockorders.apis.universe.views import DETAIL_VIEW, LIST_VIEW
from mockorders.errors import NotFound

STREAMING_THRESHOLD = 500

_ID = re.compile(r"[0-9]{1,40}", re.ASCII)


def list_orders(context: HandlerContext, call: Call) -> Generator[None, None, Any]:
    """Return all completed orders of the current customer, sorted by id."""
    tables, customer = require_customer(context, call)
    orders = yield from find_orders(tables, customer)
    if call.query.get("order", "").upper() == "DESC":
        orders.reverse()
    if len(orders) > STREAMING_THRESHOLD:
        tables = tables.copy()
    return {"orders": (yield from context.render_list(LIST_VIEW, tables, orders))}


def get_order(context: HandlerContext, call: Call) -> Any:
    """Return a completed order of the current customer."""
    tables, customer = require_customer(context, call)
    identifier = call.params["id"]
    order = tables["orders"].get(int(identifier)) if _ID.fullmatch(identifier) else None
    if order is None or order["customer_id"] != customer["id"] or not order["completed"]:
        raise _order_not_found()
    return {"order": context.render(DETAIL_VIEW, tables, order)}


def latest_order(context: HandlerContext, call: Call) -> Any:
    """Return the completed order with the highest id of the current customer."""
    tables, customer = require_customer(context, call)
    orders = tables["orders"].where("customer_id", customer["id"])
    latest = next((order for order in reversed(orders) if order["completed"]), None)
    if latest is None:
        raise _order_not_found()
    return {"order": context.render(DETAIL_VIEW, tables, latest)}


def _order_not_found() -> NotFound:
    return NotFound("No order found", rule=rules.NO_ORDER)
